using System.Reactive.Concurrency;
using System.Reactive.Linq;

namespace MqttPay.FirmwareSim;

/// <summary>
/// When people want to pay: an open-loop stream that does not slow down when answers do. Seeded, so it repeats.
/// </summary>
internal static class Traffic
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    /// <summary>Emits until the plan's duration is over. The scheduler is the only clock.</summary>
    public static IObservable<Arrival> Arrivals(TrafficPlan plan, IScheduler scheduler) => Observable.Defer(() =>
    {
        var random = new Random(plan.Seed);
        var start = scheduler.Now;
        var sent = 0L;
        var owed = 0.0;
        var before = TimeSpan.Zero;
        return Observable.Interval(Beat, scheduler)
            .Select(_ => scheduler.Now - start)
            .TakeWhile(elapsed => elapsed <= plan.Duration)
            .SelectMany(elapsed =>
            {
                owed += Due(plan, before, elapsed, random);
                before = elapsed;
                var count = (int)owed;
                owed -= count;
                var first = sent;
                sent += count;
                return Enumerable.Range(0, count).Select(i => Next(plan, first + i, random));
            });
    });

    /// <summary>Runs a plan on the machine's clock; the action must not block.</summary>
    public static async Task RunAsync(TrafficPlan plan, Action<Arrival> arrive, CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var running = Arrivals(plan, TaskPoolScheduler.Default)
            .Subscribe(arrive, fault => done.TrySetException(fault), () => done.TrySetResult());
        await done.Task.WaitAsync(cancel);
    }

    private static Arrival Next(TrafficPlan plan, long number, Random random) => new(
        number, PickDevice(plan, random), random.NextInt64(plan.SmallestMinor, plan.LargestMinor + 1));

    /// <summary>
    /// A few devices are busy and most are not: the square of a uniform number prefers the first ones.
    /// </summary>
    private static int PickDevice(TrafficPlan plan, Random random)
    {
        var uniform = random.NextDouble();
        return (int)(plan.Devices * (plan.Uneven ? uniform * uniform : uniform));
    }

    private static double Due(TrafficPlan plan, TimeSpan from, TimeSpan to, Random random)
    {
        var mean = plan.RatePerSecond * (to - from).TotalSeconds;
        return plan.Pattern switch
        {
            TrafficPattern.Steady => mean,
            TrafficPattern.Poisson => Poisson(mean, random),
            // One second in four carries everything.
            TrafficPattern.Bursty => (int)to.TotalSeconds % 4 == 0 ? Poisson(4 * mean, random) : 0,
            _ => throw new InvalidOperationException($"No arrivals for {plan.Pattern}."),
        };
    }

    /// <summary>Knuth's method in slices, since exp(-mean) of a large mean is zero.</summary>
    private static int Poisson(double mean, Random random)
    {
        const double Slice = 30;
        var count = 0;
        for (; mean > 0; mean -= Slice)
        {
            var limit = Math.Exp(-Math.Min(mean, Slice));
            for (var product = random.NextDouble(); product > limit; product *= random.NextDouble()) count++;
        }

        return count;
    }
}

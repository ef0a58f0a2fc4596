using System.Reactive.Concurrency;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// Whether the cloud can be reached, as one calm signal made of many nervous ones. News for people, never for payments.
/// </summary>
internal sealed class Connectivity : IDisposable
{
    /// <summary>A flap shorter than this is nobody's news.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly Subject<bool> probes = new();
    private readonly BehaviorSubject<bool> calm = new(false);
    private readonly IDisposable subscription;

    /// <param name="scheduler">Its clock; null for the system's.</param>
    public Connectivity(IScheduler? scheduler = null) =>
        subscription = Observe(probes, scheduler ?? TaskPoolScheduler.Default).Subscribe(calm);

    /// <summary>What an operator is told.</summary>
    public bool IsOnline => calm.Value;

    public IObservable<bool> Changes => calm.DistinctUntilChanged();

    /// <summary>Each call to the cloud says how it went.</summary>
    public void Report(bool reached) => probes.OnNext(reached);

    public static IObservable<bool> Observe(IObservable<bool> probes, IScheduler scheduler) => probes
        .DistinctUntilChanged()
        .Throttle(Settle, scheduler)
        .DistinctUntilChanged();   // Again: a flap shorter than Settle would repeat what was said.

    public void Dispose()
    {
        subscription.Dispose();
        probes.Dispose();
        calm.Dispose();
    }
}

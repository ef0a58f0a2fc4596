using MqttPay.Rounds;
using MqttPay.Simulation.Invariants;
using MqttPay.Simulation.Kernel;

namespace MqttPay.Simulation;

/// <summary>First everything may go wrong; then everything heals, and has to come to an end.</summary>
internal sealed partial class World
{
    private const int StepsPerPayment = 200, StepsMore = 200_000, FullCheckEvery = 1_024, HashEvery = 1_000;

    private readonly List<ulong> hashes = [];
    private long healedBy;

    /// <summary>The trace hash after every so many steps, to find where two runs begin to differ.</summary>
    public IReadOnlyList<ulong> Hashes => hashes;

    public bool Converged { get; private set; }

    public long Lost { get; private set; }

    public long Doubled { get; private set; }

    public long Overexposed { get; private set; }

    /// <summary>Runs to the end, or to the first violation.</summary>
    public void Run()
    {
        try
        {
            foreach (var edge in edges) edge.Start();
            foreach (var device in devices) device.Live();
            Planner.Begin();
            if (Safety() && Liveness()) Audit.Final(this);
        }
        catch (InvariantException fault)
        {
            Violations.Add($"MP9001: {fault.Message}");
        }

        Lost = Violations.Seen.Count(what => what.Contains("was not posted", StringComparison.Ordinal));
        Doubled = Violations.Seen.Count(what => what.Contains("times", StringComparison.Ordinal));
        Overexposed = Violations.Seen.Count(
            what => what.StartsWith("I1:", StringComparison.Ordinal)
                || what.StartsWith("I2:", StringComparison.Ordinal));
    }

    /// <summary>Until all was asked, or for so long that more would only be more of the same.</summary>
    private bool Safety()
    {
        var end = 30 * (Time.Minute + ((long)Profile.ThinkMs * Time.Millisecond * Profile.Payments
            / (Profile.Edges * Profile.DevicesPerEdge)));
        return Until(() => HasEnough || Agenda.Now > end);
    }

    private bool Liveness()
    {
        FaultsOn = false;
        foreach (var edge in edges) edge.Heal();
        foreach (var device in devices) device.Path.Heal();
        var allowed = Profile.Name is Profiles.ProfileName.LongOffline ? Time.Hour : 10 * Time.Minute;
        healedBy = Agenda.Now + allowed;
        Agenda.In(Time.Second, OperatorNode, Happening.Heal, Help);
        if (!Until(() => Converged || Agenda.Now > healedBy)) return false;
        if (!Converged) Violations.Add($"S8: after {allowed / Time.Minute} minutes {Audit.Unsettled(this)}");
        return Converged;
    }

    /// <summary>While it heals: what is frozen gets a fence, what is down starts, who waits asks again.</summary>
    private void Help()
    {
        foreach (var edge in edges)
        {
            if (!edge.IsUp) continue;
            var frozen = edge.Machine!.Book.Frozen is not (
                FreezeCause.None or FreezeCause.Clock or FreezeCause.Replaced);
            if (frozen || edge.Quarantine is not null) Operator.RaiseNow(edge.Id);
        }

        foreach (var device in devices) device.Nudge();
        Converged = Audit.Unsettled(this) is null;
        if (!Converged) Agenda.In(2 * Time.Second, OperatorNode, Happening.Heal, Help);
    }

    /// <summary>Takes one event after another. False: something is wrong.</summary>
    private bool Until(Func<bool> isOver)
    {
        var budget = (StepsPerPayment * (long)Profile.Payments) + StepsMore;
        while (!isOver())
        {
            if (!Agenda.TryTake(out var entry))
            {
                Violations.Add("LIVELOCK: nothing is planned any more");
                return false;
            }

            Trace.Step(entry);
            entry.Act();
            if (Trace.Steps % HashEvery == 0) hashes.Add(Trace.Value);
            if (Trace.Steps % FullCheckEvery == 0) Audit.Full(this);
            if (Violations.Any) return false;
            if (Trace.Steps <= budget) continue;
            Violations.Add($"LIVELOCK: {Trace.Steps} steps for {Payments} payments");
            return false;
        }

        return true;
    }
}

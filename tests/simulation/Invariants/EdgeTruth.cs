using MqttPay.Payments;

namespace MqttPay.Simulation.Invariants;

/// <summary>What is known of one edge from outside: all that it ever wrote, said and was told.</summary>
internal sealed class EdgeTruth
{
    /// <summary>Roots of all rounds that it ever closed, in any history.</summary>
    public HashSet<UInt128> Written { get; } = [];

    /// <summary>The bytes of all rounds that went to the disk, mixed.</summary>
    public HashSet<ulong> Payloads { get; } = [];

    /// <summary>Roots of rounds whose replies left, by number, in the present history.</summary>
    public Dictionary<long, Hash> AnsweredRoots { get; } = [];

    /// <summary>Roots by number in the present history.</summary>
    public Dictionary<long, Hash> Roots { get; } = [];

    /// <summary>What was answered to each digest, to compare repeats with.</summary>
    public Dictionary<UInt128, UInt128> Answers { get; } = [];

    /// <summary>Every pair of a digest and what was answered to it, in any history.</summary>
    public HashSet<UInt128> Said { get; } = [];

    /// <summary>When an ask was sent, by the elapsed seconds that it carried: true time and boot.</summary>
    public Dictionary<long, (long At, int Boot)> Asks { get; } = [];

    public ReferenceEdge Reference { get; set; } = null!;

    public long Durable { get; set; }

    public long Answered { get; set; }

    public uint Incarnation { get; set; }

    /// <summary>Its disk lost or changed what was durable, and it has not been recovered since.</summary>
    public bool WasSetBack { get; set; }

    /// <summary>One bit of its journal is not what was written.</summary>
    public bool IsRotten { get; set; }

    /// <summary>It once lost part of its history, or was reclaimed: what it approved then may be lost.</summary>
    public bool LostHistory { get; set; }
}

using MqttPay.Payments;

namespace MqttPay.Settlement;

/// <summary>The newest round of an edge's chain that the cloud has, and the number of the one it wants next.</summary>
public readonly record struct ChainHead(long NextRound, Hash Head);

/// <summary>A run of consecutive rounds as submitted: the root before it and the roots of its rounds.</summary>
public sealed record ChainRun(long First, Hash Previous, IReadOnlyList<Hash> Roots)
{
    public long Last => First + Roots.Count - 1;

    /// <summary>The root of a round in the run, or of the one just before it.</summary>
    public Hash RootOf(long round) => round == First - 1 ? Previous : Roots[(int)(round - First)];
}

/// <summary>What a run of rounds is to the chain that the cloud holds.</summary>
public abstract record ChainStep
{
    private ChainStep() { }

    /// <summary>It follows the head: post all of it.</summary>
    public sealed record Append : ChainStep;

    /// <summary>All of it is held already: repeat the answer.</summary>
    public sealed record Known : ChainStep;

    /// <summary>Rounds before <paramref name="From"/> are held already: post the rest.</summary>
    public sealed record Overlap(long From) : ChainStep;

    /// <summary>Rounds are missing before it: nothing is kept, so no gap grows unseen.</summary>
    public sealed record Gap : ChainStep;

    /// <summary>Two roots for one round: the edge has two histories.</summary>
    public sealed record Fork : ChainStep;
}

/// <summary>
/// Decides what a run of rounds is. A root commits to all before it, so one equal root means equal histories.
/// </summary>
public static class Chain
{
    /// <param name="held">The root that the cloud holds for the run's last round; needed only when it is before the
    /// head.</param>
    public static ChainStep Place(ChainHead head, ChainRun run, Hash? held)
    {
        if (run.First > head.NextRound) return new ChainStep.Gap();
        if (run.Last < head.NextRound - 1)
            return held == run.RootOf(run.Last) ? new ChainStep.Known() : new ChainStep.Fork();
        if (run.RootOf(head.NextRound - 1) != head.Head && !Planted.Is(Bug.P49)) return new ChainStep.Fork();
        if (run.Last == head.NextRound - 1 && Planted.Is(Bug.P46)) return new ChainStep.Append();
        if (run.Last == head.NextRound - 1) return new ChainStep.Known();
        return run.First == head.NextRound ? new ChainStep.Append() : new ChainStep.Overlap(head.NextRound);
    }
}

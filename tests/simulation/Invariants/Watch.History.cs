using System.Numerics;
using System.Runtime.InteropServices;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Simulation.Clouds;
using MqttPay.Simulation.Nodes;
using MqttPay.Wire;

namespace MqttPay.Simulation.Invariants;

/// <summary>What must still be true after a restart, a restore, a new fence, and in the cloud.</summary>
internal sealed partial class Watch
{
    /// <summary>The disk lost or changed durable bytes: from now on a newer receipt may come.</summary>
    public void SetBack(EdgeNode edge) => (Of(edge).WasSetBack, Of(edge).LostHistory) = (true, true);

    /// <summary>A bit changed at rest: only its last frame may pass for one that was never written.</summary>
    public void Rotted(EdgeNode edge)
    {
        SetBack(edge);
        Of(edge).IsRotten = true;
    }

    /// <summary>The operator gave up on an edge's leases.</summary>
    public void Raised(EdgeNode edge) => Of(edge).LostHistory = true;

    /// <summary>Recovery begins: the reference model reads everything again.</summary>
    public void Replays(EdgeNode edge)
    {
        var truth = Of(edge);
        truth.Reference = Fresh(edge.Id);
        truth.Roots.Clear();
        replayedHead = 0;
    }

    private long replayedHead;

    public void Replayed(EdgeNode edge, SignedRound round, byte[] payload)
    {
        var truth = Of(edge);
        if (!truth.Written.Contains(round.Root.High) || !truth.Payloads.Contains(Mixed(payload)))
            Complain($"S3: edge {edge.Id} recovered a round {round.Header.Number} that it never wrote");
        truth.Roots[round.Header.Number] = round.Root;
        replayedHead = round.Header.Number;
        var next = 0;
        foreach (var leaf in round.Leaves)
        {
            if (leaf is Leaf.Event told)
            {
                Read(edge, truth, told, () => next < round.Attachments.Count ? round.Attachments[next++] : null);
                continue;
            }

            var decided = (Leaf.Decided)leaf;
            Invariant.Holds(DecisionCodec.TryParse(decided.Decision, out var decision) is WireError.None);
            if (RequestCodec.TryParse(decided.Request, out var view) is not WireError.None) continue;
            truth.Reference.Take(
                round.Header.Number, round.Header.Unix, view.ToRequest(), view.Digest(decided.Request), decision!);
        }
    }

    /// <summary>The bytes of a round as they go to the disk.</summary>
    public void Stored(EdgeNode edge, byte[] payload) => Of(edge).Payloads.Add(Mixed(payload));

    private static ulong Mixed(byte[] bytes)
    {
        var mixed = (ulong)bytes.Length;
        unchecked
        {
            var words = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
            foreach (var word in words) mixed = (BitOperations.RotateLeft(mixed, 5) ^ word) * 0x9E3779B97F4A7C15;
            foreach (var rest in bytes.AsSpan(words.Length * 8)) mixed = (mixed ^ rest) * 0x9E3779B97F4A7C15;
        }

        return mixed;
    }

    public void ReplayedAck(EdgeNode edge, Ack ack) => Of(edge).Reference.Acknowledge(ack.Round);

    public void ReplaysOrder(EdgeNode edge, Ack order)
    {
        var truth = Of(edge);
        truth.Reference.Refence(order, replayedHead);
        foreach (var number in truth.Roots.Keys.ToArray())
            if (number > order.Round) truth.Roots.Remove(number);
        replayedHead = order.Round;
    }

    public void Recovered(EdgeNode edge, EdgeBook book, FreezeCause freeze, string damage)
    {
        var truth = Of(edge);
        world.Trace.Add(book.Head);
        if (freeze is FreezeCause.Journal)
        {
            if (!truth.WasSetBack) Complain($"I7: edge {edge.Id} found damage that nobody did: {damage}");
        }
        else if (!truth.WasSetBack)
        {
            if (book.Head < truth.Answered)
                Complain($"I7: edge {edge.Id} recovered to round {book.Head}, it had answered round {truth.Answered}");
            else if (truth.AnsweredRoots.TryGetValue(truth.Answered, out var root)
                && book.RootStart(truth.Answered) is { } start && start != (uint)(root.High >> 96))
                Complain($"I7: edge {edge.Id} recovered another round {truth.Answered} than it had answered");
            if (book.Incarnation < truth.Incarnation)
                Complain($"I14: edge {edge.Id} recovered to incarnation {book.Incarnation}");
        }

        if (truth.IsRotten && freeze is not FreezeCause.Journal && book.Head < truth.Answered - 1)
            Complain(
                $"S3: edge {edge.Id} passed over damage: it answered round {truth.Answered}, it has {book.Head}");
        truth.IsRotten = false;
        (truth.Incarnation, truth.Durable, truth.Answered) =
            (book.Incarnation, book.Head, Math.Min(truth.Answered, book.Head));
        truth.WasSetBack &= freeze is FreezeCause.Journal;   // Damage stays until there is a new fence.
        Compare(edge, book);
    }

    public void Refenced(EdgeNode edge, Ack order)
    {
        var truth = Of(edge);
        truth.Answered = Math.Min(truth.Answered, order.Round);
        truth.Incarnation = 0;
        truth.AnsweredRoots.Clear();
    }

    /// <summary>The live book and a fold of the journal say the same.</summary>
    public void Compare(EdgeNode edge, EdgeBook book)
    {
        var reference = Of(edge).Reference;
        if (book.Leases.Count != reference.Leases.Count)
            Complain($"S4: edge {edge.Id} has {book.Leases.Count} leases, its journal says {reference.Leases.Count}");
        foreach (var lease in book.Leases.Values)
        {
            if (lease.SpentMinor < 0 || lease.SpentMinor > lease.LimitMinor)
                Complain($"I2: {lease.SpentMinor} of {lease.LimitMinor} are spent on lease {lease.Id}");
            if (!reference.Leases.TryGetValue(lease.Id, out var other) || other.SpentMinor != lease.SpentMinor)
                Complain($"I2: lease {lease.Id} at edge {edge.Id} stands at {lease.SpentMinor}, its journal says"
                    + $" {other?.SpentMinor}");
        }

        if (book.DenyVersion != reference.DenyVersion || (book.Policy?.Version ?? 0) != reference.PolicyVersion)
            Complain($"S4: edge {edge.Id} has lists {book.DenyVersion} and {book.Policy?.Version}, its journal others");
        if (book.EdgeExposureMinor != reference.ExposureMinor()
            || book.UnacknowledgedApprovals != reference.Unacknowledged)
            Complain($"S4: edge {edge.Id} counts {book.EdgeExposureMinor} unacknowledged, its journal says"
                + $" {reference.ExposureMinor()}");
    }

    /// <summary>The cloud took a run of rounds.</summary>
    public void Taken(uint edge, Submitted batch)
    {
        var truth = truths[(int)edge - 1];
        foreach (var round in batch.Rounds)
            if (!truth.Written.Contains(round.Root.High) && world.Profile.FalseRecord == 0)
                Complain($"S3: the cloud took a round {round.Header.Number} that edge {edge} never wrote");
    }

    /// <summary>What is posted follows what was posted.</summary>
    public void Follows(uint edge, Submitted batch, ChainRow chain)
    {
        var before = chain.Head.NextRound - 1;
        if (batch.Run.First > before + 1 || batch.Run.RootOf(before) != chain.Head.Head)
            Complain($"I8: rounds of edge {edge} were taken that do not follow round {before}");
    }

    public void Forked(uint edge, Submitted batch)
    {
        if (!truths[(int)edge - 1].LostHistory)
            Complain($"I14: the cloud sees two histories of edge {edge}, which has one: round {batch.Run.Last}");
    }

    /// <summary>A device takes a final reply for true.</summary>
    public void Believed(Device device, Question asked, Reply.Final final, Hash root)
    {
        var truth = Of(device.Edge);
        if (!truth.Written.Contains(root.High))
            Complain($"S5: {device.Key.Id} believes a round that edge {device.Edge.Id} never wrote");
        if (!truth.Said.Contains(asked.Digest.High ^ Hash.Of(final.DecisionBytes).High))
            Complain($"S5: {device.Key.Id}/{asked.Request.Sequence} believes what its edge never answered");
        if (asked.Answer is { } before && before != final.Decision && !truth.LostHistory)
            Complain($"I4: {device.Key.Id}/{asked.Request.Sequence} got two final replies");
        world.Trace.Add((long)final.Decision.Code + final.Decision.AmountMinor);
    }
}

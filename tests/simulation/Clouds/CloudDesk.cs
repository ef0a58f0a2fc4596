using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Simulation.Clocks;
using MqttPay.Simulation.Kernel;
using MqttPay.Wire;

namespace MqttPay.Simulation.Clouds;

/// <summary>
/// One to three cloud processes over one store. A process may die before a commit, or after it with the answer; two may
/// hold the same batch.
/// </summary>
internal sealed class CloudDesk(World world, CloudStore store, Draws draws)
{
    private readonly BatchCheck check = new(world.Registry);

    /// <summary>Answers a sync: place in the chain, grants, documents that the edge lacks.</summary>
    public void Sync(uint edge, SyncRequest request, Action<SyncAnswer> answer)
    {
        if (Dies(out var after) && !after) return;
        world.Agenda.In(draws.Between(2_000, 10_000), World.CloudNode, Happening.CloudCommits, () =>
        {
            var result = Answer(edge, request);
            if (!after) answer(result);
        });
    }

    /// <summary>Takes a batch: look and verify outside, post in one transaction, answer after the commit.</summary>
    public void Post(uint edge, byte[] body, Action<BatchReply> answer)
    {
        if (check.Read(edge, body, out var reason) is not { } batch)
        {
            answer(new BatchReply.Refused(reason));
            return;
        }

        if (Dies(out var after) && !after) return;
        var seen = store.Place(edge, batch);
        world.Agenda.In(draws.Between(5_000, 60_000), World.CloudNode, Happening.CloudCommits, () =>
        {
            var step = store.Place(edge, batch);
            if (step.GetType() != seen.GetType()) world.Faults.Count(FaultKind.CollidedCommit);
            var result = Commit(edge, batch, step);
            if (!after) answer(result);
        });
    }

    private BatchReply Commit(uint edge, Submitted batch, ChainStep step)
    {
        var row = store.Edge(edge);
        if (step is ChainStep.Append or ChainStep.Overlap) world.Watch.Follows(edge, batch, row.Chains[batch.Fence]);
        switch (step)
        {
            case ChainStep.Append: store.Post(edge, batch, batch.Run.First); break;
            case ChainStep.Overlap(var from): store.Post(edge, batch, from); break;
            case ChainStep.Gap:
                return new BatchReply.Gap(row.Chains.TryGetValue(batch.Fence, out var chain) ? chain.Head.NextRound
                    : 1);
            case ChainStep.Fork:
                world.Watch.Forked(edge, batch);
                row.Trouble ??= "fork";
                return new BatchReply.Forked(row.Chain.Head.NextRound, row.Chain.Head.Head);
            default: break;
        }

        world.Watch.Taken(edge, batch);
        var ack = new Ack(edge, batch.Fence, batch.Run.Last, batch.Run.RootOf(batch.Run.Last));
        return new BatchReply.Acked(ack, Tags.Document(AckCodec.Encode(ack)));
    }

    private SyncAnswer Answer(uint edge, SyncRequest request)
    {
        var row = store.Edge(edge);
        List<(uint, DecisionCode)> refusals = [];
        foreach (var ask in request.Asks)
            if (Ask(edge, ask) is { } code) refusals.Add((ask.Number, code));

        Look(row, request);
        row.ContactAt = world.Agenda.Now;
        List<byte[]> grants = [];
        foreach (var offer in row.Offers.Values) grants.Add(offer.Message);
        var chain = row.Chain;
        var current = request.Fence == row.Fence;
        return new(
            row.Fence,
            chain.Head.NextRound,
            chain.Head.Head,
            current ? grants : [],
            PolicyFor(request),
            DenyListFor(request),
            world.RosterFor(edge, request.RosterVersion),
            SimClock.TrueUnix(world.Agenda),
            refusals,
            request.Fence < row.Fence ? Tags.Document(AckCodec.Encode(store.FenceOrder(edge))) : null,
            []);
    }

    private DecisionCode? Ask(uint edge, LeaseAsk ask)
    {
        var code = store.Ask(edge, ask);
        return code is DecisionCode.Approved ? null : code;
    }

    /// <summary>A gateway that knows less than was acknowledged to it, or other things, was set back.</summary>
    private void Look(EdgeRow row, SyncRequest request)
    {
        if (request.Fence != row.Fence) return;
        var chain = row.Chain;
        var behind = request.HeadRound < chain.Head.NextRound - 1;
        var other = request.HeadRound == chain.Head.NextRound - 1 && request.HeadRoot != chain.Head.Head;
        if (!behind && !other && row.Trouble is "rollback") row.Trouble = null;   // An old question had come late.
        if ((!behind && !other) || row.Trouble is not null) return;
        row.Trouble = "rollback";
        world.Operator.RaiseLater(row.Edge);
    }

    private byte[]? PolicyFor(SyncRequest request)
    {
        var (newest, message) = store.Policies[^1];
        if (store.Policies.Count > 1 && world.Fault(draws, world.Profile.OldDocument, FaultKind.OldDocument))
            return store.Policies[draws.Below(store.Policies.Count - 1)].Message;
        return newest.Version == request.PolicyVersion ? null : message;
    }

    private byte[]? DenyListFor(SyncRequest request)
    {
        if (store.DenyLists.Count == 0) return null;
        var (newest, message) = store.DenyLists[^1];
        if (store.DenyLists.Count > 1 && world.Fault(draws, world.Profile.OldDocument, FaultKind.OldDocument))
            return store.DenyLists[draws.Below(store.DenyLists.Count - 1)].Message;
        return newest.Version == request.DenyVersion ? null : message;
    }

    /// <summary>
    /// Whether this process dies on the way; <paramref name="after"/>: with the commit, but not the answer.
    /// </summary>
    private bool Dies(out bool after)
    {
        after = false;
        if (!world.FaultsOn || !draws.Chance(world.Profile.CloudCrash)) return false;
        after = draws.Percent(50);
        world.Faults.Count(after ? FaultKind.CommitAnswerLost : FaultKind.CloudCrashBeforeCommit);
        return true;
    }
}

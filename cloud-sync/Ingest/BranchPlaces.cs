using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Ingest;

/// <summary>Finds the branch that a lost run goes on with. A root commits to all before it: one look tells.</summary>
internal sealed class BranchPlaces(NpgsqlConnection connection, uint edge, uint fence, CancellationToken cancel)
{
    public async Task<BranchPlace> FindAsync(SubmittedBatch run)
    {
        if (await ChainStore.ReadAsync(connection, edge, fence, cancel) is not { } main)
            return new BranchPlace.Unknown();
        if (await HeldAsync(ChainStore.Main, run.Last.Number) is { } held && held.Root == run.Head)
            return new BranchPlace.Known(held.Ack);

        var branches = await ChainStore.BranchesAsync(connection, edge, fence, cancel);
        foreach (var branch in branches.Where(branch => branch != ChainStore.Main))
            if (await OnAsync(branch, run) is { } place) return place;

        var from = await FirstUnknownAsync(run);
        var follows = from > run.First.Number || await RootBeforeAsync(main, from) == run.First.PreviousRoot;
        return follows
            ? new BranchPlace.Follows(
                checked((short)(branches.Max() + 1)), from, main with { LastUnix = 0 })
            : new BranchPlace.Apart(main.Head.NextRound, main.Head.Head);
    }

    private async Task<BranchPlace?> OnAsync(short branch, SubmittedBatch run)
    {
        var chain = (await ChainStore.ReadAsync(connection, edge, fence, cancel, branch))!;
        var held = run.Last.Number < chain.Head.NextRound ? await HeldAsync(branch, run.Last.Number) : null;
        return Chain.Place(chain.Head, run.Run, held?.Root) switch
        {
            ChainStep.Known => new BranchPlace.Known(held?.Ack),
            ChainStep.Append => new BranchPlace.Follows(branch, run.First.Number, chain),
            ChainStep.Overlap overlap => new BranchPlace.Follows(branch, overlap.From, chain),
            _ => null,
        };
    }

    /// <summary>The first round that the accepted history has otherwise, or not at all.</summary>
    private async Task<long> FirstUnknownAsync(SubmittedBatch run)
    {
        var (low, high) = (run.First.Number, run.Last.Number);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            var held = await HeldAsync(ChainStore.Main, middle);
            if (held is not null && held.Root == run.Run.RootOf(middle)) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>The accepted root before a round; the fence's own start included.</summary>
    private async Task<Hash?> RootBeforeAsync(ChainRow main, long round)
    {
        if (round == main.Head.NextRound) return main.Head.Head;
        if (await HeldAsync(ChainStore.Main, round - 1) is { } held) return held.Root;
        var previous = await connection.ValueAsync<byte[]>(
            "select previous_head from batch where (edge_id, fence, branch, first_round) = ($1, $2, 0, $3)",
            cancel, (long)edge, (long)fence, round);
        return previous is null ? null : Hash.Read(previous);
    }

    private Task<HeldRound?> HeldAsync(short branch, long round) =>
        ChainStore.HeldAsync(connection, edge, fence, round, cancel, branch);
}

using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// Cuts the chain of rounds into batches: counts what is not sealed yet, and remembers what is not acknowledged.
/// </summary>
public sealed class BatchCutter
{
    /// <summary>A batch holds at most so many leaves, its SEAL included.</summary>
    public const int LeavesMax = 8_192;

    /// <summary>A batch holds at most so many bytes of rounds, well below the cloud's 4 MB.</summary>
    public const int BytesMax = 3_000_000;

    private readonly SortedDictionary<(Operation Operation, int Currency, DecisionCode Code),
    (int Count, long SumMinor)> totals = [];
    private readonly Queue<SealedBatch> batches = [];
    private int decisions;

    /// <summary>The first round of the open batch.</summary>
    public long FirstRound { get; private set; } = 1;

    public int Leaves { get; private set; }

    public int Bytes { get; private set; }

    /// <summary>Decisions that the cloud has not acknowledged, sealed or not.</summary>
    public int OutboxDecisions => decisions + batches.Sum(batch => batch.Decisions);

    public int OutboxBatches => batches.Count;

    /// <summary>Sealed and not acknowledged, oldest first.</summary>
    public IReadOnlyCollection<SealedBatch> Waiting => batches;

    /// <summary>Counts a decision as the cloud will count it: from the record alone.</summary>
    public void Count(Operation operation, int currency, Decision decision)
    {
        var key = (operation, currency, decision.Code);
        var (count, sum) = totals.GetValueOrDefault(key);
        totals[key] = (count + 1, sum + decision.AmountMinor);
        decisions++;
    }

    /// <summary>Whether a round of <paramref name="leaves"/> more must be the batch's last.</summary>
    public bool MustSeal(int leaves, int roundSizeMax) =>
        Leaves + leaves + roundSizeMax + 2 > LeavesMax || Bytes > BytesMax;

    public Seal SealOf(EdgeBook book, uint businessDate, uint unix) => new(
        FirstRound,
        businessDate,
        [.. totals.Select(total => new SealTotal(
            total.Key.Operation, total.Key.Currency, total.Key.Code, total.Value.Count, total.Value.SumMinor))],
        [.. book.LeasesTouched.Select(lease => new SealLease(lease.Id, lease.SpentMinor, lease.RemainingMinor))],
        book.OpenHolds,
        book.Policy?.Version ?? 0,
        book.DenyVersion,
        book.ElapsedSeconds,
        unix);

    public void Close(long round, int leaves, int bytes, bool sealedHere)
    {
        Leaves += leaves;
        Bytes += bytes;
        if (!sealedHere) return;
        batches.Enqueue(new(FirstRound, round, Leaves, decisions));
        (FirstRound, Leaves, Bytes, decisions) = (round + 1, 0, 0, 0);
        totals.Clear();
    }

    /// <summary>A new fence begins: nothing of the old one waits any more.</summary>
    public void Restart(long firstRound)
    {
        (FirstRound, Leaves, Bytes, decisions) = (firstRound, 0, 0, 0);
        totals.Clear();
        batches.Clear();
    }

    public void Acknowledge(long round)
    {
        while (batches.TryPeek(out var batch) && batch.LastRound <= round) batches.Dequeue();
    }
}

using MqttPay.Payments;

namespace MqttPay.Rounds;

/// <summary>
/// The holds of an edge: open ones in the order in which they end, and closed ones for as long as they are kept.
/// </summary>
public sealed class HoldBook
{
    /// <summary>Closed holds that are remembered, so that a late capture is told why; then it finds nothing.</summary>
    public const int ClosedMax = 65_536;

    private readonly Dictionary<PaymentId, Hold> holds = [];
    private readonly Dictionary<PaymentId, PaymentId> increments = [];
    private readonly SortedSet<(long EndsAtSeconds, UInt128 Id)> ends = [];
    private readonly Queue<PaymentId> closed = [];

    public int OpenCount => ends.Count;

    public IEnumerable<Hold> Open => ends.Select(end => holds[new(end.Id)]);

    public Hold? Find(PaymentId id) => holds.GetValueOrDefault(id);

    /// <summary>The hold that an INCREMENT went into.</summary>
    public Hold? OfIncrement(PaymentId increment) =>
        increments.TryGetValue(increment, out var hold) ? holds.GetValueOrDefault(hold) : null;

    /// <summary>The open hold that ends first, when its time has come.</summary>
    public Hold? Due(long elapsedSeconds) =>
        ends.Count > 0 && ends.Min is var first && first.EndsAtSeconds <= elapsedSeconds ? holds[new(first.Id)] : null;

    internal void Add(Hold hold)
    {
        Invariant.Holds(hold.State is HoldState.Open && !holds.ContainsKey(hold.Id));
        holds[hold.Id] = hold;
        ends.Add((hold.EndsAtSeconds, hold.Id.Value));
    }

    /// <summary>Changes an open hold: a part more or less, or a newer voucher.</summary>
    internal void Change(Hold hold)
    {
        Invariant.Holds(hold.State is HoldState.Open && holds[hold.Id].State is HoldState.Open);
        foreach (var part in hold.Parts.Skip(1)) increments[PaymentId.Of(part.Name)] = hold.Id;
        holds[hold.Id] = hold;
    }

    internal void Close(Hold hold, HoldState state, long capturedMinor)
    {
        Invariant.Holds(holds[hold.Id].State is HoldState.Open && state is not HoldState.Open);
        holds[hold.Id] = hold with { State = state, CapturedMinor = capturedMinor, Voucher = null };
        ends.Remove((hold.EndsAtSeconds, hold.Id.Value));
        closed.Enqueue(hold.Id);
        if (closed.Count > ClosedMax) Forget(closed.Dequeue());
    }

    /// <summary>The leases behind them are gone: a new fence began.</summary>
    internal void Clear()
    {
        holds.Clear();
        increments.Clear();
        ends.Clear();
        closed.Clear();
    }

    private void Forget(PaymentId id)
    {
        foreach (var part in holds[id].Parts.Skip(1)) increments.Remove(PaymentId.Of(part.Name));
        holds.Remove(id);
    }
}

using MqttPay.Payments;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>
/// Leases, devices and open holds as they stood after a round: what operators look up, never what decides.
/// </summary>
/// <param name="Round">The newest round that is counted; it may not be on disk yet.</param>
internal sealed record StandingsRows(
    long Round, IReadOnlyList<LeaseRow> Leases, IReadOnlyList<DeviceRow> Devices, IReadOnlyList<HoldRow> Holds)
{
    public static StandingsRows Of(EdgeBook book, IEnumerable<KeyId> devices) => new(
        book.Head,
        [.. book.Leases.Values.Select(LeaseRow.Of)],
        [.. devices.Distinct().Select(kid => DeviceRow.Of(kid, book))],
        [.. book.Holds.Open.Select(HoldRow.Of)]);
}

/// <param name="Account">Whose money; null means the operator's float.</param>
internal sealed record LeaseRow(
    long Lease, AccountId? Account, int Currency, long LimitMinor, long SpentMinor, LeaseState State, int OpenHolds)
{
    public static LeaseRow Of(Lease lease) => new(
        lease.Id, lease.Account, lease.Currency, lease.LimitMinor, lease.SpentMinor, lease.State, lease.OpenHolds);
}

internal sealed record DeviceRow(KeyId Kid, uint Epoch, long Sequence, bool Denied)
{
    public static DeviceRow Of(KeyId kid, EdgeBook book)
    {
        var chain = book.ChainOf(kid);
        return new(kid, chain.Epoch, chain.LastSequence, book.IsDenied(kid, chain.Epoch));
    }
}

/// <param name="Lease">The lease of its first part; an INCREMENT may draw on another.</param>
internal sealed record HoldRow(RequestName Name, long Lease, int Currency, long AmountMinor)
{
    public PaymentId Payment => PaymentId.Of(Name);

    public static HoldRow Of(Hold hold) => new(hold.Name, hold.Parts[0].Lease, hold.Currency, hold.AmountMinor);
}

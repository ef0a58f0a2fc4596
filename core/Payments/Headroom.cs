namespace MqttPay.Payments;

/// <summary>
/// What each limit still allowed when a request was declined: for operators. A device is told the code alone, since
/// headroom would tell a thief how much to ask for. Minor units, and counts of approvals; negative when exceeded.
/// </summary>
public sealed record Headroom(
    long FloorMinor, long SoftCount, long HardCount, long SoftCumulativeMinor, long HardCumulativeMinor,
    long AccountDayMinor, long PayeeMinor, long EdgeMinor, long LeaseMinor)
{
    /// <summary>How far limits had shrunk by staleness and tier, in basis points.</summary>
    public required int FactorBasisPoints { get; init; }
}

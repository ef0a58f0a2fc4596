namespace MqttPay.CloudSync.Reports;

/// <summary>What the operator could lose now, of all gateways, of one, or of one account.</summary>
/// <param name="Scope">fleet, gateway or account.</param>
/// <param name="Total">One line for each currency.</param>
/// <param name="Parts">By gateway, or by account of one gateway; the largest first, at most 1,000.</param>
internal sealed record ExposureView(
    string Scope, string? Id, IReadOnlyList<ExposureLine> Total, IReadOnlyList<ExposurePart> Parts);

/// <param name="Leases">Leases that are not closed and not taken back.</param>
/// <param name="LeasedMinor">What is left of payers' leases, as far as it is posted.</param>
/// <param name="FloatMinor">What is left of float leases.</param>
/// <param name="HeldMinor">The part of both that is held for a capture.</param>
/// <param name="UnpostedMinor">The part of both that may be approved already, or be approved at any moment.</param>
/// <param name="ReclaimedMinor">Taken back by force and not settled: the operator has lost it already.</param>
/// <param name="WorstLossMinor">What is lost if the edges vanish now: leases and float, whatever came of them.</param>
internal sealed record ExposureLine(
    int Currency, long Leases, long LeasedMinor, long FloatMinor, long HeldMinor, long UnpostedMinor,
    long ReclaimedMinor, long WorstLossMinor);

/// <param name="AccountId">Null for the float.</param>
internal sealed record ExposurePart(
    uint EdgeId, string? AccountId, ExposureLine Line, DateTimeOffset? LastContactAt);

using MqttPay.EdgeAgent.Rounds;

namespace MqttPay.EdgeAgent.Http;

/// <summary>One decline by a limit, as <c>GET /refusals</c> says it: what each limit still allowed.</summary>
/// <param name="LeaseMinor">What the lease still had; the other amounts and counts likewise.</param>
internal sealed record RefusalReport(
    long Unix, string PaymentId, string Kid, string Operation, string Code, long AmountMinor, int Currency,
    string Evidence, long FloorMinor, long SoftCount, long HardCount, long SoftCumulativeMinor,
    long HardCumulativeMinor, long AccountDayMinor, long PayeeMinor, long EdgeMinor, long LeaseMinor,
    int FactorBasisPoints)
{
    public static RefusalReport Of(Refusal refusal) => new(
        refusal.Unix, refusal.Payment.ToString(), refusal.Kid.ToString(), AgentJson.NameOf(refusal.Operation),
        AgentJson.NameOf(refusal.Code), refusal.AmountMinor, refusal.Currency, refusal.Evidence.ToString(),
        refusal.Headroom.FloorMinor, refusal.Headroom.SoftCount, refusal.Headroom.HardCount,
        refusal.Headroom.SoftCumulativeMinor, refusal.Headroom.HardCumulativeMinor, refusal.Headroom.AccountDayMinor,
        refusal.Headroom.PayeeMinor, refusal.Headroom.EdgeMinor, refusal.Headroom.LeaseMinor,
        refusal.Headroom.FactorBasisPoints);
}

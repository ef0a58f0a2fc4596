using MqttPay.Rounds;

namespace MqttPay.CloudSync.Leases;

/// <summary>The lease that a new one would replace.</summary>
/// <param name="LeftMinor">What the cloud knows to be left of it; the edge may have spent more.</param>
internal sealed record PresentLease(long LeftMinor, DateTimeOffset GrantedAt, DateTimeOffset SpendUntil)
{
    public bool RunsOut(DateTimeOffset now) =>
        (now - GrantedAt).Ticks >= (SpendUntil - GrantedAt).Ticks / 100 * LeaseWants.RenewPercent;
}

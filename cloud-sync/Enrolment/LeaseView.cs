namespace MqttPay.CloudSync.Enrolment;

/// <summary>A lease that is not closed. A float lease has no account.</summary>
internal sealed record LeaseView(
    long Lease, string? AccountId, uint Fence, string State, long LimitMinor, long LeftMinor, long HeldMinor,
    DateTimeOffset GrantedAt, DateTimeOffset SpendUntil);

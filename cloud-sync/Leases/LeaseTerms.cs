namespace MqttPay.CloudSync.Leases;

/// <summary>What a gateway may be granted, read under its row's lock.</summary>
internal sealed record LeaseTerms(
    bool Active, uint Fence, int Currency, long LeaseMinor, long FloatMinor, uint SpendSeconds);

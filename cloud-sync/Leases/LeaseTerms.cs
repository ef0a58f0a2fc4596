using MqttPay.Payments;

namespace MqttPay.CloudSync.Leases;

/// <summary>What a gateway may be granted, read under its row's lock.</summary>
internal sealed record LeaseTerms(
    bool Active, uint Fence, int Currency, long LeaseMinor, long FloatMinor, uint SpendSeconds, long NewcomerMinor,
    int ShareBasisPoints)
{
    public SizingTerms OfPayers { get; } = new()
    {
        NewcomerMinor = NewcomerMinor, ShareBasisPoints = ShareBasisPoints,
        LargestMinor = Math.Min(LeaseMinor, Money.MinorMax),
    };

    /// <summary>The float is put by for this edge alone: there is nobody to share it with.</summary>
    public SizingTerms OfFloat { get; } = new()
    {
        ShareBasisPoints = Limits.Whole, LargestMinor = Math.Min(FloatMinor, Money.MinorMax),
    };
}

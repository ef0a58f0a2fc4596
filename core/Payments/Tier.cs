namespace MqttPay.Payments;

/// <summary>
/// How far a class of devices is trusted. It may shrink limits and ask online more often, and nothing else.
/// </summary>
/// <param name="FactorBasisPoints">What is left of every limit but the lease; at most 10 000.</param>
/// <param name="Masks">OR-ed with the site's, so neither weakens the other.</param>
/// <param name="WantsAttestation">Whether a device without attestation sets bit 15.</param>
/// <param name="WantsScore">Whether a payment without a risk score sets bit 18.</param>
public sealed record Tier(
    int Number, int FactorBasisPoints, DecisionMasks Masks, bool WantsAttestation, bool WantsScore)
{
    /// <summary>A device of no tier: nothing shrinks, nothing is added.</summary>
    public static Tier Standard { get; } = new(0, Limits.Whole, default, false, false);
}

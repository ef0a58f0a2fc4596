namespace MqttPay.Payments;

/// <summary>
/// Which evidence ends in which action, as the terminal and issuer action codes of EMV Book 3: deny at once, ask
/// online,
/// and decline when online was wanted but nobody could be asked.
/// </summary>
public readonly record struct DecisionMasks(Evidence Deny, Evidence Online, Evidence Default)
{
    /// <summary>Start values of a site's policy.</summary>
    public static DecisionMasks Standard { get; } =
        new((Evidence)0x00001000, (Evidence)0x04F107FF, (Evidence)0x04C10015);

    /// <summary>Site and tier masks are OR-ed, so neither weakens the other.</summary>
    public DecisionMasks With(DecisionMasks other) =>
        new(Deny | other.Deny, Online | other.Online, Default | other.Default);
}

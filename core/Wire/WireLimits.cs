namespace MqttPay.Wire;

/// <summary>
/// Bounds of what is on the wire; a parser refuses beyond them and allocates nothing by a claimed size.
/// </summary>
public static class WireLimits
{
    /// <summary>ISO 8583:1993 field 4 is n 12.</summary>
    public const long AmountMinorMax = 999_999_999_999;

    /// <summary>WireLimits of a policy: their ten-thousandfold (basis points) still fits a long.</summary>
    public const long PolicyMinorMax = 100_000_000_000_000;

    public const int CurrencyMax = 999;

    /// <summary>Leaves in a round.</summary>
    public const int RoundSizeMax = 1_024;

    /// <summary>32 bytes for each of the ten levels above 1,024 leaves.</summary>
    public const int PathMax = 320;

    public const int DecisionMax = 64;

    /// <summary>A SEAL lists every lease of an edge, so it is the largest event.</summary>
    public const int EventMax = 1 << 20;

    /// <summary>A signed document of the cloud; a roster of a large site is the largest.</summary>
    public const int DocumentMax = 64 << 20;

    public const int BatchLeavesMax = 8_192;

    public const int RosterDevicesMax = 1_000_000;

    public const int DenyKeysMax = 1_000_000;

    public const int ListMax = 100_000;
}

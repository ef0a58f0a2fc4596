namespace MqttPay.FirmwareSim.Devices;

/// <summary>What a device's firmware was built with.</summary>
internal sealed record DeviceRules
{
    /// <summary>How long after publishing the same bytes go out again when nothing came back.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait between two sends of the same bytes.</summary>
    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After so many hints of overload the customer is told "no answer".</summary>
    public int HintsMax { get; init; } = 3;

    /// <summary>
    /// Whether the key may send REVERSE; without it the same bytes are repeated for ever, and what can never be decided
    /// is only forgotten.
    /// </summary>
    public bool MayReverse { get; init; }

    /// <summary>Whether it is a payee's device, which hears what is held for it.</summary>
    public bool TakesNotices { get; init; }
}

namespace MqttPay.CloudSync.Enrolment;

/// <summary>A key's successor.</summary>
/// <param name="PublicKey">The new key, a hex COSE_Key.</param>
/// <param name="OverlapSeconds">How long the old key goes on; it may be revoked before.</param>
internal sealed record RotationInput(string? PublicKey, long? OverlapSeconds = null)
{
    private const long Longest = 365 * 86_400;

    /// <summary>Null when it is out of range.</summary>
    public TimeSpan? Overlap(TimeSpan standard) => OverlapSeconds switch
    {
        null => standard,
        >= 0 and <= Longest => TimeSpan.FromSeconds(OverlapSeconds.Value),
        _ => null,
    };
}

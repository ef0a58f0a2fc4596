namespace MqttPay.Payments;

/// <summary>What a new request is to its device's chain.</summary>
public enum SequenceStep
{
    Next,
    /// <summary>Further than the next sequence: normal when a device roams.</summary>
    Gap,
    /// <summary>The next sequence, but another previous digest: proof that two devices hold one key.</summary>
    Fork,
    /// <summary>Too low, too far ahead, or of an older epoch: hint 11.</summary>
    Stale,
    /// <summary>Of a newer epoch than the cloud told this edge: hint 21.</summary>
    RecordTooOld,
}

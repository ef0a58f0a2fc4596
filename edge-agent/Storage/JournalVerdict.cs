namespace MqttPay.EdgeAgent.Storage;

/// <summary>What recovery found.</summary>
internal abstract record JournalVerdict
{
    private JournalVerdict()
    {
    }

    /// <summary>Everything written is whole.</summary>
    internal sealed record Clean : JournalVerdict;

    /// <summary>A frame that never became durable was cut off.</summary>
    /// <param name="Bytes">How many bytes behind the end were not zero, from the first to the last.</param>
    /// <param name="KeptAs">The file that keeps them for diagnosis, or why they could not be kept.</param>
    internal sealed record Cut(long Bytes, string KeptAs) : JournalVerdict;

    /// <summary>Bytes that were durable are gone or changed. Nothing may be appended; the edge freezes.</summary>
    internal sealed record Damaged(string File, long Offset, string What) : JournalVerdict;
}

using MqttPay.Payments;

namespace MqttPay.CloudSync.Ingest;

/// <summary>What an edge is told about the batch that it posted.</summary>
internal abstract record IngestResult
{
    private IngestResult() { }

    /// <summary>200. The same batch gets the same bytes for ever.</summary>
    /// <param name="New">Whether this call posted it.</param>
    public sealed record Acked(byte[] Ack, bool New) : IngestResult;

    /// <summary>409: rounds are missing before it.</summary>
    public sealed record Gap(long NextRound, Hash Head) : IngestResult;

    /// <summary>409: the edge has two histories and is frozen.</summary>
    public sealed record Fork(long NextRound, Hash Head) : IngestResult;

    /// <summary>422: the edge quarantines it. Nothing of it is posted.</summary>
    public sealed record Refused(string Code, string Reason) : IngestResult;

    /// <summary>503.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : IngestResult;
}

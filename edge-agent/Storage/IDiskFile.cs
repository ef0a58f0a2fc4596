namespace MqttPay.EdgeAgent.Storage;

/// <summary>One open file. Reading is safe from any thread, also while another writes other bytes.</summary>
internal interface IDiskFile : IDisposable
{
    long Length { get; }

    /// <summary>Fills the target as far as the file reaches and returns how far.</summary>
    int Read(long offset, Span<byte> target);

    void Write(long offset, ReadOnlySpan<byte> bytes);

    void SetLength(long length);

    /// <summary>Makes written bytes durable (fdatasync): enough while the length stays the same.</summary>
    void SyncContent();

    /// <summary>Makes bytes and length durable (fsync).</summary>
    void SyncAll();
}

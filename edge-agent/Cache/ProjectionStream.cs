using MqttPay.EdgeAgent.Storage;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>
/// One of LiteDB's files. LiteDB syncs page by page, which a cache has no use for: a flush does nothing here, and
/// only a
/// clean close syncs. LiteDB may swallow a failed write until later, so the first one is remembered.
/// </summary>
internal sealed class ProjectionStream(IDiskFile file) : Stream
{
    private Exception? fault;

    /// <summary>The first failure of this file; after it nothing in it is believed.</summary>
    public Exception? Fault => Volatile.Read(ref fault);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = file.Read(Position, buffer);
            Position += read;
            return read;
        }
        catch (Exception cause)
        {
            Remember(cause);
            throw;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            file.Write(Position, buffer);
            Position += buffer.Length;
        }
        catch (Exception cause)
        {
            Remember(cause);
            throw;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        SeekOrigin.End => Length + offset,
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    public override void SetLength(long value)
    {
        try
        {
            file.SetLength(value);
        }
        catch (Exception cause)
        {
            Remember(cause);
            throw;
        }
    }

    public override void Flush()
    {
        // What is lost with the power is rebuilt from the journal.
    }

    /// <summary>Makes everything written durable.</summary>
    public void Sync()
    {
        try
        {
            file.SyncAll();
        }
        catch (Exception cause)
        {
            Remember(cause);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }

    private void Remember(Exception cause) => Interlocked.CompareExchange(ref fault, cause, null);
}

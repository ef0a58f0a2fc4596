namespace MqttPay.EdgeAgent.Storage;

/// <summary>Reads a file forwards through a window, so that a scan costs one large read per few mebibytes.</summary>
internal sealed class SegmentReader(IDiskFile file)
{
    private const int WindowMax = 4 << 20;

    private byte[] window = [];
    private long start;
    private int count;

    /// <summary>
    /// The bytes from an offset: as many as wanted or more, fewer only where the file or the limit ends. Good until the
    /// next call.
    /// </summary>
    public ReadOnlySpan<byte> From(long offset, int wanted, long limit)
    {
        wanted = (int)Math.Clamp(limit - offset, 0, wanted);
        if (offset < start || offset + wanted > start + count) Fill(offset, limit);

        var skipped = (int)(offset - start);
        var reach = (int)Math.Clamp(limit - offset, 0, count - skipped);
        return window.AsSpan(skipped, reach);
    }

    private void Fill(long offset, long limit)
    {
        var size = (int)Math.Clamp(limit - offset, 0, WindowMax);
        if (window.Length < size) window = new byte[size];
        start = offset;
        count = 0;
        count = file.Read(offset, window.AsSpan(0, size));
    }
}

namespace MqttPay.UnitTests.EdgeAgent.Storage;

/// <summary>What a file holds for those who read it, what of it is durable, and what was written in between.</summary>
internal sealed class SimulatedFile(byte[] durable)
{
    private const int Page = 4_096;

    private readonly List<Change> pending = [];

    private byte[] durable = durable;

    public byte[] Content { get; private set; } = [.. durable];

    public byte[] Durable => durable;

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (Content.Length < offset + bytes.Length) Resize((int)offset + bytes.Length);
        bytes.CopyTo(Content.AsSpan((int)offset));
        pending.Add(new Change(offset, bytes.ToArray(), null));
    }

    public void SetLength(long length)
    {
        Resize((int)length);
        pending.Add(new Change(0, [], (int)length));
    }

    public void Sync()
    {
        foreach (var change in pending)
            Persist(change);
        pending.Clear();
    }

    /// <summary>As Linux does it: some pages got through, all count as clean, and readers see everything.</summary>
    public void FailSync(Random random)
    {
        foreach (var change in pending.Where(_ => random.Next(2) == 0))
            Persist(change);
        pending.Clear();
    }

    public void LosePower(CrashMode mode, Random random)
    {
        var kept = mode is CrashMode.Prefix or CrashMode.Torn ? random.Next(pending.Count + 1) : 0;
        foreach (var change in pending.Take(kept))
            Store(change.Offset, change.Bytes, change.Length);
        if (mode == CrashMode.Torn && kept < pending.Count && pending[kept] is { Length: null } torn)
            Store(torn.Offset, torn.Bytes[..random.Next(torn.Bytes.Length)], null);
        if (mode == CrashMode.Reorder)
            Reorder(random);

        pending.Clear();
        Content = [.. durable];
    }

    private void Reorder(Random random)
    {
        foreach (var change in pending)
        {
            if (change.Length is not null)
            {
                Store(0, [], change.Length);
                continue;
            }

            for (var at = 0; at < change.Bytes.Length;)
            {
                var size = (int)Math.Min(change.Bytes.Length - at, Page - (change.Offset + at) % Page);
                if (random.Next(4) > 0) Store(change.Offset + at, change.Bytes[at..(at + size)], null);
                at += size;
            }
        }
    }

    /// <summary>A sync writes whole pages as readers see them, not the bytes of one write.</summary>
    private void Persist(Change change)
    {
        if (change.Length is not null)
        {
            Store(0, [], change.Length);
            return;
        }

        var from = (int)(change.Offset / Page * Page);
        var to = Math.Min((int)((change.Offset + change.Bytes.Length + Page - 1) / Page * Page), Content.Length);
        if (from < to) Store(from, Content[from..to], null);
    }

    private void Store(long offset, byte[] bytes, int? length)
    {
        var size = length ?? Math.Max(durable.Length, (int)offset + bytes.Length);
        if (bytes.Length == 0 && length is null) return;
        if (size != durable.Length) Array.Resize(ref durable, size);
        bytes.CopyTo(durable.AsSpan((int)offset));
    }

    private void Resize(int length)
    {
        var resized = Content;
        Array.Resize(ref resized, length);
        Content = resized;
    }

    private sealed record Change(long Offset, byte[] Bytes, int? Length);
}

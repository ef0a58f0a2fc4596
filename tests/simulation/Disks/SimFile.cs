namespace MqttPay.Simulation.Disks;

/// <summary>What a file holds for those who read it, what of it is durable, and what was written in between.</summary>
internal sealed class SimFile
{
    private const int Page = 4_096;
    private readonly List<Change> pending = [];
    private byte[] durable;

    public SimFile(int size)
    {
        Content = new byte[size];
        durable = [];
        pending.Add(new(0, [], size));
    }

    private SimFile(byte[] bytes) => (Content, durable) = (bytes, [.. bytes]);

    public byte[] Content { get; private set; }

    public byte[] Durable => durable;

    public bool HasPending => pending.Count > 0;

    public SimFile CopyOfDurable() => new([.. durable]);

    public void Write(int offset, ReadOnlySpan<byte> bytes)
    {
        if (Content.Length < offset + bytes.Length) Resize(offset + bytes.Length);
        bytes.CopyTo(Content.AsSpan(offset));
        pending.Add(new(offset, bytes.ToArray(), -1));
    }

    public void SetLength(int length)
    {
        Resize(length);
        pending.Add(new(0, [], length));
    }

    public void Sync()
    {
        foreach (var change in pending) Persist(change);
        pending.Clear();
    }

    /// <summary>As Linux does it: some pages got through, all count as clean, and readers see everything.</summary>
    public void FailSync(Draws draws)
    {
        foreach (var change in pending)
            if (draws.Percent(50)) Persist(change);
        pending.Clear();
    }

    public void LosePower(CrashMode mode, Draws draws)
    {
        if (mode is CrashMode.Reorder) Reorder(draws);
        else if (mode is CrashMode.Prefix or CrashMode.Torn) KeepPrefix(mode, draws);
        pending.Clear();
        if (!Content.AsSpan().SequenceEqual(durable)) Content = [.. durable];
    }

    /// <summary>A bit changes at rest. Returns whether there was one to change.</summary>
    public bool Rot(Draws draws)
    {
        var end = durable.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        if (end == 0) return false;
        var at = draws.Below(end);
        durable[at] ^= (byte)(1 << draws.Below(8));
        Content[at] = durable[at];
        return true;
    }

    private void KeepPrefix(CrashMode mode, Draws draws)
    {
        var kept = draws.Below(pending.Count + 1);
        for (var i = 0; i < kept; i++) Store(pending[i].Offset, pending[i].Bytes, pending[i].Length);
        if (mode is not CrashMode.Torn || kept >= pending.Count || pending[kept] is not { Length: < 0 } torn) return;
        if (torn.Bytes.Length > 1) Store(torn.Offset, torn.Bytes[..draws.Below(torn.Bytes.Length)], -1);
    }

    private void Reorder(Draws draws)
    {
        foreach (var change in pending)
        {
            if (change.Length >= 0)
            {
                Store(0, [], change.Length);
                continue;
            }

            for (var at = 0; at < change.Bytes.Length;)
            {
                var size = Math.Min(change.Bytes.Length - at, Page - ((change.Offset + at) % Page));
                if (draws.Below(4) > 0) Store(change.Offset + at, change.Bytes[at..(at + size)], -1);
                at += size;
            }
        }
    }

    /// <summary>A sync writes whole pages as readers see them, not the bytes of one write.</summary>
    private void Persist(Change change)
    {
        if (change.Length >= 0)
        {
            Store(0, [], change.Length);
            return;
        }

        var from = change.Offset / Page * Page;
        var to = Math.Min((change.Offset + change.Bytes.Length + Page - 1) / Page * Page, Content.Length);
        if (durable.Length < to) Array.Resize(ref durable, to);
        if (from < to) Content.AsSpan(from, to - from).CopyTo(durable.AsSpan(from));
    }

    private void Store(int offset, byte[] bytes, int length)
    {
        if (bytes.Length == 0 && length < 0) return;
        var size = length >= 0 ? length : Math.Max(durable.Length, offset + bytes.Length);
        if (size != durable.Length) Array.Resize(ref durable, size);
        bytes.CopyTo(durable.AsSpan(offset));
    }

    private void Resize(int length)
    {
        if (length == Content.Length) return;
        var resized = Content;
        Array.Resize(ref resized, length);
        Content = resized;
    }

    /// <summary>A write, or with a length of 0 or more a change of the file's length.</summary>
    private readonly record struct Change(int Offset, byte[] Bytes, int Length);
}

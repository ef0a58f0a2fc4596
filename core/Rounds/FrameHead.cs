namespace MqttPay.Rounds;

/// <summary>The fields before a frame's payload. The kind is raw: other logs have their own.</summary>
/// <param name="Flags">Flags and reserved bits: zero in every frame that this version knows.</param>
/// <param name="Length">Bytes of the payload.</param>
public readonly record struct FrameHead(
    long Lsn, uint Fence, uint Incarnation, ushort Kind, ulong Flags, int Length)
{
    /// <summary>Bytes of the whole frame, padding included.</summary>
    public int Size => JournalFrame.SizeOf(Length);
}

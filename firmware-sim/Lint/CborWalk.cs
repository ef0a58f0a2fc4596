using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>
/// Walks CBOR without knowing what it means: where an item ends, and the first breach of the deterministic form.
/// </summary>
internal static class CborWalk
{
    private const int DepthMax = 32;

    /// <summary>Finds the first breach, its offset and kind; None when the bytes are one deterministic item.</summary>
    public static (WireError Error, int Offset) FirstFault(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        var fault = Item(bytes, ref at, 0);
        if (fault.Error is not WireError.None) return fault;
        return at < bytes.Length ? (WireError.TrailingBytes, at) : default;
    }

    /// <summary>Where the item at the offset ends, or -1 when it cannot be told.</summary>
    public static int EndOf(ReadOnlySpan<byte> bytes, int at)
    {
        var end = at;
        var fault = Item(bytes, ref end, 0);
        return fault.Error is WireError.None or WireError.NotShortestForm or WireError.LabelOrder ? end : -1;
    }

    /// <summary>
    /// Keeps walking behind a breach of form, so that the end is still found; stops where it cannot be.
    /// </summary>
    private static (WireError Error, int Offset) Item(ReadOnlySpan<byte> bytes, ref int at, int depth)
    {
        var start = at;
        if (depth > DepthMax) return (WireError.WrongType, start);
        var error = CborHead.TryRead(bytes, at, out var head);
        if (error is not WireError.None) return (error, start);
        if (head.Indefinite) return (WireError.IndefiniteLength, start);
        at = head.Next;
        (WireError Error, int Offset) first = default;
        if (head.Size > head.ShortestSize && head.Major != CborHead.Simple) first = (WireError.NotShortestForm, start);
        var inner = head.Major switch
        {
            CborHead.Bytes or CborHead.Text => Skip(bytes, ref at, head.Value, start),
            CborHead.Array => Items(bytes, ref at, head.Value, depth),
            CborHead.Map => Entries(bytes, ref at, head.Value, depth),
            CborHead.Tag => Item(bytes, ref at, depth + 1),
            _ => default,
        };
        if (first.Error is WireError.None) return inner;
        var lost = inner.Error is WireError.Truncated or WireError.IndefiniteLength or WireError.ReservedInfo;
        return lost ? inner : first;
    }

    private static (WireError Error, int Offset) Skip(ReadOnlySpan<byte> bytes, ref int at, ulong length, int start)
    {
        if (length > (ulong)(bytes.Length - at)) return (WireError.Truncated, start);
        at += (int)length;
        return default;
    }

    private static (WireError Error, int Offset) Items(ReadOnlySpan<byte> bytes, ref int at, ulong count, int depth)
    {
        (WireError Error, int Offset) first = default;
        for (var i = 0UL; i < count; i++)
        {
            var fault = Item(bytes, ref at, depth + 1);
            if (first.Error is WireError.None) first = fault;
            if (fault.Error is not (WireError.None or WireError.NotShortestForm or WireError.LabelOrder)) return fault;
        }

        return first;
    }

    private static (WireError Error, int Offset) Entries(ReadOnlySpan<byte> bytes, ref int at, ulong count, int depth)
    {
        (WireError Error, int Offset) first = default;
        ReadOnlySpan<byte> previous = [];
        for (var i = 0UL; i < count; i++)
        {
            var labelAt = at;
            var fault = Items(bytes, ref at, 1, depth);
            if (fault.Error is WireError.None)
            {
                var label = bytes[labelAt..at];
                if (i > 0 && label.SequenceCompareTo(previous) <= 0) fault = (WireError.LabelOrder, labelAt);
                previous = label;
            }

            if (first.Error is WireError.None) first = fault;
            if (fault.Error is not (WireError.None or WireError.NotShortestForm or WireError.LabelOrder)) return fault;
            fault = Items(bytes, ref at, 1, depth);
            if (first.Error is WireError.None) first = fault;
            if (fault.Error is not (WireError.None or WireError.NotShortestForm or WireError.LabelOrder)) return fault;
        }

        return first;
    }
}

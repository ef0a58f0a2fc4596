using MqttPay.Host.Codes;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>Says in words what is wrong at a byte.</summary>
internal static class FaultText
{
    public static LintFault Of(WireError error, int offset, ReadOnlySpan<byte> bytes) =>
        new(error, offset, Specific(error, offset, bytes) ?? General(error));

    private static string? Specific(WireError error, int offset, ReadOnlySpan<byte> bytes)
    {
        if (error is WireError.Truncated)
            return $"an item that starts here needs more than the {bytes.Length} bytes there are";
        if (error is WireError.TooLong) return $"{bytes.Length} bytes; a request has at most {RequestCodec.MessageMax}";
        if (error is WireError.TrailingBytes) return $"{bytes.Length - offset} bytes follow the end of the message";
        if (offset >= bytes.Length || CborHead.TryRead(bytes, offset, out var head) is not WireError.None) return null;
        var written = Spaced(bytes.Slice(offset, head.Size));
        return error switch
        {
            WireError.NotShortestForm when head.Size > head.ShortestSize =>
                $"{written} encodes {head.Value} in {Words(head.Size)}; "
                + $"deterministic CBOR wants {Spaced(head.Shortest())}",
            WireError.IndefiniteLength => $"{written} opens an item without a length; write the length instead",
            WireError.LabelOrder => $"label {head.Value} comes after a higher one, or twice; labels ascend",
            WireError.UnknownLabel => $"label {head.Value} is not known to this version",
            WireError.LabelNotAllowed => $"label {head.Value} is not allowed for this operation",
            WireError.WrongType => $"{written} is {TypeOf(head.Major)}, which this field does not take",
            WireError.OutOfRange => $"{head.Value} is outside this field's range",
            WireError.WrongSize => $"{head.Value} is not this field's length",
            WireError.UnknownOp => $"{head.Value} is no operation; 1 to 10 are",
            WireError.SignatureSize => $"the signature has {head.Value} bytes; both algorithms have 64",
            WireError.KidSize => $"the key id has {head.Value} bytes; it has 8",
            _ => null,
        };
    }

    private static string General(WireError error)
    {
        var entry = CodeCatalogue.Find(3_000 + (int)error);
        return entry is null ? error.ToString() : $"{entry.Happened} {entry.Remedy}";
    }

    private static string Words(int size) => size switch
    {
        2 => "two bytes",
        3 => "three bytes",
        5 => "five bytes",
        _ => "nine bytes",
    };

    private static string TypeOf(int major) => major switch
    {
        CborHead.Unsigned => "a number",
        CborHead.Negative => "a negative number",
        CborHead.Bytes => "a byte string",
        CborHead.Text => "text",
        CborHead.Array => "a list",
        CborHead.Map => "a map",
        CborHead.Tag => "a tag",
        _ => "a float, a boolean or null",
    };

    private static string Spaced(ReadOnlySpan<byte> bytes)
    {
        var text = Convert.ToHexStringLower(bytes);
        return string.Join(' ', text.Chunk(2).Select(pair => new string(pair)));
    }
}

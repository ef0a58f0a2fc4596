using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>Lists the entries of a map that uses numbers as labels, as far as they can be read.</summary>
internal static class MapFields
{
    /// <param name="at">Offset of the map in the bytes.</param>
    public static List<LintField> Read(ReadOnlySpan<byte> bytes, int at, int depth, Func<ulong, string> nameOf)
    {
        var fields = new List<LintField>();
        if (!Readable(bytes, at, out var map) || map.Major != CborHead.Map) return fields;
        at = map.Next;
        for (var i = 0UL; i < map.Value; i++)
        {
            if (!Readable(bytes, at, out var label)) break;
            var valueAt = CborWalk.EndOf(bytes, at);
            if (valueAt < 0 || !Readable(bytes, valueAt, out var value)) break;
            var end = CborWalk.EndOf(bytes, valueAt);
            if (end < 0) break;
            var name = label.Major == CborHead.Unsigned ? nameOf(label.Value) : "a label that is no number";
            fields.Add(new(valueAt, name, FieldText.Of(bytes, value, name), depth));
            at = end;
        }

        return fields;
    }

    private static bool Readable(ReadOnlySpan<byte> bytes, int at, out CborHead head) =>
        CborHead.TryRead(bytes, at, out head) is WireError.None && !head.Indefinite;
}

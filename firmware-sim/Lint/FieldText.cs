using System.Globalization;
using System.Text;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>A field's value in words.</summary>
internal static class FieldText
{
    private static readonly Dictionary<ulong, string> Currencies = new()
    {
        [36] = "AUD", [124] = "CAD", [156] = "CNY", [203] = "CZK", [208] = "DKK", [344] = "HKD", [348] = "HUF",
        [356] = "INR", [392] = "JPY", [410] = "KRW", [578] = "NOK", [702] = "SGD", [710] = "ZAR", [752] = "SEK",
        [756] = "CHF", [826] = "GBP", [840] = "USD", [978] = "EUR", [985] = "PLN", [986] = "BRL",
    };

    /// <summary>The text of the item at the offset; a nested list is written in brackets.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, CborHead head, string name)
    {
        switch (head.Major)
        {
            case CborHead.Unsigned: return Number(head.Value, name);
            case CborHead.Negative: return "-" + (head.Value + 1).ToString(CultureInfo.InvariantCulture);
            case CborHead.Bytes: return Hex(bytes.Slice(head.Next, (int)head.Value));
            case CborHead.Text: return '"' + Encoding.UTF8.GetString(bytes.Slice(head.Next, (int)head.Value)) + '"';
            case CborHead.Array: return List(bytes, head);
            case CborHead.Map: return $"map of {head.Value}";
            case CborHead.Tag: return $"tag {head.Value}";
            default: return SimpleText(head.Value);
        }
    }

    public static string Hex(ReadOnlySpan<byte> bytes)
    {
        const int Shown = 40;
        if (bytes.IsEmpty) return "(empty)";
        return bytes.Length <= Shown
            ? Convert.ToHexStringLower(bytes)
            : $"{Convert.ToHexStringLower(bytes[..Shown])}… ({bytes.Length} bytes)";
    }

    private static string SimpleText(ulong value) =>
        value switch { 20 => "false", 21 => "true", 22 => "null", _ => $"simple {value}" };

    private static string Number(ulong value, string name)
    {
        var digits = value.ToString(CultureInfo.InvariantCulture);
        var meaning = name switch
        {
            "operation" => Enum.IsDefined((Operation)Math.Min(value, 255)) ? ((Operation)value).ToString() : "unknown",
            "currency" => Currencies.GetValueOrDefault(value),
            "code" => Enum.IsDefined((DecisionCode)Math.Min(value, 255)) ? ((DecisionCode)value).ToString() : "unknown",
            "evidence" or "deny mask" or "online mask" or "default mask" when value <= uint.MaxValue =>
                $"0x{value:x8}: {(Evidence)(uint)value}",
            "flags" when value <= 7 => ((RequestFlags)value).ToString(),
            "time" or "device time" when value <= uint.MaxValue => DateTimeOffset.FromUnixTimeSeconds((long)value)
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            _ => null,
        };
        return meaning is null ? digits : $"{digits} ({meaning})";
    }

    private static string List(ReadOnlySpan<byte> bytes, CborHead list)
    {
        const int Shown = 8;
        var texts = new List<string>();
        var at = list.Next;
        for (var i = 0UL; i < Math.Min(list.Value, Shown); i++)
        {
            if (CborHead.TryRead(bytes, at, out var head) is not Wire.WireError.None || head.Indefinite) break;
            var end = CborWalk.EndOf(bytes, at);
            if (end < 0) break;
            texts.Add(Of(bytes, head, ""));
            at = end;
        }

        if (list.Value > Shown) texts.Add($"… ({list.Value} in all)");
        return $"[{string.Join(", ", texts)}]";
    }
}

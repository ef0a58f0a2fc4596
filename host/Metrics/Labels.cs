using System.Globalization;
using System.Text;

namespace MqttPay.Host.Metrics;

/// <summary>The labels of one series in their written form, which is also its key: <c>a="1",b="2"</c>.</summary>
internal static class Labels
{
    public static string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";

        // Sorted, so that the order in which a caller names its labels makes no second series.
        var sorted = tags.ToArray();
        Array.Sort(sorted, (left, right) => string.CompareOrdinal(left.Key, right.Key));

        var text = new StringBuilder();
        foreach (var (name, value) in sorted)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(name).Append("=\"");
            AppendEscaped(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
            text.Append('"');
        }
        return text.ToString();
    }

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (var letter in value)
        {
            if (letter == '\n') text.Append("\\n");
            else if (letter is '\\' or '"') text.Append('\\').Append(letter);
            else text.Append(letter);
        }
    }
}

using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// The three topics of a device: <c>p/{kid}/q</c> requests, <c>p/{kid}/r</c> replies, <c>p/{kid}/c</c> config.
/// </summary>
public static class Topics
{
    /// <summary>Every topic of ours is this long; any other spelling is not ours.</summary>
    public const int Length = 20;

    public static string Request(KeyId kid) => $"p/{kid}/q";

    public static string Reply(KeyId kid) => $"p/{kid}/r";

    public static string Config(KeyId kid) => $"p/{kid}/c";

    /// <summary>Reads a topic; the leg is <c>q</c>, <c>r</c> or <c>c</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> topic, out KeyId kid, out char leg)
    {
        (kid, leg) = (default, default);
        if (topic.Length != Length || !topic.StartsWith("p/") || topic[18] != '/') return false;
        if (topic[19] is not ('q' or 'r' or 'c') || !KeyId.TryParse(topic[2..18], out kid)) return false;
        leg = topic[19];
        return true;
    }

    /// <summary>Reads a topic as it is in the packet.</summary>
    public static bool TryParse(ReadOnlySpan<byte> topic, out KeyId kid, out char leg)
    {
        (kid, leg) = (default, default);
        if (topic.Length != Length) return false;
        Span<char> text = stackalloc char[Length];
        for (var i = 0; i < Length; i++) text[i] = (char)topic[i];
        return TryParse((ReadOnlySpan<char>)text, out kid, out leg);
    }
}

using System.Text;
using MqttPay.Payments;

namespace MqttPay.Broker.Machine;

/// <summary>Topics of the form <c>p/{kid}/{leg}</c>.</summary>
internal static class PaymentTopic
{
    public const byte Request = (byte)'q';
    private const int Length = 20;

    public static bool IsRequest(ReadOnlySpan<byte> topic) => TryParse(topic, out _, out var leg) && leg == Request;

    public static bool TryParse(ReadOnlySpan<byte> topic, out KeyId kid, out byte leg)
    {
        (kid, leg) = (default, 0);
        if (topic.Length != Length || !topic.StartsWith("p/"u8) || topic[18] != (byte)'/') return false;
        Span<char> digits = stackalloc char[16];
        if (Encoding.ASCII.GetChars(topic[2..18], digits) != 16 || !KeyId.TryParse(digits, out kid)) return false;
        leg = topic[19];
        return true;
    }
}

using MqttPay.Host.Codes;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim;

/// <summary>The catalogue's word for a decision.</summary>
internal static class CodeNames
{
    public static string Of(DecisionCode code) => CodeCatalogue.Find(2_000 + (int)code)?.Name ?? $"code_{(int)code}";
}

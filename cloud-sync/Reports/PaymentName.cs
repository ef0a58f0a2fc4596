using System.Globalization;
using MqttPay.Payments;

namespace MqttPay.CloudSync.Reports;

/// <summary>The two ways to say which payment is meant.</summary>
internal static class PaymentName
{
    /// <summary>A payment id, with or without <c>pay_</c>, or a device's name for it: KID-EPOCH-SEQUENCE.</summary>
    public static PaymentId? Read(string text)
    {
        if (PaymentId.TryParse(text, out var id)) return id;
        var parts = text.Split('-');
        return parts.Length == 3
            && KeyId.TryParse(parts[0], out var kid)
            && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                ? PaymentId.Of(new(kid, epoch, sequence))
                : null;
    }
}

using System.Globalization;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>Requests of somebody who does not keep to the rules: CBOR by hand, signed with a true key.</summary>
internal static class HandMade
{
    public static byte[] Sale(DeviceIdentity device, uint edge, long sequence, long amountMinor) =>
        Signed(device, new()
        {
            Operation = Operation.Sale,
            Kid = device.Kid,
            Epoch = 1,
            Sequence = sequence,
            Edge = edge,
            AmountMinor = amountMinor,
            Currency = 978,
        });

    public static byte[] Signed(DeviceIdentity device, PaymentRequest request) =>
        RequestBuilder.Sign(request, device.Key).Message;

    /// <summary>A SALE with sequence 1 whose amount is whatever CBOR says.</summary>
    /// <param name="more">Members behind the last one.</param>
    public static byte[] SaleOf(DeviceIdentity device, uint edge, string amount, int members = 7, string more = "") =>
        Enveloped(device, Convert.FromHexString(
            $"{0xa0 + members:x2}010102010301" + $"05{amount}061903d20850{new string('0', 32)}0d"
            + string.Create(CultureInfo.InvariantCulture, $"19{edge:x4}{more}")));

    /// <summary>The envelope is right, its signature too; the payload is what it is.</summary>
    public static byte[] Enveloped(DeviceIdentity device, byte[] payload)
    {
        var algorithm = device.Key.Public.Algorithm;
        var toBeSigned = CoseSign1.ToBeSigned(MessageKind.Request, device.Kid, algorithm, payload);
        return CoseSign1.Encode(device.Kid, algorithm, payload, device.Key.Sign(toBeSigned));
    }
}

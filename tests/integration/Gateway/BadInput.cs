using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>What no honest device sends, and what docs/WIRE.md says it gets.</summary>
/// <param name="Answer">The reason in the PUBACK, then the hint, the final code, or silence.</param>
internal sealed record BadInput(
    string Name, string Answer, Func<DeviceIdentity, uint, byte[]> Message, Func<DeviceIdentity, string>? Topic = null)
{
    private static DeviceIdentity Stranger { get; } = new(
        Host.Signatures.SigningKey.Create(SignatureAlgorithm.EdDsa), "", default, Mqtt5: true);

    /// <summary>All of them ask for money, and none may get it.</summary>
    public static IReadOnlyList<BadInput> All { get; } =
    [
        new("empty", "99, silence", (_, _) => []),
        new("no CBOR of ours", "99, silence", (_, _) => [0x00]),
        new("no tag", "99, silence", (device, edge) => Good(device, edge)[1..]),
        new("cut in the payload", "99, silence", (device, edge) => Good(device, edge)[..20]),
        new("a byte behind it", "99, hint 12", (device, edge) => [.. Good(device, edge), 0x00]),
        new("oversized", "99, silence", (_, _) => new byte[257]),
        new("one megabyte too large", "no PUBACK, closed", (_, _) => new byte[1_000_000]),
        new("forged signature", "87, hint 9", (device, edge) => Turned(Good(device, edge), ^1)),
        new("changed after signing", "87, hint 9", (device, edge) => Turned(Good(device, edge), ^93)),
        new("signed by a stranger", "87, silence", (_, edge) => Good(Stranger, edge)),
        new("foreign topic", "87, closed", Good, _ => Topics.Request(Stranger.Kid)),
        new("reply topic", "87, silence", Good, device => Topics.Reply(device.Kid)),
        new("zero amount", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "00")),
        new("negative amount", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "3863")),
        new("one unit too much", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "1b000000e8d4a51000")),
        new("overflowing amount", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "1bffffffffffffffff")),
        new("amount as a float", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "f95640")),
        new("amount as text", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "623939")),
        new("amount in a longer form", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "190064")),
        new("reserved length", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "1c")),
        new("unknown label", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "1864", 8, "181e01")),
        new("account 0 as null", "99, hint 12", (device, edge) => HandMade.SaleOf(device, edge, "1864", 8, "0ef6")),
        new("unknown currency", "00, code 13", (device, edge) =>
            Signed(device, edge, sale => sale with { Currency = 840 })),
        new("unknown merchant", "00, code 23", (device, edge) => Signed(device, edge, sale => sale with { Payee = 9 })),
        new("foreign account", "00, code 14", (device, edge) =>
            Signed(device, edge, sale => sale with { Account = new AccountId(9) })),
        new("refund by a payer", "00, code 23", (device, edge) => Signed(device, edge, sale => sale with
        {
            Operation = Operation.Refund,
            ReferenceId = PaymentId.Of(new RequestName(device.Kid, 1, 1)),
        })),
        new("another edge", "00, hint 24", (device, edge) => Good(device, edge + 1)),
        new("more than the lease", "00, code 1", (device, edge) =>
            Signed(device, edge, sale => sale with { AmountMinor = 8_01 })),
    ];

    public string TopicFor(DeviceIdentity device) => Topic?.Invoke(device) ?? Topics.Request(device.Kid);

    private static byte[] Good(DeviceIdentity device, uint edge) => Signed(device, edge, sale => sale);

    private static byte[] Signed(DeviceIdentity device, uint edge, Func<PaymentRequest, PaymentRequest> change) =>
        HandMade.Signed(device, change(new()
        {
            Operation = Operation.Sale,
            Kid = device.Kid,
            Epoch = 1,
            Sequence = 1,
            Edge = edge,
            AmountMinor = 100,
            Currency = 978,
        }));

    private static byte[] Turned(byte[] message, Index at)
    {
        message[at] ^= 1;
        return message;
    }
}

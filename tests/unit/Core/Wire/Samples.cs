using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>Known-good values; a test changes what it is about.</summary>
internal static class Samples
{
    public static LastReceipt Receipt { get; } = new(40213, 3, 51233, 0xa1b2c3d4e5f60718);

    /// <summary>The SALE of the worked example, but for prev16.</summary>
    public static PaymentRequest Sale { get; } = new()
    {
        Operation = Operation.Sale,
        Kid = TestKeys.DeviceEd25519.Kid,
        Epoch = 1,
        Sequence = 1042,
        Edge = 40213,
        AmountMinor = 1150,
        Currency = 978,
        DeviceTime = 1_790_000_000,
        Previous = UInt128.Parse("6da0633528deaa0144e7b058315f0b75", System.Globalization.NumberStyles.HexNumber, null),
        LastReceipt = Receipt,
    };

    public static PaymentId OtherPayment { get; } = PaymentId.Of(new(TestKeys.DeviceEs256.Kid, 1, 7));

    private static PaymentRequest Bare { get; } = Sale with { DeviceTime = null, LastReceipt = null };

    private static PaymentRequest WithoutMoney { get; } = Bare with { AmountMinor = 0, Currency = 0 };

    /// <summary>The least of each operation.</summary>
    public static PaymentRequest Least(Operation operation) => operation switch
    {
        Operation.Sale or Operation.Auth => Bare with { Operation = operation },
        Operation.Increment => Bare with { Operation = operation, ReferenceSequence = 1041 },
        Operation.Capture => Bare with { Operation = operation, ReferenceSequence = 1041 },
        Operation.Void => WithoutMoney with { Operation = operation, ReferenceSequence = 1041 },
        Operation.Reverse => WithoutMoney with { Operation = operation, ReferenceSequence = 1041 },
        Operation.Refund => Bare with { Operation = operation, ReferenceId = OtherPayment },
        Operation.Voucher =>
            Bare with { Operation = operation, Sequence = 0, Previous = 0, ReferenceSequence = 1041, Tick = 9 },
        Operation.Confirm => Bare with { Operation = operation, AmountMinor = 0, ReferenceId = OtherPayment },
        Operation.Status =>
            WithoutMoney with { Operation = operation, Sequence = 0, Previous = 0, ReferenceSequence = 1041 },
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>All that each operation may hold, its reference by payment id where it has the choice.</summary>
    public static PaymentRequest Most(Operation operation)
    {
        var request = Least(operation) with { DeviceTime = 1_790_000_000, LastReceipt = Receipt };
        if (operation is Operation.Sale or Operation.Auth)
            return request with
            {
                Account = new AccountId(0x1122334455667788),
                Context = 5411 * 65_536u + 17,
                Flags = RequestFlags.PartialOk | RequestFlags.Confirm,
                Payee = 7,
            };
        if (operation is Operation.Capture or Operation.Void or Operation.Status)
            return request with { ReferenceSequence = null, ReferenceId = OtherPayment };
        return operation is Operation.Confirm
            ? request with { AmountMinor = 50, ReferenceSequence = 12, ReferenceId = null } : request;
    }

    /// <summary>Every field at the end of its range.</summary>
    public static PaymentRequest Largest { get; } = Most(Operation.Sale) with
    {
        Epoch = uint.MaxValue,
        Sequence = long.MaxValue,
        Edge = uint.MaxValue,
        AmountMinor = 999_999_999_999,
        Currency = 999,
        DeviceTime = uint.MaxValue,
        Context = uint.MaxValue,
        Payee = uint.MaxValue,
        Flags = (RequestFlags)7,
        LastReceipt = new(uint.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue),
    };

    public static Decision Approved { get; } =
        new(1, 1042, DecisionCode.Approved, 1150, (Evidence)0x020000a0, 90210, 0, 17);

    /// <summary>A request as its device sends it.</summary>
    public static byte[] Message(PaymentRequest request, TestKey key) =>
        key.Message(MessageKind.Request, RequestCodec.EncodePayload(request with { Kid = key.Kid }));

    public static Hash DigestOf(byte[] message)
    {
        Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
        return view.Digest(message);
    }
}

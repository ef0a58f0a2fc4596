using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>Which labels an operation requires and which it allows: bit n stands for label n.</summary>
internal readonly record struct RequestFields(int Required, int Allowed, bool EitherReference = false)
{
    public const int Op = 1, Epoch = 2, Sequence = 3, Account = 4, Amount = 5, Currency = 6, DeviceTime = 7,
        Previous = 8, ReferenceSequence = 9, Receipt = 10, Context = 11, Flags = 12, Edge = 13, Payee = 14,
        ReferenceId = 15, Tick = 16;

    public const int LabelMax = Tick;

    private const int Always = 1 << Op | 1 << Epoch | 1 << Edge;
    private const int Named = Always | 1 << Sequence | 1 << Previous;
    private const int Money = 1 << Amount | 1 << Currency;
    private const int Extras = 1 << DeviceTime | 1 << Receipt;
    private const int Purchase = 1 << Account | 1 << Context | 1 << Flags | 1 << Payee;
    private const int References = 1 << ReferenceSequence | 1 << ReferenceId;

    public static RequestFields Of(Operation operation) => operation switch
    {
        Operation.Sale or Operation.Auth => new(Named | Money, Named | Money | Extras | Purchase),
        Operation.Increment => Exactly(Named | Money | 1 << ReferenceSequence),
        Operation.Capture or Operation.Confirm => Either(Named | Money),
        Operation.Void => Either(Named),
        Operation.Reverse => Exactly(Named | 1 << ReferenceSequence),
        Operation.Refund => Exactly(Named | Money | 1 << ReferenceId),
        Operation.Voucher => Exactly(Always | Money | 1 << ReferenceSequence | 1 << Tick),
        Operation.Status => Either(Always),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>Whether these labels are a whole request.</summary>
    public WireError Check(int present)
    {
        if ((present & ~Allowed) != 0) return WireError.LabelNotAllowed;
        if ((present & Required) != Required) return WireError.MissingLabel;
        if (!EitherReference) return WireError.None;
        return (present & References) switch
        {
            References => WireError.LabelNotAllowed,
            0 => WireError.MissingLabel,
            _ => WireError.None,
        };
    }

    public bool Allows(int label) => (Allowed >> label & 1) != 0;

    private static RequestFields Exactly(int required) => new(required, required | Extras);

    private static RequestFields Either(int required) =>
        new(required, required | Extras | References, EitherReference: true);
}

using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// The fields of a request while they are read; which of them came is in the bits of <see cref="Present"/>.
/// </summary>
internal struct RequestValues
{
    public int Present;
    public Operation Operation;
    public uint Epoch;
    public long Sequence;
    public ulong Account;
    public long AmountMinor;
    public int Currency;
    public uint DeviceTime;
    public UInt128 Previous;
    public long ReferenceSequence;
    public LastReceipt Receipt;
    public uint Context;
    public RequestFlags Flags;
    public uint Edge;
    public uint Payee;
    public UInt128 ReferenceId;
    public uint Tick;

    public readonly bool Has(int label) => (Present >> label & 1) != 0;

    /// <summary>Whether a hint can name the request.</summary>
    public readonly bool HasName => Has(RequestFields.Epoch)
        && (Has(RequestFields.Sequence) || Operation is Operation.Voucher or Operation.Status);

    /// <summary>Reads the value of one label; a fault stays in the reader.</summary>
    public void Read(ref StrictReader reader, int label)
    {
        switch (label)
        {
            case RequestFields.Epoch: Epoch = reader.U32(); break;
            case RequestFields.Sequence: Sequence = reader.U63(); break;
            case RequestFields.Account: Account = reader.Bytes8(); break;
            case RequestFields.Amount: AmountMinor = reader.Amount(Operation is Operation.Confirm ? 0 : 1); break;
            case RequestFields.Currency: Currency = reader.Currency(); break;
            case RequestFields.DeviceTime: DeviceTime = reader.U32OrZero(); break;
            case RequestFields.Previous: Previous = reader.Bytes16(); break;
            case RequestFields.ReferenceSequence: ReferenceSequence = reader.U63(); break;
            case RequestFields.Receipt: Receipt = reader.Receipt(); break;
            case RequestFields.Context: Context = reader.U32OrZero(); break;
            case RequestFields.Flags: Flags = (RequestFlags)reader.Small(1, 7); break;
            case RequestFields.Edge: Edge = reader.U32(); break;
            case RequestFields.Payee: Payee = reader.U32(); break;
            case RequestFields.ReferenceId: ReferenceId = reader.Bytes16(); break;
            case RequestFields.Tick: Tick = reader.U32(); break;
            default: reader.Fail(WireError.UnknownLabel); break;
        }
        if (reader.Ok) Present |= 1 << label;
    }

    public readonly PaymentRequest ToRequest(KeyId kid) => new()
    {
        Operation = Operation,
        Kid = kid,
        Epoch = Epoch,
        Sequence = Sequence,
        Edge = Edge,
        Account = Has(RequestFields.Account) ? new AccountId(Account) : null,
        AmountMinor = AmountMinor,
        Currency = Currency,
        DeviceTime = Has(RequestFields.DeviceTime) ? DeviceTime : null,
        Previous = Previous,
        ReferenceSequence = Has(RequestFields.ReferenceSequence) ? ReferenceSequence : null,
        ReferenceId = Has(RequestFields.ReferenceId) ? new PaymentId(ReferenceId) : null,
        LastReceipt = Has(RequestFields.Receipt) ? Receipt : null,
        Context = Has(RequestFields.Context) ? Context : null,
        Flags = Flags,
        Payee = Has(RequestFields.Payee) ? Payee : null,
        Tick = Tick,
    };
}

namespace MqttPay.Payments;

/// <summary>
/// What a device asked, as its signed content says. An absent field is null (or zero where zero is not allowed).
/// </summary>
public sealed record PaymentRequest
{
    public required Operation Operation { get; init; }

    public required KeyId Kid { get; init; }

    public required uint Epoch { get; init; }

    /// <summary>From 1; 0 for VOUCHER and STATUS, which claim no name of their own.</summary>
    public long Sequence { get; init; }

    /// <summary>The one edge that may decide this request.</summary>
    public required uint Edge { get; init; }

    /// <summary>One of the accounts bound at enrolment; null means the bound one.</summary>
    public AccountId? Account { get; init; }

    /// <summary>
    /// Minor units. VOUCHER: cumulative. CONFIRM: 0 means not delivered. 0 where the operation has none.
    /// </summary>
    public long AmountMinor { get; init; }

    /// <summary>ISO 4217 numeric; 0 where the operation has none.</summary>
    public int Currency { get; init; }

    /// <summary>Unix seconds by the device's clock: evidence only.</summary>
    public uint? DeviceTime { get; init; }

    /// <summary>First 16 bytes of the digest of this device's previous request in this epoch; zero at first.</summary>
    public UInt128 Previous { get; init; }

    /// <summary>The sequence of an own request of the same epoch that this one refers to.</summary>
    public long? ReferenceSequence { get; init; }

    /// <summary>The payment id that this request refers to.</summary>
    public PaymentId? ReferenceId { get; init; }

    public LastReceipt? LastReceipt { get; init; }

    /// <summary>ISO 18245 category x 65 536 + product or meter.</summary>
    public uint? Context { get; init; }

    public RequestFlags Flags { get; init; }

    /// <summary>Who is paid; null means the site's default.</summary>
    public uint? Payee { get; init; }

    /// <summary>VOUCHER only: the number of this claim within its session.</summary>
    public uint Tick { get; init; }

    public RequestName Name => new(Kid, Epoch, Sequence);
}

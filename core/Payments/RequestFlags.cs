namespace MqttPay.Payments;

/// <summary>Options of a SALE or AUTH. Bits are on the wire and never move.</summary>
[Flags]
public enum RequestFlags
{
    None = 0,
    /// <summary>A smaller amount than asked is welcome.</summary>
    PartialOk = 1,
    /// <summary>The cardholder is present.</summary>
    CardholderPresent = 2,
    /// <summary>The amount is held until a CONFIRM says what was delivered.</summary>
    Confirm = 4,
}

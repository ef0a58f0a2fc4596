namespace MqttPay.Payments;

/// <summary>An amount in minor units of a currency (ISO 4217 numeric). The exponent is for display only.</summary>
public readonly record struct Money(long Minor, int Currency)
{
    /// <summary>The largest amount of one request: ISO 8583:1993 field 4 has 12 digits.</summary>
    public const long MinorMax = 999_999_999_999;

    /// <summary>Adds amounts of one currency; other currencies, or a sum beyond 64 bits, are a bug.</summary>
    public static Money operator +(Money left, Money right)
    {
        Invariant.Holds(left.Currency == right.Currency);
        return left with { Minor = left.Minor + right.Minor };
    }

    public static Money Add(Money left, Money right) => left + right;
}

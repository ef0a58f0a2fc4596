namespace MqttPay.Payments;

/// <summary>Approvals that the cloud has not acknowledged yet: what EMV calls "since last online".</summary>
public readonly record struct Spending(int Count, long SumMinor)
{
    public Spending Add(long amountMinor) => new(Count + 1, SumMinor + amountMinor);

    public Spending Remove(long amountMinor)
    {
        Invariant.Holds(Count > 0 && amountMinor <= SumMinor);
        return new(Count - 1, SumMinor - amountMinor);
    }
}

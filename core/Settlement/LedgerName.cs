namespace MqttPay.Settlement;

/// <summary>
/// A request's name as the ledger keeps it: the device by its number, so that neighbours stay neighbours.
/// </summary>
public readonly record struct LedgerName(long Device, uint Epoch, long Sequence) : IComparable<LedgerName>
{
    public int CompareTo(LedgerName other) =>
        (Device, Epoch, Sequence).CompareTo((other.Device, other.Epoch, other.Sequence));
}

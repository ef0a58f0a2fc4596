using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Cache;

/// <summary>A decided payment as the cache keeps it. Written once, never changed.</summary>
/// <param name="Lsn">The journal frame of its round.</param>
/// <param name="Leaf">Its place in the round.</param>
/// <param name="AskedMinor">What the device asked for.</param>
/// <param name="AmountMinor">What was approved; 0 when declined.</param>
/// <param name="DeviceTime">Unix seconds by the device's clock; evidence only.</param>
/// <param name="Unix">Unix seconds of its round.</param>
internal sealed record DecisionRow(
    long Lsn,
    int Leaf,
    long Round,
    PaymentId Payment,
    RequestName Name,
    Operation Operation,
    DecisionCode Code,
    long AskedMinor,
    long AmountMinor,
    int Currency,
    long Lease,
    Evidence Evidence,
    uint Policy,
    uint? DeviceTime,
    uint Unix)
{
    /// <summary>Ascending with the journal, which is what keeps LiteDB's pages full.</summary>
    public long Id => IdOf(Lsn, Leaf);

    public static long IdOf(long lsn, int leaf) => (lsn << 16) | (uint)leaf;
}

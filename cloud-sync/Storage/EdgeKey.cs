using MqttPay.Settlement;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Storage;

/// <summary>A key that signs an edge's rounds, and the time in which it does.</summary>
internal sealed record EdgeKey(PublicKey Key, long FromUnix, long? UntilUnix)
{
    /// <summary>By the header's own time, as rounds in flight may arrive much later.</summary>
    public bool IsGoodAt(uint unix) =>
        unix + Reconciler.ClockSlackSeconds >= FromUnix
        && (UntilUnix is not { } until || unix <= until + Reconciler.ClockSlackSeconds);
}

using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>
/// At most one hint a second for a key, so that a flood of bad messages is not answered with another.
/// </summary>
internal sealed class HintLimit(TimeProvider clock)
{
    private const int KeysMax = 200_000;

    private readonly Lock gate = new();
    private readonly Dictionary<KeyId, long> last = [];

    public bool May(KeyId kid)
    {
        var now = clock.GetTimestamp();
        lock (gate)   // The loop, the intake and the reader of stored replies ask.
        {
            if (last.TryGetValue(kid, out var at) && clock.GetElapsedTime(at, now) < TimeSpan.FromSeconds(1))
                return false;
            if (last.Count >= KeysMax) last.Clear();
            last[kid] = now;
            return true;
        }
    }
}

using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Mqtt;

/// <summary>
/// A rate per key: so many requests a second, and a burst. Used by one thread. Bounded: beyond it all start full again.
/// </summary>
internal sealed class TokenBuckets(TimeProvider clock)
{
    public const int PerSecond = 5;
    public const int Burst = 10;
    private const int KeysMax = 200_000;

    private readonly Dictionary<KeyId, (double Tokens, long At)> buckets = [];

    public bool Take(KeyId kid)
    {
        var now = clock.GetTimestamp();
        if (!buckets.TryGetValue(kid, out var bucket))
        {
            if (buckets.Count >= KeysMax) buckets.Clear();
            bucket = (Burst, now);
        }

        var tokens = Math.Min(Burst, bucket.Tokens + (clock.GetElapsedTime(bucket.At, now).TotalSeconds * PerSecond));
        buckets[kid] = (tokens >= 1 ? tokens - 1 : tokens, now);
        return tokens >= 1;
    }
}

namespace MqttPay.Broker.Host;

/// <summary>So many per second, with a burst. Belongs to its owner's lock or loop.</summary>
internal sealed class TokenBucket
{
    private readonly double perSecond;
    private readonly double burst;
    private double tokens;
    private long filledAt;

    public TokenBucket(double perSecond, double burst, long now)
    {
        this.perSecond = perSecond;
        this.burst = tokens = burst;
        filledAt = now;
    }

    public bool Full => tokens >= burst;

    public bool TryTake(long at)
    {
        Fill(at);
        if (tokens < 1) return false;
        tokens--;
        return true;
    }

    /// <summary>Takes in any case, and says how long to wait until the debt is paid.</summary>
    public TimeSpan Take(double amount, long at)
    {
        Fill(at);
        tokens -= amount;
        return tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-tokens / perSecond);
    }

    public void Fill(long at)
    {
        tokens = Math.Min(burst, tokens + ((at - filledAt) * perSecond / 1000));
        filledAt = at;
    }
}

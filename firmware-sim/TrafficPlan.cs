namespace MqttPay.FirmwareSim;

internal enum TrafficPattern
{
    Steady,
    Poisson,
    Bursty,
}

/// <summary>How often, for how long, by which devices and for how much people pay.</summary>
internal sealed record TrafficPlan(double RatePerSecond, TimeSpan Duration, int Devices, int Seed)
{
    public TrafficPattern Pattern { get; init; } = TrafficPattern.Poisson;

    /// <summary>Whether some devices are used far more than others.</summary>
    public bool Uneven { get; init; }

    public long SmallestMinor { get; init; } = 10;

    public long LargestMinor { get; init; } = 150;
}

/// <summary>Somebody wants to pay.</summary>
internal readonly record struct Arrival(long Number, int Device, long AmountMinor);

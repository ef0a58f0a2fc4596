namespace MqttPay.Simulation.Study;

/// <summary>How an edge's uplink fails.</summary>
internal enum OutagePattern
{
    None,
    /// <summary>Every eight hours on average, for twenty minutes on average; both exponential.</summary>
    Short,
    /// <summary>Once per edge, for 16 hours or more, up to three days; heavy-tailed.</summary>
    Long,
    /// <summary>A bad afternoon every third day: three minutes down, two minutes up, for some four hours.</summary>
    Flapping,
}

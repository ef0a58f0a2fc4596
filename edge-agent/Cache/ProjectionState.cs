namespace MqttPay.EdgeAgent.Cache;

/// <summary>How the cache is. Payments do not depend on it.</summary>
internal enum ProjectionState
{
    Starting = 1,
    Rebuilding = 2,
    Following = 3,
    /// <summary>An error; it is made again soon.</summary>
    Failed = 4,
    /// <summary>Too many errors; it stays away until the next start.</summary>
    Off = 5,
    Closed = 6,
}

namespace MqttPay.Simulation.Kernel;

/// <summary>Spans of virtual time, in microseconds.</summary>
internal static class Time
{
    public const long Millisecond = 1_000, Second = 1_000_000, Minute = 60 * Second, Hour = 60 * Minute,
        Day = 24 * Hour;
}

namespace MqttPay.Rounds;

/// <summary>Why a CLOCK event was written. Numbers are journalled and never move.</summary>
public enum ClockSource
{
    /// <summary>Time passed.</summary>
    Tick = 1,
    /// <summary>The cloud answered.</summary>
    Contact = 2,
}

namespace MqttPay.Host.Codes;

/// <summary>How much a code should worry the person who sees it.</summary>
public enum Severity
{
    /// <summary>Normal operation.</summary>
    Info = 1,
    /// <summary>Somebody may want to look.</summary>
    Warning = 2,
    /// <summary>Somebody has to look.</summary>
    Error = 3,
    /// <summary>Somebody has to look now.</summary>
    Critical = 4,
}

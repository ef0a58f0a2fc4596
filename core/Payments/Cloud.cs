namespace MqttPay.Payments;

/// <summary>What is known of the cloud when a request is decided.</summary>
public enum Cloud
{
    /// <summary>It may be asked.</summary>
    NotAsked,
    /// <summary>It was asked and answered; the standing holds what it granted.</summary>
    Answered,
    /// <summary>It cannot be asked now, or did not answer in time.</summary>
    Unreachable,
}

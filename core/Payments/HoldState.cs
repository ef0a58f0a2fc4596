namespace MqttPay.Payments;

/// <summary>Where a hold is in its life. Numbers are stored and never move.</summary>
public enum HoldState
{
    Open = 1,
    Captured = 2,
    Voided = 3,
    Ended = 4,
}

namespace MqttPay.Settlement;

/// <summary>Where a part of a hold is in its life. Numbers are stored and never move.</summary>
public enum HoldState
{
    Open = 1,
    Captured = 2,
    Voided = 3,
    /// <summary>The edge's HOLD_END says so; time alone never ends a hold.</summary>
    Ended = 4,
}

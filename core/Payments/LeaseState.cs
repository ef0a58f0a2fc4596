namespace MqttPay.Payments;

/// <summary>Where a lease is in its life. Numbers are stored and never move.</summary>
public enum LeaseState
{
    Offered = 1,
    Active = 2,
    Stopped = 3,
    Closed = 4,
    Reclaimed = 5,
}

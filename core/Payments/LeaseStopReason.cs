namespace MqttPay.Payments;

/// <summary>Why a lease no longer pays. Numbers are journalled and never move.</summary>
public enum LeaseStopReason
{
    Spent = 1,
    Time = 2,
    Replaced = 3,
    Fence = 4,
    Cloud = 5,
}

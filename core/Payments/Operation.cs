namespace MqttPay.Payments;

/// <summary>What a device asks for. Numbers are on the wire and never move.</summary>
public enum Operation
{
    Sale = 1,
    Auth = 2,
    Increment = 3,
    Capture = 4,
    Void = 5,
    Reverse = 6,
    Refund = 7,
    Voucher = 8,
    Confirm = 9,
    Status = 10,
}

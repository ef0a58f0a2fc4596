using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>A final reply that passed every check, with the request that it answers: the device's own truth.</summary>
internal sealed record KeptReceipt(
    RequestName Name, Operation Operation, bool Held, long AskedMinor, DecisionCode Code, long AmountMinor, long Lease,
    uint Edge, uint Fence, long Round, byte[] Request, byte[] Reply)
{
    public bool Approved => Code is DecisionCode.Approved;

    public PaymentId Payment => PaymentId.Of(Name);
}

using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>A final reply that passed every check, with the request that it answers: the device's own truth.</summary>
internal sealed record KeptReceipt(
    RequestName Name, Operation Operation, bool Held, long AskedMinor, DecisionCode Code, long AmountMinor, long Lease,
    uint Edge, uint Fence, long Round, byte[] Request, byte[] Reply)
{
    public bool Approved => Code is DecisionCode.Approved;

    public PaymentId Payment => PaymentId.Of(Name);

    /// <summary>The payment that the request was about, read from its signed bytes; null when it began one.</summary>
    public PaymentId? About
    {
        get
        {
            if (RequestCodec.TryParse(Request, out var view) is not WireError.None) return null;
            var request = view.ToRequest();
            return request.ReferenceId ?? (request.ReferenceSequence is { } own
                ? PaymentId.Of(Name with { Sequence = own })
                : null);
        }
    }
}

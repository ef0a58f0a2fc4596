using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// VOUCHER: a signed claim of all that was used of an AUTH so far. It claims no name and is never answered: its PUBACK
/// ends it, and of several that are under way only the newest is sent again.
/// </summary>
internal sealed partial class DeviceMachine
{
    private int voucherSends;

    private void Vouch(long usedMinor, TimeSpan now)
    {
        var held = State.Held!;
        var request = new PaymentRequest
        {
            Operation = Operation.Voucher,
            Kid = Kid,
            Epoch = State.Epoch,
            Edge = check.Config!.Edge,
            AmountMinor = usedMinor,
            Currency = check.Config.Currency,
            ReferenceSequence = held.Sequence,
            LastReceipt = State.Receipt,
            Tick = held.Tick + 1,
        };
        Remember(State with
        {
            Held = held with
            {
                Tick = request.Tick, ClaimedMinor = usedMinor, Acknowledged = false,
                Voucher = RequestBuilder.Sign(request, key).Message,
            },
        });
        voucherSends = 0;
        SendVoucher(now);
    }

    private void SendVoucher(TimeSpan now)
    {
        voucherDue = null;
        if (!connected || State.Stopped || State.Held is not { Acknowledged: false, Voucher: { } voucher }) return;
        effects.Add(new DeviceEffect.Publish(voucher, TellWhenAcknowledged: true));
        VoucherIn(Grown(voucherSends++), now);
    }

    private void VoucherIn(TimeSpan wait, TimeSpan now)
    {
        voucherDue = now + (wait < rules.WaitMax ? wait : rules.WaitMax);
        SetTimer();
    }

    private void TakeAcknowledgement(byte[] message)
    {
        if (State.Held is not { Acknowledged: false, Voucher: { } voucher } held) return;
        if (!voucher.AsSpan().SequenceEqual(message)) return;   // An older claim; the newest is still under way.
        voucherDue = null;
        Remember(State with { Held = held with { Acknowledged = true } });
        effects.Add(new DeviceEffect.Vouched(held.Tick, held.ClaimedMinor));
    }

    /// <summary>A hint may come behind the PUBACK: then the claim is not with the edge after all.</summary>
    private void TakeVoucherHint(Reply.Hint hint, HeldPayment held, TimeSpan now)
    {
        effects.Add(new DeviceEffect.Hinted(hint.Code));
        switch (hint.Code)
        {
            case DecisionCode.ReplayConflict:
                Remember(State with { Stopped = true });
                break;
            case DecisionCode.EdgeFrozen or DecisionCode.TempError or DecisionCode.Cutoff:
                Remember(State with { Held = held with { Acknowledged = false } });
                VoucherIn(LaterBy(hint, voucherSends++), now);
                break;
            case DecisionCode.HoldClosed or DecisionCode.ReferenceNotFound:
                voucherDue = null;
                Remember(State with { Held = null });
                effects.Add(new DeviceEffect.SessionOver(held.Sequence, hint.Code));
                break;
            default:   // Never will this edge take it: no more of the same.
                voucherDue = null;
                Remember(State with { Held = held with { Acknowledged = true, Voucher = null } });
                effects.Add(new DeviceEffect.Refused($"the edge takes no claim: {hint.Code}"));
                break;
        }
    }
}

using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Simulation.Invariants;

/// <summary>The rules again, written down from the design and not from the product.</summary>
internal sealed partial class ReferenceEdge
{
    private const long DriftPpm = 200, GuardSeconds = 15;
    private const int PartsMax = 32, ClockStep = 10;

    /// <summary>Null: the cloud refused it, which no record can show.</summary>
    private Expected? Decide(PaymentRequest request, Decision recorded, uint unix)
    {
        if (policy is null || !enrolled.TryGetValue(request.Kid, out var device))
        {
            complain($"S9: {request.Kid}/{request.Sequence} was decided without policy or record");
            return null;
        }

        if (Refusal(request, device) is { } code) return Expected.No(code);
        return request.Operation switch
        {
            Operation.Sale or Operation.Auth or Operation.Increment => Purchase(request, device, recorded, unix),
            Operation.Capture => Capture(request, device, Operation.Auth),
            Operation.Confirm => Capture(request, device, Operation.Sale),
            Operation.Void => Void(request, device),
            Operation.Reverse => Reverse(request, device),
            Operation.Refund => Refund(request, device),
            _ => Expected.No(DecisionCode.NotPermitted),
        };
    }

    private DecisionCode? Refusal(PaymentRequest request, RosterDevice device)
    {
        if ((device.OperationMask >> (int)request.Operation & 1) == 0) return DecisionCode.NotPermitted;
        if (request.Payee is { } payee && payee != roster!.Payee && !Contains(roster.Payees, payee))
            return DecisionCode.NotPermitted;
        if (request.Operation is Operation.Sale or Operation.Auth or Operation.Increment)
        {
            if (AccountOf(request, device) is not { } account) return DecisionCode.UnknownAccount;
            if (request.Currency != account.Currency || request.Currency != policy!.Currency)
                return DecisionCode.Currency;
        }

        if (device.Status != RosterDevice.Active) return DecisionCode.DeviceRevoked;
        var conflict = Device(request.Kid).ConflictEpoch;
        return denied.Contains(request.Kid) || (conflict > 0 && conflict >= request.Epoch) ? DecisionCode.DenyListed
            : null;
    }

    private static (AccountId Account, int Currency)? AccountOf(PaymentRequest request, RosterDevice device)
    {
        foreach (var account in device.Accounts)
            if (request.Account is null || request.Account == account.Account) return account;
        return null;
    }

    private Expected? Purchase(PaymentRequest request, RosterDevice device, Decision recorded, uint unix)
    {
        var hold = request.Operation is Operation.Increment ? holds.GetValueOrDefault(TargetOf(request)) : null;
        if (request.Operation is Operation.Increment)
        {
            if (hold is not { Kind: Operation.Auth }) return Expected.No(DecisionCode.ReferenceNotFound);
            if (hold.Kid != request.Kid) return Expected.No(DecisionCode.NotPermitted);
            if (!hold.IsOpen) return Expected.No(DecisionCode.HoldClosed);
            if (hold.Parts.Count >= PartsMax) return Expected.No(DecisionCode.CountLimit);
        }

        var account = AccountOf(request, device)!.Value;
        var lease = LeaseFor(account.Account, account.Currency);
        var facts = new Facts(this, request, device, account.Account, lease, hold?.Payee ?? request.Payee
            ?? roster!.Payee, unix);
        var (asked, failed) = ((recorded.Evidence & Evidence.AskedOk) != 0,
            (recorded.Evidence & Evidence.AskedFailed) != 0);
        var refused = recorded.Code is DecisionCode.DenyListed or DecisionCode.DeviceRevoked
            or DecisionCode.UnknownAccount or DecisionCode.Risk or DecisionCode.NotPermitted;
        if (asked && refused && facts.DenyBits(request.AmountMinor) == 0) return null;
        if (asked && lease?.Account is null && recorded.Code is DecisionCode.Insufficient or DecisionCode.FloatExhausted
            && recorded.Evidence == (facts.Bits(request.AmountMinor) | Evidence.AskedOk)) return null;
        var whole = facts.Judge(request.AmountMinor, asked, failed);
        if ((whole.Evidence & Evidence.LeaseShort) == 0 || !request.Flags.HasFlag(RequestFlags.PartialOk)) return whole;
        if (facts.SpendableMinor <= 0) return whole;
        var part = facts.Judge(facts.SpendableMinor, asked, failed);
        return part.Code is DecisionCode.Approved ? part : whole;
    }

    private RefLease? LeaseFor(AccountId account, int currency) =>
        active.TryGetValue((account.Value, currency), out var own) ? leases[own]
        : active.TryGetValue((0, currency), out var shared) ? leases[shared] : null;

    private Expected Capture(PaymentRequest request, RosterDevice device, Operation kind)
    {
        if (!holds.TryGetValue(TargetOf(request), out var hold) || hold.Kind != kind)
            return Expected.No(DecisionCode.ReferenceNotFound);
        if (device.Payee == 0 || device.Payee != hold.Payee) return Expected.No(DecisionCode.NotPermitted);
        if (!hold.IsOpen) return Expected.No(DecisionCode.HoldClosed);
        return request.AmountMinor > hold.AmountMinor
            ? Expected.No(DecisionCode.CaptureExceeds)
            : new(DecisionCode.Approved, request.AmountMinor, Evidence.None, hold.Parts[0].Lease);
    }

    private Expected Void(PaymentRequest request, RosterDevice device)
    {
        var target = TargetOf(request);
        if (!holds.TryGetValue(target, out var hold))
            return Expected.No(names.ContainsKey(target) ? DecisionCode.HoldClosed : DecisionCode.ReferenceNotFound);
        var isPayers = hold.Kid == request.Kid && hold.VoucherMinor == 0;
        if (!isPayers && (device.Payee == 0 || device.Payee != hold.Payee)) return VoidRefused(hold, request);
        return hold.IsOpen
            ? new(DecisionCode.Approved, hold.AmountMinor, Evidence.None, hold.Parts[0].Lease)
            : Expected.No(DecisionCode.HoldClosed);
    }

    private static Expected VoidRefused(RefHold hold, PaymentRequest request) =>
        Expected.No(hold.Kid == request.Kid && hold.VoucherMinor == 0 ? DecisionCode.HoldClosed
            : DecisionCode.NotPermitted);

    private Expected Reverse(PaymentRequest request, RosterDevice device)
    {
        var (target, sequence) = (TargetOf(request), request.ReferenceSequence ?? 0);
        if (sequence >= request.Sequence) return Expected.No(DecisionCode.ReferenceNotFound);
        var nothing = new Expected(DecisionCode.Approved, 0, Evidence.None, 0);
        if (!names.TryGetValue(target, out var name))
            return sequence <= device.SequenceFloor || sequence <= Device(request.Kid).Forgotten
                ? Expected.No(DecisionCode.ReferenceNotFound) : nothing;
        if (!name.Approved) return nothing;
        var closed = Expected.No(DecisionCode.HoldClosed);
        if (paid.TryGetValue(target, out var payment)
            && payment is { Lease: not 0, IsReversed: false, RefundedMinor: 0 })
            return IsInWindow(payment.Since) && leases.ContainsKey(payment.Lease)
                ? new(DecisionCode.Approved, payment.CapturedMinor, Evidence.None, payment.Lease) : closed;
        var owner = increments.TryGetValue(target, out var grown) ? grown : target;
        if (!holds.TryGetValue(owner, out var hold) || !hold.IsOpen || hold.VoucherMinor > 0) return closed;
        foreach (var part in hold.Parts)
            if (part.Id == target)
                return IsInWindow(part.Since)
                    ? new(DecisionCode.Approved, owner == target ? hold.AmountMinor : part.AmountMinor, Evidence.None,
                        part.Lease)
                    : closed;
        return closed;
    }

    private Expected Refund(PaymentRequest request, RosterDevice device)
    {
        if (!paid.TryGetValue(TargetOf(request), out var payment)) return Expected.No(DecisionCode.ReferenceNotFound);
        if (device.Payee == 0 || device.Payee != payment.Payee) return Expected.No(DecisionCode.NotPermitted);
        if (payment.IsReversed) return Expected.No(DecisionCode.HoldClosed);
        if (request.AmountMinor > payment.CapturedMinor - payment.RefundedMinor)
            return Expected.No(DecisionCode.CaptureExceeds);
        var today = SumWithin(refunds.GetValueOrDefault(payment.Payee), elapsed, 24 * 60);
        return today + request.AmountMinor > policy!.RefundDayMinor
            ? Expected.No(DecisionCode.CumulativeLimit)
            : new(DecisionCode.Approved, request.AmountMinor, Evidence.None, 0);
    }

    private bool IsInWindow(long since) => elapsed - since < policy!.ReverseSeconds;
}

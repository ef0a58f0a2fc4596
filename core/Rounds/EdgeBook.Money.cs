using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// What an approval does to leases, holds and payments. What is given back goes to the lease that it came from, and
/// nowhere else.
/// </summary>
public sealed partial class EdgeBook
{
    private readonly SortedSet<long> stopped = [];
    private readonly Dictionary<long, long> newestSales = [];
    private readonly HashSet<Purse> stoppedByTime = [];
    private readonly PriorityQueue<long, long> ends = new();

    internal bool HasStopped => stopped.Count > 0;

    /// <summary>
    /// Stopped leases that nothing can change any more: no open hold, and no sale that may be reversed.
    /// </summary>
    internal IEnumerable<long> Closable()
    {
        foreach (var id in stopped)
            if (IsClosable(leases[id])) yield return id;
    }

    /// <summary>The active lease whose spending time was over first, or null.</summary>
    internal Lease? Outlived(long elapsedSeconds)
    {
        while (ends.TryPeek(out var id, out var end) && end <= elapsedSeconds)
        {
            if (leases.TryGetValue(id, out var lease) && lease.State is LeaseState.Active) return lease;
            ends.Dequeue();
        }

        return null;
    }

    internal bool IsClosable(Lease lease) => lease is { State: LeaseState.Stopped, OpenHolds: 0 }
        && !(newestSales.TryGetValue(lease.Id, out var sale) && MayReverse(sale));

    /// <summary>Whether what was approved then is still inside the window of a REVERSE.</summary>
    internal bool MayReverse(long sinceSeconds) => ElapsedSeconds - sinceSeconds < (Policy?.ReverseSeconds ?? 0);

    /// <summary>What a later request refers to: an own sequence of the same epoch, or a payment id.</summary>
    internal static PaymentId TargetOf(PaymentRequest request) => request.ReferenceSequence is { } sequence
        ? PaymentId.Of(new(request.Kid, request.Epoch, sequence))
        : request.ReferenceId ?? default;

    private void ApplyApproved(PaymentRequest request, Decision decision, Place place, DeviceRecord device)
    {
        switch (request.Operation)
        {
            case Operation.Sale or Operation.Auth or Operation.Increment:
                Draw(request, decision, place, device);
                break;
            case Operation.Capture or Operation.Confirm when request.AmountMinor > 0:
                Capture(Holds.Find(TargetOf(request))!, HoldState.Captured, decision.AmountMinor);
                break;
            case Operation.Confirm or Operation.Void:
                Capture(Holds.Find(TargetOf(request))!, HoldState.Voided, 0);
                break;
            case Operation.Reverse:
                Undo(TargetOf(request), decision.AmountMinor);
                break;
            case Operation.Refund:
                Refund(Paid.Find(TargetOf(request))!, decision.AmountMinor);
                break;
            default:
                throw new InvariantException($"an approved {request.Operation} is not known to this version");
        }
    }

    private void Draw(PaymentRequest request, Decision decision, Place place, DeviceRecord device)
    {
        var (amount, lease) = (decision.AmountMinor, leases[decision.Lease]);
        var part = new HeldPart(request.Name, lease.Id, amount, ElapsedSeconds);
        var grown = request.Operation is Operation.Increment ? Holds.Find(TargetOf(request))! : null;
        var payee = grown?.Payee ?? request.Payee ?? SitePayee;
        var held = request.Operation is not Operation.Sale || request.Flags.HasFlag(RequestFlags.Confirm);
        touched.Add(lease.Id);
        leases[lease.Id] = held ? lease.SpendHeld(amount) : lease.Spend(amount);
        if (grown is not null)
            Holds.Change(grown.With(part));
        else if (held)
            Holds.Add(new(
                request.Name, request.Operation, request.Currency, payee, [part],
                ElapsedSeconds + decision.HoldSeconds + EdgeSettings.ClockStepSeconds));
        else
            Pay(new(request.Name, lease.Id, request.Currency, payee, amount, ElapsedSeconds));

        device.Unacknowledged = device.Unacknowledged.Add(amount);
        if (Planted.Is(Bug.P37) && grown is not null) EdgeExposureMinor += amount;
        if (lease.Account is { } account) Account(account).Approve(ElapsedSeconds, amount);
        else device.OnFloat.Add(ElapsedSeconds, amount);
        payeeExposure[payee] = payeeExposure.GetValueOrDefault(payee) + amount;
        EdgeExposureMinor += amount;
        unacknowledged.Enqueue(new(place.Round, request.Kid, lease.Account, payee, amount));
    }

    private void Pay(Paid payment)
    {
        newestSales[payment.Lease] = payment.SinceSeconds;
        Paid.Add(payment);
    }

    /// <summary>Ends a hold: its parts pay in their order, and each part's rest goes back to its own lease.</summary>
    private void Capture(Hold hold, HoldState state, long capturedMinor)
    {
        Invariant.Holds(capturedMinor >= 0 && capturedMinor <= hold.AmountMinor);
        var left = capturedMinor;
        foreach (var part in hold.Parts)
        {
            var paid = Math.Min(left, part.AmountMinor);
            left -= paid;
            GiveBackHeld(part, part.AmountMinor - paid);
        }

        Holds.Close(hold, state, capturedMinor);
        if (capturedMinor > 0)
            Paid.Add(new(hold.Name, 0, hold.Currency, hold.Payee, capturedMinor, ElapsedSeconds));
    }

    private void EndHold(Hold hold, RoundEvent.HoldEnd end) =>
        Capture(hold, HoldState.Ended, end.Captured ? end.AmountMinor : 0);

    /// <summary>
    /// A device takes back what it may: a payment, a hold, or one increment of it; 0 closes the name only.
    /// </summary>
    private void Undo(PaymentId target, long amountMinor)
    {
        if (amountMinor == 0) return;
        if (Paid.Find(target) is { Lease: not 0 } payment)
        {
            touched.Add(payment.Lease);
            leases[payment.Lease] = leases[payment.Lease].GiveBack(amountMinor);
            Paid.Change(payment with { Reversed = true });
        }
        else if (Holds.Find(target) is { } hold)
        {
            Capture(hold, HoldState.Voided, 0);
        }
        else
        {
            var grown = Holds.OfIncrement(target)!;
            var part = grown.Parts.First(part => PaymentId.Of(part.Name) == target);
            GiveBackHeld(part, part.AmountMinor);
            Holds.Change(grown.Without(part.Name));
        }
    }

    private void GiveBackHeld(HeldPart part, long amountMinor)
    {
        touched.Add(part.Lease);
        var id = Planted.Is(Bug.P29) ? leases.Keys.Last() : part.Lease;
        leases[id] = leases[id].EndHold(amountMinor);
    }

    /// <summary>A refund touches no lease: the cloud pays the payer back, out of what the payee is owed.</summary>
    private void Refund(Paid payment, long amountMinor)
    {
        Paid.Change(payment with { RefundedMinor = payment.RefundedMinor + amountMinor });
        if (!refunds.TryGetValue(payment.Payee, out var window)) refunds[payment.Payee] = window = new();
        window.Add(ElapsedSeconds, amountMinor);
        if (Planted.Is(Bug.P22) && payment.Lease != 0) Undo(PaymentId.Of(payment.Name), amountMinor);
    }

    private void KeepVoucher(byte[] message)
    {
        Invariant.Holds(RequestCodec.TryParse(message, out var view) is WireError.None);
        var voucher = view.ToRequest();
        if (Holds.Find(TargetOf(voucher)) is not { State: HoldState.Open } hold) return;   // It ended in this round.
        Holds.Change(hold with
        {
            VoucherTick = voucher.Tick, VoucherMinor = voucher.AmountMinor, Voucher = message,
        });
    }
}

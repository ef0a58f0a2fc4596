using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// VOUCHER: a payer's signed, cumulative claim of what he has used of his hold. Only the newest counts, so a round
/// keeps one per session, however many came. They are acknowledged when that round is on disk, and not answered.
/// </summary>
public sealed partial class EdgeMachine
{
    private readonly SortedDictionary<UInt128, Incoming> newestVouchers = [];

    private void TakeVoucher(Incoming incoming)
    {
        var voucher = incoming.Request;
        var id = EdgeBook.TargetOf(voucher);
        if (Unkept(voucher, id) is { } code)
        {
            effects.Add(new Effect.Hint(incoming, code));
            return;
        }

        var hold = book.Holds.Find(id)!;
        var newest = newestVouchers.GetValueOrDefault(id.Value);
        var (tick, minor) = newest is null
            ? (hold.VoucherTick, hold.VoucherMinor)
            : (newest.Request.Tick, newest.Request.AmountMinor);
        if (voucher.Tick == tick && Differs(incoming, newest?.Message ?? hold.Voucher!))
        {
            Conflict(incoming, newest?.Message ?? hold.Voucher!);
            return;
        }

        // A later tick never claims less: one that does is no newer than what is kept.
        if ((voucher.Tick > tick && voucher.AmountMinor >= minor) || Planted.Is(Bug.P38))
            newestVouchers[id.Value] = incoming;
        AfterDurable(book.Head + (HasVoucher(id) || open.Count > 0 ? 1 : 0), new Effect.Accept(incoming));
    }

    /// <summary>Why a voucher is not kept, or null. Never is anything counted from zero without its AUTH.</summary>
    private DecisionCode? Unkept(PaymentRequest voucher, PaymentId id)
    {
        if (roster.Find(voucher.Kid) is not { } device) return DecisionCode.TempError;
        if ((device.OperationMask & (1 << (int)Operation.Voucher)) == 0) return DecisionCode.NotPermitted;
        if (book.Holds.Find(id) is not { Kind: Operation.Auth } hold) return DecisionCode.ReferenceNotFound;
        if (hold.State is not HoldState.Open) return DecisionCode.HoldClosed;
        if (device.Status != RosterDevice.Active) return DecisionCode.DeviceRevoked;
        if (book.IsDenied(voucher.Kid, voucher.Epoch)) return DecisionCode.DenyListed;
        if (hold.Currency != voucher.Currency) return DecisionCode.Currency;
        return voucher.AmountMinor > hold.AmountMinor ? DecisionCode.CaptureExceeds : null;
    }

    private bool HasVoucher(PaymentId hold) => newestVouchers.ContainsKey(hold.Value);

    /// <summary>Journals the newest voucher of each session, at the end of the round that they came in.</summary>
    private void KeepVouchers()
    {
        foreach (var (id, voucher) in newestVouchers)
        {
            if (book.Holds.Find(new(id)) is { State: HoldState.Open })
                Tell(new RoundEvent.VoucherKept(voucher.Message));
        }

        newestVouchers.Clear();
    }

    /// <summary>What a decision depends on stands in the journal before it.</summary>
    private void KeepVoucherOf(PaymentId target)
    {
        var hold = book.Holds.Find(target) ?? book.Holds.OfIncrement(target);
        if (hold is not { State: HoldState.Open } || !newestVouchers.Remove(hold.Id.Value, out var voucher)) return;
        Tell(new RoundEvent.VoucherKept(voucher.Message));
    }

    private static bool Differs(Incoming incoming, byte[] kept) =>
        RequestCodec.TryParse(kept, out var view) is not WireError.None || view.Digest(kept) != incoming.Digest;
}

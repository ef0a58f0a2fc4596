using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What a device does not even ask for: its own memory says that it must not, or would be declined.</summary>
internal sealed partial class DeviceMachine
{
    private string? WhyNot(Wish wish)
    {
        if (State.Stopped) return "stopped: this name was used for other content";
        if (check.Config is null) return "not ready: no configuration yet";
        if (wish.Operation is Operation.Voucher) return WhyNoVoucher(wish.AmountMinor);
        if (wish.Operation is Operation.Status)
            return wish.Payment is null && State.Open is null ? "nothing is open" : null;
        if (wish is { Operation: Operation.Reverse, Sequence: 0 }) return WhyNoReverse();
        if (State.Open is not null) return "busy: an earlier request is still open";
        return wish.Payment is { } payment ? WhyNotPayees(wish, payment) : WhyNotPayers(wish);
    }

    private string? WhyNotPayers(Wish wish) => wish.Operation switch
    {
        Operation.Increment when State.Held is not { ByAuth: true } => "nothing is held that could grow",
        Operation.Void when State.Held is null => "nothing is held",
        Operation.Void when State.Held.ClaimedMinor > 0 => "claimed from already: only the payee gives it up now",
        Operation.Reverse when wish.Sequence > State.LastSequence => "no such request",
        Operation.Sale or Operation.Auth when State.Doubts.Count >= DeviceState.DoubtsMax =>
            "too many requests at other edges have no known outcome",
        _ => null,
    };

    /// <summary>A notice that passed every check comes first: without one nothing is known to be held.</summary>
    private string? WhyNotPayees(Wish wish, PaymentId payment) =>
        wish.Operation is not Operation.Refund && State.Noted.All(hold => hold.Payment != payment)
            ? "no notice of this payment"
            : null;

    private string? WhyNoReverse() =>
        !rules.MayReverse ? "this key may not reverse"
        : State.Open is not { Draws: true } ? "nothing is open that takes money"
        : null;

    private string? WhyNoVoucher(long usedMinor)
    {
        if (State.Held is not { ByAuth: true } held) return "nothing is held to claim from";
        if (usedMinor < held.ClaimedMinor) return "a claim never falls";
        return usedMinor > held.AmountMinor ? "more than is held" : null;
    }
}

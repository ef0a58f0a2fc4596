using MqttPay.FirmwareSim.Devices;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim;

/// <summary>What kind of visit a customer makes; each is one or several requests.</summary>
internal enum Visit
{
    /// <summary>One SALE.</summary>
    Sale,
    /// <summary>A SALE that takes less when there is less.</summary>
    Partial,
    /// <summary>A SALE that is held, then what was delivered of it: all, or nothing.</summary>
    Confirm,
    /// <summary>An AUTH, an INCREMENT, and a CAPTURE of a part.</summary>
    Auth,
    /// <summary>An AUTH, rising VOUCHERs, and a CAPTURE of the last one.</summary>
    Voucher,
    /// <summary>An AUTH that the payer gives up.</summary>
    Void,
    /// <summary>A SALE, and a REFUND of a part.</summary>
    Refund,
    /// <summary>A SALE that the payer takes back at once.</summary>
    Reverse,
}

/// <summary>
/// Makes wishes out of arrivals, so that each device goes through whole visits: it remembers where each one stands.
/// Used by one thread.
/// </summary>
/// <param name="visits">Drawn by the arrival's number; one that stands there twice is twice as frequent.</param>
internal sealed class Mix(IReadOnlyList<Visit> visits, IReadOnlyList<AttendedDevice> tills)
{
    private readonly Dictionary<KeyId, Step> steps = [];

    /// <summary>Reads <c>sale,auth,voucher</c>; null when a word is no kind of visit.</summary>
    public static IReadOnlyList<Visit>? Parse(string words)
    {
        var read = new List<Visit>();
        foreach (var word in words.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Enum.TryParse<Visit>(word, ignoreCase: true, out var visit) || !char.IsLetter(word[0])) return null;
            read.Add(visit);
        }

        return read;
    }

    /// <summary>Whether somebody must act for the payee.</summary>
    public static bool NeedsPayee(IEnumerable<Visit> visits) =>
        visits.Any(visit => visit is Visit.Confirm or Visit.Auth or Visit.Voucher or Visit.Refund);

    /// <summary>What a device is asked next; called only when it is ready.</summary>
    public Wish Next(Device device, Arrival arrival) => Next(device.Identity.Kid, device.State, device.Last, arrival);

    internal Wish Next(KeyId kid, DeviceState state, DeviceEffect.Finished? last, Arrival arrival)
    {
        if (steps.Remove(kid, out var step) && Further(step, kid, state, last) is { } wish) return wish;
        var visit = visits[(int)(arrival.Number % visits.Count)];
        if (visit is not (Visit.Sale or Visit.Partial))
            steps[kid] = new(visit, state.LastSequence + 1, 1, arrival.AmountMinor);
        return visit switch
        {
            Visit.Partial => Wish.SaleOrLess(arrival.AmountMinor),
            Visit.Confirm => Wish.HeldSale(arrival.AmountMinor),
            Visit.Auth or Visit.Voucher or Visit.Void => Wish.Auth(arrival.AmountMinor),
            _ => Wish.Sale(arrival.AmountMinor),
        };
    }

    /// <summary>The next request of a visit, or null when it is over or came to nothing.</summary>
    private Wish? Further(Step step, KeyId kid, DeviceState state, DeviceEffect.Finished? last)
    {
        var payment = PaymentId.Of(new(kid, state.Epoch, step.Sequence));
        var held = state.Held?.Sequence == step.Sequence ? state.Held : null;
        var paid = last is { Code: DecisionCode.Approved } && last.Name.Sequence == step.Sequence;
        switch (step.Visit)
        {
            case Visit.Confirm when held is not null:
                return Tell(Wish.Confirm(payment, step.Sequence % 4 == 0 ? 0 : held.AmountMinor));
            case Visit.Auth when held is not null && step.Number == 1:
                steps[kid] = step with { Number = 2 };
                return Wish.Increment(Math.Max(1, step.Minor / 2));
            case Visit.Auth when held is not null:
                return Tell(Wish.Capture(payment, Math.Max(1, held.AmountMinor * 7 / 10)));
            case Visit.Voucher when held is not null && step.Number < 4:
                steps[kid] = step with { Number = step.Number + 1 };
                return Wish.Voucher(Math.Max(1, held.AmountMinor * step.Number / 4));
            case Visit.Voucher when held is not null:
                return Tell(Wish.Capture(payment, held.ClaimedMinor));
            case Visit.Void when held is not null:
                return Wish.VoidOfHeld;
            case Visit.Refund when paid:
                return Tell(Wish.Refund(payment, Math.Max(1, step.Minor / 3)));
            case Visit.Reverse when paid:
                return Wish.Reverse(step.Sequence);
            default:
                return null;
        }
    }

    /// <summary>The payee's part: it waits at its till, and the payer's device is free for the next customer.</summary>
    private Wish? Tell(Wish wish)
    {
        _ = tills[(int)(wish.Payment!.Value.Value % (UInt128)tills.Count)].AskAsync(wish);
        return null;
    }

    /// <param name="Sequence">Of the visit's first request.</param>
    /// <param name="Number">Which further request comes next, from 1.</param>
    private sealed record Step(Visit Visit, long Sequence, int Number, long Minor);
}

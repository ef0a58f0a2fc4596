using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// Decides a named request from what the book and the roster say, and changes neither: running live and replaying a
/// journal go through here, so the same record and documents give the same decision for ever.
/// </summary>
internal sealed partial class Decider(EdgeBook book)
{
    /// <param name="asked">What came of asking the cloud; null when nobody did.</param>
    /// <param name="askable">Whether it may be asked.</param>
    /// <param name="unix">The time in the header of the request's round.</param>
    public Judgement Decide(
        PaymentRequest request, RosterDevice device, EdgeRoster roster, SequenceStep step, Asked? asked, bool askable,
        uint unix)
    {
        if (Refusal(request, device, roster) is { } code) return new(Declined(request, code));
        return request.Operation is Operation.Sale or Operation.Auth or Operation.Increment
            ? DecideDraw(request, device, step, asked, askable, unix)
            : new(DecideFurther(request, device));
    }

    /// <summary>Permission, in this order: mask, payee, account, currency, status, deny list. Null: go on.</summary>
    private DecisionCode? Refusal(PaymentRequest request, RosterDevice device, EdgeRoster roster)
    {
        if ((device.OperationMask & (1 << (int)request.Operation)) == 0) return DecisionCode.NotPermitted;
        if (request.Payee is { } payee && !roster.Lists(payee)) return DecisionCode.NotPermitted;
        if (request.Operation is Operation.Sale or Operation.Auth or Operation.Increment)
        {
            if (AccountOf(request, device) is not { } account) return DecisionCode.UnknownAccount;
            if (request.Currency != account.Currency || request.Currency != book.Policy!.Currency)
                return DecisionCode.Currency;
        }

        if (device.Status != RosterDevice.Active) return DecisionCode.DeviceRevoked;
        return book.IsDenied(request.Kid, request.Epoch) ? DecisionCode.DenyListed : null;
    }

    private Decision Declined(PaymentRequest request, DecisionCode code, Evidence evidence = Evidence.None) =>
        new(request.Epoch, request.Sequence, code, 0, evidence, 0, 0, book.Policy!.Version);

    private Decision Approved(PaymentRequest request, long amountMinor, long lease) => new(
        request.Epoch, request.Sequence, DecisionCode.Approved, amountMinor, Evidence.None, lease, 0,
        book.Policy!.Version);

    private static (AccountId Account, int Currency)? AccountOf(PaymentRequest request, RosterDevice device)
    {
        if (device.Accounts.Count == 0) return null;
        if (request.Account is not { } wanted) return device.Accounts[0];
        foreach (var account in device.Accounts)
            if (account.Account == wanted) return account;
        return null;
    }
}

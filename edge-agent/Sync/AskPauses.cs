using MqttPay.Payments;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>
/// How long not to ask again for a purse that got no lease. Told to go on, an account is left alone for a day or until
/// something happens to it here; what was refused may be funded at any moment.
/// </summary>
internal sealed class AskPauses
{
    private const long RefusedSeconds = 20;
    private const long ContentSeconds = 24 * 3600;

    private readonly Dictionary<Purse, Pause> pauses = [];

    public bool MayAsk(Want want, long now)
    {
        if (!pauses.TryGetValue(want.Purse, out var pause)) return true;
        var isContent = pause.IsContent && pause.Want == want;
        return now - pause.Since >= (isContent ? ContentSeconds : RefusedSeconds);
    }

    public void Refused(Want want, DecisionCode code, long now) =>
        pauses[want.Purse] = new(want, now, code is DecisionCode.Approved && want.Purse.Account is not null);

    /// <summary>A purse that wants a lease, and what its account had paid here when it did.</summary>
    /// <param name="Approvals">A payment changes it, and the cloud's hearing of that payment does again.</param>
    internal sealed record Want(Purse Purse, (Spending Ever, Spending Unacknowledged) Approvals)
    {
        public static Want Of(Purse purse, EdgeBook book) =>
            new(purse, purse.Account is { } account ? book.ApprovalsOf(account) : default);
    }

    private sealed record Pause(Want Want, long Since, bool IsContent);
}

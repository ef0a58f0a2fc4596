using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent.Sync;

/// <summary>A payment that waits for the cloud, with all that the question needs, as of when it was parked.</summary>
/// <param name="Position">What the edge says of itself; without asks.</param>
/// <param name="Through">The newest round that may hold an approval which the cloud does not know.</param>
/// <param name="SinceSeconds">Elapsed time when it was parked: a grant's time counts from here.</param>
internal sealed record ParkedAsk(
    long Parked, Purse Purse, long WantedMinor, Evidence Evidence, SyncRequest Position, long Through,
    long SinceSeconds)
{
    private const Evidence Backlog = Evidence.HardCount | Evidence.HardCumulative | Evidence.SiteCap;

    /// <summary>Whether only an acknowledgement of what waits in the outbox can help.</summary>
    public bool NeedsUpload => (Evidence & Backlog) != 0;

    public static ParkedAsk Of(Effect.Ask ask, EdgeMachine machine, Now now)
    {
        var book = machine.Book;
        return new(
            ask.Parked, ask.Purse, Math.Max(ask.AmountMinor, 1), ask.Evidence, PositionOf(machine),
            machine.IsBetweenRounds ? book.Head : book.Head + 1, now.ElapsedSeconds);
    }

    public static SyncRequest PositionOf(EdgeMachine machine, IReadOnlyList<LeaseAsk>? asks = null)
    {
        var book = machine.Book;
        return new(
            book.Fence, book.Incarnation, book.Policy?.Version ?? 0, book.DenyVersion, machine.Roster.Version,
            asks ?? [], book.Head, book.HeadRoot);
    }

    public LeaseAsk Numbered(uint number) => new(
        number, Position.Fence, Purse.Account, Purse.Currency, WantedMinor, Evidence, Position.DenyVersion,
        Position.Incarnation);
}

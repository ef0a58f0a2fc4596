using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// Decides every request of a journal once more, from the record, the policy and the list of devices that were in
/// force, and compares. What differs was not decided by these rules.
/// </summary>
/// <param name="rosterOf">The list of a version; null when it is no longer kept.</param>
public sealed class DecisionReplay(EdgeBook book, Func<uint, EdgeRoster?> rosterOf)
{
    private readonly Decider decider = new(book);
    private readonly List<ReplayDifference> differences = [];
    private EdgeRoster? roster;

    public EdgeBook Book => book;

    /// <summary>Decisions that came out the same.</summary>
    public int Same { get; private set; }

    /// <summary>Decisions whose list of devices is no longer kept, so nobody can tell.</summary>
    public int Unknown { get; private set; }

    public IReadOnlyList<ReplayDifference> Differences => differences;

    /// <summary>Takes the next round. Returns why the journal itself does not fit, or null.</summary>
    public string? Take(SignedRound round, int bytes) =>
        Replay.Apply(book, round, bytes, (request, decision, place) => Compare(request, decision, place, round.Header));

    private void Compare(PaymentRequest request, Decision recorded, Place place, RoundHeader header)
    {
        if (roster?.Version != book.RosterVersion) roster = rosterOf(book.RosterVersion);
        if (roster?.Find(request.Kid) is not { } device)
        {
            Unknown++;
            return;
        }

        var step = book.ChainOf(request.Kid).Place(request, device.Epoch, device.SequenceFloor);
        var again = step is SequenceStep.Stale or SequenceStep.RecordTooOld
            ? null   // An edge gives a hint then, and decides nothing.
            : decider.Decide(request, device, roster, step, AskedOf(recorded), askable: false, header.Unix).Decision;
        if (again == recorded) Same++;
        else differences.Add(new(request.Name, place, recorded, again));
    }

    /// <summary>What came of asking the cloud is a fact in the evidence, and its refusal is the code itself.</summary>
    private static Asked? AskedOf(Decision recorded)
    {
        if (!recorded.Evidence.HasFlag(Evidence.AskedOk)) return null;
        var refusal = new Asked(true, recorded.Code);
        return refusal.Refuses || refusal.NoFunds ? refusal : new(true, DecisionCode.Approved);
    }
}

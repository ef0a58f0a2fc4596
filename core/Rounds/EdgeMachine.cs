using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// The edge: inputs in, effects out, synchronous. It decides requests in arrival order into the open round, and lets a
/// reply go only on the input "round durable": durable before visible. One loop owns it.
/// </summary>
public sealed partial class EdgeMachine(EdgeBook book, EdgeSettings settings)
{
    private readonly Queue<Round> unsynced = [];
    private readonly List<(long Round, Effect Effect)> waiting = [];
    private readonly List<Effect> effects = [];
    private readonly Decider decider = new(book);
    private OpenRound open = new();
    private EdgeRoster roster = EdgeRoster.Empty;
    private Hash rosterDigest;
    private uint? sealWanted;
    private bool contacted;
    private Now now;

    public EdgeBook Book => book;

    public EdgeRoster Roster => roster;

    /// <summary>
    /// Whether the shell may bring more requests: one round is being synced and another waits otherwise.
    /// </summary>
    public bool HasRoom => unsynced.Count < EdgeSettings.UnsyncedMax;

    public int Unsynced => unsynced.Count;

    /// <summary>
    /// Whether nothing is decided that is not in a closed round: only then may an acknowledgement be written, so that a
    /// replay meets it at the same place.
    /// </summary>
    public bool IsBetweenRounds => open.Count == 0;

    /// <summary>
    /// Takes what waits, in order, and returns what is to be done, in order. At most one round is closed.
    /// </summary>
    public IReadOnlyList<Effect> Step(IReadOnlyList<Input> inputs, Now now)
    {
        this.now = now;
        effects.Clear();
        EndWhatIsDue();
        foreach (var input in inputs) Take(input);
        CloseRound();
        return [.. effects];
    }

    private void Take(Input input)
    {
        switch (input)
        {
            case Input.Arrived(var request): Arrive(request); break;
            case Input.Verified(var request, var valid): Verified(request, valid); break;
            case Input.ConflictRead(var second, var first): ConflictRead(second, first); break;
            case Input.RoundDurable(var number): Release(number); break;
            case Input.Acknowledged(var ack): book.Apply(ack); break;
            case Input.Started started: Start(started); break;
            case Input.Granted granted: TakeGrant(granted); break;
            case Input.PolicyCame(var policy, var message): TakePolicy(policy, message); break;
            case Input.DenyListCame(var list, var message): TakeDenyList(list, message); break;
            case Input.RosterCame(var newer, var digest): TakeRoster(newer, digest); break;
            case Input.AskAnswered(var parked, var code): Resume(parked, new Asked(true, code)); break;
            case Input.AskFailed(var parked): Resume(parked, new Asked(false, default)); break;
            case Input.LinkChanged(var may): askable = may; break;
            case Input.TimePassed: break;
            case Input.LeaseRecalled(var lease): Stop(lease, LeaseStopReason.Cloud); break;
            case Input.Contacted: TakeContact(); break;
            case Input.HistoryLost(var cause): Freeze(cause); break;
            case Input.SealWanted(var date): sealWanted = date; break;
            default: throw new InvariantException($"an input {input} is not known");
        }
    }

    /// <summary>Ends the open round, if it has leaves and the disk keeps up, and gives it to the shell.</summary>
    private void CloseRound()
    {
        if (!HasRoom || book.Frozen is FreezeCause.Journal) return;
        KeepVouchers();
        if (open.Count == 0 && (sealWanted is null || book.Batches.Leaves == 0)) return;

        var sealHere = sealWanted is not null || book.Batches.MustSeal(open.Count, WireLimits.RoundSizeMax);
        if (sealHere)
        {
            Tell(book.Batches.SealOf(book, sealWanted ?? now.Unix / 86_400, now.Unix));
            sealWanted = null;
        }

        var round = open.Close(book.Edge, book.Fence, book.Incarnation, book.Head + 1, book.HeadRoot);
        open = new();
        book.Close(round.Header, round.Root, sealHere, SizeOf(round));
        unsynced.Enqueue(round);
        effects.Add(new Effect.Append(round));
        if (Planted.Is(Bug.P1)) Answer(round);
    }

    /// <summary>The round is on disk: only now may anyone hear of it.</summary>
    private void Release(long number)
    {
        var round = unsynced.Dequeue();
        Invariant.Holds(round.Header.Number == number);
        Answer(round);
        foreach (var (after, effect) in waiting)
            if (after <= number) effects.Add(effect);
        waiting.RemoveAll(each => each.Round <= number);
    }

    private void Answer(Round round)
    {
        for (var leaf = 0; leaf < round.Requests.Count; leaf++)
        {
            if (round.Requests[leaf] is not { } request) continue;
            effects.Add(new Effect.Reply(request, round, leaf));
            Notify(request, round, leaf);
        }
    }

    /// <summary>Lets an effect go when a round is on disk; at once when it is.</summary>
    private void AfterDurable(long round, Effect effect)
    {
        if (round <= Durable || Planted.Is(Bug.P2)) effects.Add(effect);
        else waiting.Add((round, effect));
    }

    /// <summary>The newest round whose receipt may be shown.</summary>
    private long Durable => unsynced.TryPeek(out var oldest) ? oldest.Header.Number - 1 : book.Head;

    private Place NextPlace => new(book.Head + 1, open.Count);

    /// <summary>The time that the open round's header says, or will say.</summary>
    private uint RoundUnix => open.Count == 0 ? now.Unix : open.Unix;

    /// <summary>Adds an event to the open round and applies it.</summary>
    private void Tell(
        RoundEvent body, byte[]? document = null, Grant? grant = null, Policy? policy = null, DenyList? denyList = null)
    {
        open.Add(body, document, now.Unix);
        book.Apply(body, grant, policy, denyList);
    }

    private static int SizeOf(Round round) =>
        200 + round.Leaves.Sum(
            leaf => leaf is Leaf.Decided decided ? decided.Request.Length + decided.Decision.Length + 6 : 0)
        + round.Leaves.Sum(leaf => leaf is Leaf.Event told ? told.Body.Length + 6 : 0)
        + round.Attachments.Sum(attachment => attachment.Length + 5);
}

using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.Simulation;

/// <summary>The production edge machine over a disk that forgets what was not synced.</summary>
internal sealed class SimEdge
{
    private static readonly byte[] WitnessKey = new byte[32];
    private readonly List<SignedRound> durable = [];
    private readonly Queue<Round> writing = [];
    private readonly Roster roster;
    private readonly Policy policy;
    private EdgeMachine machine;
    private long now;

    public SimEdge(uint id, Roster roster, Policy policy)
    {
        (Id, this.roster, this.policy) = (id, roster, policy);
        machine = new(new(id, 1), new(WitnessKey));
        Start();
    }

    public uint Id { get; }

    public EdgeBook Book => machine.Book;

    public EdgeRoster Roster => machine.Roster;

    public int Crashes { get; private set; }

    /// <summary>Replies that left, with the decision's bytes.</summary>
    public List<(Incoming Request, byte[] Decision)> Replies { get; } = [];

    public IReadOnlyList<SignedRound> Durable => durable;

    public void Tick(int seconds) => now += seconds;

    public void Bring(params ReadOnlySpan<Input> inputs)
    {
        var effects = machine.Step([.. inputs], new(now, (uint)(1_790_000_000 + now)));
        foreach (var effect in effects) CarryOut(effect);
        foreach (var check in effects.OfType<Effect.Verify>()) Bring(new Input.Verified(check.Request, true));
    }

    /// <summary>The disk finishes its oldest write, if there is one.</summary>
    public void Sync()
    {
        if (!writing.TryDequeue(out var round)) return;
        durable.Add(new([], round.Header, round.Root, round.Leaves, round.Attachments));
        Bring(new Input.RoundDurable(round.Header.Number));
    }

    public void SyncAll()
    {
        while (writing.Count > 0) Sync();
    }

    /// <summary>
    /// The power fails: what was not synced is gone, or the first of it happened to reach the disk after all. Then it
    /// starts again from what the disk has.
    /// </summary>
    public void Crash(bool firstSurvives)
    {
        Crashes++;
        if (firstSurvives && writing.TryDequeue(out var round))
            durable.Add(new([], round.Header, round.Root, round.Leaves, round.Attachments));
        writing.Clear();
        var book = new EdgeBook(Id, 1);
        foreach (var written in durable)
            if (Replay.Apply(book, written, 0) is { } complaint) throw new InvariantException($"recovery: {complaint}");
        machine = new(book, new(WitnessKey));
        Start();
    }

    private void Start()
    {
        Bring(
            new Input.Started("sim", false, [1], now, FreezeCause.None), new Input.RosterCame(roster),
            new Input.PolicyCame(policy, SimCloud.Signed(PolicyCodec.Encode(policy))), new Input.Contacted());
        SyncAll();
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Verify: break;   // Checked when all else is carried out.
            case Effect.Append(var round): writing.Enqueue(round); break;
            case Effect.Reply(var request, var round, var leaf):
                Replies.Add((request, ((Leaf.Decided)round.Leaves[leaf]).Decision));
                break;
            case Effect.Repeat(var request, var place):
                var leaves = durable[(int)place.Round - 1].Leaves;
                Replies.Add((request, ((Leaf.Decided)leaves[place.Leaf]).Decision));
                break;
            case Effect.Hint or Effect.Ignore or Effect.Refused:
                break;   // The device repeats.
            default:
                throw new InvariantException($"the simulation never leads to {effect}");
        }
    }
}

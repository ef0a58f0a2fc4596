using MqttPay.EdgeAgent.Storage;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Simulation.Disks;
using MqttPay.Simulation.Kernel;
using MqttPay.Wire;

namespace MqttPay.Simulation.Nodes;

/// <summary>What the edge keeps: its journals by fence, one write in flight, and what is read back.</summary>
internal sealed partial class EdgeNode
{
    private readonly Queue<Job> jobs = [];
    private readonly List<(Journal Journal, long Lsn)> index = [];
    private readonly List<Journal> journals = [];
    private readonly Dictionary<long, byte[]> signedHeaders = [];
    private readonly Queue<(Ack Ack, byte[] Bytes)> acks = [];
    private List<Ack> orders = [];
    private bool writing;
    private bool ackInFlight;

    public long SlowUntil { get; set; }

    /// <summary>The next write or sync to the journal fails.</summary>
    public bool FailNextWrite { get; set; }

    /// <summary>
    /// The cloud's orders to go on under a new fence, oldest first; they are kept beside the journals.
    /// </summary>
    public IReadOnlyList<Ack> Orders => orders;

    private static bool SaysDurableEarly => Planted.Is(Bug.P3);

    private bool HasRoom => journals.Count > 0 && (journals[^1].HasRoom || !disk.Full);

    private void Append(Round round)
    {
        var message = Tags.Round(Key.Id, Secret, round.HeaderBytes, round.Root);
        signedHeaders[round.Header.Number] = message;
        signedHeaders.Remove(round.Header.Number - EdgeSettings.UnsyncedMax - 1);
        var payload = RoundCodec.EncodeRound(
            new(message, round.Header, round.Root, round.Leaves, round.Attachments));
        world.Watch.Appended(this, round);
        world.Watch.Stored(this, payload);
        Write(new(FrameKind.Round, round.Header.Incarnation, payload, round.Header.Number));
    }

    private void WriteAcks()
    {
        if (ackInFlight || machine!.Book.Incarnation == 0 || !machine.IsBetweenRounds) return;
        if (!acks.TryDequeue(out var ack)) return;
        Write(new(FrameKind.Ack, machine.Book.Incarnation, ack.Bytes, 0));
        ackInFlight = true;
        Step([new Input.Acknowledged(ack.Ack)]);
        if (machine is not null) world.Watch.Acknowledged(this, ack.Ack);
    }

    private void Write(Job job)
    {
        jobs.Enqueue(job);
        world.Watch.Unsynced(this, jobs.Count);
        if (!writing) StartWriting();
        if (SaysDurableEarly && job.Round > 0) PostUrgent(new Input.RoundDurable(job.Round));
    }

    private void StartWriting()
    {
        writing = true;
        var at = life;
        var slow = world.Agenda.Now < SlowUntil ? draws.Between(Time.Second, 30 * Time.Second) : 0;
        world.Agenda.In(slow + draws.Between(200, 3_000), Node, Happening.DiskDone, () =>
        {
            if (at == life) FinishWriting();
        });
    }

    private void FinishWriting()
    {
        var job = jobs.Peek();
        if (FailNextWrite)
        {
            (FailNextWrite, disk.FailAfter) = (false, draws.Below(2));
            world.Faults.Count(disk.FailAfter == 0 ? FaultKind.WriteFailed : FaultKind.SyncFailed);
        }

        long lsn;
        try
        {
            lsn = journals[^1].Append(job.Kind, job.Incarnation, job.Payload);
        }
        catch (JournalFailedException)
        {
            writing = false;        // It went as far as it went.
            Stop(CrashMode.Kill);   // The page cache may lie from now on: the process ends.
            return;
        }

        jobs.Dequeue();
        writing = false;
        if (jobs.Count > 0) StartWriting();
        if (job.Round == 0)
        {
            ackInFlight = false;
            PlanTurn();
            return;
        }

        index.Add((journals[^1], lsn));
        world.Watch.Durable(this, job.Round);
        if (!SaysDurableEarly) PostUrgent(new Input.RoundDurable(job.Round));
    }

    private void Reply(Incoming request, Round round, int leaf)
    {
        var decision = ((Leaf.Decided)round.Leaves[leaf]).Decision;
        var number = round.Header.Number;
        world.Watch.Answered(this, request, number, decision);
        Send((Device)request.Token!, ReplyCodec.EncodeFinal(
            decision, leaf, round.PathOf(leaf), signedHeaders[number],
            Witness.Of(WitnessKey, round.Header.Fence, number, round.Root)));
    }

    private void Repeat(Incoming request, Place place)
    {
        world.Watch.Leaves(this, place.Round);
        if (DecidedAt(place) is not var (round, decided)) return;
        world.Watch.Answered(this, request, place.Round, decided.Decision);
        world.Watch.Repeated(this, request, decided.Request, decided.Decision);
        Send((Device)request.Token!, ReplyCodec.EncodeFinal(
            decided.Decision, place.Leaf, PathOf(round, place.Leaf), round.Message,
            Witness.Of(WitnessKey, round.Header.Fence, round.Header.Number, round.Root)));
    }

    private void Notify(KeyId device, Incoming payer, Round round, int leaf)
    {
        if (!devices.TryGetValue(device, out var payee)) return;
        world.Watch.Noticed(this, payee, payer, round.Header.Number);
        Send(payee, ReplyCodec.EncodeNotice(
            payer.Request.Kid, payer.Digest, ((Leaf.Decided)round.Leaves[leaf]).Decision, leaf, round.PathOf(leaf),
            signedHeaders[round.Header.Number]));
    }

    private void RepeatNotice(Incoming status, Place place)
    {
        if (DecidedAt(place) is not var (round, decided)) return;
        if (RequestCodec.TryParse(decided.Request, out var view) is not WireError.None) return;
        Send((Device)status.Token!, ReplyCodec.EncodeNotice(
            view.Kid, view.Digest(decided.Request), decided.Decision, place.Leaf, PathOf(round, place.Leaf),
            round.Message));
    }

    private byte[]? MessageAt(Place place) => DecidedAt(place) is var (_, decided) ? decided.Request : null;

    private (SignedRound Round, Leaf.Decided Decided)? DecidedAt(Place place) =>
        RoundAt(place.Round) is { } round && place.Leaf < round.Leaves.Count
        && round.Leaves[place.Leaf] is Leaf.Decided decided ? (round, decided) : null;

    private SignedRound? RoundAt(long number) =>
        PayloadOf(number) is { } payload && RoundCodec.TryParseRound(payload, out var round, out _) is WireError.None
            ? round : null;

    private byte[]? PayloadOf(long number) => number >= 1 && number <= index.Count
        ? index[(int)number - 1].Journal.ReadPayload(index[(int)number - 1].Lsn) : null;

    private static byte[] PathOf(SignedRound round, int leaf)
    {
        var hashes = new Hash[round.Leaves.Count];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = Replay.HashOf(round.Leaves[i]);
        return MerkleTree.Path(hashes, leaf);
    }

    private readonly record struct Job(FrameKind Kind, uint Incarnation, byte[] Payload, long Round);
}

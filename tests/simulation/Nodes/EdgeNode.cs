using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Simulation.Clocks;
using MqttPay.Simulation.Disks;
using MqttPay.Simulation.Kernel;
using MqttPay.Simulation.Network;
using MqttPay.Wire;

namespace MqttPay.Simulation.Nodes;

/// <summary>
/// One edge agent as a process: the production machine and journal, over simulated disk, clock and links. What the
/// agent's shell does is done here in the same order.
/// </summary>
internal sealed partial class EdgeNode
{
    private const int InputsMax = 64, HeldMax = 64;
    private readonly Queue<(byte[] Message, Device From)> held = [];
    private readonly World world;
    private readonly Draws draws;
    private readonly SimDisk disk;
    private readonly Queue<Input> urgent = [];
    private readonly Queue<Input> waiting = [];
    private readonly List<Input> inputs = [];
    private readonly Dictionary<KeyId, Device> devices = [];
    private EdgeMachine? machine;
    private bool turnPlanned;
    private int life;
    private long pausedUntil;
    private int requestsWaiting;

    public EdgeNode(World world, uint id, int node, Draws draws)
    {
        (this.world, Id, Node, this.draws) = (world, id, node, draws);
        disk = new(draws.Fork());
        disk.CreateFolder("/data");
        Clock = new(world.Agenda, draws.Below((2 * world.Profile.DriftPpmMax) + 1) - world.Profile.DriftPpmMax);
        Path = new(world, draws.Fork(), node, id);
        Key = World.KeyOf(id, 255);
        Secret = draws.Bits();
        WitnessKey = new byte[32];
        BitConverter.TryWriteBytes(WitnessKey, draws.Bits());
        world.Registry.Add(id, Secret);
    }

    public uint Id { get; }

    public int Node { get; }

    public PublicKey Key { get; }

    public ulong Secret { get; }

    public byte[] WitnessKey { get; }

    public SimClock Clock { get; }

    public CloudPath Path { get; }

    public SimDisk Disk => disk;

    /// <summary>Null while the process is not running.</summary>
    public EdgeMachine? Machine => machine;

    public bool IsUp => machine is not null;

    public bool IsPaused => world.Agenda.Now < pausedUntil;

    public IReadOnlyDictionary<KeyId, Device> Devices => devices;

    /// <summary>The newest message to any device; a foreign path may give it to another.</summary>
    public byte[]? LastReply { get; set; }

    public void Add(Device device) => devices[device.Key.Id] = device;

    /// <summary>A message of a device arrives, as the agent's intake takes it.</summary>
    public void Receive(byte[] message, Device from)
    {
        if (machine is null) return;
        if (IsPaused)
        {
            if (held.Count >= HeldMax) return;   // The sockets' buffers are full.
            held.Enqueue((message, from));
            return;
        }

        var error = RequestCodec.TryParse(message, out var view);
        if (error is WireError.None && view.Kid != from.Key.Id) error = WireError.TopicMismatch;
        if (error is not WireError.None)
        {
            world.Trace.Add((long)error);
            return;   // What a hint would tell, the device's own timer tells too.
        }

        var request = view.ToRequest();
        if (MayShed(request.Operation) && IsFull())
        {
            world.Faults.Count(FaultKind.Shed);
            Send(from, ReplyCodec.EncodeHint(request.Epoch, request.Sequence, DecisionCode.TempError, 1_000));
            return;
        }

        requestsWaiting++;
        world.Watch.Queued(this, requestsWaiting, MayShed(request.Operation));
        Post(new Input.Arrived(new(request, view.Digest(message), message, view.Algorithm, from)));
    }

    public void Post(Input input)
    {
        waiting.Enqueue(input);
        PlanTurn();
    }

    /// <summary>The process stands still, as under SIGSTOP; what arrives meanwhile waits.</summary>
    public void Pause(long until)
    {
        pausedUntil = until;
        world.Agenda.At(until, Node, Happening.EdgeWakes, Wake);
    }

    private void Wake()
    {
        while (!IsPaused && held.TryDequeue(out var message)) Receive(message.Message, message.From);
        PlanTurn();
    }

    public void Heal()
    {
        pausedUntil = 0;
        disk.Full = false;
        SlowUntil = 0;
        FailNextWrite = false;
        Path.Heal();
        Clock.SetRight();
        (turnPlanned, syncPlanned) = (false, false);
        Wake();
        if (machine is not null) PlanSync(Time.Second);
    }

    private static bool MayShed(Operation operation) => operation
        is Operation.Sale or Operation.Auth or Operation.Increment or Operation.Voucher or Operation.Status;

    private bool IsFull() =>
        (requestsWaiting >= world.Profile.InboxMax && !Planted.Is(Bug.P40)) || !HasRoom;

    private void PostUrgent(Input input)
    {
        urgent.Enqueue(input);
        PlanTurn();
    }

    private void PlanTurn()
    {
        if (turnPlanned || machine is null) return;
        turnPlanned = true;
        var at = life;
        world.Agenda.At(Math.Max(pausedUntil, world.Agenda.Now + 100), Node, Happening.EdgeTurn, () =>
        {
            if (at == life) Turn();
        });
    }

    private void Turn()
    {
        turnPlanned = false;
        if (machine is null) return;
        if (IsPaused)
        {
            PlanTurn();
            return;
        }

        inputs.Clear();
        while (urgent.TryDequeue(out var input)) inputs.Add(input);
        var hadRoom = machine.HasRoom;
        while (hadRoom && inputs.Count < InputsMax && waiting.TryDequeue(out var input))
        {
            if (input is Input.Arrived or Input.Verified) requestsWaiting--;
            inputs.Add(input);
        }

        var at = life;
        Step(inputs);
        if (at != life || machine is null) return;
        WriteAcks();
        if (urgent.Count > 0 || (waiting.Count > 0 && machine.HasRoom)) PlanTurn();
    }

    /// <summary>One step of the production machine, and what it wants done.</summary>
    private void Step(IReadOnlyList<Input> now)
    {
        IReadOnlyList<Effect> effects;
        try
        {
            effects = machine!.Step(now, Clock.Now);
            world.Watch.AfterStep(this, now, effects);
        }
        catch (InvariantException fault)
        {
            world.Violations.Add($"MP9001: edge {Id} stopped itself: {fault.Message}");
            return;
        }

        foreach (var effect in effects) CarryOut(effect);
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Verify(var request, _): Verify(request); break;
            case Effect.Append(var round): Append(round); break;
            case Effect.Reply(var request, var round, var leaf): Reply(request, round, leaf); break;
            case Effect.Repeat(var request, var place): Repeat(request, place); break;
            case Effect.Accept(var request): Accept(request); break;
            case Effect.Notify(var device, var payer, var round, var leaf): Notify(device, payer, round, leaf); break;
            case Effect.RepeatNotice(var status, var place): RepeatNotice(status, place); break;
            case Effect.Hint(var request, var code): Hint(request, code); break;
            case Effect.ReadConflict(var second, var first):
                PostUrgent(new Input.ConflictRead(second, MessageAt(first)));
                break;
            case Effect.Ask ask: Ask(ask); break;
            case Effect.Ignore or Effect.Refused: break;
            default: throw new InvariantException($"no hands for {effect}");
        }
    }

    /// <summary>The signature is checked beside the loop; a device's requests stay in order.</summary>
    private void Verify(Incoming request)
    {
        var at = life;
        world.Agenda.In(200, Node, Happening.Verified, () =>
        {
            if (at != life) return;
            requestsWaiting++;
            var valid = world.Registry.Verify(request.Request.Kid, request.Digest, request.Message);
            Post(new Input.Verified(request, valid || Lies()));
        });
    }

    /// <summary>A malicious edge says that a signature is good which is not.</summary>
    private bool Lies() => world.Fault(draws, world.Profile.FalseRecord, FaultKind.FalseRecord);

    private void Hint(Incoming request, DecisionCode code)
    {
        world.Trace.Add((long)code);
        world.Watch.Hinted(this, request, code);
        Send((Device)request.Token!, ReplyCodec.EncodeHint(
            request.Request.Epoch, request.Request.Sequence, code, 500));
    }

    private void Accept(Incoming request)
    {
        world.Watch.Accepted(this, request);
        ((Device)request.Token!).Accepted(request.Request);
    }

    private static void Send(Device device, byte[] message) => device.Path.ToDevice(message);
}

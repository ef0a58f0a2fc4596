using MqttPay.Payments;
using MqttPay.Simulation.Kernel;
using MqttPay.Simulation.Network;
using MqttPay.Wire;

namespace MqttPay.Simulation.Nodes;

/// <summary>
/// What holds a key: one open request at a time, the same bytes until a final reply, and REVERSE to give up.
/// </summary>
internal abstract class Device
{
    private const int StaleHintsMax = 3;
    private readonly Dictionary<long, Question> asked = [];
    private readonly ulong secret;
    private UInt128 previous;
    private int attempts;
    private int staleHints;
    private bool isDead;

    protected Device(World world, PublicKey key, ulong secret, EdgeNode edge, int node, Draws draws)
    {
        (World, Key, this.secret, Edge, Node, Draws) = (world, key, secret, edge, node, draws);
        Path = new(world, draws.Fork(), this, edge);
    }

    public PublicKey Key { get; }

    public EdgeNode Edge { get; }

    public int Node { get; }

    public DevicePath Path { get; }

    public uint Epoch { get; private set; } = 1;

    public long Sequence { get; private set; }

    /// <summary>What waits for its final reply; null when nothing does.</summary>
    public Question? Open { get; private set; }

    /// <summary>Its key is known to be in two hands; it gets no answers any more.</summary>
    public bool IsDead => isDead;

    public LastReceipt? Newest { get; private set; }

    public IEnumerable<Question> AllAsked => asked.Values;

    protected World World { get; }

    protected Draws Draws { get; }

    public RosterDevice Enrolled { get; set; } = null!;

    /// <summary>Begins to think, and then to ask, until the world has had its payments.</summary>
    public void Live() => World.Agenda.In(
        Draws.Between(0, World.Profile.ThinkMs) * Time.Millisecond, Node, Happening.DeviceAsks, Act);

    /// <summary>A reply, notice or hint arrives.</summary>
    public void Receive(byte[] message)
    {
        if (ReplyCodec.TryParse(message, out var reply) is not WireError.None) return;
        switch (reply)
        {
            case Reply.Final final: Take(final); break;
            case Reply.Hint hint: Take(hint); break;
            case Reply.Notice notice: Take(notice); break;
            default: break;
        }
    }

    /// <summary>The PUBACK of a voucher.</summary>
    public virtual void Accepted(PaymentRequest voucher)
    {
    }

    /// <summary>Sends the open request again now, as healing wants it.</summary>
    public void Nudge()
    {
        if (Open is { } open) Path.ToEdge(open.Message);
    }

    /// <summary>What a clone starts from.</summary>
    public void CopyFrom(Device original) =>
        (Epoch, Sequence, previous, Newest) = (original.Epoch, original.Sequence, original.previous, original.Newest);

    /// <summary>Makes the next request, or null when there is nothing to ask now.</summary>
    protected abstract PaymentRequest? Next();

    protected virtual void Settled(Question asked, Decision decision)
    {
    }

    protected virtual void Take(Reply.Notice notice)
    {
    }

    protected PaymentRequest Basic(Operation operation) => new()
    {
        Operation = operation,
        Kid = Key.Id,
        Epoch = Epoch,
        Sequence = operation is Operation.Voucher or Operation.Status ? 0 : Sequence + 1,
        Edge = Edge.Id,
        Previous = operation is Operation.Voucher or Operation.Status ? 0 : previous,
        LastReceipt = Invented() ?? (Newest is { } receipt && Draws.Percent(70) ? receipt : null),
        DeviceTime = Draws.Percent(10) ? Clocks.SimClock.TrueUnix(World.Agenda) : null,
    };

    /// <summary>A round that never was, with a witness that nobody can check without the edge's key.</summary>
    private LastReceipt? Invented() =>
        World.Fault(Draws, World.Profile.InventedReceipt, FaultKind.InventedReceipt)
            ? new(Edge.Id, 1 + (uint)Draws.Below(2), 1 + Draws.Below(100_000), Draws.Bits()) : null;

    protected byte[] Sign(PaymentRequest request, out Hash digest)
    {
        var payload = RequestCodec.EncodePayload(request);
        digest = Hash.Of(CoseSign1.ToBeSigned(MessageKind.Request, Key.Id, SignatureAlgorithm.Es256, payload));
        return CoseSign1.Encode(Key.Id, SignatureAlgorithm.Es256, payload, Tags.Sign(secret, digest));
    }

    private void Act()
    {
        if (isDead || World.HasEnough) return;
        if (Open is null && Next() is { } request) Begin(request);
        World.Agenda.In(
            Draws.Between(World.Profile.ThinkMs / 4, World.Profile.ThinkMs) * Time.Millisecond, Node,
            Happening.DeviceAsks, Act);
    }

    private void Begin(PaymentRequest request)
    {
        var message = Sign(request, out var digest);
        (Sequence, previous) = (request.Sequence, digest.High);
        Open = asked[request.Sequence] = new(request, digest, message);
        (attempts, staleHints) = (0, 0);
        World.Asked(this, Open);
        SendOpen();
    }

    private void SendOpen()
    {
        if (Open is not { } open) return;
        attempts++;
        Path.ToEdge(open.Message);
        if (World.Fault(Draws, World.Profile.Forged, FaultKind.Forged)) Forge(open);
        var wait = Math.Min(World.RepeatMax, Time.Second << Math.Min(attempts, 12));
        World.Agenda.In(Draws.Between(wait / 2, wait), Node, Happening.DeviceRepeats, () =>
        {
            if (Open != open || isDead) return;
            if (attempts > 4 && World.Fault(Draws, World.Profile.GivesUp, FaultKind.GaveUp)) GiveUp();
            else SendOpen();
        });
    }

    /// <summary>A stranger sends other content under the open name, with a signature that nobody's key made.</summary>
    private void Forge(Question open)
    {
        if (open.Request.AmountMinor <= 0) return;
        var other = open.Request with { AmountMinor = open.Request.AmountMinor + 1 + Draws.Below(500) };
        var payload = RequestCodec.EncodePayload(other);
        Path.ToEdge(CoseSign1.Encode(
            Key.Id, SignatureAlgorithm.Es256, payload, Tags.Sign(Draws.Bits(), Hash.Of(payload))));
    }

    /// <summary>Rule (b): an edge that took n+1 can never approve n.</summary>
    private void GiveUp()
    {
        var open = Open!;
        if (open.Request.Operation is Operation.Reverse || !MayReverse)
        {
            SendOpen();
            return;
        }

        open.GivenUp = true;
        Begin(Basic(Operation.Reverse) with { ReferenceSequence = open.Request.Sequence });
    }

    private void Take(Reply.Final final)
    {
        if (!asked.TryGetValue(final.Decision.Sequence, out var request)) return;
        var verdict = Receipt.Check(
            final, request.Request.Name, request.Digest, Edge.Id, Edge.Key, out var toBeSigned, out var signature);
        if (verdict is not ReceiptVerdict.Ok) return;
        var root = RoundCodec.RootOf(RoundCodec.EncodeHeader(final.Header));
        if (toBeSigned.Length == 0 || !Tags.Verify(Edge.Secret, root, signature)) return;
        World.Watch.Believed(this, request, final, root);
        var receipt = new LastReceipt(Edge.Id, final.Header.Fence, final.Header.Number, final.Witness);
        if (Newest is not { } newest || (receipt.Fence, receipt.Round).CompareTo((newest.Fence, newest.Round)) > 0)
            Newest = receipt;
        if (request.Answer is not null) return;
        request.Answer = final.Decision;
        request.Receipt = (final.Header.Fence, final.Header.Number, root);
        Settled(request, final.Decision);
        if (Open == request) Open = null;
    }

    private void Take(Reply.Hint hint)
    {
        if (Open is not { } open || hint.Sequence != open.Request.Sequence) return;
        switch (hint.Code)
        {
            case DecisionCode.ReplayConflict:
                World.Died(this);
                (Open, isDead) = (null, true);
                break;
            case DecisionCode.SequenceStale or DecisionCode.WrongEdge or DecisionCode.BadSignature
                when ++staleHints >= StaleHintsMax:
                staleHints = 0;
                if (MayReverse && open.Request.Operation is not Operation.Reverse) GiveUp();
                else Renew(open);
                break;
            default: break;
        }
    }

    private bool MayReverse => (Enrolled.OperationMask & (1 << (int)Operation.Reverse)) != 0;

    /// <summary>What finishes or undoes a payment, and whose name was burnt, begins again under the next one.</summary>
    private void Renew(Question open)
    {
        open.GivenUp = true;
        Begin(open.Request with { Sequence = Sequence + 1, Previous = previous });
    }
}

/// <summary>A request as it was sent, and what came of it.</summary>
internal sealed class Question(PaymentRequest request, Hash digest, byte[] message)
{
    public PaymentRequest Request => request;

    public Hash Digest => digest;

    public byte[] Message => message;

    public Decision? Answer { get; set; }

    /// <summary>The round that the accepted answer is proved by.</summary>
    public (uint Fence, long Round, Hash Root) Receipt { get; set; }

    /// <summary>Its device does not wait for an answer any more.</summary>
    public bool GivenUp { get; set; }

    public PaymentId Id { get; } = PaymentId.Of(request.Name);
}

using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Settlement;
using MqttPay.Simulation.Nodes;
using MqttPay.Wire;

namespace MqttPay.Simulation.Invariants;

/// <summary>Looks at every step from outside and knows what the nodes do not. Says which invariant broke.</summary>
internal sealed partial class Watch
{
    private readonly World world;
    private readonly List<EdgeTruth> truths = [];
    private readonly Dictionary<(uint Edge, uint Version), Roster> rosters = [];
    private readonly HashSet<KeyId> cloned = [];
    private readonly Dictionary<KeyId, uint> fences = [];

    public Watch(World world)
    {
        this.world = world;
        world.Store.OnPosted = Posted;
    }

    public EdgeTruth Of(EdgeNode edge) => truths[(int)edge.Id - 1];

    public void Add(EdgeNode edge)
    {
        truths.Add(new());
        Of(edge).Reference = Fresh(edge.Id);
    }

    public void Cloned(KeyId kid) => cloned.Add(kid);

    public bool IsCloned(KeyId kid) => cloned.Contains(kid);

    public void Died(Device device)
    {
        if (!cloned.Contains(device.Key.Id) && world.Profile.FalseRecord == 0)
            Complain($"I4: {device.Key.Id} was called a clone and is none");
    }

    public void Published(uint edge, Roster roster) => rosters[(edge, roster.Version)] = roster;

    public void AskedBy(Device device, Question asked) => world.Trace.Add(asked.Request.Sequence);

    public void Queued(EdgeNode edge, int waiting, bool mayShed)
    {
        if (mayShed && waiting > world.Profile.InboxMax)
            Complain($"S1: {waiting} requests wait at edge {edge.Id}");
    }

    public void Unsynced(EdgeNode edge, int jobs)
    {
        if (jobs > EdgeSettings.UnsyncedMax + 1) Complain($"S1: {jobs} writes wait at edge {edge.Id}");
    }

    public void AfterStep(EdgeNode edge, IReadOnlyList<Input> inputs, IReadOnlyList<Effect> effects)
    {
        var (machine, book) = (edge.Machine!, edge.Machine!.Book);
        world.Trace.Add(unchecked((long)book.HeadRoot.High) + effects.Count);
        if (machine.Unsynced > EdgeSettings.UnsyncedMax || machine.Parked > EdgeSettings.ParkedMax)
            Complain($"S1: {machine.Unsynced} rounds unsynced, {machine.Parked} requests parked at edge {edge.Id}");
        foreach (var input in inputs)
        {
            if (input is Input.HistoryLost && book.Frozen is FreezeCause.None)
                Complain($"I9: edge {edge.Id} goes on after the cloud knew more of it");
            if (input is Input.Verified(var request, true) && machine.Parked == 0) Witnessed(edge, book, request);
        }
    }

    /// <summary>A receipt from this edge's own future must freeze it.</summary>
    private void Witnessed(EdgeNode edge, EdgeBook book, Incoming incoming)
    {
        if (incoming.Request.LastReceipt is not { } receipt || receipt.Edge != edge.Id) return;
        if (receipt.Fence != book.Fence || receipt.Round <= book.Head || book.Frozen is not FreezeCause.None) return;
        if (!Witness.Matches(edge.WitnessKey, receipt) || book.Find(PaymentId.Of(incoming.Request.Name)) is not null)
            return;
        if (world.RosterOf(edge.Id) is null || edge.Machine!.Roster.Find(incoming.Request.Kid) is null) return;
        Complain($"I9: edge {edge.Id} at round {book.Head} goes on after a receipt of round {receipt.Round}");
    }

    public void Appended(EdgeNode edge, Round round)
    {
        var (truth, header) = (Of(edge), round.Header);
        truth.Written.Add(round.Root.High);
        truth.Roots[header.Number] = round.Root;
        if (header.Incarnation < truth.Incarnation)
            Complain($"I14: edge {edge.Id} fell to incarnation {header.Incarnation}");
        var next = 0;
        for (var i = 0; i < round.Leaves.Count; i++)
        {
            if (round.Leaves[i] is Leaf.Event told)
            {
                Read(edge, truth, told, () => next < round.Attachments.Count ? round.Attachments[next++] : null);
                continue;
            }

            var decided = (Leaf.Decided)round.Leaves[i];
            var incoming = round.Requests[i]!;
            Invariant.Holds(DecisionCodec.TryParse(decided.Decision, out var decision) is WireError.None);
            truth.Reference.Take(header.Number, header.Unix, incoming.Request, incoming.Digest, decision!);
            if (decision!.Approved) Approved(edge, truth, incoming, decision);
        }
    }

    public void Durable(EdgeNode edge, long round)
    {
        Of(edge).Durable = round;
        Of(edge).Incarnation = edge.Machine!.Book.Incarnation;
    }

    public void Answered(EdgeNode edge, Incoming request, long round, byte[] decision)
    {
        var truth = Of(edge);
        Leaves(edge, round);
        truth.Answered = Math.Max(truth.Answered, round);
        if (truth.Roots.TryGetValue(round, out var root)) truth.AnsweredRoots[round] = root;
        if (request.Request.Operation is not Operation.Status) Same(edge, truth, request.Digest, decision);
    }

    /// <summary>A repeat is of the very request that was decided.</summary>
    public void Repeated(EdgeNode edge, Incoming request, byte[] decided, byte[] decision)
    {
        var digest = World.DigestOf(decided);
        if (request.Request.Operation is Operation.Status) Same(edge, Of(edge), digest, decision);
        else if (digest != request.Digest)
            Complain($"I4: edge {edge.Id} gave {request.Request.Name} the reply to other content");
    }

    /// <summary>Something of a round leaves the edge.</summary>
    public void Leaves(EdgeNode edge, long round)
    {
        if (round > Of(edge).Durable) Complain($"S2: round {round} left edge {edge.Id} before it was durable");
    }

    public void Noticed(EdgeNode edge, Device payee, Incoming payer, long round)
    {
        if (round > Of(edge).Durable)
            Complain($"S2: a notice of round {round} left edge {edge.Id} before it was durable");
        if (payee.Enrolled.Payee == 0)
            Complain($"S10: {payee.Key.Id} is no payee's device and was told of {payer.Request.Name}");
    }

    public void Accepted(EdgeNode edge, Incoming voucher)
    {
        var id = PaymentId.Of(new(voucher.Request.Kid, voucher.Request.Epoch, voucher.Request.ReferenceSequence ?? 0));
        if (!Of(edge).Reference.Holds.TryGetValue(id, out var hold) || !hold.IsOpen) return;
        if (hold.Tick < voucher.Request.Tick && hold.VoucherMinor <= voucher.Request.AmountMinor)
            Complain($"S2: voucher {voucher.Request.Tick} was accepted, {hold.Tick} is kept");
    }

    public void Hinted(EdgeNode edge, Incoming request, DecisionCode code)
    {
        var isFinal = code is not (
            DecisionCode.BadSignature or DecisionCode.ReplayConflict or DecisionCode.SequenceStale
            or DecisionCode.Format or DecisionCode.EdgeFrozen or DecisionCode.TempError or DecisionCode.Cutoff
            or DecisionCode.WrongEdge);
        if (isFinal && request.Request.Sequence > 0) Complain($"I16: {code} left edge {edge.Id} as a hint");
    }

    /// <summary>Where an ask was sent, to know how long its lease may be spent.</summary>
    public void Asks(EdgeNode edge, long since) =>
        Of(edge).Asks[since] = (world.Agenda.Now, edge.Clock.Boots);

    public void Contact(EdgeNode edge, SyncAnswer answer) => world.Trace.Add(answer.NextRound);

    public void Acknowledged(EdgeNode edge, Ack ack)
    {
        var (truth, book) = (Of(edge), edge.Machine!.Book);
        if (book.Watermark != ack.Round) return;
        if (truth.Roots.TryGetValue(ack.Round, out var root) && root != ack.Root)
            Complain($"I8: edge {edge.Id} took an acknowledgement of another root of round {ack.Round}");
        truth.Reference.Acknowledge(ack.Round);
    }

    public void Refused(EdgeNode edge, string reason)
    {
        if (world.Profile.FalseRecord == 0) Complain($"I8: the cloud refused a batch of edge {edge.Id}: {reason}");
    }

    private ReferenceEdge Fresh(uint edge) => new(edge, version => rosters.GetValueOrDefault((edge, version)), Complain)
    {
        IsGenuine = world.Registry.Verify,
        BelievesIts = world.Profile.FalseRecord == 0,
    };

    private void Read(EdgeNode edge, EdgeTruth truth, Leaf.Event told, Func<byte[]?> attachment)
    {
        Invariant.Holds(EventCodec.TryParse(told.Body, out var body) is WireError.None);
        if (body is RoundEvent.Start && edge.Machine is { } live && live.Book.Incarnation <= truth.Incarnation)
            Complain($"I14: edge {edge.Id} started as incarnation {live.Book.Incarnation} after {truth.Incarnation}");
        if (body is RoundEvent.Frozen { Receipt: { } receipt } && !Witness.Matches(edge.WitnessKey, receipt))
            Complain($"S9: edge {edge.Id} was frozen by a receipt that it never gave");
        truth.Reference.Take(body!, attachment);
    }

    /// <summary>Time may stop a lease late only by the drift and guard that are stated.</summary>
    private void Approved(EdgeNode edge, EdgeTruth truth, Incoming incoming, Decision decision)
    {
        if (incoming.Request.Operation is not (Operation.Sale or Operation.Auth or Operation.Increment)) return;
        if (world.Profile.FalseRecord == 0
            && !world.Registry.Verify(incoming.Request.Kid, incoming.Digest, incoming.Message))
            Complain($"S7: edge {edge.Id} approved what {incoming.Request.Kid} did not sign");
        if (!truth.Reference.Leases.TryGetValue(decision.Lease, out var lease)) return;
        if (!truth.Asks.TryGetValue(lease.Since, out var ask) || ask.Boot != edge.Clock.Boots) return;
        var age = (world.Agenda.Now - ask.At) / Kernel.Time.Second;
        if (age > lease.SpendSeconds + 1)
            Complain($"I10: lease {lease.Id} was spent {age} s after its ask, it had {lease.SpendSeconds}");
        if (world.Store.TermsOf(lease.Id).Fence != edge.Machine!.Book.Fence)
            Complain($"I9: lease {lease.Id} of another fence was spent at edge {edge.Id}");
    }

    private void Same(EdgeNode edge, EdgeTruth truth, Hash digest, byte[] decision)
    {
        var said = Hash.Of(decision).High;
        if (truth.Answers.TryGetValue(digest.High, out var before) && before != said && !truth.LostHistory)
            Complain($"I4: edge {edge.Id} gave two replies to one request");
        truth.Answers[digest.High] = said;
        truth.Said.Add(digest.High ^ said);
    }

    private void Posted(uint edge, PaymentRow row)
    {
        if (RequestCodec.TryParse(row.Message, out var view) is not WireError.None
            || !world.Registry.Verify(view.Kid, view.Digest(row.Message), row.Message))
            Complain($"S7: {row.Id} was posted and no device signed it");
        else if (view.Edge != edge) Complain($"I5: {row.Id} for edge {view.Edge} was posted from edge {edge}");
    }

    private void Complain(string what) => world.Violations.Add(what);
}

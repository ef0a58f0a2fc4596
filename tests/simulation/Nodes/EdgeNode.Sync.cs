using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Simulation.Clouds;
using MqttPay.Simulation.Disks;
using MqttPay.Simulation.Kernel;
using MqttPay.Wire;

namespace MqttPay.Simulation.Nodes;

/// <summary>What the edge says to the cloud: asks for leases and lists, and sealed batches, oldest first.</summary>
internal sealed partial class EdgeNode
{
    private const long AskBudget = 250 * Time.Millisecond;
    private readonly Dictionary<Purse, long> refusedUntil = [];
    private Roster? roster;
    private Hash rosterDigest;
    private bool syncing;
    private bool syncPlanned;
    private bool askable;
    private long? resendFrom;
    private long sentThrough;
    private uint asks;

    /// <summary>Why the oldest batch does not move, or null.</summary>
    public string? Quarantine { get; private set; }

    private void PlanSync(long delay)
    {
        if (syncPlanned) return;
        syncPlanned = true;
        var at = life;
        world.Agenda.In(delay, Node, Happening.EdgeSyncs, () =>
        {
            if (at != life) return;
            syncPlanned = false;
            if (IsPaused) PlanSync(pausedUntil - world.Agenda.Now + 1_000);
            else Sync();
        });
    }

    /// <summary>Holds end and leases close by time, also when nobody pays.</summary>
    private void PlanTime()
    {
        var at = life;
        world.Agenda.In(world.TimeStep, Node, Happening.EdgeWakes, () =>
        {
            if (at != life) return;
            Post(new Input.TimePassed());
            PlanTime();
        });
    }

    private void Sync()
    {
        if (syncing || machine is null) return;
        syncing = true;
        var (at, since) = (life, Clock.Now.ElapsedSeconds);
        world.Watch.Asks(this, since);
        var request = RequestOf(machine.Book, since);
        Path.Sync(request, answer =>
        {
            if (at != life || machine is null) return;
            if (answer is null) Missed();
            else Take(request, answer, since);
        });
    }

    private SyncRequest RequestOf(EdgeBook book, long since)
    {
        List<LeaseAsk> list = [];
        foreach (var purse in LeaseWants.Of(book, machine!.Roster))
            if (refusedUntil.GetValueOrDefault(purse) <= since)
                list.Add(AskFor(purse, book.Policy?.AccountDayMinor ?? 1, Evidence.LeaseLow));
        return new(
            book.Fence, book.Incarnation, book.Policy?.Version ?? 0, book.DenyVersion, machine.Roster.Version, list,
            book.Head, book.HeadRoot);
    }

    private LeaseAsk AskFor(Purse purse, long wantedMinor, Evidence evidence) => new(
        ++asks, machine!.Book.Fence, purse.Account, purse.Currency, wantedMinor, evidence, machine.Book.DenyVersion,
        machine.Book.Incarnation);

    private void Missed()
    {
        syncing = false;
        SetAskable(false);
        PlanSync(world.SyncEvery);
    }

    private void Take(SyncRequest request, SyncAnswer answer, long since)
    {
        var book = machine!.Book;
        if (HistoryFault(book, answer) is var fault and not FreezeCause.None) Post(new Input.HistoryLost(fault));
        world.Watch.Contact(this, answer);
        if (Clock.IsFarOff) Clock.SetRight();
        foreach (var (number, _) in answer.Refusals)
            foreach (var ask in request.Asks)
                if (ask.Number == number) refusedUntil[new(ask.Account, ask.Currency)] = since + 20;
        Post(new Input.Contacted());
        TakeDocuments(answer);
        foreach (var message in answer.Grants)
            if (Open<Grant>(message, GrantCodec.TryParse) is { } grant) Post(new Input.Granted(grant, message, since));
        foreach (var lease in answer.LeasesToStop) Post(new Input.LeaseRecalled(lease));
        SetAskable(true);
        if (answer.FenceOrder is { } order && Open<Ack>(order, AckCodec.TryParse) is { } ack && Obey(ack)) return;
        Drain();
    }

    private void TakeDocuments(SyncAnswer answer)
    {
        if (answer.Policy is { } policy && Open<Policy>(policy, PolicyCodec.TryParse) is { } newer)
            Post(new Input.PolicyCame(newer, policy));
        if (answer.DenyList is { } list && Open<DenyList>(list, DenyListCodec.TryParse) is { } denied)
            Post(new Input.DenyListCame(denied, list));
        if (answer.Roster is not { } message || Open<Roster>(message, RosterCodec.TryParse) is not { } known) return;
        if (roster is null || known.Version > roster.Version) (roster, rosterDigest) = (known, Hash.Of(message));
        Post(new Input.RosterCame(known, Hash.Of(message)));
    }

    /// <summary>Does the cloud know a future, or another past, of this edge?</summary>
    private static FreezeCause HistoryFault(EdgeBook book, SyncAnswer answer)
    {
        if (book.Frozen is not FreezeCause.None) return FreezeCause.None;
        if (answer.Fence > book.Fence) return FreezeCause.Replaced;
        if (answer.NextRound - 1 > book.Head) return FreezeCause.Rollback;
        if (answer.NextRound <= 1 || book.RootStart(answer.NextRound - 1) is not { } start) return FreezeCause.None;
        return start == (uint)(answer.HeadRoot.High >> 96) ? FreezeCause.None : FreezeCause.Fork;
    }

    /// <summary>Takes the order once the old fence's rounds are with the cloud, or cannot get there.</summary>
    private bool Obey(Ack order)
    {
        var book = machine!.Book;
        if (order.Fence <= book.Fence) return false;
        var rest = book.Batches.OutboxDecisions > 0;
        var mayDrain = Quarantine is null
            && book.Frozen is FreezeCause.Replaced or FreezeCause.None or FreezeCause.Clock;
        if (rest && mayDrain) return false;
        world.Watch.Refenced(this, order);
        orders = [.. orders, order];
        Quarantine = null;
        machine = null;
        foreach (var journal in journals) journal.Dispose();
        disk.Crash(CrashMode.Kill);
        Start();
        return true;
    }

    /// <summary>Sends what is sealed, oldest first, and seals what waits.</summary>
    private void Drain()
    {
        var book = machine!.Book;
        foreach (var batch in book.Batches.Waiting)
        {
            if (batch.LastRound <= Math.Max(book.Watermark, sentThrough)) continue;
            Send(batch);
            return;
        }

        if (book.Batches.Leaves > 0 && (!world.FaultsOn || draws.Percent(70)))
            Post(new Input.SealWanted(Clock.Unix / 86_400));
        syncing = false;
        PlanSync(world.SyncEvery);
    }

    private void Send(SealedBatch batch)
    {
        var from = Math.Min(resendFrom ?? batch.FirstRound, batch.FirstRound);
        List<byte[]> rounds = [];
        for (var number = from; number <= batch.LastRound; number++)
        {
            if (PayloadOf(number) is not { } payload)
            {
                syncing = false;   // Not on disk yet, or not readable.
                PlanSync(world.SyncEvery);
                return;
            }

            rounds.Add(payload);
        }

        var at = life;
        Path.Post(BatchCodec.Encode(rounds), reply =>
        {
            if (at == life && machine is not null) Heard(reply, batch);
        });
    }

    private void Heard(BatchReply? reply, SealedBatch batch)
    {
        switch (reply)
        {
            case BatchReply.Acked(var ack, var message) when ack.Round >= batch.LastRound:
                (resendFrom, Quarantine, sentThrough) = (null, null, ack.Round);
                if (world.Fault(draws, world.Profile.WrongAck, FaultKind.WrongAck)) TakeWrong(ack);
                acks.Enqueue((ack, message));
                PlanTurn();
                Drain();
                return;
            case BatchReply.Gap(var next): resendFrom = next; break;
            case BatchReply.Forked:
                Post(new Input.HistoryLost(FreezeCause.Fork));
                Quarantine = "the cloud holds another history of this edge";
                break;
            case BatchReply.Refused(var reason):
                Quarantine = reason;
                world.Watch.Refused(this, reason);
                break;
            case null: SetAskable(false); break;
            default: break;
        }

        syncing = false;
        PlanSync(world.SyncEvery);
    }

    /// <summary>An acknowledgement of another history comes, as after a mix-up of edges.</summary>
    private void TakeWrong(Ack ack)
    {
        var wrong = ack with { Root = new(~ack.Root.High, ack.Root.Low) };
        Step([new Input.Acknowledged(wrong)]);
        if (machine is not null) world.Watch.Acknowledged(this, wrong);
    }

    /// <summary>Asks inside a payment, within its budget.</summary>
    private void Ask(Effect.Ask effect)
    {
        var (at, since, parked) = (life, Clock.Now.ElapsedSeconds, effect.Parked);
        var book = machine!.Book;
        var request = new SyncRequest(
            book.Fence, book.Incarnation, book.Policy?.Version ?? 0, book.DenyVersion, machine.Roster.Version,
            [AskFor(effect.Purse, Math.Max(effect.AmountMinor, book.Policy?.AccountDayMinor ?? 1), effect.Evidence)],
            book.Head, book.HeadRoot);
        var open = true;
        world.Watch.Asks(this, since);
        world.Agenda.In(AskBudget, Node, Happening.AskTimeout, () =>
        {
            if (!open || at != life) return;
            open = false;
            Post(new Input.AskFailed(parked));
        });
        Path.Sync(request, answer =>
        {
            if (at != life || machine is null) return;
            if (answer is null)
            {
                SetAskable(false);
                return;
            }

            world.Watch.Contact(this, answer);
            if (HistoryFault(machine.Book, answer) is var fault and not FreezeCause.None)
                Post(new Input.HistoryLost(fault));
            TakeDocuments(answer);
            foreach (var message in answer.Grants)
                if (Open<Grant>(message, GrantCodec.TryParse) is { } grant)
                    Post(new Input.Granted(grant, message, since));
            if (!open) return;
            open = false;
            var code = DecisionCode.Approved;
            foreach (var (number, refusal) in answer.Refusals)
                if (number == request.Asks[0].Number) code = refusal;
            Post(new Input.AskAnswered(parked, code));
        });
    }

    private void SetAskable(bool may)
    {
        if (may == askable) return;
        askable = may;
        Post(new Input.LinkChanged(may));
    }

    private delegate WireError Parse<T>(ReadOnlySpan<byte> payload, out T? document);

    private static T? Open<T>(byte[] message, Parse<T> parse)
        where T : class =>
        CoseSign1.TryParse(message, out var envelope) is WireError.None
        && parse(message.AsSpan(envelope.Payload), out var document) is WireError.None ? document : null;
}

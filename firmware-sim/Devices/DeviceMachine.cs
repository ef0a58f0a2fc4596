using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// The rules of a device: one open request at a time, remembered before it is published, repeated as the same bytes
/// until a final reply passes every check. Inputs in, effects out; no clock, no socket and no file.
/// </summary>
internal sealed class DeviceMachine : IDisposable
{
    private readonly SigningKey key;
    private readonly DeviceRules rules;
    private readonly Random jitter;
    private readonly ReceiptCheck check;
    private readonly List<DeviceEffect> effects = [];
    private bool connected;
    private int sends;
    private int hints;
    private bool askedStatus;
    private TimeSpan wakeAt;

    public DeviceMachine(SigningKey key, PublicKey cloudKey, DeviceState state, DeviceRules rules, Random jitter)
    {
        this.key = key;
        this.rules = rules;
        this.jitter = jitter;
        check = new(key.Public.Id, cloudKey);
        State = state;
        if (state.Config is not null) check.TakeConfig(state.Config);
    }

    public DeviceState State { get; private set; }

    public KeyId Kid => key.Public.Id;

    public bool Ready => connected && check.Config is not null && !State.Stopped && State.Open is null;

    public IReadOnlyList<DeviceEffect> Step(DeviceInput input, TimeSpan now)
    {
        effects.Clear();
        switch (input)
        {
            case DeviceInput.Connected: Connect(now); break;
            case DeviceInput.Disconnected: connected = false; break;
            case DeviceInput.ConfigArrived(var message): TakeConfig(message); break;
            case DeviceInput.ReplyArrived(var message): TakeReply(message, now); break;
            case DeviceInput.Asked(var wish): Ask(wish, now); break;
            case DeviceInput.Woken: Wake(now); break;
            default: throw new InvalidOperationException($"A device knows no {input}.");
        }

        return [.. effects];
    }

    public void Dispose() => check.Dispose();

    private void Connect(TimeSpan now)
    {
        connected = true;
        sends = 0;
        SendOpen(now);
    }

    private void Wake(TimeSpan now)
    {
        // A timer counts whole milliseconds and may be early: without another one the device would fall silent.
        if (now >= wakeAt) SendOpen(now);
        else effects.Add(new DeviceEffect.WakeAt(wakeAt));
    }

    private void SendOpen(TimeSpan now)
    {
        if (!connected || State.Stopped || State.Open is not { } open) return;
        effects.Add(new DeviceEffect.Publish(open.Message));
        WakeIn(rules.ResendAfter * Math.Pow(2, Math.Min(sends, 10)), now);
        sends++;
    }

    private void WakeIn(TimeSpan wait, TimeSpan now)
    {
        wakeAt = now + (wait < rules.WaitMax ? wait : rules.WaitMax);
        effects.Add(new DeviceEffect.WakeAt(wakeAt));
    }

    private void TakeConfig(byte[] message)
    {
        var problem = check.TakeConfig(message);
        if (problem is not ReplyProblem.None)
        {
            effects.Add(new DeviceEffect.Ignored(problem));
            return;
        }

        var epoch = check.Config!.Epoch;
        // A new epoch starts a new chain of names; nothing of the old one may be continued or repeated in it.
        Remember(epoch == State.Epoch
            ? State with { Config = message }
            : new DeviceState { Epoch = epoch, Config = message, Receipt = State.Receipt });
    }

    private void Ask(Wish wish, TimeSpan now)
    {
        if (State.Stopped) Refuse("stopped: this name was used for other content");
        else if (State.Open is not null) Refuse("busy: an earlier request is still open");
        else if (check.Config is null) Refuse("not ready: no configuration yet");
        else if (wish.Operation is Operation.Void && State.HeldSequence == 0) Refuse("nothing is held");
        else Open(wish, wish.Operation is Operation.Void ? State.HeldSequence : 0, now);
    }

    private void Refuse(string why) => effects.Add(new DeviceEffect.Refused(why));

    /// <summary>Signs once, remembers, publishes; in this order, so that no restart can sign other content.</summary>
    private void Open(Wish wish, long reference, TimeSpan now)
    {
        var config = check.Config!;
        var request = new PaymentRequest
        {
            Operation = wish.Operation,
            Kid = Kid,
            Epoch = State.Epoch,
            Sequence = State.LastSequence + 1,
            Edge = config.Edge,
            AmountMinor = wish.AmountMinor,
            Currency = wish.Operation is Operation.Sale ? config.Currency : 0,
            Previous = State.Previous,
            ReferenceSequence = reference == 0 ? null : reference,
            LastReceipt = State.Receipt,
            Flags = wish.Flags,
        };
        var (message, digest) = RequestBuilder.Sign(request, key);
        Remember(State with
        {
            LastSequence = request.Sequence,
            Previous = RequestBuilder.Previous(digest),
            Open = new(request.Sequence, wish.Operation, wish.Flags, wish.AmountMinor, reference, message),
        });
        sends = hints = 0;
        askedStatus = false;
        SendOpen(now);
    }

    private void Remember(DeviceState state)
    {
        State = state;
        effects.Add(new DeviceEffect.Persist(state));
    }

    private void TakeReply(byte[] message, TimeSpan now)
    {
        if (ReplyCodec.TryParse(message, out var reply) is not WireError.None) Ignore(ReplyProblem.Malformed);
        else if (State.Open is not { } open) Ignore(ReplyProblem.NothingOpen);
        else if (reply is Reply.Final final) TakeFinal(final, message, open);
        else if (reply is not Reply.Hint hint) Ignore(ReplyProblem.ForAnother);
        else if (hint.Epoch != State.Epoch || hint.Sequence != open.Sequence) Ignore(ReplyProblem.WrongName);
        else TakeHint(hint, open, now);
    }

    private void Ignore(ReplyProblem problem) => effects.Add(new DeviceEffect.Ignored(problem));

    private void TakeFinal(Reply.Final reply, byte[] message, OpenRequest open)
    {
        var name = new RequestName(Kid, State.Epoch, open.Sequence);
        var problem = check.Of(reply, open, name);
        if (problem is not ReplyProblem.None)
        {
            Ignore(problem);
            return;
        }

        var decision = reply.Decision;
        var header = reply.Header;
        var held = open.Operation is Operation.Sale && open.Flags.HasFlag(RequestFlags.Confirm);
        // The receipt first: a cut between the two leaves the request open, and its repeat brings the same reply again.
        effects.Add(new DeviceEffect.Keep(new(
            name, open.Operation, held, open.AmountMinor, decision.Code, decision.AmountMinor, decision.Lease,
            header.Edge, header.Fence, header.Number, open.Message, message)));
        Remember(State with
        {
            Open = null,
            Receipt = new(header.Edge, header.Fence, header.Number, reply.Witness),
            HeldSequence = HeldAfter(open, decision, held),
        });
        if (decision.Approved && open.Operation is Operation.Sale && !held)
            effects.Add(new DeviceEffect.Dispense(name, decision.AmountMinor));
        effects.Add(new DeviceEffect.Finished(name, open.Operation, decision.Code, decision.AmountMinor));
    }

    private long HeldAfter(OpenRequest open, Decision decision, bool held)
    {
        if (held && decision.Approved) return open.Sequence;
        return open.Operation is Operation.Void or Operation.Reverse ? 0 : State.HeldSequence;
    }

    /// <summary>A hint never says that nothing was taken: it only says what to send next.</summary>
    private void TakeHint(Reply.Hint hint, OpenRequest open, TimeSpan now)
    {
        effects.Add(new DeviceEffect.Hinted(hint.Code));
        switch (hint.Code)
        {
            case DecisionCode.EdgeFrozen: WaitAfterHint(hint, now); break;
            case DecisionCode.TempError or DecisionCode.Cutoff: TakeOverload(hint, open, now); break;
            case DecisionCode.ReplayConflict: Remember(State with { Stopped = true }); break;
            case DecisionCode.SequenceStale when !askedStatus: AskStatus(open, now); break;
            case DecisionCode.SequenceStale or DecisionCode.BadSignature: GiveUp(open, now); break;
            case DecisionCode.Format or DecisionCode.WrongEdge: GiveUp(open, now); break;
            default: Ignore(ReplyProblem.Malformed); break;
        }
    }

    private void TakeOverload(Reply.Hint hint, OpenRequest open, TimeSpan now)
    {
        if (hints >= rules.HintsMax && rules.MayReverse && open.Operation is not Operation.Reverse) GiveUp(open, now);
        else WaitAfterHint(hint, now);
    }

    private void WaitAfterHint(Reply.Hint hint, TimeSpan now)
    {
        var longest = Math.Min(rules.WaitMax.TotalMilliseconds, hint.RetryMs * Math.Pow(2, Math.Min(hints, 20)));
        hints++;
        WakeIn(TimeSpan.FromMilliseconds(jitter.NextDouble() * longest), now);
    }

    /// <summary>STATUS claims no name and is not remembered: the open request stays the open one.</summary>
    private void AskStatus(OpenRequest open, TimeSpan now)
    {
        askedStatus = true;
        var request = new PaymentRequest
        {
            Operation = Operation.Status,
            Kid = Kid,
            Epoch = State.Epoch,
            Edge = check.Config!.Edge,
            ReferenceSequence = open.Sequence,
            LastReceipt = State.Receipt,
        };
        effects.Add(new DeviceEffect.Publish(RequestBuilder.Sign(request, key).Message));
        WakeIn(rules.ResendAfter, now);
    }

    /// <summary>Rule (b): the name stays open at the edge; a REVERSE as the next one closes it.</summary>
    private void GiveUp(OpenRequest open, TimeSpan now)
    {
        Remember(State with { Open = null });
        effects.Add(new DeviceEffect.Finished(new(Kid, State.Epoch, open.Sequence), open.Operation, null, 0));
        if (rules.MayReverse && open.Operation is not Operation.Reverse)
            Open(new(Operation.Reverse), open.Sequence, now);
    }
}

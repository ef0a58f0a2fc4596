using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// The rules of a device: one open request at a time, remembered before it is published, repeated as the same bytes
/// until a final reply passes every check. Inputs in, effects out; no clock, no socket and no file.
/// </summary>
internal sealed partial class DeviceMachine : IDisposable
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
    private TimeSpan? openDue;
    private TimeSpan? voucherDue;

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
            case DeviceInput.Disconnected: Disconnect(); break;
            case DeviceInput.ConfigArrived(var message): TakeConfig(message); break;
            case DeviceInput.ReplyArrived(var message): TakeReply(message, now); break;
            case DeviceInput.Acknowledged(var message): TakeAcknowledgement(message); break;
            case DeviceInput.Asked(var wish): Ask(wish, now); break;
            case DeviceInput.Woken: Wake(now); break;
            default: throw new InvalidOperationException($"A device knows no {input}.");
        }

        SettleDoubt(now);
        return [.. effects];
    }

    public void Dispose() => check.Dispose();

    private void Connect(TimeSpan now)
    {
        connected = true;
        sends = voucherSends = 0;
        SendOpen(now);
        SendVoucher(now);
    }

    private void Disconnect()
    {
        connected = false;
        openDue = voucherDue = null;   // A new connection sends what is wanted at once.
    }

    private void Wake(TimeSpan now)
    {
        var (open, voucher) = (openDue <= now, voucherDue <= now);
        if (open) SendOpen(now);
        if (voucher) SendVoucher(now);
        // A timer counts whole milliseconds and may be early: without another one the device would fall silent.
        if (!open && !voucher) SetTimer();
    }

    private void SendOpen(TimeSpan now)
    {
        openDue = null;
        if (!connected || State.Stopped || State.Open is not { } open) return;
        effects.Add(new DeviceEffect.Publish(open.Message));
        WakeIn(Grown(sends), now);
        sends++;
    }

    private TimeSpan Grown(int times) => rules.ResendAfter * Math.Pow(2, Math.Min(times, 10));

    private void WakeIn(TimeSpan wait, TimeSpan now)
    {
        openDue = now + (wait < rules.WaitMax ? wait : rules.WaitMax);
        SetTimer();
    }

    private void SetTimer()
    {
        var next = openDue is null || voucherDue < openDue ? voucherDue : openDue;
        if (next is { } due) effects.Add(new DeviceEffect.WakeAt(due));
    }

    private void TakeConfig(byte[] message)
    {
        var old = check.Config;
        var problem = check.TakeConfig(message);
        if (problem is not ReplyProblem.None)
        {
            effects.Add(new DeviceEffect.Ignored(problem));
            return;
        }

        var config = check.Config!;
        // A new epoch starts a new chain of names; nothing of the old one may be continued or repeated in it.
        if (config.Epoch != State.Epoch)
            Remember(new DeviceState { Epoch = config.Epoch, Config = message, Receipt = State.Receipt });
        else if (old is not null && old.Edge != config.Edge)
            Move(old.Edge, message);
        else
            Remember(State with { Config = message });
    }

    /// <summary>
    /// An open request belongs to its edge: here it ends without an outcome, and its REVERSE waits until the device is
    /// back there. What is held there stays there too.
    /// </summary>
    private void Move(uint from, byte[] config)
    {
        var open = State.Open;
        var doubt = !rules.MayReverse || open is null ? null
            : open.Operation is Operation.Reverse ? new Doubt(from, open.Reference)
            : open.Draws ? new Doubt(from, open.Sequence)
            : null;
        openDue = voucherDue = null;
        Remember(State with
        {
            Config = config, Open = null, Held = null, Noted = [],
            Doubts = doubt is null ? State.Doubts : [.. State.Doubts, doubt],
        });
        if (open is not null) effects.Add(GivenUp(open));
    }

    private void Ask(Wish wish, TimeSpan now)
    {
        if (WhyNot(wish) is { } why) Refuse(why);
        else if (wish is { Operation: Operation.Status, Payment: { } payment }) AskStatus(null, payment);
        else if (wish.Operation is Operation.Status) AskStatus(State.Open!.Sequence, null);
        else if (wish.Operation is Operation.Voucher) Vouch(wish.AmountMinor, now);
        else if (wish is { Operation: Operation.Reverse, Sequence: 0 }) GiveUp(State.Open!, now);
        else Open(wish, ReferenceOf(wish), State.Doubts, now);
    }

    private long ReferenceOf(Wish wish) => wish.Operation switch
    {
        Operation.Reverse => wish.Sequence,
        Operation.Increment => State.Held!.Sequence,
        Operation.Void when wish.Payment is null => State.Held!.Sequence,
        _ => 0,
    };

    private void Refuse(string why) => effects.Add(new DeviceEffect.Refused(why));

    /// <summary>Signs once, remembers, publishes; in this order, so that no restart can sign other content.</summary>
    private void Open(Wish wish, long reference, IReadOnlyList<Doubt> doubts, TimeSpan now)
    {
        var config = check.Config!;
        var hasMoney = wish.Operation is not (Operation.Void or Operation.Reverse);
        var request = new PaymentRequest
        {
            Operation = wish.Operation,
            Kid = Kid,
            Epoch = State.Epoch,
            Sequence = State.LastSequence + 1,
            Edge = config.Edge,
            AmountMinor = hasMoney ? wish.AmountMinor : 0,
            Currency = hasMoney ? config.Currency : 0,
            Previous = State.Previous,
            ReferenceSequence = reference == 0 ? null : reference,
            ReferenceId = wish.Payment,
            LastReceipt = State.Receipt,
            Flags = wish.Flags,
            Payee = wish.Payee,
        };
        var (message, digest) = RequestBuilder.Sign(request, key);
        Remember(State with
        {
            LastSequence = request.Sequence,
            Previous = RequestBuilder.Previous(digest),
            Open = new(request.Sequence, wish.Operation, wish.Flags, wish.AmountMinor, reference, message)
            {
                Payment = wish.Payment,
            },
            Doubts = doubts,
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

    /// <summary>
    /// To give up on n it sends REVERSE(n) as n+1: an edge that took n+1 can never approve n. Both are remembered at
    /// once, so no power cut can leave n behind.
    /// </summary>
    private void GiveUp(OpenRequest open, TimeSpan now)
    {
        if (rules.MayReverse && open.Draws) Open(new(Operation.Reverse), open.Sequence, State.Doubts, now);
        else if (open.Operation is Operation.Reverse) Open(new(Operation.Reverse), open.Reference, State.Doubts, now);
        else Remember(State with { Open = null });
        effects.Add(GivenUp(open));
    }

    private DeviceEffect.Finished GivenUp(OpenRequest open) =>
        new(new(Kid, State.Epoch, open.Sequence), open.Operation, null, 0);

    /// <summary>Back at an edge where an outcome was left unknown: first of all it is taken back.</summary>
    private void SettleDoubt(TimeSpan now)
    {
        if (!Ready || State.Doubts.FirstOrDefault(doubt => doubt.Edge == check.Config!.Edge) is not { } doubt) return;
        Open(new(Operation.Reverse), doubt.Sequence, [.. State.Doubts.Where(other => other != doubt)], now);
    }

    /// <summary>STATUS claims no name and is not remembered: the open request stays the open one.</summary>
    private void AskStatus(long? sequence, PaymentId? payment)
    {
        var request = new PaymentRequest
        {
            Operation = Operation.Status,
            Kid = Kid,
            Epoch = State.Epoch,
            Edge = check.Config!.Edge,
            ReferenceSequence = sequence,
            ReferenceId = payment,
            LastReceipt = State.Receipt,
        };
        if (connected) effects.Add(new DeviceEffect.Publish(RequestBuilder.Sign(request, key).Message));
    }
}

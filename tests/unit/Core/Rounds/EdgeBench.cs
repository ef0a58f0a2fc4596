using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Rounds;

/// <summary>An edge machine with a disk that syncs when told, two enrolled devices and a lease for each.</summary>
internal sealed class EdgeBench
{
    public const uint Edge = 40213;
    public static readonly byte[] WitnessKey = [.. Enumerable.Repeat((byte)57, 32)];
    public static readonly PublicKey Alice = KeyOf(1);
    public static readonly PublicKey Bob = KeyOf(2);
    public static readonly PublicKey Shop = KeyOf(3);
    public static readonly PublicKey OtherShop = KeyOf(4);
    public static readonly Policy Rules = new() { Version = 17, Currency = 978 };

    private readonly Dictionary<KeyId, (long Sequence, UInt128 Previous)> counters = [];

    public EdgeBench(EdgeBook? book = null)
    {
        Machine = new(book ?? new(Edge, 1), new(WitnessKey));
        Do(new Input.RosterCame(new Roster(
            1, Edge, 7, [7, 8], [DeviceOf(Alice, 71), DeviceOf(Bob, 72), ShopOf(Shop, 7), ShopOf(OtherShop, 8)])));
    }

    public EdgeMachine Machine { get; }

    public EdgeBook Book => Machine.Book;

    /// <summary>Rounds given to the disk, synced or not.</summary>
    public List<Round> Written { get; } = [];

    public Now Now { get; set; } = new(0, 1_790_000_000);

    public long Synced { get; private set; }

    public static EdgeBench Ready(long leaseMinor = 20_00, Policy? policy = null)
    {
        var bench = new EdgeBench();
        var inForce = policy ?? Rules;
        bench.Do(
            new Input.Started("test", true, [1], 0, FreezeCause.None),
            new Input.PolicyCame(inForce, Signed(PolicyCodec.Encode(inForce))));
        bench.Sync();
        bench.Do(GrantOf(901, 71, leaseMinor), GrantOf(902, 72, leaseMinor));
        bench.Sync();
        return bench;
    }

    public static Input.Granted GrantOf(long lease, ulong account, long amountMinor)
    {
        var grant =
            new Grant(lease, Edge, 1, new AccountId(account), 978, amountMinor, 1_790_000_000, 86_400, 17, null);
        return new(grant, Signed(GrantCodec.Encode(grant)), 0);
    }

    public IReadOnlyList<Effect> Do(params Input[] inputs)
    {
        var effects = Machine.Step(inputs, Now);
        Written.AddRange(effects.OfType<Effect.Append>().Select(append => append.Round));
        return effects;
    }

    /// <summary>The disk finishes all that was written.</summary>
    public IReadOnlyList<Effect> Sync()
    {
        List<Effect> effects = [];
        while (Synced < Written.Count)
            effects.AddRange(Do(new Input.RoundDurable(Written[(int)Synced++].Header.Number)));
        return effects;
    }

    /// <summary>The device's next request: a sale of 1.50 unless changed.</summary>
    public PaymentRequest Next(PublicKey key, Func<PaymentRequest, PaymentRequest>? change = null)
    {
        var (sequence, previous) = counters.GetValueOrDefault(key.Id);
        var sale = new PaymentRequest
        {
            Operation = Operation.Sale,
            Kid = key.Id,
            Epoch = 1,
            Sequence = sequence + 1,
            Edge = Edge,
            AmountMinor = 1_50,
            Currency = 978,
            Previous = previous,
        };
        var request = change?.Invoke(sale) ?? sale;
        if (request.Sequence > 0) counters[key.Id] = (request.Sequence, Incoming(request).Digest.High);
        return request;
    }

    /// <summary>A hold of 10.00 of Alice's for the shop.</summary>
    public PaymentRequest Hold(PublicKey key, long amountMinor = 10_00)
    {
        var auth = Next(key, request => request with { Operation = Operation.Auth, AmountMinor = amountMinor });
        Assert.Equal(DecisionCode.Approved, Decide(auth).Code);
        return auth;
    }

    /// <summary>What a payee's device asks about a payer's request.</summary>
    public PaymentRequest Finish(
        PublicKey shop, Operation operation, PaymentRequest about, long amountMinor = 0) =>
        Next(shop, request => request with
        {
            Operation = operation,
            AmountMinor = amountMinor,
            Currency = operation is Operation.Void ? 0 : 978,
            ReferenceId = PaymentId.Of(about.Name),
        });

    /// <summary>What a payer's device asks about an own request.</summary>
    public PaymentRequest Own(PublicKey key, Operation operation, PaymentRequest about, long amountMinor = 0) =>
        Next(key, request => request with
        {
            Operation = operation,
            AmountMinor = amountMinor,
            Currency = amountMinor == 0 ? 0 : 978,
            ReferenceSequence = about.Sequence,
        });

    /// <summary>The device has sent this one, which this bench did not see.</summary>
    public void Skip(PaymentRequest request) =>
        counters[request.Kid] = (request.Sequence, Incoming(request).Digest.High);

    public static PaymentRequest VoucherOf(PaymentRequest auth, uint tick, long amountMinor) => auth with
    {
        Operation = Operation.Voucher,
        Sequence = 0,
        Previous = 0,
        AmountMinor = amountMinor,
        ReferenceSequence = auth.Sequence,
        Tick = tick,
    };

    /// <summary>Time passes, and whatever it ends is on disk.</summary>
    public void Wait(long seconds)
    {
        Now = new(Now.ElapsedSeconds + seconds, Now.Unix + (uint)seconds);
        Do(new Input.TimePassed());
        Sync();
    }

    public long Remaining(long lease) => Book.Leases[lease].RemainingMinor;

    public static PaymentRequest VoidOf(PaymentRequest request, long sequence) => request with
    {
        Operation = Operation.Void,
        AmountMinor = 0,
        Currency = 0,
        Flags = RequestFlags.None,
        ReferenceSequence = sequence,
    };

    public static Incoming Incoming(PaymentRequest request, byte signature = 1)
    {
        var message = CoseSign1.Encode(
            request.Kid, SignatureAlgorithm.Es256, RequestCodec.EncodePayload(request),
            [.. Enumerable.Repeat(signature, 64)]);
        Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
        return new(view.ToRequest(), view.Digest(message), message, SignatureAlgorithm.Es256, null);
    }

    /// <summary>Sends a request whose signature is good, up to the open round.</summary>
    public IReadOnlyList<Effect> Send(PaymentRequest request)
    {
        var incoming = Incoming(request);
        var first = Do(new Input.Arrived(incoming));
        return first.Any(effect => effect is Effect.Verify) ? Do(new Input.Verified(incoming, true)) : first;
    }

    /// <summary>Sends, syncs, and returns the final decision.</summary>
    public Decision Decide(PaymentRequest request)
    {
        Assert.DoesNotContain(Send(request), effect => effect is Effect.Reply);
        var reply = Assert.Single(Sync().OfType<Effect.Reply>());
        var leaf = Assert.IsType<Leaf.Decided>(reply.Round.Leaves[reply.Leaf]);
        Assert.Equal(WireError.None, DecisionCodec.TryParse(leaf.Decision, out var decision));
        return decision!;
    }

    public IEnumerable<RoundEvent> Events =>
        Written.SelectMany(round => round.Leaves).OfType<Leaf.Event>().Select(leaf =>
    {
        Assert.Equal(WireError.None, EventCodec.TryParse(leaf.Body, out var body));
        return body!;
    });

    /// <summary>A book made from the journalled rounds alone.</summary>
    public EdgeBook Replayed()
    {
        var book = new EdgeBook(Edge, 1);
        foreach (var round in Written)
        {
            var stored = new SignedRound([], round.Header, round.Root, round.Leaves, round.Attachments);
            Assert.Null(Replay.Apply(book, stored, 0));
        }

        return book;
    }

    public static byte[] Signed(byte[] payload) =>
        CoseSign1.Encode(new(9), SignatureAlgorithm.Es256, payload, [.. Enumerable.Repeat((byte)1, 64)]);

    private static PublicKey KeyOf(byte fill) => new(SignatureAlgorithm.Es256, [.. Enumerable.Repeat(fill, 64)]);

    private static int MaskOf(params Operation[] operations) =>
        operations.Aggregate(0, (mask, operation) => mask | (1 << (int)operation));

    private static RosterDevice DeviceOf(PublicKey key, ulong account) => new(
        key, 1, [(new AccountId(account), 978)],
        MaskOf(
            Operation.Sale, Operation.Auth, Operation.Increment, Operation.Void, Operation.Reverse, Operation.Voucher,
            Operation.Status),
        RosterDevice.Active, new byte[16], new byte[32], []);

    private static RosterDevice ShopOf(PublicKey key, uint payee) => new(
        key, 1, [], MaskOf(Operation.Capture, Operation.Void, Operation.Confirm, Operation.Refund, Operation.Status),
        RosterDevice.Active, new byte[16], new byte[32], [])
    {
        Payee = payee,
    };
}

using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>Any value that the wire allows, from a seed. Ends of ranges come often.</summary>
internal sealed class RandomValues(int seed)
{
    private readonly Random random = new(seed);

    public bool Bool() => random.Next(2) is 1;

    public int Int(int least, int most) => (int)Long(least, most);

    public uint U32() => (uint)Long(1, uint.MaxValue);

    public uint U32OrZero() => (uint)Long(0, uint.MaxValue);

    public long U63() => Long(1, long.MaxValue);

    public long Long(long least, long most) => random.Next(6) switch
    {
        0 => least,
        1 => most,
        2 => Math.Min(most, least + random.Next(300)),
        3 => Math.Min(most, least + random.Next(70_000)),
        _ => random.NextInt64(least, most == long.MaxValue ? most : most + 1),
    };

    public long Amount(long least = 1) => Long(least, 999_999_999_999);

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public byte[] Bytes(int least, int most) => Bytes(random.Next(least, most + 1));

    public Hash Hash() => MqttPay.Payments.Hash.Read(Bytes(32));

    public KeyId Kid() => KeyId.Read(Bytes(8));

    public AccountId Account() => AccountId.Read(Bytes(8));

    public LastReceipt Receipt() => new(U32(), U32(), U63(), (ulong)random.NextInt64());

    public List<T> List<T>(int most, Func<T> make) =>
        [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => make())];

    public PublicKey Key() => TestKeys.All[random.Next(TestKeys.All.Count)].Public;

    /// <summary>Any request that its operation allows.</summary>
    public PaymentRequest Request()
    {
        var operation = (Operation)random.Next(1, 11);
        bool Has(int label) => Matrix.Use(operation, label) is 'r' || (Matrix.Use(operation, label) is 'o' && Bool());
        var either = Matrix.Use(operation, 9) is 'e';
        var bySequence = either ? Bool() : Has(9);
        return new()
        {
            Operation = operation,
            Kid = Kid(),
            Epoch = U32(),
            Sequence = Has(3) ? U63() : 0,
            Edge = U32(),
            Account = Has(4) ? Account() : null,
            AmountMinor = Has(5) ? Amount(operation is Operation.Confirm ? 0 : 1) : 0,
            Currency = Has(6) ? Int(1, 999) : 0,
            DeviceTime = Has(7) ? U32OrZero() : null,
            Previous = Has(8) ? PaymentId.Read(Bytes(16)).Value : 0,
            ReferenceSequence = bySequence ? U63() : null,
            ReferenceId = either ? (bySequence ? null : PaymentId.Read(Bytes(16))) : Has(15) ? PaymentId.Read(Bytes(16))
                : null,
            LastReceipt = Has(10) ? Receipt() : null,
            Context = Has(11) ? U32OrZero() : null,
            Flags = Has(12) ? (RequestFlags)Int(0, 7) : 0,
            Payee = Has(14) ? U32() : null,
            Tick = Has(16) ? U32() : 0,
        };
    }

    public Decision Decision() => new(
        U32(), U63(), (DecisionCode)Int(
            0, 255), Amount(0), (Evidence)U32OrZero(), Long(0, long.MaxValue), U32OrZero(), U32());

    public RoundHeader Header(int count) => new(U32(), U32(), U32(), U63(), count, Hash(), Hash(), U32OrZero());

    public SignedRound Round()
    {
        Leaf Leaf() => Bool()
            ? new Leaf.Decided(Bytes(1, 256), Bytes(1, 64))
            : new Leaf.Event(EventCodec.Encode(Event(random.Next(1, 13))));
        var leaves = List(20, Leaf).Append(Leaf()).ToList();
        var header = Header(leaves.Count);
        var payload = RoundCodec.EncodeHeader(header);
        var message = CoseSign1.Encode(Kid(), SignatureAlgorithm.EdDsa, payload, [.. Bytes(63), 0]);
        return new(message, header, RoundCodec.RootOf(payload), leaves, List(3, () => Bytes(1, 300)));
    }

    public RoundEvent Event(int kind) => kind switch
    {
        1 => new RoundEvent.Start(
            "1.2.3-rc+" + Int(0, 9), Bool(), Bytes(0, 32), Long(0, long.MaxValue), Long(0, long.MaxValue)),
        2 => new RoundEvent.LeaseOn(U63(), Long(0, long.MaxValue)),
        3 => new RoundEvent.LeaseStop(U63(), Int(0, 255)),
        4 => new RoundEvent.LeaseClose(U63(), Long(0, long.MaxValue), Long(0, long.MaxValue)),
        5 => new RoundEvent.HoldEnd(Kid(), U32(), U63(), Bool(), Amount(0)),
        6 => new RoundEvent.VoucherKept(Bytes(1, 256)),
        7 => new RoundEvent.Conflict(Bytes(1, 256), Bytes(1, 256)),
        8 => new RoundEvent.PolicyOn(U32()),
        9 => new RoundEvent.DenyOn(U32()),
        10 => new RoundEvent.Frozen(Int(0, 255), Bool() ? Receipt() : null),
        11 => Seal(),
        _ => new RoundEvent.Clock(Long(0, long.MaxValue), U32OrZero(), Int(0, 255)),
    };

    public Policy Policy() => new()
    {
        Version = U32(),
        Currency = Int(1, 999),
        Masks = new((Evidence)U32OrZero(), (Evidence)U32OrZero(), (Evidence)U32OrZero()),
        FloorMinor = Limit(),
        SoftCount = Int(0, int.MaxValue),
        HardCount = Int(0, int.MaxValue),
        SoftCumulativeMinor = Limit(),
        HardCumulativeMinor = Limit(),
        AccountDayMinor = Limit(),
        PayeeMinor = Limit(),
        EdgeExposureMinor = Limit(),
        LowWaterBasisPoints = Int(0, 10_000),
        GraceSeconds = U32OrZero(),
        DecaySeconds = U32OrZero(),
        DecayMinimumBasisPoints = Int(0, 10_000),
        HoldSeconds = U32OrZero(),
    };

    public LeaseAsk Ask() => new(
        U32(), U32(), Bool() ? Account() : null, Int(1, 999), Amount(), (Evidence)U32OrZero(), U32OrZero(), U32());

    public RosterDevice Device() => new(
        Key(), U32(), List(
            3, () => (Account(), Int(1, 999))), Int(0, 0x7fe), Int(1, 2), Bytes(16), Bytes(32), Bytes(0, 250));

    public byte[]? Document() => Bool() ? Bytes(1, 400) : null;

    private long Limit() => Long(0, WireLimits.PolicyMinorMax);

    private Seal Seal()
    {
        var totals = List(8, () => new SealTotal(
            (Operation)Int(
                1, 10), Int(0, 999), (DecisionCode)Int(0, 255), Int(1, int.MaxValue), Long(0, long.MaxValue)));
        var leases = List(8, () => new SealLease(U63(), Long(0, long.MaxValue), Long(0, long.MaxValue)));
        return new(
            U63(), U32OrZero(), [.. totals.DistinctBy(total => (total.Operation, total.Currency, total.Code)).Order()],
            [.. leases.DistinctBy(lease => lease.Lease).OrderBy(lease => lease.Lease)], Int(0, int.MaxValue),
            U32OrZero(), U32OrZero(), Long(0, long.MaxValue), U32OrZero());
    }
}

using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.Simulation;

/// <summary>A device: one open request at a time, the same bytes until a final reply comes.</summary>
internal sealed class SimDevice(PublicKey key, AccountId account, uint edge, Draws draws)
{
    private long sequence;
    private UInt128 previous;
    private long? heldSale;

    public PublicKey Key => key;

    public AccountId Account => account;

    public Incoming? Open { get; private set; }

    /// <summary>Final replies by sequence, as they arrived: the truth that the ledger is compared with.</summary>
    public SortedDictionary<long, (byte[] Decision, Decision Read)> Answered { get; } = [];

    public RosterDevice Enrolled => new(
        key, 1, [(account, World.Currency)], (1 << (int)Operation.Sale) | (1 << (int)Operation.Void),
        RosterDevice.Active, new byte[16], new byte[32], []);

    /// <summary>Asks for something new, or repeats what is open.</summary>
    public Incoming Ask()
    {
        if (Open is not null) return Again(Open);
        var isVoid = heldSale is not null && draws.Percent(70);
        var request = new PaymentRequest
        {
            Operation = isVoid ? Operation.Void : Operation.Sale,
            Kid = key.Id,
            Epoch = 1,
            Sequence = ++sequence,
            Edge = edge,
            Previous = previous,
            AmountMinor = isVoid ? 0 : 1 + draws.Below(6_00),
            Currency = isVoid ? 0 : World.Currency,
            Flags = !isVoid && draws.Percent(20) ? RequestFlags.Confirm : RequestFlags.None,
            ReferenceSequence = isVoid ? heldSale : null,
        };
        if (isVoid) heldSale = null;
        var message = CoseSign1.Encode(
            key.Id, SignatureAlgorithm.Es256, RequestCodec.EncodePayload(request), [.. Enumerable.Repeat((byte)1, 64)]);
        Invariant.Holds(RequestCodec.TryParse(message, out var view) is WireError.None);
        Open = new(request, view.Digest(message), message, SignatureAlgorithm.Es256, this);
        previous = Open.Digest.High;
        return Open;
    }

    /// <summary>Returns what is wrong with a reply, or null.</summary>
    public string? Take(PaymentRequest request, byte[] decision)
    {
        Invariant.Holds(DecisionCodec.TryParse(decision, out var read) is WireError.None);
        if (Answered.TryGetValue(request.Sequence, out var first))
            return first.Decision.AsSpan().SequenceEqual(decision) ? null : $"I4: two replies to {request.Name}";
        Answered[request.Sequence] = (decision, read!);
        if (Open?.Request.Sequence == request.Sequence) Open = null;
        if (read!.Approved && request.Flags.HasFlag(RequestFlags.Confirm)) heldSale = request.Sequence;
        return null;
    }

    /// <summary>The same bytes, as another message on the way.</summary>
    private static Incoming Again(Incoming incoming) =>
        new(incoming.Request, incoming.Digest, incoming.Message, incoming.Algorithm, incoming.Token);
}

using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Postgres;

/// <summary>An edge as the cloud sees it: signs rounds and cuts them into batches. A copy of it forks.</summary>
internal sealed class TestEdge(uint edge, SigningKey key, long nextRound = 1, Hash head = default)
{
    private long round = nextRound;
    private Hash root = head;

    public uint Edge => edge;

    public string PublicKey => Convert.ToHexStringLower(key.Public.ToCoseKey());

    public uint Unix { get; set; } = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public uint Fence { get; private set; } = 1;

    public uint Incarnation { get; set; } = 1;

    public long Round => round - 1;

    public Hash Root => root;

    public TestEdge Copy() => new(edge, key, round, root) { Unix = Unix, Fence = Fence, Incarnation = Incarnation };

    /// <summary>The same history under another signing key.</summary>
    public TestEdge WithKey(SigningKey next) =>
        new(edge, next, round, root) { Unix = Unix, Fence = Fence, Incarnation = Incarnation };

    /// <summary>Goes on as the cloud orders.</summary>
    public void Refence(Ack order)
    {
        Assert.Equal(edge, order.Edge);
        (Fence, round, root) = (order.Fence, order.Round + 1, order.Root);
        Incarnation++;
    }

    public static Leaf Approve(TestDevice device, PaymentRequest request, long lease, long? amountMinor = null) =>
        Decide(device, request, DecisionCode.Approved, amountMinor ?? request.AmountMinor, lease);

    public static Leaf Decline(TestDevice device, PaymentRequest request) =>
        Decide(device, request, DecisionCode.Insufficient, 0, 0);

    public static Leaf Happen(RoundEvent content) => new Leaf.Event(EventCodec.Encode(content));

    /// <summary>One round each; the last one also seals.</summary>
    public byte[] Batch(params IReadOnlyList<Leaf>[] rounds) => BatchOf(null, rounds);

    public byte[] BatchOf(Func<Seal, Seal>? change, params IReadOnlyList<Leaf>[] rounds)
    {
        var first = round;
        var totals = SealTotals.Of(rounds.SelectMany(leaves => leaves).OfType<Leaf.Decided>().Select(EntryOf));
        var seal = new Seal(first, Unix / 86_400, totals, [], 0, 1, 0, 1, Unix);
        rounds[^1] = [.. rounds[^1], Happen(change?.Invoke(seal) ?? seal)];
        return Run(rounds);
    }

    /// <summary>Rounds without a SEAL, as a crash leaves them.</summary>
    public byte[] Run(params IReadOnlyList<Leaf>[] rounds) => BatchCodec.Encode([.. rounds.Select(Signed)]);

    private static Leaf.Decided Decide(
        TestDevice device, PaymentRequest request, DecisionCode code, long amountMinor, long lease)
    {
        var decision = new Decision(request.Epoch, request.Sequence, code, amountMinor, Evidence.None, lease, 0, 1);
        return new Leaf.Decided(device.Sign(request), DecisionCodec.Encode(decision));
    }

    private static SealEntry EntryOf(Leaf.Decided leaf)
    {
        Assert.Equal(WireError.None, RequestCodec.TryParse(leaf.Request, out var view));
        Assert.Equal(WireError.None, DecisionCodec.TryParse(leaf.Decision, out var decision));
        return SealEntry.Of(view.ToRequest(), decision!);
    }

    private byte[] Signed(IReadOnlyList<Leaf> leaves)
    {
        var tree = MerkleTree.Root([.. leaves.Select(HashOf)]);
        var header = new RoundHeader(edge, Fence, Incarnation, round, leaves.Count, root, tree, Unix);
        var payload = RoundCodec.EncodeHeader(header);
        var content = CoseSign1.ToBeSigned(MessageKind.Round, key.Public.Id, key.Public.Algorithm, payload);
        var message = CoseSign1.Encode(key.Public.Id, key.Public.Algorithm, payload, key.Sign(content));
        (round, root) = (round + 1, RoundCodec.RootOf(payload));
        return RoundCodec.EncodeRound(new(message, header, root, leaves, []));
    }

    private static Hash HashOf(Leaf leaf)
    {
        if (leaf is Leaf.Event happened) return RoundCodec.LeafHash(default, happened.Body);
        var decided = (Leaf.Decided)leaf;
        Assert.Equal(WireError.None, RequestCodec.TryParse(decided.Request, out var view));
        return RoundCodec.LeafHash(view.Digest(decided.Request), decided.Decision);
    }
}

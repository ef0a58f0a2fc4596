using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// The bodies of <c>POST /sync</c>. Request: {1: fence, 2: incarnation, 3: policy, 4: deny, 5: roster, 6: [* ask],
/// 7: head round, 8: head root}. Answer: {1: [fence, next round, head root], 2: [* grant], ? 3: policy, ? 4: deny,
/// ? 5: roster, 6: unix, 7: [* [ask-no, code]], ? 8: fence order, 9: [* lease]}.
/// </summary>
public static class SyncCodec
{
    public static byte[] Encode(SyncRequest request)
    {
        var writer = new StrictWriter().Map(8)
            .Unsigned(1).Unsigned(request.Fence)
            .Unsigned(2).Unsigned(request.Incarnation)
            .Unsigned(3).Unsigned(request.PolicyVersion)
            .Unsigned(4).Unsigned(request.DenyVersion)
            .Unsigned(5).Unsigned(request.RosterVersion)
            .Unsigned(6).Array(request.Asks.Count);
        foreach (var ask in request.Asks) Write(writer, ask);
        return writer.Unsigned(7).Unsigned(request.HeadRound).Unsigned(8).Hash(request.HeadRoot).ToArray();
    }

    public static byte[] Encode(SyncAnswer answer)
    {
        var count = 5 + One(answer.Policy) + One(answer.DenyList) + One(answer.Roster) + One(answer.FenceOrder);
        var writer = new StrictWriter(1_024).Map(count)
            .Unsigned(1).Array(3).Unsigned(answer.Fence).Unsigned(answer.NextRound).Hash(answer.HeadRoot)
            .Unsigned(2).Array(answer.Grants.Count);
        foreach (var grant in answer.Grants) writer.Bytes(grant);
        Write(writer, 3, answer.Policy);
        Write(writer, 4, answer.DenyList);
        Write(writer, 5, answer.Roster);
        writer.Unsigned(6).Unsigned(answer.Unix).Unsigned(7).Array(answer.Refusals.Count);
        foreach (var (ask, code) in answer.Refusals) writer.Array(2).Unsigned(ask).Unsigned((int)code);
        Write(writer, 8, answer.FenceOrder);
        writer.Unsigned(9).Array(answer.LeasesToStop.Count);
        foreach (var lease in answer.LeasesToStop) writer.Unsigned(lease);
        return writer.ToArray();
    }

    public static WireError TryParse(ReadOnlySpan<byte> bytes, out SyncRequest? request)
    {
        request = null;
        if (bytes.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(bytes);
        var outer = reader.StartMap();
        var fence = reader.Required(1) ? reader.U32() : 0;
        var incarnation = reader.Required(2) ? reader.U32() : 0;
        var policy = reader.Required(3) ? reader.U32OrZero() : 0;
        var deny = reader.Required(4) ? reader.U32OrZero() : 0;
        var roster = reader.Required(5) ? reader.U32OrZero() : 0;
        var asks = new List<LeaseAsk>();
        if (reader.Required(6))
            for (var left = reader.Array(0, WireLimits.ListMax); left > 0 && reader.Ok; left--)
                asks.Add(ReadAsk(ref reader));
        var round = reader.Required(7) ? reader.U63OrZero() : 0;
        var root = reader.Required(8) ? reader.Hash() : default;
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        request = new(fence, incarnation, policy, deny, roster, asks, round, root);
        return WireError.None;
    }

    public static WireError TryParse(ReadOnlySpan<byte> bytes, out SyncAnswer? answer)
    {
        answer = null;
        if (bytes.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(bytes);
        var outer = reader.StartMap();
        if (reader.Required(1)) reader.Array(3);
        var (fence, next, root) = (reader.U32(), reader.U63(), reader.Hash());
        var grants = new List<byte[]>();
        if (reader.Required(2))
            for (var left = reader.Array(0, WireLimits.ListMax); left > 0 && reader.Ok; left--)
                grants.Add(reader.Bytes(1, WireLimits.DocumentMax).ToArray());
        var (policy, deny, roster) = (Document(ref reader, 3), Document(ref reader, 4), Document(ref reader, 5));
        var unix = reader.Required(6) ? reader.U32OrZero() : 0;
        var refusals = new List<(uint, DecisionCode)>();
        if (reader.Required(7))
            for (var left = reader.Array(0, WireLimits.ListMax); left > 0 && reader.Ok; left--)
            {
                reader.Array(2);
                refusals.Add((reader.U32(), (DecisionCode)reader.Small(0, 255)));
            }
        var fenceOrder = Document(ref reader, 8);
        var stops = new List<long>();
        if (reader.Required(9))
            for (var left = reader.Array(0, WireLimits.ListMax); left > 0 && reader.Ok; left--) stops.Add(reader.U63());
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        answer = new(fence, next, root, grants, policy, deny, roster, unix, refusals, fenceOrder, stops);
        return WireError.None;
    }

    private static void Write(StrictWriter writer, LeaseAsk ask)
    {
        writer.Map(ask.Account is null ? 7 : 8).Unsigned(1).Unsigned(ask.Number).Unsigned(2).Unsigned(ask.Fence);
        if (ask.Account is { } account) writer.Unsigned(3).Bytes8(account.Value);
        writer.Unsigned(4).Unsigned(ask.Currency)
            .Unsigned(5).Unsigned(ask.WantedMinor)
            .Unsigned(6).Unsigned((uint)ask.Evidence)
            .Unsigned(7).Unsigned(ask.DenyVersion)
            .Unsigned(8).Unsigned(ask.Incarnation);
    }

    private static LeaseAsk ReadAsk(ref StrictReader reader)
    {
        var outer = reader.StartMap();
        var ask = new LeaseAsk(
            reader.Required(1) ? reader.U32() : 0,
            reader.Required(2) ? reader.U32() : 0,
            reader.Optional(3) ? new AccountId(reader.Bytes8()) : null,
            reader.Required(4) ? reader.Currency() : 0,
            reader.Required(5) ? reader.Amount(1) : 0,
            reader.Required(6) ? (Evidence)reader.U32OrZero() : 0,
            reader.Required(7) ? reader.U32OrZero() : 0,
            reader.Required(8) ? reader.U32() : 0);
        reader.EndMap(outer);
        return ask;
    }

    private static void Write(StrictWriter writer, int label, byte[]? document)
    {
        if (document is not null) writer.Unsigned(label).Bytes(document);
    }

    private static byte[]? Document(ref StrictReader reader, int label) =>
        reader.Optional(label) ? reader.Bytes(1, WireLimits.DocumentMax).ToArray() : null;

    private static int One(byte[]? document) => document is null ? 0 : 1;
}

using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>Replies to one open request, good and bad, each with what a device must find.</summary>
internal static class VectorReplies
{
    private const string Accept = "accept", Signature = "signature_invalid";

    public static IEnumerable<object> All()
    {
        foreach (var edge in (TestKey[])[TestKeys.EdgeEd25519, TestKeys.EdgeEs256])
            foreach (var leaves in (int[])[1, 2, 3, 7, 64])
            {
                var round = new RoundOfReplies(leaves, edge);
                foreach (var index in new SortedSet<int> { 0, leaves / 2, leaves - 1 })
                    yield return Case(
                        $"{index} of {leaves}, {edge.Name}", round, index, round.Bytes(index), Accept, edge);
            }
        var five = new RoundOfReplies(5, TestKeys.EdgeEd25519);
        foreach (var (name, bytes, verdict) in Bad(five, 2)) yield return Case(
            name, five, 2, bytes, verdict, TestKeys.EdgeEd25519);
        yield return Case("of another edge's key", five, 2, five.Bytes(2), "wrong_key", TestKeys.EdgeEs256);
        yield return Case(
            "a round of another edge", five, 2, five.Bytes(2), "wrong_edge", TestKeys.EdgeEd25519, edge: 7);
        yield return Case(
            "hint 21", five, 2, ReplyCodec.EncodeHint(
                1, 1044, DecisionCode.TempError, 250), "hint", TestKeys.EdgeEd25519);
        yield return Case(
            "hint that names nothing", five, 2, ReplyCodec.EncodeHint(0, 0, DecisionCode.Format, 0), "hint",
            TestKeys.EdgeEd25519);
    }

    private static IEnumerable<(string Name, byte[] Bytes, string Verdict)> Bad(RoundOfReplies round, int index)
    {
        var (reply, good) = (round.Reply(index), round.Bytes(index));
        yield return ("a decision on another request", round.Bytes(3), "wrong_name");
        var dearer = DecisionCodec.Encode(reply.Decision with { AmountMinor = 1149 });
        yield return ("another amount", Final(reply with { DecisionBytes = dearer }), "not_included");
        var declined = DecisionCodec.Encode(reply.Decision with { Code = DecisionCode.Insufficient, AmountMinor = 0 });
        yield return ("declined instead of approved", Final(reply with { DecisionBytes = declined }), "not_included");
        yield return ("another place", Final(reply with { Index = 3 }), "not_included");
        yield return ("a place behind the last", Final(reply with { Index = 5 }), "not_included");
        yield return ("a path too short", Final(reply with { Path = reply.Path[32..] }), "not_included");
        yield return ("a path too long", Final(reply with { Path = [.. reply.Path, .. new byte[32]] }), "not_included");
        yield return ("a changed path", Final(reply with { Path = Flip(reply.Path, 5) }), "not_included");
        yield return ("a path of 31 bytes", Final(reply with { Path = new byte[31] }), "wrong_size");
        yield return ("a changed signature", Final(
            reply with { SignedRound = Flip(reply.SignedRound, -40) }), Signature);
        var header = RoundCodec.EncodeHeader(reply.Header);
        var asRequest = VectorSignatures.Message(MessageKind.Request, header, TestKeys.EdgeEd25519);
        yield return ("a header signed as a request", Final(reply with { SignedRound = asRequest }), Signature);
        var other = RoundCodec.EncodeHeader(reply.Header with { Number = 9 });
        var swapped = CoseSign1.Encode(
            TestKeys.EdgeEd25519.Kid, SignatureAlgorithm.EdDsa, other, reply.SignedRound.AsSpan()[^64..]);
        yield return ("another round number under the old signature", Final(
            reply with { SignedRound = swapped }), Signature);
        yield return ("empty", [], "empty");
        yield return ("a byte behind", [.. good, 0], "trailing_bytes");
        yield return ("cut", good[..^1], "truncated");
        yield return ("kind 3", [0x86, 0x03, .. good[2..]], "out_of_range");
        yield return ("indefinite array", [0x9f, .. good[1..], 0xff], "indefinite_length");
        yield return ("641 bytes", new byte[641], "too_long");
    }

    private static byte[] Final(Reply.Final reply) =>
        ReplyCodec.EncodeFinal(reply.DecisionBytes, reply.Index, reply.Path, reply.SignedRound, reply.Witness);

    private static byte[] Flip(byte[] bytes, int at)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at < 0 ? bytes.Length + at : at] ^= 1;
        return flipped;
    }

    private static VectorReply Case(
        string name, RoundOfReplies round, int index, byte[] reply, string verdict, TestKey key,
        uint edge = RoundOfReplies.Edge) => new(
        name, Convert.ToHexStringLower(round.Requests[index]), edge, key.Name,
        Convert.ToHexStringLower(key.Public.ToCoseKey()), Convert.ToHexStringLower(reply), verdict);
}

/// <summary>A device's open request, what it knows of the edge, a reply, and what it must find.</summary>
internal sealed record VectorReply(
    string Name, string Request, uint Edge, string EdgeKeyName, string EdgeKey, string Reply, string Verdict);

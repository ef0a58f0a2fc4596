using System.Security.Cryptography;
using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>Rounds: the signed header, its hash, its leaves.</summary>
public static class RoundCodec
{
    /// <summary>The longest signed round message; the header at its largest takes 109 bytes.</summary>
    public const int MessageMax = 256;

    public static byte[] EncodeHeader(RoundHeader header) => new StrictWriter(128).Map(8)
        .Unsigned(1).Unsigned(header.Edge)
        .Unsigned(2).Unsigned(header.Fence)
        .Unsigned(3).Unsigned(header.Incarnation)
        .Unsigned(4).Unsigned(header.Number)
        .Unsigned(5).Unsigned(header.Count)
        .Unsigned(6).Hash(header.PreviousRoot)
        .Unsigned(7).Hash(header.Tree)
        .Unsigned(8).Unsigned(header.Unix)
        .ToArray();

    public static WireError TryParseHeader(ReadOnlySpan<byte> bytes, out RoundHeader? header)
    {
        header = null;
        if (bytes.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(bytes);
        var outer = reader.StartMap();
        var edge = reader.Required(1) ? reader.U32() : 0;
        var fence = reader.Required(2) ? reader.U32() : 0;
        var incarnation = reader.Required(3) ? reader.U32() : 0;
        var number = reader.Required(4) ? reader.U63() : 0;
        var count = reader.Required(5) ? reader.Small(1, WireLimits.RoundSizeMax) : 0;
        var previous = reader.Required(6) ? reader.Hash() : default;
        var tree = reader.Required(7) ? reader.Hash() : default;
        var unix = reader.Required(8) ? reader.U32OrZero() : 0;
        reader.EndMap(outer);
        if (reader.End() is not WireError.None and var error) return error;
        header = new(edge, fence, incarnation, number, count, previous, tree, unix);
        return WireError.None;
    }

    /// <summary>The root of a round commits to its header, and so to all history: SHA-256(0x02 ‖ header).</summary>
    public static Hash RootOf(ReadOnlySpan<byte> header)
    {
        Span<byte> start = [0x02];
        return Joined(start, header);
    }

    /// <summary>SHA-256(0x00 ‖ digest ‖ body); an event has a digest of zeros.</summary>
    public static Hash LeafHash(Hash digest, ReadOnlySpan<byte> body)
    {
        Span<byte> start = stackalloc byte[1 + Hash.Size];
        start[0] = 0x00;
        digest.Write(start[1..]);
        return Joined(start, body);
    }

    /// <summary>Nearly all are short: one call over a copy on the stack costs half of an incremental hash.</summary>
    private static Hash Joined(ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest)
    {
        Span<byte> joined = stackalloc byte[512];
        if (start.Length + rest.Length <= joined.Length)
        {
            start.CopyTo(joined);
            rest.CopyTo(joined[start.Length..]);
            return Hash.Of(joined[..(start.Length + rest.Length)]);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(start);
        hash.AppendData(rest);
        return Hash.Read(hash.GetHashAndReset());
    }

    public static byte[] EncodeRound(SignedRound round)
    {
        var writer = new StrictWriter(512 + round.Leaves.Count * 200);
        writer.Array(round.Attachments.Count == 0 ? 2 : 3).Raw(round.Message).Array(round.Leaves.Count);
        foreach (var leaf in round.Leaves)
            _ = leaf switch
            {
                Leaf.Decided decided => writer.Array(2).Bytes(decided.Request).Bytes(decided.Decision),
                Leaf.Event body => writer.Array(1).Bytes(body.Body),
                _ => throw new ArgumentException("an unknown leaf", nameof(round)),
            };
        if (round.Attachments.Count == 0) return writer.ToArray();
        writer.Array(round.Attachments.Count);
        foreach (var attachment in round.Attachments) writer.Bytes(attachment);
        return writer.ToArray();
    }

    /// <summary>
    /// Parses one round at the start of the bytes and tells its length. Chain, tree and signatures are the caller's.
    /// </summary>
    public static WireError TryParseRound(ReadOnlySpan<byte> bytes, out SignedRound? round, out int consumed)
    {
        (round, consumed) = (null, 0);
        if (bytes.IsEmpty) return WireError.Empty;
        var reader = new StrictReader(bytes);
        if (!ReadRound(ref reader, bytes, out round)) return reader.Error;
        consumed = reader.Position;
        return WireError.None;
    }

    internal static bool ReadRound(ref StrictReader reader, ReadOnlySpan<byte> bytes, out SignedRound? round)
    {
        round = null;
        var parts = reader.Array(2, 3);
        if (!ReadSignedHeader(ref reader, bytes, out var message, out var header, out var root)) return false;
        var leaves = new List<Leaf>();
        for (var left = reader.Array(1, WireLimits.RoundSizeMax); left > 0 && reader.Ok; left--)
            leaves.Add(ReadLeaf(ref reader));
        var attachments = new List<byte[]>();
        if (parts is 3)
            for (var left = reader.Array(1, WireLimits.ListMax); left > 0 && reader.Ok; left--)
                attachments.Add(reader.Bytes(1, WireLimits.DocumentMax).ToArray());
        if (!reader.Ok) return false;
        if (leaves.Count != header!.Count) return reader.Fail(WireError.WrongSize);
        round = new(message, header, root, leaves, attachments);
        return true;
    }

    /// <summary>Reads a signed round inside other bytes: the message, its header, its root.</summary>
    internal static bool ReadSignedHeader(
        ref StrictReader reader, ReadOnlySpan<byte> bytes, out byte[] message, out RoundHeader? header, out Hash root)
    {
        (message, header, root) = ([], null, default);
        if (!reader.Ok) return false;
        var start = reader.Position;
        if (!EnvelopeReader.Read(ref reader, out var envelope)) return false;
        if (reader.Position - start > MessageMax) return reader.Fail(WireError.TooLong);
        if (TryParseHeader(bytes[envelope.Payload], out header) is not WireError.None and var error)
            return reader.Fail(error);
        message = bytes[start..reader.Position].ToArray();
        root = RootOf(bytes[envelope.Payload]);
        return true;
    }

    private static Leaf ReadLeaf(ref StrictReader reader) => reader.Array(1, 2) is 2
        ? new Leaf.Decided(
            reader.Bytes(1, RequestCodec.MessageMax).ToArray(), reader.Bytes(1, WireLimits.DecisionMax).ToArray())
        : new Leaf.Event(reader.Bytes(1, WireLimits.EventMax).ToArray());
}

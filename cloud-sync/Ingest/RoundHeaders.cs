using System.Formats.Cbor;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Ingest;

/// <summary>The signed headers of a batch as stored: a CBOR array of byte strings.</summary>
internal static class RoundHeaders
{
    public static byte[] Encode(IEnumerable<byte[]> messages)
    {
        var all = messages.ToList();
        var writer = new CborWriter();
        writer.WriteStartArray(all.Count);
        foreach (var message in all) writer.WriteByteString(message);
        writer.WriteEndArray();
        return writer.Encode();
    }

    public static IReadOnlyList<byte[]> Decode(byte[] stored)
    {
        var reader = new CborReader(stored);
        var messages = new byte[reader.ReadStartArray()!.Value][];
        for (var index = 0; index < messages.Length; index++) messages[index] = reader.ReadByteString();
        return messages;
    }

    /// <summary>The header inside a stored message; it was accepted, so it parses.</summary>
    public static RoundHeader HeaderOf(byte[] message)
    {
        Invariant.Holds(CoseSign1.TryParse(message, out var envelope) is WireError.None);
        Invariant.Holds(
            RoundCodec.TryParseHeader(message.AsSpan()[envelope.Payload], out var header) is WireError.None);
        return header!;
    }

    public static Payments.Hash RootOf(byte[] message)
    {
        Invariant.Holds(CoseSign1.TryParse(message, out var envelope) is WireError.None);
        return RoundCodec.RootOf(message.AsSpan()[envelope.Payload]);
    }
}

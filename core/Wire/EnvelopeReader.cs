using System.Buffers.Binary;
using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>
/// Reads the one accepted shape of COSE_Sign1: tag 18, array of 4, protected {1: -7 or -8, 4: kid of 8 bytes}, an empty
/// unprotected map, an embedded payload, a signature of 64 bytes.
/// </summary>
internal static class EnvelopeReader
{
    private static ReadOnlySpan<byte> Es256Start => [0xa2, 0x01, 0x26, 0x04, 0x48];
    private static ReadOnlySpan<byte> EdDsaStart => [0xa2, 0x01, 0x27, 0x04, 0x48];

    /// <summary>Reads up to and including the payload; the ranges are positions in the reader's bytes.</summary>
    public static bool ReadStart(
        ref StrictReader reader, out SignatureAlgorithm algorithm, out KeyId kid, out Range payload)
    {
        (algorithm, kid, payload) = (default, default, default);
        if (!reader.Tag(18, WireError.NotSign1)) return false;
        if (!reader.Head(out var type, out var value)) return false;
        if (type is not 4 || value is not 4) return reader.Fail(WireError.EnvelopeShape);
        if (!ReadProtected(ref reader, out algorithm, out kid)) return false;
        if (!reader.Head(out type, out value)) return false;
        if (type is not 5) return reader.Fail(WireError.EnvelopeShape);
        if (value is not 0) return reader.Fail(WireError.UnprotectedNotEmpty);
        return ReadPayload(ref reader, out payload);
    }

    /// <summary>
    /// Reads the signature and checks its values, before anybody spends time on the signature itself.
    /// </summary>
    public static bool ReadEnd(ref StrictReader reader, SignatureAlgorithm algorithm, out Range signature)
    {
        signature = default;
        if (!reader.Head(out var type, out var size)) return false;
        if (type is not 2) return reader.Fail(WireError.WrongType);
        if (size is not 64) return reader.Fail(WireError.SignatureSize);
        if (!reader.Skip(64)) return false;
        signature = (reader.Position - 64)..reader.Position;
        var value = reader.Slice(signature.Start.Value, signature.End.Value);
        return SignatureValues.InRange(algorithm, value) || reader.Fail(WireError.SignatureValue);
    }

    /// <summary>Reads a whole envelope and leaves the reader behind it.</summary>
    public static bool Read(ref StrictReader reader, out CoseEnvelope envelope)
    {
        envelope = default;
        if (!ReadStart(ref reader, out var algorithm, out var kid, out var payload)) return false;
        if (!ReadEnd(ref reader, algorithm, out var signature)) return false;
        envelope = new(algorithm, kid, payload, signature);
        return true;
    }

    private static bool ReadPayload(ref StrictReader reader, out Range payload)
    {
        payload = default;
        if (!reader.Head(out var type, out var size)) return false;
        if (type is not 2 || size is 0) return reader.Fail(WireError.PayloadNotBstr);
        if (!reader.Skip(size)) return false;
        payload = (reader.Position - (int)size)..reader.Position;
        return true;
    }

    private static bool ReadProtected(ref StrictReader reader, out SignatureAlgorithm algorithm, out KeyId kid)
    {
        (algorithm, kid) = (default, default);
        if (!reader.Head(out var type, out var size)) return false;
        if (type is not 2) return reader.Fail(WireError.ProtectedShape);
        if (!reader.Skip(size)) return false;
        var header = reader.Slice(reader.Position - (int)size, reader.Position);
        if (header.Length is not 13) return reader.Fail(FaultOf(header));
        if (header.StartsWith(Es256Start)) algorithm = SignatureAlgorithm.Es256;
        else if (header.StartsWith(EdDsaStart)) algorithm = SignatureAlgorithm.EdDsa;
        else return reader.Fail(FaultOf(header));
        kid = new(BinaryPrimitives.ReadUInt64BigEndian(header[5..]));
        return true;
    }

    /// <summary>Tells what is wrong with a protected header that is not one of the two accepted ones.</summary>
    private static WireError FaultOf(ReadOnlySpan<byte> header)
    {
        var reader = new StrictReader(header);
        if (!reader.Head(out var type, out var value)) return Encoding(reader);
        if (type is not 5 || value is not 2) return WireError.ProtectedShape;
        if (!reader.Head(out type, out value)) return Encoding(reader);
        if (type is not 0 || value is not 1) return WireError.ProtectedShape;
        if (!reader.Head(out type, out value)) return Encoding(reader);
        if (type is not 1 || value is not (6 or 7)) return WireError.Algorithm;
        if (!reader.Head(out type, out value)) return Encoding(reader);
        if (type is not 0 || value is not 4) return WireError.ProtectedShape;
        if (!reader.Head(out type, out value)) return Encoding(reader);
        if (type is not 2) return WireError.ProtectedShape;
        return value is not KeyId.Size ? WireError.KidSize : WireError.ProtectedShape;
    }

    private static WireError Encoding(in StrictReader reader) =>
        reader.Error is WireError.Truncated ? WireError.ProtectedShape : reader.Error;
}

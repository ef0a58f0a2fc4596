using System.Diagnostics.CodeAnalysis;
using MqttPay.Host.Signatures;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Public keys as people paste them.</summary>
internal static class PublicKeys
{
    /// <summary>Takes only the deterministic COSE_Key, and only a point that can verify a signature.</summary>
    public static bool TryRead(string? hex, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (hex is null || hex.Length > 200) return false;
        Span<byte> bytes = stackalloc byte[100];
        if (Convert.FromHexString(hex, bytes, out _, out var written) is not System.Buffers.OperationStatus.Done)
            return false;
        var read = PublicKey.FromCoseKey(bytes[..written]);
        if (read is null) return false;
        using var usable = VerifyingKey.TryCreate(read);
        if (usable is null) return false;
        key = read;
        return true;
    }
}

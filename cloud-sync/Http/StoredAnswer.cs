using System.Security.Cryptography;
using System.Text;

namespace MqttPay.CloudSync.Http;

/// <summary>
/// An answer kept for repeats. It may hold a secret that is told once, so it is stored under a key made from the
/// caller's own API key: whoever has the database alone, which has only that key's hash, cannot read it.
/// </summary>
internal static class StoredAnswer
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static byte[] Close(string token, string idempotencyKey, ReadOnlySpan<byte> body)
    {
        var closed = new byte[NonceSize + TagSize + body.Length];
        RandomNumberGenerator.Fill(closed.AsSpan(0, NonceSize));
        using var cipher = new AesGcm(KeyOf(token, idempotencyKey), TagSize);
        cipher.Encrypt(
            closed.AsSpan(0, NonceSize), body, closed.AsSpan(NonceSize + TagSize), closed.AsSpan(NonceSize, TagSize));
        return closed;
    }

    public static byte[] Open(string token, string idempotencyKey, ReadOnlySpan<byte> closed)
    {
        var body = new byte[closed.Length - NonceSize - TagSize];
        using var cipher = new AesGcm(KeyOf(token, idempotencyKey), TagSize);
        cipher.Decrypt(closed[..NonceSize], closed[(NonceSize + TagSize)..], closed.Slice(NonceSize, TagSize), body);
        return body;
    }

    private static byte[] KeyOf(string token, string idempotencyKey) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(token), 32, info: Encoding.UTF8.GetBytes(idempotencyKey));
}

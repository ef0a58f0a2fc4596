using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MqttPay.Broker.Access;

/// <summary>
/// A stored password. Devices have 128 random bits, for which one salted hash is enough; people choose theirs, so each
/// guess has to cost something.
/// </summary>
public sealed class PasswordHash
{
    public const int Rounds = 210_000;
    private const int SaltSize = 16;
    private const int HashSize = 32;
    private const int RoundsMax = 10_000_000;

    private readonly int rounds;
    private readonly byte[] salt;
    private readonly byte[] hash;

    private PasswordHash(int rounds, byte[] salt, byte[] hash) =>
        (this.rounds, this.salt, this.hash) = (rounds, salt, hash);

    public static PasswordHash Create(Role role, string password)
    {
        var rounds = role == Role.Device ? 0 : Rounds;
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new(rounds, salt, Compute(Encoding.UTF8.GetBytes(password), salt, rounds));
    }

    /// <summary>Reads <c>sha256$salt$hash</c> or <c>pbkdf2-sha256$rounds$salt$hash</c>, salt and hash in hex.</summary>
    public static bool TryParse(string text, out PasswordHash password)
    {
        password = default!;
        var parts = text.Split('$');
        var rounds = 0;
        switch (parts)
        {
            case ["sha256", _, _]:
                break;
            case ["pbkdf2-sha256", var count, _, _]
                when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out rounds)
                    && rounds is > 0 and <= RoundsMax:
                break;
            default:
                return false;
        }

        if (!TryHex(parts[^2], SaltSize, out var salt) || !TryHex(parts[^1], HashSize, out var hash)) return false;
        password = new(rounds, salt, hash);
        return true;
    }

    public bool Verify(ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(Compute(password, salt, rounds), hash);

    public override string ToString() => rounds == 0
        ? $"sha256${Convert.ToHexStringLower(salt)}${Convert.ToHexStringLower(hash)}"
        : $"pbkdf2-sha256${rounds}${Convert.ToHexStringLower(salt)}${Convert.ToHexStringLower(hash)}";

    private static byte[] Compute(ReadOnlySpan<byte> password, byte[] salt, int rounds) => rounds == 0
        ? SHA256.HashData([.. salt, .. password])
        : Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA256, HashSize);

    private static bool TryHex(string text, int size, out byte[] bytes)
    {
        bytes = new byte[size];
        return text.Length == size * 2
            && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}

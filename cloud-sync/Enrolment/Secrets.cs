using System.Security.Cryptography;
using System.Text;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Draws keys and passwords, and says what is stored of them.</summary>
internal static class Secrets
{
    public const int SaltSize = 16;

    /// <summary>256 random bits behind a prefix that leak scanners can find.</summary>
    public static string ApiKey() => "mqp_" + RandomNumberGenerator.GetHexString(64, lowercase: true);

    public static byte[] HashOf(string apiKey) => SHA256.HashData(Encoding.UTF8.GetBytes(apiKey));

    public static byte[] WitnessKey() => RandomNumberGenerator.GetBytes(32);

    /// <summary>128 random bits: no guesser gets anywhere, so a fast hash is enough.</summary>
    public static string Password() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    public static byte[] Salt() => RandomNumberGenerator.GetBytes(SaltSize);

    public static byte[] PasswordHash(byte[] salt, string password) =>
        SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(password)]);
}

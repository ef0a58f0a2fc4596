using System.Security.Cryptography;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;

namespace MqttPay.EdgeAgent;

/// <summary>What only this edge knows, as files in its credentials folder; never in the configuration.</summary>
internal sealed class EdgeSecrets : IDisposable
{
    private EdgeSecrets(SigningKey key, string cloudApiKey, byte[] witnessKey)
    {
        (Key, CloudApiKey, WitnessKey) = (key, cloudApiKey, witnessKey);
    }

    public SigningKey Key { get; }

    public string CloudApiKey { get; }

    public byte[] WitnessKey { get; }

    /// <summary>Reads them; a missing or bad one names its file and what makes it.</summary>
    public static EdgeSecrets Load(string data)
    {
        var folder = Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") ?? Path.Combine(data, "credentials");
        var key = Read(folder, "edge.key", "run: mqttpay-edge init");
        var witness = Read(folder, "witness.key", "the cloud gave it when the gateway was enrolled: 32 bytes");
        var apiKey = Read(folder, "cloud-api.key", "the cloud gave it when the gateway was enrolled");
        if (key.Length != 33) throw Bad(folder, "edge.key", "it is not 33 bytes long");
        if (witness.Length != 32) throw Bad(folder, "witness.key", "it is not 32 bytes long");
        var bearer = System.Text.Encoding.ASCII.GetString(apiKey).Trim();
        if (bearer.Length == 0) throw Bad(folder, "cloud-api.key", "it is empty");
        return new(Import(folder, key), bearer, witness);
    }

    public void Dispose() => Key.Dispose();

    private static SigningKey Import(string folder, byte[] key)
    {
        try
        {
            return SigningKey.Import(key);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or CryptographicException)
        {
            throw Bad(folder, "edge.key", "its first byte is no algorithm, or the rest is no secret of it");
        }
    }

    private static byte[] Read(string folder, string name, string remedy)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : throw Bad(folder, name, $"it is missing; {remedy}");
    }

    private static VerbException Bad(string folder, string name, string reason) =>
        new(ExitCode.Usage, $"MP1004 config_rejected: {Path.Combine(folder, name)}: {reason}");
}

using System.Globalization;
using System.Security.Cryptography;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;

namespace MqttPay.EdgeAgent;

/// <summary>What only this edge knows, as files in its credentials folder; never in the configuration.</summary>
internal sealed class EdgeSecrets : IDisposable
{
    private readonly string folder;
    private readonly List<SigningKey> keys = [];

    private EdgeSecrets(string folder, string cloudApiKey, byte[] witnessKey)
    {
        (this.folder, CloudApiKey, WitnessKey) = (folder, cloudApiKey, witnessKey);
        keys.Add(Import(folder, NameOf(1)));
        LoadNewKeys();
    }

    /// <summary>Oldest first; more than one after a rotation.</summary>
    public IReadOnlyList<SigningKey> Keys => keys;

    public string CloudApiKey { get; }

    public byte[] WitnessKey { get; }

    /// <summary>Reads them; a missing or bad one names its file and what makes it.</summary>
    public static EdgeSecrets Load(string data)
    {
        var folder = Folder(data);
        if (!File.Exists(Path.Combine(folder, NameOf(1))))
            throw Bad(folder, NameOf(1), "it is missing; run: mqttpay-edge init");
        var witness = Read(folder, "witness.key", "the cloud gave it when the gateway was enrolled: 32 bytes");
        var apiKey = Read(folder, "cloud-api.key", "the cloud gave it when the gateway was enrolled");
        if (witness.Length != 32) throw Bad(folder, "witness.key", "it is not 32 bytes long");
        var bearer = System.Text.Encoding.ASCII.GetString(apiKey).Trim();
        if (bearer.Length == 0) throw Bad(folder, "cloud-api.key", "it is empty");
        return new(folder, bearer, witness);
    }

    public static string Folder(string data) =>
        Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") ?? Path.Combine(data, "credentials");

    /// <summary>The first key, and those that rotations made.</summary>
    public static string NameOf(int key) =>
        key == 1 ? "edge.key" : string.Create(CultureInfo.InvariantCulture, $"edge-{key}.key");

    /// <summary>Makes a key and its file, which only its owner may read; fails when there is one.</summary>
    public static SigningKey MakeKey(string folder, int number)
    {
        var key = SigningKey.Create(Wire.SignatureAlgorithm.Es256);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(Path.Combine(folder, NameOf(number)), options);
        file.Write(key.Export());
        file.Flush(flushToDisk: true);
        return key;
    }

    /// <summary>Reads the keys that came since.</summary>
    public void LoadNewKeys()
    {
        while (File.Exists(Path.Combine(folder, NameOf(keys.Count + 1))))
            keys.Add(Import(folder, NameOf(keys.Count + 1)));
    }

    public void Dispose()
    {
        foreach (var key in Keys) key.Dispose();
    }

    private static SigningKey Import(string folder, string name)
    {
        var key = Read(folder, name, "run: mqttpay-edge init");
        if (key.Length != 33) throw Bad(folder, name, "it is not 33 bytes long");
        try
        {
            return SigningKey.Import(key);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or CryptographicException)
        {
            throw Bad(folder, name, "its first byte is no algorithm, or the rest is no secret of it");
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

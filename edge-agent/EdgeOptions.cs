using MqttPay.Host.Cli;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent;

/// <summary>
/// The agent's configuration: section <c>Edge</c> of edge.json, environment <c>MQTTPAY_Edge__…</c>, flags.
/// </summary>
internal sealed class EdgeOptions
{
    /// <summary>This edge's number, given by the cloud.</summary>
    public uint Id { get; set; }

    /// <summary>Where the settlement service answers, <c>http</c> or <c>https</c>.</summary>
    public string CloudUrl { get; set; } = "";

    /// <summary>The cloud's public key as a COSE_Key in hex: what it signs is believed, nothing else.</summary>
    public string CloudKey { get; set; } = "";

    public MqttOptions Mqtt { get; set; } = new();

    public AdminOptions Admin { get; set; } = new();

    public JournalSettings Journal { get; set; } = new();

    public DiskOptions Disk { get; set; } = new();

    public OnlineOptions Online { get; set; } = new();

    public PublicKey CloudPublicKey => TryReadKey(CloudKey)!;

    /// <summary>Reads and checks everything; a bad value names its key and the reason.</summary>
    public static EdgeOptions Load(string data, string? file)
    {
        var path = file ?? Path.Combine(data, "edge.json");
        if (file is not null && !File.Exists(path)) throw Rejected("--config", $"{path} does not exist");
        try
        {
            var configuration = new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath(path), optional: true)
                .AddEnvironmentVariables("MQTTPAY_")
                .Build();
            var options = configuration.GetSection("Edge")
                .Get<EdgeOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();
            options.Check();
            return options;
        }
        catch (Exception fault) when (fault is InvalidOperationException or InvalidDataException or FormatException)
        {
            // The binder's own message names the key; a reader's inner one names the place in the file.
            var isBinder = fault is InvalidOperationException;
            throw Rejected(path, isBinder ? fault.Message : fault.InnerException?.Message ?? fault.Message);
        }
    }

    private void Check()
    {
        if (Id == 0) throw Rejected("Edge:Id", "the number that the cloud gave this edge is missing");
        if (!Uri.TryCreate(CloudUrl, UriKind.Absolute, out var cloud) || cloud.Scheme is not ("http" or "https"))
            throw Rejected("Edge:CloudUrl", $"'{CloudUrl}' is no http or https address");
        if (TryReadKey(CloudKey) is null) throw Rejected("Edge:CloudKey", "it is no COSE_Key in hex (75 or 40 bytes)");
        if (Mqtt.Port is < 0 or > 65_535) throw Rejected("Edge:Mqtt:Port", $"{Mqtt.Port} is no port");
        if (!System.Net.IPAddress.TryParse(Mqtt.Address, out var address))
            throw Rejected("Edge:Mqtt:Address", $"'{Mqtt.Address}' is no IP address");
        if (!System.Net.IPAddress.IsLoopback(address) && !Mqtt.AllowPlainRemote)
            throw Rejected(
                "Edge:Mqtt:Address",
                $"{Mqtt.Address} is reachable from elsewhere and the listener has no TLS; "
                + "set Edge:Mqtt:AllowPlainRemote only inside a trusted network");
        if (Admin.Port is < 0 or > 65_535) throw Rejected("Edge:Admin:Port", $"{Admin.Port} is no port");
        if (Disk.FloorMegabytes is < 16 or > 1_048_576)
            throw Rejected("Edge:Disk:FloorMegabytes", $"{Disk.FloorMegabytes} is not 16 to 1048576");
        if (Online.BudgetMs is < 0 or > 10_000)
            throw Rejected("Edge:Online:BudgetMs", $"{Online.BudgetMs} is not 0 (never ask) to 10000");
        if (Journal.SegmentMegabytes is < 1 or > 1024)
            throw Rejected("Edge:Journal:SegmentMegabytes", "it must be 1 to 1024");
    }

    /// <summary>Reads a COSE_Key in hex; null for anything else.</summary>
    internal static PublicKey? TryReadKey(string hex)
    {
        var bytes = new byte[hex.Length / 2];
        return Convert.FromHexString(hex, bytes, out _, out _) is System.Buffers.OperationStatus.Done
            ? PublicKey.FromCoseKey(bytes)
            : null;
    }

    private static VerbException Rejected(string key, string reason) =>
        new(ExitCode.Usage, $"MP1004 config_rejected: {key}: {reason}");

    /// <summary>The gateway's own MQTT listener.</summary>
    internal sealed class MqttOptions
    {
        /// <summary>0 takes a free port and says which.</summary>
        public int Port { get; set; } = 1883;

        public string Address { get; set; } = "127.0.0.1";

        public bool AllowPlainRemote { get; set; }
    }

    /// <summary>Health and metrics, on loopback.</summary>
    internal sealed class AdminOptions
    {
        public int Port { get; set; } = 8470;
    }

    internal sealed class JournalSettings
    {
        public int SegmentMegabytes { get; set; } = 64;

        /// <summary>Each frame begins at a 4,096-byte block: for SD cards and unknown eMMC.</summary>
        public bool Align { get; set; }

        /// <summary>Accepts a file system that forgets. For demonstrations and tests.</summary>
        public bool AllowVolatile { get; set; }
    }

    /// <summary>Free space that others may not count on: below it the gateway is not ready.</summary>
    internal sealed class DiskOptions
    {
        public int FloorMegabytes { get; set; } = 512;
    }

    /// <summary>Asking the cloud about a payment while its device waits.</summary>
    internal sealed class OnlineOptions
    {
        /// <summary>How long a payment may wait for the cloud, in milliseconds; 0 never asks.</summary>
        public int BudgetMs { get; set; } = 250;
    }
}

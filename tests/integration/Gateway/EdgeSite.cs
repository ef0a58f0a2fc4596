using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MqttPay.EdgeAgent.Http;
using MqttPay.FirmwareSim;
using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Admin;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;
using DeviceGateway = MqttPay.FirmwareSim.Mqtt.Gateway;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A gateway of its own with its devices, enrolled at the shared cloud; its edge is a process.</summary>
internal sealed class EdgeSite : IAsyncDisposable
{
    /// <summary>For a machine that does ten other things; an idle one needs a small part of it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly string[] Operations = ["sale", "void", "status"];
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static int sites;

    private readonly SettlementCloud cloud;
    private readonly List<IDisposable> parts = [];
    private ChildProcess? edge;

    private EdgeSite(SettlementCloud cloud)
    {
        this.cloud = cloud;
        Number = 500 + (uint)Interlocked.Increment(ref sites);
    }

    public uint Number { get; }

    public DemoFolder Folder { get; } = new();

    /// <summary>Where devices connect; another port after each start.</summary>
    public DeviceGateway Broker { get; } = new(new(IPAddress.Loopback, 0));

    public PublicKey CloudKey { get; private set; } = null!;

    public IReadOnlyList<DeviceIdentity> Devices { get; private set; } = [];

    public string EdgeLog => Folder.Log("edge");

    /// <param name="uplink">Where the edge finds its cloud; null: directly.</param>
    public static async Task<EdgeSite> EnrolAsync(
        SettlementCloud cloud, int devices, CancellationToken cancel, Uri? uplink = null)
    {
        var site = new EdgeSite(cloud);
        var output = await ChildProcess.RunAsync(
            Executables.Edge, ["init", "--data", site.Folder.Edge, "--json"], null, cancel);
        using var made = JsonDocument.Parse(output);
        var key = PublicKey.FromCoseKey(Convert.FromHexString(made.RootElement.GetProperty("public_key").GetString()!));
        var enroller = new Enroller(cloud.Api, site.Folder, site.Number, payee: site.Number);
        site.CloudKey = await enroller.EnrolGatewayAsync(key!, uplink ?? cloud.Address, mqttPort: 0, cancel);
        if (devices > 0)
            site.Devices = (await enroller.EnrolDevicesAsync(site.CloudKey, devices, (int)site.Number, cancel)).Devices;
        return site;
    }

    /// <summary>Enrols one more device, whoever made its key. Returns its password and account.</summary>
    public async Task<(string Password, string Account)> EnrolAsync(
        string publicKey, long fundMinor, CancellationToken cancel)
    {
        var account = new AccountId((ulong)Random.Shared.NextInt64(1, long.MaxValue)).ToString();
        await cloud.Api.PostAsync(
            "/v1/accounts", new { AccountId = account, DemoOptions.Currency, FundMinor = fundMinor }, cancel);
        var device = await cloud.Api.PostAsync(
            "/v1/devices", new { PublicKey = publicKey, AccountId = account, EdgeId = Number, Operations }, cancel);
        return (device.GetProperty("password").GetString()!, account);
    }

    public async Task<DeviceIdentity> EnrolDeviceAsync(
        SignatureAlgorithm algorithm, long fundMinor, CancellationToken cancel)
    {
        var key = SigningKey.Create(algorithm);
        var (password, account) = await EnrolAsync(
            Convert.ToHexStringLower(key.Public.ToCoseKey()), fundMinor, cancel);
        return new(key, password, AccountId.Read(Convert.FromHexString(account)), Mqtt5: true);
    }

    /// <summary>Starts the edge and returns what it said when it was ready.</summary>
    /// <param name="broker">The URL of a foreign broker; null: the edge hosts its own.</param>
    public async Task<JsonElement> StartAsync(CancellationToken cancel, string? broker = null)
    {
        List<string> arguments = ["run", "--data", Folder.Edge, "--json", "--child"];
        if (broker is not null) arguments.AddRange(["--broker", broker]);
        edge = ChildProcess.Start("edge", Executables.Edge, arguments, EdgeLog, Clock);
        var ready = await edge.ReadyAsync(Patience, cancel);
        if (broker is null) Broker.Address = IPEndPoint.Parse(ready.GetProperty("mqtt").GetString()!);
        return ready;
    }

    /// <summary>SIGKILL: the process does nothing more.</summary>
    public async Task KillAsync(CancellationToken cancel)
    {
        await edge!.KillAsync(cancel);
        await StopAsync();
    }

    public async Task StopAsync()
    {
        if (edge is null) return;
        await edge.DisposeAsync();
        edge = null;
    }

    /// <summary>The fleet disposes its keys, so it gets its own.</summary>
    public Fleet NewFleet() => new(
        [.. Devices.Select(device => device with { Key = SigningKey.Import(device.Key.Export()) })], CloudKey,
        new() { ResendAfter = TimeSpan.FromSeconds(1), WaitMax = TimeSpan.FromSeconds(2) },
        Folder.Devices, Broker, seed: 1, Clock);

    /// <summary>Waits until the edge may spend of these accounts, as the cloud has heard from it.</summary>
    public Task HasLeasesAsync(IEnumerable<string> accounts, CancellationToken cancel) => UntilAsync(
        async () =>
        {
            var gateway = await cloud.Api.GetAsync($"/v1/gateways/{Number}", cancel);
            var leased = gateway.GetProperty("leases").EnumerateArray()
                .Where(lease => lease.GetProperty("state").GetString() == "active")
                .Select(lease => lease.GetProperty("account_id").GetString());
            return accounts.All(leased.Contains);
        },
        "the edge has leases of all accounts", cancel);

    public Task HasLeasesAsync(CancellationToken cancel) =>
        HasLeasesAsync(Devices.Select(device => device.Account.ToString()), cancel);

    /// <summary>Waits until the cloud holds this edge's rounds up to one, and returns what it booked.</summary>
    public async Task<IReadOnlyList<LedgerRow>> SettledAsync(long round, CancellationToken cancel)
    {
        await UntilAsync(
            async () => (await cloud.Api.GetAsync($"/v1/gateways/{Number}", cancel))
                .GetProperty("next_round").GetInt64() > round,
            $"round {round} is in the cloud", cancel);
        var rows = await cloud.Api.ListAsync($"/v1/payments?edge={Number}&limit=500", cancel);
        return [.. rows.Select(LedgerRow.Of)];
    }

    /// <summary>Every approval that a device holds a receipt of is booked once, and nothing else is.</summary>
    public async Task SettlesExactlyOnceAsync(IReadOnlyList<KeptReceipt> receipts, CancellationToken cancel)
    {
        var rows = await SettledAsync(receipts.Max(receipt => receipt.Round), cancel);
        var compared = Comparison.Of(receipts, rows, []);
        Assert.Empty(compared.Lost);
        Assert.Empty(compared.Doubled);
        Assert.Empty(compared.WrongAmount);
        Assert.Empty(compared.Unfounded);
        Assert.Equal(receipts.Count(receipt => receipt.Approved), compared.Settled);
        Assert.Empty(await cloud.LedgerFaultsAsync(cancel));
    }

    public Task UntilAsync(Func<bool> condition, string what, CancellationToken cancel) =>
        UntilAsync(() => Task.FromResult(condition()), what, cancel);

    public async Task UntilAsync(Func<Task<bool>> condition, string what, CancellationToken cancel)
    {
        const int LogLines = 15;
        if (await Wait.ForAsync(condition, Patience, Clock, cancel)) return;
        var said = File.Exists(EdgeLog) ? (await ReadLogAsync(cancel)).TrimEnd().Split('\n').TakeLast(LogLines) : [];
        Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}. The edge said:\n{string.Join('\n', said)}");
    }

    /// <summary>What the edge has logged so far, over all its starts.</summary>
    public async Task<string> ReadLogAsync(CancellationToken cancel)
    {
        await using var file = new FileStream(EdgeLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(cancel);
    }

    /// <summary>What the agent says of itself; null while it cannot be asked.</summary>
    public async Task<AgentStatus?> StatusAsync(CancellationToken cancel)
    {
        using var http = AdminSocket.Connect(Path.Combine(Folder.Edge, AdminSocket.FileName));
        try
        {
            return await http.GetFromJsonAsync<AgentStatus>("/status", AgentJson.Options, cancel);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Disposes of something when the site goes.</summary>
    public void Keep(IDisposable part) => parts.Add(part);

    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts) part.Dispose();
        await StopAsync();
        foreach (var device in Devices) device.Key.Dispose();
        Folder.Dispose();
    }
}

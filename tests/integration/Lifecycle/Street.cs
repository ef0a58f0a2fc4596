using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using MqttPay.FirmwareSim;
using MqttPay.FirmwareSim.Demo;
using MqttPay.FirmwareSim.Devices;
using MqttPay.Host.Signatures;
using MqttPay.IntegrationTests.Gateway;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;
using DeviceGateway = MqttPay.FirmwareSim.Mqtt.Gateway;

namespace MqttPay.IntegrationTests.Lifecycle;

/// <summary>
/// A gateway with shops and payers of its own currency, and so of its own policy. Its edge is a process, its uplink can
/// be cut.
/// </summary>
internal sealed class Street : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static int streets;

    private readonly SettlementCloud cloud;
    private readonly Relay uplink;
    private readonly ConcurrentBag<Signer> signers = [];
    private ChildProcess? edge;

    private Street(SettlementCloud cloud)
    {
        this.cloud = cloud;
        var number = Interlocked.Increment(ref streets);
        (Number, Currency) = (2_000 + (uint)number, 100 + number);
        uplink = new(new IPEndPoint(IPAddress.Loopback, cloud.Address.Port), Clock);
    }

    public uint Number { get; }

    public int Currency { get; }

    public uint Payee => Number;

    public DemoFolder Folder { get; } = new();

    public DeviceGateway Broker { get; } = new(new(IPAddress.Loopback, 0));

    public CloudApi Api => cloud.Api;

    public string EdgeLog => Folder.Log("edge");

    /// <param name="policy">What differs from the start values, by the API's names.</param>
    public static async Task<Street> OpenAsync(
        SettlementCloud cloud, Func<Street, Dictionary<string, object>> policy, CancellationToken cancel,
        long leaseMinor = 20_00, long floatMinor = 0)
    {
        var street = new Street(cloud);
        await street.EnrolAsync(policy(street), leaseMinor, floatMinor, cancel);
        await street.StartAsync(cancel);
        return street;
    }

    public async Task<Signer> PayerAsync(CancellationToken cancel, long fundMinor = 100_00, int tier = 0)
    {
        var account = new AccountId((ulong)Random.Shared.NextInt64(1, long.MaxValue));
        await Api.PostAsync(
            "/v1/accounts",
            new { AccountId = account.ToString(), Currency, FundMinor = fundMinor }, cancel);
        var signer = await SignerAsync(
            key => new { PublicKey = key, AccountId = account.ToString(), EdgeId = Number, Tier = tier }, account,
            cancel);
        if (fundMinor > 0) await HasLeaseAsync(account, cancel);
        return signer;
    }

    public Task<Signer> ShopAsync(CancellationToken cancel, uint? payee = null) => SignerAsync(
        key => new { PublicKey = key, EdgeId = Number, Payee = payee ?? Payee }, default, cancel);

    /// <summary>A further shop that this site may pay.</summary>
    public uint OtherPayee => Number + 5_000;

    public void CutUplink() => uplink.Set(RelayMode.Reset);

    public void HealUplink() => uplink.Set(RelayMode.Pass);

    public TimeSpan UplinkDelay
    {
        set => uplink.Delay = value;
    }

    public async Task StartAsync(CancellationToken cancel)
    {
        List<string> arguments = ["run", "--data", Folder.Edge, "--json", "--child"];
        edge = ChildProcess.Start("edge", Executables.Edge, arguments, EdgeLog, Clock);
        var ready = await edge.ReadyAsync(Patience, cancel);
        Broker.Address = IPEndPoint.Parse(ready.GetProperty("mqtt").GetString()!);
    }

    public async Task StopAsync()
    {
        if (edge is null) return;
        await edge.DisposeAsync();
        edge = null;
    }

    public async Task KillAsync(CancellationToken cancel)
    {
        await edge!.KillAsync(cancel);
        await StopAsync();
    }

    public async Task RestartAsync(CancellationToken cancel)
    {
        await StopAsync();
        await StartAsync(cancel);
        foreach (var signer in signers) await signer.ConnectAsync(cancel);
    }

    public async Task HasLeaseAsync(AccountId account, CancellationToken cancel) => await UntilAsync(
        async () => (await GatewayAsync(cancel)).GetProperty("leases").EnumerateArray().Any(lease =>
            lease.GetProperty("state").GetString() == "active"
            && lease.TryGetProperty("account_id", out var owner) && owner.GetString() == account.ToString()),
        $"the edge has a lease of {account}", cancel);

    public Task<JsonElement> GatewayAsync(CancellationToken cancel) =>
        Api.GetAsync($"/v1/gateways/{Number}", cancel);

    /// <summary>Waits until the ledger has this payment, and returns its row.</summary>
    public async Task<LedgerRow> PostedAsync(PaymentId id, CancellationToken cancel)
    {
        LedgerRow? found = null;
        await UntilAsync(
            async () =>
            {
                var rows = await Api.ListAsync($"/v1/payments?edge={Number}&limit=500", cancel);
                found = rows.Select(LedgerRow.Of).FirstOrDefault(row => row.PaymentId == id.ToString());
                return found is not null;
            },
            $"payment {id} is in the ledger", cancel);
        return found!;
    }

    public async Task LedgerHoldsAsync(CancellationToken cancel) =>
        Assert.Empty(await cloud.LedgerFaultsAsync(cancel));

    public Task UntilAsync(Func<bool> condition, string what, CancellationToken cancel) =>
        UntilAsync(() => Task.FromResult(condition()), what, cancel);

    public async Task UntilAsync(Func<Task<bool>> condition, string what, CancellationToken cancel)
    {
        const int LogLines = 15;
        if (await Wait.ForAsync(condition, Patience, Clock, cancel)) return;
        var said = File.Exists(EdgeLog) ? (await ReadLogAsync(cancel)).TrimEnd().Split('\n').TakeLast(LogLines) : [];
        Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}. The edge said:\n{string.Join('\n', said)}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var signer in signers) await signer.DisposeAsync();
        await StopAsync();
        foreach (var signer in signers) signer.Identity.Key.Dispose();
        await uplink.DisposeAsync();
        Folder.Dispose();
    }

    private async Task<string> ReadLogAsync(CancellationToken cancel)
    {
        await using var file = new FileStream(EdgeLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(cancel);
    }

    private async Task EnrolAsync(
        Dictionary<string, object> policy, long leaseMinor, long floatMinor, CancellationToken cancel)
    {
        var output = await ChildProcess.RunAsync(
            Executables.Edge, ["init", "--data", Folder.Edge, "--json"], null, cancel);
        using var made = JsonDocument.Parse(output);
        foreach (var payee in (uint[])[Payee, OtherPayee])
            await Api.PostAsync("/v1/payees", new { Payee = payee, Currency, Name = $"shop {payee}" }, cancel);
        await Api.PostAsync("/v1/policies", new Dictionary<string, object>(policy) { ["currency"] = Currency }, cancel);
        var gateway = await Api.PostAsync(
            "/v1/gateways",
            new
            {
                EdgeId = Number, PublicKey = made.RootElement.GetProperty("public_key").GetString(), Payee,
                Payees = (uint[])[OtherPayee], Currency, LeaseMinor = leaseMinor, FloatMinor = floatMinor,
                NewcomerMinor = leaseMinor, LeaseShareBasisPoints = 10_000,
            },
            cancel);
        await WriteEdgeAsync(gateway, cancel);
    }

    private async Task WriteEdgeAsync(JsonElement gateway, CancellationToken cancel)
    {
        var credentials = Directory.CreateDirectory(Path.Combine(Folder.Edge, "credentials")).FullName;
        await WriteSecretAsync(
            Path.Combine(credentials, "cloud-api.key"),
            System.Text.Encoding.ASCII.GetBytes(gateway.GetProperty("api_key").GetString()!), cancel);
        await WriteSecretAsync(
            Path.Combine(credentials, "witness.key"),
            Convert.FromHexString(gateway.GetProperty("witness_key").GetString()!), cancel);
        await File.WriteAllTextAsync(
            Folder.EdgeConfig,
            JsonSerializer.Serialize(new
            {
                Edge = new
                {
                    Id = Number,
                    CloudUrl = $"http://{uplink.Address}",
                    CloudKey = gateway.GetProperty("cloud_key").GetString(),
                    Mqtt = new { Port = 0, Address = "127.0.0.1" },
                    Admin = new { Port = 0 },
                    Journal = new { SegmentMegabytes = 1, AllowVolatile = true },
                },
            }),
            cancel);
    }

    private static async Task WriteSecretAsync(string path, byte[] secret, CancellationToken cancel)
    {
        await File.WriteAllBytesAsync(path, secret, cancel);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private async Task<Signer> SignerAsync(
        Func<string, object> enrolment, AccountId account, CancellationToken cancel)
    {
        var key = SigningKey.Create(SignatureAlgorithm.EdDsa);
        var device = await Api.PostAsync(
            "/v1/devices", enrolment(Convert.ToHexStringLower(key.Public.ToCoseKey())), cancel);
        var identity = new DeviceIdentity(key, device.GetProperty("password").GetString()!, account, Mqtt5: true);
        var signer = new Signer(this, identity, Broker, Currency);
        signers.Add(signer);
        await signer.ConnectAsync(cancel);
        return signer;
    }
}

using MqttPay.FirmwareSim.Demo;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>The settlement service as a process with its own database, and a gateway that nobody harms.</summary>
public sealed class SettlementCloud : IAsyncLifetime
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(120);

    private readonly DemoFolder folder = new();
    private ChildProcess? process;
    private EdgeSite? calm;

    internal CloudApi Api { get; private set; } = null!;

    internal Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        process = ChildProcess.Start(
            "cloud", Executables.Cloud, ["run", "--data", folder.Cloud, "--port", "0", "--json", "--child"],
            folder.Log("cloud"), TimeProvider.System);
        var ready = await process.ReadyAsync(ReadyWithin, CancellationToken.None);
        Address = new(ready.GetProperty("url").GetString()!);
        var key = await File.ReadAllTextAsync(ready.GetProperty("admin_key_file").GetString()!);
        Api = new(Address, key.Trim());
    }

    /// <summary>A running gateway for tests that leave it as it was; made by the first that asks.</summary>
    internal async Task<EdgeSite> CalmAsync(CancellationToken cancel)
    {
        if (calm is not null) return calm;
        var site = await EdgeSite.EnrolAsync(this, devices: 0, cancel);
        await site.StartAsync(cancel);
        return calm = site;
    }

    /// <summary>What of the ledger does not hold, by name; empty when all does.</summary>
    internal async Task<IEnumerable<string>> LedgerFaultsAsync(CancellationToken cancel)
    {
        var violations = Audit.ViolationsIn(await Api.GetAsync("/v1/ledger/prove", cancel));
        var summary = await Api.GetAsync("/v1/recon/summary", cancel);
        var uncategorised = summary.GetProperty("uncategorised").GetInt64();
        return [.. violations.Keys, .. Enumerable.Repeat("uncategorised", (int)uncategorised)];
    }

    public async ValueTask DisposeAsync()
    {
        if (calm is not null) await calm.DisposeAsync();
        Api?.Dispose();
        if (process is not null) await process.DisposeAsync();
        folder.Dispose();
    }
}

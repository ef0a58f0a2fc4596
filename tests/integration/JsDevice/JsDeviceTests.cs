using System.Text.Json;
using MqttPay.FirmwareSim.Demo;
using MqttPay.IntegrationTests.Gateway;
using Xunit;

namespace MqttPay.IntegrationTests.JsDevice;

/// <summary>A device that shares no line with the product pays, checks and repeats, by docs/WIRE.md alone.</summary>
[Collection(OneCloud.Name)]
public sealed class JsDeviceTests(SettlementCloud cloud)
{
    private static readonly string Repository = FindRoot();
    private static readonly string[] Files =
        ["package.json", "package-lock.json", "cbor.mjs", "device.mjs", "wire.mjs"];


    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("es256", 5)]
    [InlineData("eddsa", 4)]
    public async Task A_device_made_from_the_wire_page_alone_pays_and_verifies(string algorithm, int mqttVersion)
    {
        var script = await InstallAsync();
        var site = await cloud.CalmAsync(Cancel);
        var memory = Path.Combine(site.Folder.Devices, $"{algorithm}.json");
        var key = Assert.Single(await NodeAsync(script, "key", memory, algorithm));
        var (password, account) = await site.EnrolAsync(Text(key, "public_key"), fundMinor: 20_00, Cancel);
        await site.HasLeasesAsync([account], Cancel);

        var lines = await NodeAsync(
            script, "run", memory, $"mqtt://{site.Broker.Address}", $"{mqttVersion}", password,
            Convert.ToHexStringLower(site.CloudKey.ToCoseKey()), "sale:115", "repeat", "status", "sale:230");

        var first = Assert.Single(lines, line => Text(line, "event") == "sale" && Number(line, "amount") == 115);
        var second = Assert.Single(lines, line => Text(line, "event") == "sale" && Number(line, "amount") == 230);
        var repeat = Assert.Single(lines, line => Text(line, "event") == "repeat");
        var status = Assert.Single(lines, line => Text(line, "event") == "status");
        Assert.All([first, second, repeat, status], line => Assert.True(line.GetProperty("verified").GetBoolean()));
        Assert.All([first, second], line => Assert.Equal(0, Number(line, "code")));
        Assert.Equal(Text(first, "reply"), Text(repeat, "reply"));
        Assert.Equal(Text(first, "reply"), Text(status, "reply"));
        Assert.DoesNotContain(lines, line => Text(line, "event").EndsWith("ignored", StringComparison.Ordinal));
        await ArrivesInTheLedgerAsync(site, first, second);
    }

    private static async Task ArrivesInTheLedgerAsync(EdgeSite site, params JsonElement[] sales)
    {
        var rows = await site.SettledAsync(sales.Max(sale => Number(sale, "round")), Cancel);
        Assert.All(sales, sale =>
        {
            var row = Assert.Single(rows, row => row.PaymentId == Text(sale, "payment_id"));
            Assert.Equal(Number(sale, "amount"), row.PaidMinor);
        });
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();

    /// <summary>Puts the script beside its pinned packages, out of the sources.</summary>
    private static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(Repository, "artifacts", "js-device");
        Directory.CreateDirectory(folder);
        foreach (var file in Files)
            File.Copy(
                Path.Combine(Repository, "tests/integration/JsDevice/node", file), Path.Combine(folder, file), true);
        await ChildProcess.RunAsync(
            Executables.System("npm", "npm"),
            ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], null,
            Cancel);
        return Path.Combine(folder, "device.mjs");
    }

    private static async Task<IReadOnlyList<JsonElement>> NodeAsync(string script, params string[] arguments)
    {
        var output = await ChildProcess.RunAsync(
            Executables.System("node", "nodejs"), [script, .. arguments], null, Cancel);
        return
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JsonElement>(line)),
        ];
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MqttPay.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}

using System.Text.Json;
using MqttPay.FirmwareSim.Demo;
using MqttPay.IntegrationTests.Gateway;
using MqttPay.Payments;
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

    [Fact]
    public async Task Two_devices_made_from_the_wire_page_alone_hold_vouch_capture_and_refund()
    {
        var script = await InstallAsync();
        var site = await cloud.CalmAsync(Cancel);
        var (payer, payee) = (
            Path.Combine(site.Folder.Devices, "payer.json"), Path.Combine(site.Folder.Devices, "payee.json"));
        var payerKey = Text(Assert.Single(await NodeAsync(script, "key", payer, "es256")), "public_key");
        var payeeKey = Text(Assert.Single(await NodeAsync(script, "key", payee, "eddsa")), "public_key");
        var account = new AccountId((ulong)Random.Shared.NextInt64(1, long.MaxValue)).ToString();
        await cloud.Api.PostAsync(
            "/v1/accounts", new { AccountId = account, DemoOptions.Currency, FundMinor = 20_00 }, Cancel);
        var password = await EnrolAsync(new { PublicKey = payerKey, AccountId = account, EdgeId = site.Number });
        var till = await EnrolAsync(new { PublicKey = payeeKey, EdgeId = site.Number, Payee = site.Number });
        await site.HasLeasesAsync([account], Cancel);
        Task<IReadOnlyList<JsonElement>> Run(string memory, string secret, params string[] steps) => NodeAsync(
            script,
            [
                "run", memory, $"mqtt://{site.Broker.Address}", "5", secret,
                Convert.ToHexStringLower(site.CloudKey.ToCoseKey()), .. steps,
            ]);

        await Run(payee, till, "listen");   // From here on its session keeps what comes.
        var paid = await Run(
            payer, password, "auth:300", "increment:100", "voucher:60", "voucher:50", "voucher:140", "voucher:401");
        var auth = Assert.Single(paid, line => Text(line, "event") == "auth");
        var captured = await Run(payee, till, "notice", "capture:140", "refund:40", "refund:40", "void");
        var again = await Run(payee, till, $"notice:{Text(auth, "payment_id")}");
        var given = await Run(payer, password, "sale:200", "reverse");

        Assert.Equal(
            ["auth", "increment", "voucher", "voucher_refused", "voucher", "voucher_refused"],
            paid.Select(line => Text(line, "event")).Where(name => name != "config"));
        var notices = captured.Concat(again).Where(line => Text(line, "event") == "notice").ToList();
        Assert.Equal(2, notices.Count);
        Assert.All(notices, notice => Assert.Equal(Text(auth, "payment_id"), Text(notice, "payment")));
        Assert.All(notices, notice => Assert.Equal(300, Number(notice, "amount")));
        var capture = Assert.Single(captured, line => Text(line, "event") == "capture");
        var refunds = captured.Where(line => Text(line, "event") == "refund").ToList();
        Assert.All([capture, .. refunds], line => Assert.Equal(0, Number(line, "code")));
        Assert.Equal(2, refunds.Count);
        Assert.Equal(16, Number(Assert.Single(captured, line => Text(line, "event") == "void"), "code"));
        Assert.Equal([(0, 200), (0, 200)], given.Select(line => (Number(line, "code"), Number(line, "amount"))));
        Assert.All(
            [.. paid, .. captured, .. again, .. given],
            line => Assert.False(Text(line, "event").EndsWith("ignored", StringComparison.Ordinal)));
        var rows = await site.SettledAsync(Number(given[^1], "round"), Cancel);
        long PaidOf(JsonElement line) =>
            Assert.Single(rows, row => row.PaymentId == Text(line, "payment_id")).PaidMinor;
        Assert.Equal(140, PaidOf(capture));
        Assert.Equal([-40, -40], refunds.Select(PaidOf));
    }

    /// <summary>Returns the device's password. Without a list it may ask what its kind may.</summary>
    private async Task<string> EnrolAsync(object device) =>
        Text(await cloud.Api.PostAsync("/v1/devices", device, Cancel), "password");

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

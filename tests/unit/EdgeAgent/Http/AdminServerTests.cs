using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using MqttPay.EdgeAgent.Http;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Verbs;
using MqttPay.Host.Admin;
using MqttPay.Host.Cli;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent.Http;

[SupportedOSPlatform("linux")]
public sealed class AdminServerTests : IAsyncLifetime
{
    private const string Known = "000000000000000000000000000000aa";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mqttpay-admin-");
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private AgentStatus status = HealthTests.Well;
    private int kicks;
    private AdminServer server = null!;

    public async ValueTask InitializeAsync() => server = await AdminServer.StartAsync(
        folder.FullName,
        0,
        new()
        {
            Status = () => Task.FromResult(status),
            Payment = id => Task.FromResult(id.ToString() == Known ? Report : null),
            Leases = () => Task.FromResult<IReadOnlyList<LeaseReport>>(
                [new(901, null, 978, 50_00, 1_50, 48_50, "active", 0, 3_600)]),
            Refusals = () => [RefusalReport.Of(Refused)],
            Exposure = () => Task.FromResult<IReadOnlyList<ExposureReport>>(
                [new(978, 48_50, 10_00, 3_00, 61_50, 20_00)]),
            SyncNow = () => kicks++,
            Metrics = () => "mqttpay_up 1\n",
        },
        NullLoggerFactory.Instance,
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        output.Dispose();
        error.Dispose();
        folder.Delete(recursive: true);
    }

    private static Refusal Refused => new(
        1_790_000_000, PaymentId.Of(new(new(1), 1, 8)), new(1), Operation.Sale, DecisionCode.OverFloor, 25_00, 978,
        Evidence.OverFloor, new(20_00, 5, 20, 40_00, 100_00, 150_00, 500_00, 5_000_00, 48_50)
        {
            FactorBasisPoints = 10_000,
        });

    private static PaymentReport Report => new(
        Known, "0102030405060708", 1, 7, "sale", "approved", 1_50, 1_50, 978, 901, "None", 17, 40213, 90, 1,
        1_790_000_000,
        false, null, null);

    [Theory]
    [InlineData("/livez", HttpStatusCode.OK)]
    [InlineData("/readyz", HttpStatusCode.OK)]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/status", HttpStatusCode.NotFound)]
    [InlineData("/outbox", HttpStatusCode.NotFound)]
    [InlineData("/leases", HttpStatusCode.NotFound)]
    [InlineData("/refusals", HttpStatusCode.NotFound)]
    [InlineData("/exposure", HttpStatusCode.NotFound)]
    [InlineData("/pay/" + Known, HttpStatusCode.NotFound)]
    public async Task The_port_tells_health_and_figures_only(string path, HttpStatusCode expected)
    {
        using var http = new HttpClient { BaseAddress = server.Url };

        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task The_port_takes_no_orders()
    {
        using var http = new HttpClient { BaseAddress = server.Url };

        using var response = await http.PostAsync("/sync", null, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.NotFound, 0), (response.StatusCode, kicks));
    }

    [Fact]
    public async Task Not_ready_is_503_and_verbose_names_the_check()
    {
        status = status with { Frozen = "fork" };
        using var http = new HttpClient { BaseAddress = server.Url };

        using var response = await http.GetAsync("/readyz?verbose", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("""{"name":"frozen","level":"unready","detail":"fork"}""", body);
    }

    [Fact]
    public async Task The_socket_is_for_its_owner_only()
    {
        var path = Path.Combine(folder.FullName, AdminSocket.FileName);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using var http = AdminSocket.Connect(path);
        Assert.Contains(
            "\"watermark\":88", await http.GetStringAsync("/status", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Status_says_what_an_operator_asks_first()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("status"));

        var text = output.ToString();
        Assert.Contains("OFFLINE 24h00m", text);
        Assert.Contains("safe for 2h00m (value runs out)", text);
        Assert.Contains("EUR ██████████░░░░░░░░░░  50.00 / 100.00  50 %    float 9.00 / 10.00", text);
        Assert.Contains("26 approved   1 declined (over_floor 1)", text);
    }

    [Fact]
    public async Task Status_as_json_is_what_the_agent_said()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("status", "--json"));

        using var json = JsonDocument.Parse(output.ToString());
        Assert.Equal(88, json.RootElement.GetProperty("watermark").GetInt64());
        Assert.Equal(5_000, json.RootElement.GetProperty("leases")[0].GetProperty("remaining_minor").GetInt64());
    }

    [Fact]
    public async Task Outbox_leases_and_payments_are_shown()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("outbox", "ls"));
        Assert.Equal(ExitCode.Ok, await RunAsync("lease", "show"));
        Assert.Equal(ExitCode.Ok, await RunAsync("pay", "show", Known));

        var text = output.ToString();
        Assert.Contains("rounds 89 to 90   3 records, sealed", text);
        Assert.Contains(
            "901        float            EUR        50.00         1.50        48.50  active, 1h00m to spend", text);
        Assert.Contains("asked 1.50   approved 1.50 EUR   lease 901", text);
    }

    [Fact]
    public async Task Exposure_and_refusals_are_shown_with_every_figure()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("exposure"));
        Assert.Equal(ExitCode.Ok, await RunAsync("refusals"));
        Assert.Equal(ExitCode.Ok, await RunAsync("refusals", "--json"));

        var text = output.ToString();
        Assert.Contains("EUR 61.50   = leases 48.50 + holds 10.00 + not acknowledged 3.00   float 20.00", text);
        Assert.Contains("over_floor 25.00 EUR   left: floor 20.00, counts 5/20, sums 40.00/100.00, day 150.00", text);
        Assert.Contains("\"lease_minor\":4850,\"factor_basis_points\":10000", text);
    }

    [Fact]
    public async Task Sync_wakes_the_loop()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("sync"));

        Assert.Equal(1, kicks);
    }

    [Fact]
    public async Task An_unknown_payment_fails_and_a_wrong_id_is_misuse()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync("pay", "show", "000000000000000000000000000000bb"));
        Assert.Equal(ExitCode.Usage, await RunAsync("pay", "show", "aa"));
    }

    [Fact]
    public async Task Without_a_running_agent_a_verb_ends_with_4()
    {
        await server.DisposeAsync();

        Assert.Equal(ExitCode.Unreachable, await RunAsync("status"));
        Assert.StartsWith("MP1005 unreachable", error.ToString());
    }

    [Fact]
    public async Task A_killed_agents_socket_does_not_stop_the_next_start()
    {
        var path = Path.Combine(folder.FullName, AdminSocket.FileName);
        await server.DisposeAsync();
        await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);

        await InitializeAsync();

        Assert.Equal(ExitCode.Ok, await RunAsync("status"));
    }

    private Task<int> RunAsync(params string[] arguments)
    {
        var line = new CommandLine("mqttpay-edge", "test");
        foreach (var verb in AskVerbs.Create(line.Json)) line.Add(verb);
        return line.RunAsync(
            [.. arguments, "--data", folder.FullName], output, error, TestContext.Current.CancellationToken);
    }
}

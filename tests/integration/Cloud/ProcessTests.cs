using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class ProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_from_an_empty_folder_until_its_input_closes_and_verbs_use_the_same_database()
    {
        var data = Directory.CreateTempSubdirectory("mqttpay-process-");
        using var run = Start(["run", "--data", data.FullName, "--port", "0", "--json", "--child"]);
        var ready = JsonNode.Parse((await run.StandardOutput.ReadLineAsync(Cancel))!)!;
        Assert.Equal("ready", (string)ready["event"]!);
        Assert.Equal(run.Id, (int)ready["pid"]!);
        using var http = new HttpClient { BaseAddress = new((string)ready["url"]!) };
        using var health = await http.GetAsync("/readyz", Cancel);
        Assert.True(health.IsSuccessStatusCode);
        var adminKey = (string)ready["admin_key_file"]!;
        if (!OperatingSystem.IsWindows())
        {
            foreach (var secret in (string[])[adminKey, Path.Combine(data.FullName, "credentials", "cloud.key")])
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        }

        var beside = await RunAsync("ledger", "prove", "--data", data.FullName, "--json");
        run.StandardInput.Close();
        await run.WaitForExitAsync(Cancel);
        var alone = await RunAsync("recon", "run", "--data", data.FullName, "--json");
        var plan = await RunAsync("migrate", "--plan", "--data", data.FullName, "--json");
        var exposure = await RunAsync("exposure", "--data", data.FullName, "--json");
        var nobody = await RunAsync("gateway", "reclaim", "7", "--data", data.FullName);
        var nothing = await RunAsync("lease", "reclaim", "7", "--data", data.FullName);
        var unproved = await RunAsync(
            "evidence", "export", "--break", "7", "--out", "/dev/null", "--data", data.FullName);

        Assert.Equal((0, true), (beside.Exit, (bool)JsonNode.Parse(beside.Output)!["holds"]!));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal((0, 0), (alone.Exit, (int)JsonNode.Parse(alone.Output)!["uncategorised"]!));
        Assert.Empty(JsonNode.Parse(plan.Output)!["pending"]!.AsArray());
        Assert.Equal((0, "fleet"), (exposure.Exit, (string)JsonNode.Parse(exposure.Output)!["scope"]!));
        Assert.Equal((1, 1, 1), (nobody.Exit, nothing.Exit, unproved.Exit));
        Assert.False(File.Exists(Path.Combine(data.FullName, "database", "data", "postmaster.pid")));
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_killed_process_leaves_a_cluster_that_the_next_start_adopts()
    {
        var data = Directory.CreateTempSubdirectory("mqttpay-killed-");
        using (var run = Start(["run", "--data", data.FullName, "--port", "0", "--json", "--child"]))
        {
            Assert.NotNull(await run.StandardOutput.ReadLineAsync(Cancel));
            run.Kill();
            await run.WaitForExitAsync(Cancel);
        }

        var next = await RunAsync("ledger", "balance", "--data", data.FullName, "--json");

        Assert.Equal(0, next.Exit);
        Assert.False(File.Exists(Path.Combine(data.FullName, "database", "data", "postmaster.pid")));
        data.Delete(recursive: true);
    }

    [Theory]
    [InlineData(2, "run", "--port", "70000")]
    [InlineData(2, "fly")]
    [InlineData(2, "device", "import", "/nowhere/devices.ndjson")]
    [InlineData(0, "explain", "MP8002")]
    [InlineData(0, "--help")]
    [InlineData(1, "ledger", "prove", "--postgres", "/nowhere", "--data", "/tmp/mqttpay-no-postgres")]
    [InlineData(4, "ledger", "prove", "--connection", "Host=127.0.0.1;Port=1;Username=u;Password=p;Timeout=2")]
    public async Task Exit_codes_say_how_it_ended(int expected, params string[] arguments)
    {
        var (exit, _, error) = await RunAsync(arguments);

        Assert.Equal(expected, exit);
        if (expected != 0) Assert.StartsWith("MP", error, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var error = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output, await error);
    }

    private static Process Start(IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(
        Path.Combine(AppContext.BaseDirectory, "MqttPay.CloudSync"), arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}

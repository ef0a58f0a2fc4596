using System.Diagnostics;
using System.Text.Json.Nodes;
using MqttPay.FirmwareSim.Demo;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>A gateway that is set up wrongly says so and does not start.</summary>
public sealed class BadStartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Id", "0", "Edge:Id", "missing")]
    [InlineData("CloudUrl", "\"ftp://cloud\"", "Edge:CloudUrl", "http")]
    [InlineData("CloudKey", "\"a401\"", "Edge:CloudKey", "COSE_Key")]
    [InlineData("Mqtt", "{\"Port\": 70000}", "Edge:Mqtt:Port", "70000")]
    [InlineData("Mqtt", "{\"Port\": \"many\"}", "Edge:Mqtt:Port", "many")]
    [InlineData("Mqtt", "{\"Address\": \"0.0.0.0\"}", "Edge:Mqtt:Address", "TLS")]
    [InlineData("Journal", "{\"SegmentMegabytes\": 0}", "Edge:Journal:SegmentMegabytes", "1024")]
    [InlineData("Jurnal", "{}", "Jurnal", "EdgeOptions")]
    public async Task A_bad_configuration_ends_with_2_and_names_key_and_reason(
        string key, string value, string named, string reason)
    {
        using var folder = await MakeAsync();
        var config = JsonNode.Parse(await File.ReadAllTextAsync(folder.EdgeConfig, Cancel))!;
        config["Edge"]![key] = JsonNode.Parse(value);
        await File.WriteAllTextAsync(folder.EdgeConfig, config.ToJsonString(), Cancel);

        await EndsWith2Async(folder, named, reason);
    }

    [Fact]
    public async Task A_configuration_that_is_no_json_ends_with_2_and_names_the_file()
    {
        using var folder = await MakeAsync();
        await File.WriteAllTextAsync(folder.EdgeConfig, "{ \"Edge\": ", Cancel);

        await EndsWith2Async(folder, "edge.json", "");
    }

    [Theory]
    [InlineData("edge.key", -1, "mqttpay-edge init")]
    [InlineData("edge.key", 32, "33 bytes")]
    [InlineData("edge.key", 33, "algorithm")]
    [InlineData("witness.key", -1, "enrolled")]
    [InlineData("witness.key", 31, "32 bytes")]
    [InlineData("cloud-api.key", -1, "enrolled")]
    [InlineData("cloud-api.key", 0, "empty")]
    public async Task A_bad_credential_ends_with_2_and_names_file_and_reason(string name, int zeros, string reason)
    {
        using var folder = await MakeAsync();
        var path = Path.Combine(folder.Edge, "credentials", name);
        if (zeros < 0) File.Delete(path);
        else await File.WriteAllBytesAsync(path, new byte[zeros], Cancel);

        await EndsWith2Async(folder, name, reason);
    }

    /// <summary>A gateway's folder in which nothing is wrong yet.</summary>
    private static async Task<DemoFolder> MakeAsync()
    {
        var folder = new DemoFolder();
        await ChildProcess.RunAsync(Executables.Edge, ["init", "--data", folder.Edge, "--json"], null, Cancel);
        var credentials = Path.Combine(folder.Edge, "credentials");
        await File.WriteAllBytesAsync(Path.Combine(credentials, "witness.key"), new byte[32], Cancel);
        await File.WriteAllTextAsync(Path.Combine(credentials, "cloud-api.key"), "no-such-key", Cancel);
        using var cloudKey = SigningKey.Create(SignatureAlgorithm.EdDsa);
        var config = new JsonObject
        {
            ["Edge"] = new JsonObject
            {
                ["Id"] = 1,
                ["CloudUrl"] = "http://127.0.0.1:1",
                ["CloudKey"] = Convert.ToHexStringLower(cloudKey.Public.ToCoseKey()),
                ["Mqtt"] = new JsonObject { ["Port"] = 0 },
                ["Admin"] = new JsonObject { ["Port"] = 0 },
                ["Journal"] = new JsonObject { ["AllowVolatile"] = true },
            },
        };
        await File.WriteAllTextAsync(folder.EdgeConfig, config.ToJsonString(), Cancel);
        return folder;
    }

    private static async Task EndsWith2Async(DemoFolder folder, string named, string reason)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Patience);
        using var process = Process.Start(
            new ProcessStartInfo(Executables.Edge, ["run", "--data", folder.Edge, "--json", "--child"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        process.StandardInput.Close();   // Should it start after all, it stops again, with 0.
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var said = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);

        Assert.True(process.ExitCode == ExitCode.Usage, $"It ended with {process.ExitCode}: {said}{await output}");
        Assert.StartsWith("MP1004", said, StringComparison.Ordinal);
        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.Contains(reason, said, StringComparison.OrdinalIgnoreCase);
        Assert.Single(said.TrimEnd().Split('\n'));
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace MqttPay.IntegrationTests.Mqtt;

public sealed class ProcessTests
{
    private const int HangUp = 1;

    [Theory]
    [InlineData("run --anonymous --address 0.0.0.0 --port 0", "loopback")]
    [InlineData("run --port 0", "--passwords")]
    [InlineData("run --port 70000 --anonymous", "--port")]
    [InlineData("run --passwords /nowhere/at/all", "/nowhere/at/all")]
    [InlineData("run --no-such-option", "--no-such-option")]
    [InlineData("passwd file till anonymous", "role")]
    public async Task Wrong_usage_ends_with_2_and_a_sentence(string arguments, string word)
    {
        using var process = Start(arguments);
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, process.ExitCode);
        Assert.Contains(word, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_where_it_listens_survives_a_hang_up_and_stops_with_its_parents_pipe()
    {
        using var process = Start("run --anonymous --port 0 --json --child");
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        using var ready = JsonDocument.Parse(line!);
        Assert.Equal("ready", ready.RootElement.GetProperty("event").GetString());
        Assert.Equal(process.Id, ready.RootElement.GetProperty("pid").GetInt32());
        Assert.Equal(0, Kill(process.Id, HangUp));
        var endpoint = System.Net.IPEndPoint.Parse(ready.RootElement.GetProperty("mqtt").GetString()!);
        using (var client = await RawClient.LogInAsync(endpoint, 4, "a"))
        {
            Assert.Equal("D000", await client.PingAsync());
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_password_that_was_set_lets_its_device_in()
    {
        var folder = Directory.CreateTempSubdirectory("mqttpay-broker-");
        try
        {
            var file = Path.Combine(folder.FullName, "passwords");
            foreach (var password in new[] { "old", "new" })
            {
                using var passwd = Start($"passwd {file} {BrokerRig.Device} device");
                await passwd.StandardInput.WriteLineAsync(password);
                await passwd.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.Equal(0, passwd.ExitCode);
            }

            Assert.Single(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
            using var process = Start($"run --passwords {file} --port 0 --json --child");
            using var ready = JsonDocument.Parse(
                (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
            var endpoint = System.Net.IPEndPoint.Parse(ready.RootElement.GetProperty("mqtt").GetString()!);
            using var device = await RawClient.LogInAsync(endpoint, 5, BrokerRig.Device, BrokerRig.Device, "new");
            process.StandardInput.Close();
            Assert.Equal("E0028B00", await device.ReadAsync());
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int process, int signal);

    private static Process Start(string arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, "MqttPay.Broker", here.Name, "MqttPay.Broker");
        return Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }
}

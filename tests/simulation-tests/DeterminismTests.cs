using System.Diagnostics;
using MqttPay.Simulation;
using MqttPay.Simulation.Profiles;
using Xunit;

namespace MqttPay.SimulationTests;

/// <summary>The same seed is the same world: here, and in another process of another country.</summary>
public sealed class DeterminismTests
{
    public static TheoryData<string> Profiles => [.. Enum.GetValues<ProfileName>().Select(ProfileText.Of)];

    [Theory, MemberData(nameof(Profiles))]
    public async Task The_same_seed_gives_the_same_trace_in_another_process(string profile)
    {
        Assert.True(ProfileText.TryParse(profile, out var name));
        var file = Path.GetTempFileName();
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "exec", Path.Combine(AppContext.BaseDirectory, "MqttPay.Simulation.dll"), "--seed", "77", "--profile",
                profile, "--hashes", file,
            },
            Environment = { ["TZ"] = "Pacific/Apia", ["LANG"] = "tr_TR.UTF-8", ["DOTNET_TieredCompilation"] = "1" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        var world = new World(77, name);
        world.Run();

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var theirs = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.True(process.ExitCode == 0, await errors);
        Assert.Equal(world.Hashes.Select(hash => $"{hash:x16}"), theirs);
        Assert.Contains($"\"trace_hash\": \"{world.Trace.Value:x16}\"", await output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_seed_gives_another_trace()
    {
        var (first, second) = (new World(1, ProfileName.Smoke), new World(2, ProfileName.Smoke));
        first.Run();
        second.Run();

        Assert.NotEqual(first.Trace.Value, second.Trace.Value);
    }
}

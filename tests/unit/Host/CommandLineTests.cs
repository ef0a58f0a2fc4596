using System.CommandLine;
using System.Net.Sockets;
using MqttPay.Host.Cli;
using Xunit;

namespace MqttPay.UnitTests.Host;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("no-such-verb")]
    [InlineData("work --times many")]
    [InlineData("work --times")]
    [InlineData("explain")]
    [InlineData("")]
    public async Task A_command_line_that_does_not_parse_is_exit_2(string arguments)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(arguments));
        Assert.Contains("MP1001 usage", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task A_verb_returns_its_own_exit_code() => Assert.Equal(3, await RunAsync("work --times 3"));

    [Fact]
    public async Task Help_is_no_error()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("--help"));
        Assert.Contains("mqttpay-test", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_argument_with_an_at_sign_is_no_file_to_read() =>
        Assert.Equal(ExitCode.Ok, await RunAsync("echo @/etc/hostname"));

    [Fact]
    public async Task What_a_verb_throws_becomes_an_exit_code()
    {
        var refused = new VerbException(ExitCode.Refused, "MP2023 not_permitted");

        Assert.Equal(5, await RunAsync("throw", () => throw refused));
        Assert.Equal(4, await RunAsync("throw", () => throw new SocketException(111)));
        Assert.Equal(4, await RunAsync("throw", () => throw new HttpRequestException("refused")));
        Assert.Equal(1, await RunAsync("throw", () => throw new IOException("disk")));
        Assert.StartsWith("MP2023 not_permitted", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_invariant_ends_the_process() =>
        await Assert.ThrowsAsync<InvariantException>(() => RunAsync("throw", () => Invariant.Holds(false)));

    [Fact]
    public async Task Explain_knows_the_catalogue()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("explain MP2010"));
        Assert.StartsWith("MP2010 replay_conflict", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_prints_json_when_asked()
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("explain 2010 --json"));
        Assert.StartsWith("{\"code\":\"MP2010\"", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explaining_what_is_no_code_is_exit_2() =>
        Assert.Equal(ExitCode.Usage, await RunAsync("explain MP0000"));

    private Task<int> RunAsync(string arguments, Action? thrown = null)
    {
        var line = new CommandLine("mqttpay-test", "A command line for tests.");

        var times = new Option<int>("--times");
        var work = new Command("work") { times };
        work.SetAction(parsed => parsed.GetValue(times));
        line.Add(work);

        var text = new Argument<string>("text");
        var echo = new Command("echo") { text };
        echo.SetAction(parsed => parsed.GetValue(text) == "@/etc/hostname" ? ExitCode.Ok : ExitCode.Failed);
        line.Add(echo);

        var fails = new Command("throw");
        fails.SetAction(_ => thrown!());
        line.Add(fails);

        return line.RunAsync(
            arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            output,
            error,
            TestContext.Current.CancellationToken);
    }
}

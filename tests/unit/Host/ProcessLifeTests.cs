using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using MqttPay.Host.Cli;
using Xunit;

namespace MqttPay.UnitTests.Host;

public sealed class ProcessLifeTests
{
    [Fact]
    public void A_ready_line_is_one_json_object_on_one_line()
    {
        var output = new StringWriter();

        ReadyLine.Write(output, ReadyLine.Ready, ("url", "http://127.0.0.1:1"), ("pid", 7), ("frozen", null));

        var line = output.ToString();
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using var json = JsonDocument.Parse(line);
        Assert.Equal("ready", json.RootElement.GetProperty("event").GetString());
        Assert.Equal(7, json.RootElement.GetProperty("pid").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("frozen").ValueKind);
    }

    [Fact]
    public async Task A_child_hears_that_standard_input_closed()
    {
        var pipe = new Pipe();
        using var life = new StdinLifetime(pipe.Reader.AsStream());
        var closed = new TaskCompletionSource();
        await using var registration = life.Closed.Register(closed.SetResult);

        await pipe.Writer.WriteAsync(new byte[600], TestContext.Current.CancellationToken);
        Assert.False(life.Closed.IsCancellationRequested);
        await pipe.Writer.CompleteAsync();

        await closed.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_broken_pipe_ends_a_child_as_well()
    {
        var pipe = new Pipe();
        using var life = new StdinLifetime(pipe.Reader.AsStream());
        var closed = new TaskCompletionSource();
        await using var registration = life.Closed.Register(closed.SetResult);

        await pipe.Writer.CompleteAsync(new IOException("broken"));

        await closed.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_hangup_reloads_and_does_not_kill()
    {
        using var guard = new SignalGuard();
        var reloaded = new TaskCompletionSource();
        guard.OnReload(() => reloaded.TrySetResult());

        var us = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("sh", ["-c", "kill -HUP \"$0\"", us]);

        await reloaded.Task.WaitAsync(TestContext.Current.CancellationToken);
    }
}

using System.Globalization;
using Spectre.Console;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>What people see: a line that moves in a terminal, and plain lines everywhere else.</summary>
internal sealed class Screen
{
    private static readonly TimeSpan PlainBeat = TimeSpan.FromSeconds(5);

    private readonly TextWriter output;
    private readonly StatusContext? live;
    private readonly TimeProvider clock;
    private readonly long started;
    private long shown;

    private Screen(TextWriter output, StatusContext? live, TimeProvider clock)
    {
        this.output = output;
        this.live = live;
        this.clock = clock;
        started = shown = clock.GetTimestamp();
    }

    public static async Task<int> RunAsync(TextWriter output, TimeProvider clock, Func<Screen, Task<int>> run)
    {
        var terminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected
            && AnsiConsole.Profile.Capabilities.Interactive;
        if (!terminal) return await run(new(output, null, clock));
        return await AnsiConsole.Status().StartAsync("starting", context => run(new(output, context, clock)));
    }

    public TimeSpan Elapsed => clock.GetElapsedTime(started);

    /// <summary>A line that stays.</summary>
    public void Say(string line)
    {
        if (live is null) output.WriteLine(Stamped(line));
        else AnsiConsole.WriteLine(Stamped(line));
        shown = clock.GetTimestamp();
    }

    /// <summary>Where things stand: replaces itself in a terminal, and comes every few seconds elsewhere.</summary>
    public void Progress(string line)
    {
        if (live is not null) live.Status = Markup.Escape(line);
        else if (clock.GetElapsedTime(shown) >= PlainBeat) Say(line);
    }

    /// <summary>Without a time: the last words.</summary>
    public void Conclude(string text)
    {
        if (live is null) output.WriteLine(text);
        else AnsiConsole.WriteLine(text);
    }

    public static string Euro(long minor) =>
        string.Create(CultureInfo.InvariantCulture, $"EUR {minor / 100}.{Math.Abs(minor % 100):00}");

    private string Stamped(string line) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)Elapsed.TotalMinutes,2}:{Elapsed.Seconds:00}  {line}");
}

namespace MqttPay.Host.Cli;

/// <summary>
/// Ties a child process (<c>--child</c>) to whoever started it: when standard input closes, for whatever reason, the
/// child is asked to stop. So a killed parent leaves no orphans.
/// </summary>
public sealed class StdinLifetime : IDisposable
{
    private readonly CancellationTokenSource closed = new();

    /// <param name="input">Standard input; a test passes its own stream.</param>
    public StdinLifetime(Stream? input = null)
    {
        Closed = closed.Token;
        var source = input ?? Console.OpenStandardInput();

        // A read of standard input cannot be cancelled, so it gets a thread that does not keep the process alive.
        new Thread(() => ReadToEnd(source)) { IsBackground = true, Name = "stdin" }.Start();
    }

    /// <summary>Cancelled once standard input has ended.</summary>
    public CancellationToken Closed { get; }

    /// <summary>Leaves the source to the reading thread, which may still have to cancel it.</summary>
    public void Dispose()
    {
        if (closed.IsCancellationRequested) closed.Dispose();
    }

    private void ReadToEnd(Stream source)
    {
        Span<byte> ignored = stackalloc byte[256];
        try
        {
            while (source.Read(ignored) > 0) continue;
        }
        catch (IOException)
        {
            // A pipe that breaks has ended as well: both mean that nobody is there any more.
        }
        closed.Cancel();
    }
}

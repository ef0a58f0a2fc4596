namespace MqttPay.Host.Cli;

/// <summary>
/// Ends a verb with one line on stderr and an exit code that says why. Start the line with its MP code.
/// </summary>
public sealed class VerbException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

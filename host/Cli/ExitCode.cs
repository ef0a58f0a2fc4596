namespace MqttPay.Host.Cli;

/// <summary>What a process says when it ends. Scripts rely on these numbers: they never move.</summary>
public static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;

    /// <summary>A wrong command line or a configuration that was refused.</summary>
    public const int Usage = 2;

    /// <summary>Checks failed, or breaks were found. What was asked for was done.</summary>
    public const int ChecksFailed = 3;

    public const int Unreachable = 4;

    /// <summary>Refused by policy: asking again changes nothing.</summary>
    public const int Refused = 5;
}

using static MqttPay.Host.Codes.CodeEntry;

namespace MqttPay.Host.Codes;

/// <summary>MP1nnn: command line, configuration, start.</summary>
internal static class StartCodes
{
    public static IEnumerable<CodeEntry> Entries { get; } =
    [
        new(1001, "usage", Severity.Error, null, None, None, Retry.NewRequest,
            "The command line names no verb, an unknown option or a value of the wrong form.",
            "Run the same command with --help; the exit code is 2."),
        new(1002, "start_failed", Severity.Error, null, None, None, Retry.Later,
            "The process could not start; the line says at which step.",
            "Correct what it names and start again: nothing was changed."),
        new(1003, "credential_missing", Severity.Error, null, None, None, Retry.Later,
            "A secret that the process needs is not in its credentials folder, or has another size.",
            "Run init for the edge key; copy the other files from what the cloud answered at enrolment."),
        new(1004, "config_rejected", Severity.Error, null, None, None, Retry.Later,
            "The configuration is not valid; the line names the key that is wrong.",
            "Correct that key; a running process keeps its last good configuration."),
        new(1005, "unreachable", Severity.Error, null, None, None, Retry.Later,
            "The process that the verb wants to talk to does not answer; the exit code is 4.",
            "Start it, or check --data: verbs find it by the socket in its data folder."),
        new(1006, "data_in_use", Severity.Error, null, None, None, Retry.Later,
            "Another process holds the lock of this data folder.",
            "Stop the other process first: two writers on one journal are never allowed."),
        new(1007, "package_missing", Severity.Error, null, None, None, Retry.Later,
            "A program that this one starts is not installed; the line names its package.",
            "Install the package that the line names, or pass --connection for a server of your own."),
        new(1100, "serving", Severity.Info, null, None, None, Retry.NotApplicable,
            "The process serves; the line says where and with what.",
            "Nothing."),
    ];
}

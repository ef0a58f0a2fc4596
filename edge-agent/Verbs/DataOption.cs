using System.CommandLine;

namespace MqttPay.EdgeAgent.Verbs;

/// <summary>Where the agent keeps everything; every verb asks for it.</summary>
internal static class DataOption
{
    public static Option<string> Create() =>
        new("--data") { Description = "The folder of journal, keys and cache.", Required = true };
}

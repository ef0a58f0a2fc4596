using System.Globalization;
using MqttPay.Host.Cli;

namespace MqttPay.EdgeAgent;

/// <summary>The edge's fence: 1 until the cloud gives another.</summary>
internal static class FenceFile
{
    public static uint Read(string data)
    {
        var path = Path.Combine(data, "fence");
        if (!File.Exists(path)) return 1;
        return uint.TryParse(
            File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var fence) && fence > 0
            ? fence
            : throw new VerbException(ExitCode.Failed, $"MP5004 {path} holds no fence; it is never edited by hand");
    }
}

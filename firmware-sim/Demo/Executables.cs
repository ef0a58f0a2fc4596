using MqttPay.Host.Cli;

namespace MqttPay.FirmwareSim.Demo;

/// <summary>Finds the other programs: beside this one's build output, or installed on PATH.</summary>
internal static class Executables
{
    public static string Cloud => Find("MqttPay.CloudSync", "mqttpay-cloud");

    public static string Edge => Find("MqttPay.EdgeAgent", "mqttpay-edge");

    /// <summary>A program of the system, for example <c>mosquitto</c>; the message says what to install.</summary>
    public static string System(string name, string package) =>
        OnPath(name) ?? InFolders(name, ["/usr/sbin", "/usr/local/sbin"])
        ?? throw new VerbException(
            ExitCode.Failed, $"MP1005 unreachable: {name} is missing. Install it: apt-get install {package}");

    private static string Find(string project, string installed)
    {
        // …/artifacts/bin/MqttPay.FirmwareSim/release/ is where this program runs from when it was built here.
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var file = OperatingSystem.IsWindows() ? project + ".exe" : project;
        if (own.Parent?.Parent is { } builds)
            foreach (var build in new[] { own.Name, "release", "debug" })
                if (InFolders(file, [Path.Combine(builds.FullName, project, build)]) is { } built)
                    return built;
        return OnPath(installed) ?? throw new VerbException(
            ExitCode.Failed,
            $"MP1005 unreachable: neither {project} beside {own.FullName} nor {installed} on PATH. "
            + "Build it: dotnet build firmware-sim");
    }

    private static string? OnPath(string name) =>
        InFolders(name, (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));

    private static string? InFolders(string name, IEnumerable<string> folders) =>
        folders.Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}

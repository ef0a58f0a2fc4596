namespace MqttPay.FirmwareSim.Demo;

/// <summary>Where everything of one demo lies; removed at its end unless somebody wants to look.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public DemoFolder()
    {
        Root = Directory.CreateTempSubdirectory("mqttpay-demo-").FullName;
        // The database runs as another user when the demo runs as root: it may pass through here, but not look around.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Root, Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (var folder in new[] { Cloud, Edge, Devices, Broker }) Directory.CreateDirectory(folder);
        if (OperatingSystem.IsWindows()) return;
        foreach (var folder in new[] { Edge, Devices, Broker }) File.SetUnixFileMode(folder, Private);
    }

    public string Root { get; }

    public string Cloud => Path.Combine(Root, "cloud");

    public string Edge => Path.Combine(Root, "edge");

    public string Devices => Path.Combine(Root, "devices");

    public string Broker => Path.Combine(Root, "broker");

    /// <summary>An old copy of the gateway's folder.</summary>
    public string Backup => Path.Combine(Root, "backup");

    /// <summary>The clone's two messages, as anybody may check them.</summary>
    public string Evidence => Path.Combine(Root, "clone-evidence.json");

    public string EdgeConfig => Path.Combine(Edge, "edge.json");

    public string Enrolment => Path.Combine(Root, "enrolment.json");

    public bool Keep { get; set; }

    public string Log(string name) => Path.Combine(Root, name + ".log");

    public void Dispose()
    {
        if (!Keep) Directory.Delete(Root, recursive: true);
    }
}

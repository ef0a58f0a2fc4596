using MqttPay.FirmwareSim.Demo;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class BackupTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("mqttpay-backup-").FullName;

    private string Data => Path.Combine(root, "data");

    [Fact]
    public void What_comes_back_is_the_folder_of_that_moment_and_nothing_newer()
    {
        Directory.CreateDirectory(Path.Combine(Data, "journal"));
        File.WriteAllText(Path.Combine(Data, "journal", "1.seg"), "old");
        File.WriteAllText(Path.Combine(Data, "agent.sock"), "");
        var backup = new Backup(Data, Path.Combine(root, "copy"));
        File.WriteAllText(Path.Combine(Data, "journal", "1.seg"), "old and new");
        File.WriteAllText(Path.Combine(Data, "journal", "2.seg"), "new");

        backup.Restore();

        Assert.Equal("old", File.ReadAllText(Path.Combine(Data, "journal", "1.seg")));
        var files = Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories);
        Assert.Equal(["1.seg"], files.Select(Path.GetFileName));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}

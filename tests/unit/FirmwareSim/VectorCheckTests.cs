using MqttPay.FirmwareSim.Lint;
using MqttPay.UnitTests.Tidy;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class VectorCheckTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "vectors");

    [Fact]
    public void This_build_agrees_with_every_vector()
    {
        var check = new VectorCheck(Folder);

        check.Run();

        Assert.Empty(check.Failures);
        Assert.True(check.Checked > 300);
    }

    [Theory]
    [InlineData("hostile.json", "\"not_shortest_form\"", "\"truncated\"")]
    [InlineData("requests.json", "\"digest\": \"", "\"digest\": \"00")]
    [InlineData("replies.json", "\"not_included\"", "\"accept\"")]
    public void A_vector_that_says_something_else_is_a_failure(string file, string said, string instead)
    {
        var copy = Directory.CreateTempSubdirectory("mqttpay-vectors-");
        foreach (var path in Directory.EnumerateFiles(Folder, "*.json"))
            File.Copy(path, Path.Combine(copy.FullName, Path.GetFileName(path)));
        var text = File.ReadAllText(Path.Combine(Folder, file));
        File.WriteAllText(Path.Combine(copy.FullName, file), text.Replace(said, instead, StringComparison.Ordinal));

        var check = new VectorCheck(copy.FullName);
        check.Run();
        copy.Delete(recursive: true);

        Assert.NotEmpty(check.Failures);
        Assert.All(check.Failures, failure => Assert.StartsWith(file, failure));
    }

    [Fact]
    public void A_missing_file_is_a_failure()
    {
        var empty = Directory.CreateTempSubdirectory("mqttpay-vectors-");

        var check = new VectorCheck(empty.FullName);
        check.Run();
        empty.Delete();

        Assert.Equal(5, check.Failures.Count);
    }
}

using System.Text.Json.Nodes;
using MqttPay.EdgeAgent;
using MqttPay.Host.Cli;
using MqttPay.Host.Signatures;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.EdgeAgent;

public sealed class EdgeOptionsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mqttpay-options-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_good_file_is_taken_with_defaults_for_the_rest()
    {
        var options = Load(_ => { });

        Assert.Equal(
            (40213u, 1883, 8470, 512),
            (options.Id, options.Mqtt.Port, options.Admin.Port, options.Disk.FloorMegabytes));
    }

    [Theory]
    [InlineData("Id", "0")]
    [InlineData("Id", "-1")]
    [InlineData("CloudUrl", "ftp://cloud")]
    [InlineData("CloudUrl", "cloud")]
    [InlineData("CloudKey", "a401")]
    [InlineData("CloudKey", "xyz")]
    [InlineData("Mqtt:Port", "65536")]
    [InlineData("Mqtt:Address", "localhost")]
    [InlineData("Mqtt:Address", "0.0.0.0")]
    [InlineData("Admin:Port", "-1")]
    [InlineData("Journal:SegmentMegabytes", "0")]
    [InlineData("Journal:SegmentMegabytes", "1025")]
    [InlineData("Disk:FloorMegabytes", "15")]
    [InlineData("Mqtt:Prot", "1883")]
    public void A_bad_value_is_refused_by_its_name(string key, string value)
    {
        var refused = Assert.Throws<VerbException>(() => Load(edge =>
        {
            var path = key.Split(':');
            var place = edge;
            foreach (var part in path[..^1]) place = (JsonObject)(place[part] ??= new JsonObject());
            place[path[^1]] = value;
        }));

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.StartsWith("MP1004 config_rejected: ", refused.Message);
        Assert.Contains(key.Split(':')[^1], refused.Message);
    }

    [Fact]
    public void A_file_that_was_named_and_is_missing_is_refused()
    {
        var refused = Assert.Throws<VerbException>(() => EdgeOptions.Load(folder.FullName, "/nowhere/edge.json"));

        Assert.StartsWith("MP1004 config_rejected: --config", refused.Message);
    }

    [Fact]
    public void Broken_json_is_refused_by_the_files_name()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "edge.json"), "{");

        var refused = Assert.Throws<VerbException>(() => EdgeOptions.Load(folder.FullName, null));

        Assert.Contains("edge.json", refused.Message);
    }

    private EdgeOptions Load(Action<JsonObject> change)
    {
        using var key = SigningKey.Create(SignatureAlgorithm.EdDsa);
        var edge = new JsonObject
        {
            ["Id"] = 40213,
            ["CloudUrl"] = "http://127.0.0.1:8481",
            ["CloudKey"] = Convert.ToHexStringLower(key.Public.ToCoseKey()),
        };
        change(edge);
        File.WriteAllText(
            Path.Combine(folder.FullName, "edge.json"), new JsonObject { ["Edge"] = edge }.ToJsonString());
        return EdgeOptions.Load(folder.FullName, null);
    }
}

using System.Text.Json;
using MqttPay.UnitTests.Tidy;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

public sealed class VectorFilesTests
{
    private const string Switch = "MQTTPAY_WRITE_VECTORS";

    /// <summary>Set the variable to 1 to write what a deliberate change of the wire makes of the files.</summary>
    [Fact]
    public void The_files_are_what_their_generator_makes()
    {
        foreach (var (path, text) in VectorFiles.All())
        {
            if (Environment.GetEnvironmentVariable(Switch) is "1")
                File.WriteAllText(Path.Combine(Repository.Root, path), text);

            // Other tests sign more than the vectors do. A signature that is missing makes the other files differ.
            else if (path == VectorSignatures.File)
                continue;
            Assert.True(
                Repository.Exists(path) && Repository.Read(path) == text, $"{path} differs; {Switch}=1 writes it.");
        }
    }

    [Fact]
    public void Every_good_request_parses_and_verifies()
    {
        var requests = Read("tests/vectors/requests.json", "requests");

        Assert.Equal(45, requests.Length);
        Assert.All(requests, one =>
        {
            var message = Hex(one, "message");
            Assert.Equal(WireError.None, Hostile.Judge(message));
            RequestCodec.TryParse(message, out var view);
            Assert.Equal(one.GetProperty("digest").GetString(), view.Digest(message).ToString());
        });
    }

    [Fact]
    public void Every_hostile_request_is_refused_as_the_file_says()
    {
        var requests = Read("tests/vectors/hostile.json", "requests");

        Assert.True(requests.Length > 190);
        Assert.All(requests, one => Assert.Equal(
            one.GetProperty("error").GetString(), VectorFiles.NameOf(Hostile.Judge(Hex(one, "message")))));
    }

    [Fact]
    public void Every_reply_has_the_verdict_that_the_file_says()
    {
        var replies = Read("tests/vectors/replies.json", "replies");

        Assert.True(replies.Length > 40);
        Assert.All(replies, one => Assert.Equal(one.GetProperty("verdict").GetString(), Judge(one)));
    }

    /// <summary>What a device finds of a reply.</summary>
    private static string Judge(JsonElement one)
    {
        if (ReplyCodec.TryParse(Hex(one, "reply"), out var reply) is not WireError.None and var error)
            return VectorFiles.NameOf(error);
        if (reply is not Reply.Final final) return "hint";
        var request = Hex(one, "request");
        Assert.Equal(WireError.None, RequestCodec.TryParse(request, out var view));
        var verdict = Receipt.Check(
            final, view.ToRequest().Name, view.Digest(request), one.GetProperty("edge").GetUInt32(),
            PublicKey.FromCoseKey(Hex(one, "edge_key"))!, out var toBeSigned, out var signature);
        if (verdict is not ReceiptVerdict.Ok) return VectorFiles.NameOf(verdict);
        var edge = TestKeys.All.Single(key => key.Name == one.GetProperty("edge_key_name").GetString());
        return edge.Verify(toBeSigned, signature) ? "accept" : "signature_invalid";
    }

    private static JsonElement[] Read(string path, string list) =>
        [.. JsonDocument.Parse(Repository.Read(path)).RootElement.GetProperty(list).EnumerateArray()];

    private static byte[] Hex(JsonElement one, string property) =>
        Convert.FromHexString(one.GetProperty(property).GetString()!);
}

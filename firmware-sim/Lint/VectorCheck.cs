using System.Text.Json;
using MqttPay.Host.Codes;
using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim.Lint;

/// <summary>
/// Runs the vector files, the contract with firmware that is not C#, against this build: good requests, hostile
/// requests, replies, and messages of an older layout. Their shape is in the README beside them.
/// </summary>
internal sealed class VectorCheck(string folder)
{
    private readonly List<string> failures = [];
    private readonly Dictionary<KeyId, PublicKey> keys = [];

    public int Checked { get; private set; }

    /// <summary>One line for each vector whose outcome is not the one in the file.</summary>
    public IReadOnlyList<string> Failures => failures;

    public void Run()
    {
        foreach (var key in List("keys.json", "keys"))
        {
            var published = Key(key, "public_key");
            Compare("keys.json", key, Text(key, "kid"), published.Id.ToString());
            keys[published.Id] = published;
        }

        foreach (var request in List("requests.json", "requests")) CheckRequest(request);
        foreach (var request in List("hostile.json", "requests"))
            Compare("hostile.json", request, Text(request, "error"), Judge(Hex(request, "message")));
        foreach (var reply in List("replies.json", "replies"))
            Compare("replies.json", reply, Text(reply, "verdict"), JudgeReply(reply));
        foreach (var message in List("older-layout.json", "messages"))
            Compare(
                "older-layout.json", message, "refused",
                RequestCodec.TryParse(Hex(message, "message"), out _) is WireError.None ? "accepted" : "refused");
    }

    private void CheckRequest(JsonElement one)
    {
        var message = Hex(one, "message");
        Compare("requests.json", one, "none", Judge(message));
        if (RequestCodec.TryParse(message, out var view) is not WireError.None) return;
        Compare("requests.json", one, Text(one, "digest"), view.Digest(message).ToString());
        var payload = Convert.ToHexStringLower(RequestCodec.EncodePayload(view.ToRequest()));
        Compare("requests.json", one, Text(one, "payload"), payload);
        if (one.TryGetProperty("payment_id", out var id))
            Compare("requests.json", one, id.GetString()!, PaymentId.Of(view.ToRequest().Name).ToString());
    }

    /// <summary>What an edge makes of a request: bytes first, then the key, then the signature.</summary>
    private string Judge(byte[] message)
    {
        var error = RequestCodec.TryParse(message, out var view);
        if (error is not WireError.None) return NameOf(error);
        if (!keys.TryGetValue(view.Kid, out var key)) return NameOf(WireError.UnknownKid);
        if (view.Algorithm != key.Algorithm) return NameOf(WireError.Algorithm);
        Span<byte> toBeSigned = stackalloc byte[RequestView.ToBeSignedMax];
        var length = view.WriteToBeSigned(message, toBeSigned);
        using var verifying = VerifyingKey.TryCreate(key);
        return verifying?.Verify(toBeSigned[..length], view.Signature(message)) is true
            ? "none"
            : NameOf(WireError.SignatureInvalid);
    }

    private static string JudgeReply(JsonElement one)
    {
        var error = ReplyCodec.TryParse(Hex(one, "reply"), out var reply);
        if (error is not WireError.None) return NameOf(error);
        if (reply is not Reply.Final final) return "hint";
        var request = Hex(one, "request");
        if (RequestCodec.TryParse(request, out var view) is not WireError.None) return "the request does not parse";
        var key = Key(one, "edge_key");
        var verdict = Receipt.Check(
            final, view.ToRequest().Name, view.Digest(request), one.GetProperty("edge").GetUInt32(), key,
            out var toBeSigned, out var signature);
        if (verdict is not ReceiptVerdict.Ok) return JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString());
        using var verifying = VerifyingKey.TryCreate(key);
        return verifying?.Verify(toBeSigned, signature) is true ? "accept" : NameOf(WireError.SignatureInvalid);
    }

    private void Compare(string file, JsonElement one, string expected, string actual)
    {
        Checked++;
        if (expected != actual) failures.Add($"{file}: {Text(one, "name")}: expected {expected}, got {actual}");
    }

    /// <summary>A file that is missing is a failure, not an empty list: nothing may pass by being absent.</summary>
    private List<JsonElement> List(string file, string name)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            failures.Add($"{file} is missing");
            return [];
        }

        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. json.RootElement.GetProperty(name).EnumerateArray().Select(one => one.Clone())];
    }

    private static string NameOf(WireError error) => CodeCatalogue.Find(3_000 + (int)error)?.Name ?? error.ToString();

    private static PublicKey Key(JsonElement one, string name) =>
        PublicKey.FromCoseKey(Hex(one, name))
            ?? throw new InvalidDataException($"{name} of {Text(one, "name")} is no COSE_Key.");

    private static string Text(JsonElement one, string name) => one.GetProperty(name).GetString()!;

    private static byte[] Hex(JsonElement one, string name) => Convert.FromHexString(Text(one, name));
}

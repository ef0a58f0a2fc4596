using System.Text.Encodings.Web;
using System.Text.Json;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>
/// Makes the files of tests/vectors: the contract with firmware that is not C#. Their shape: README.md there.
/// </summary>
internal static class VectorFiles
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>
    /// Every file by its path in the repository. The signatures come last, since making the others uses them.
    /// </summary>
    public static IEnumerable<(string Path, string Text)> All()
    {
        yield return ("tests/vectors/keys.json", Write(new { About = About("keys"), Keys = Keys() }));
        yield return ("tests/vectors/requests.json", Write(
            new { About = About("good requests"), Requests = Requests() }));
        yield return ("tests/vectors/hostile.json", Write(
            new { About = About("requests to refuse"), Requests = HostileOnes() }));
        yield return ("tests/vectors/replies.json", Write(
            new { About = About("replies"), Replies = VectorReplies.All() }));
        yield return (VectorSignatures.File, Write(VectorSignatures.Known()));
    }

    public static string NameOf(Enum value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string About(string what) =>
        $"MqttPay wire version 1, {what}. Test keys only: never enrol them. The shape is in README.md.";

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, Json) + "\n";

    private static IEnumerable<object> Keys() => TestKeys.All.Select(key => new
    {
        key.Name,
        Algorithm = (int)key.Algorithm,
        Kid = key.Kid.ToString(),
        PublicKey = Hex(key.Public.ToCoseKey()),
        Secret = Hex(key.Secret),
    });

    private static IEnumerable<object> Requests()
    {
        foreach (var key in (TestKey[])[TestKeys.DeviceEs256, TestKeys.DeviceEd25519])
        {
            foreach (var operation in Enum.GetValues<Operation>())
            {
                var name = $"{NameOf(operation)}, {key.Name}";
                yield return Request($"least {name}", Samples.Least(operation), key);
                yield return Request($"most {name}", Samples.Most(operation), key);
            }
            yield return Request($"worked example, {key.Name}", Samples.Sale, key);
            yield return Request($"largest sale, {key.Name}", Samples.Largest, key);
        }
        var good = VectorSignatures.Message(Samples.Sale, TestKeys.DeviceEs256);
        yield return Request(
            "worked example, device-es256, with (r, n-s): the same request",
            Samples.Sale with { Kid = TestKeys.DeviceEs256.Kid }, HostileSignatures.Malleated(good));
    }

    private static object Request(string name, PaymentRequest request, TestKey key) =>
        Request(name, request with { Kid = key.Kid }, VectorSignatures.Message(request, key));

    private static object Request(string name, PaymentRequest request, byte[] message)
    {
        RequestCodec.TryParse(message, out var view);
        var toBeSigned = new byte[RequestView.ToBeSignedMax];
        var length = view.WriteToBeSigned(message, toBeSigned);
        return new
        {
            Name = name,
            Message = Hex(message),
            Payload = Hex(RequestCodec.EncodePayload(request)),
            ToBeSigned = Hex(toBeSigned[..length]),
            Digest = view.Digest(message).ToString(),
            PaymentId = request.Sequence is 0 ? null : PaymentId.Of(request.Name).ToString(),
            Fields = FieldsOf(request),
        };
    }

    private static object FieldsOf(PaymentRequest request) => new
    {
        Operation = NameOf(request.Operation),
        Kid = request.Kid.ToString(),
        request.Epoch,
        Sequence = NotZero(request.Sequence),
        Account = request.Account?.ToString(),
        AmountMinor = request.Currency is 0 ? (long?)null : request.AmountMinor,
        Currency = NotZero(request.Currency),
        request.DeviceTime,
        Previous = request.Sequence is 0 ? null : request.Previous.ToString("x32", null),
        request.ReferenceSequence,
        LastReceipt = request.LastReceipt is { } receipt
            ? new { receipt.Edge, receipt.Fence, receipt.Round, Witness = receipt.Witness.ToString("x16", null) }
            : null,
        request.Context,
        Flags = NotZero((int)request.Flags),
        request.Edge,
        request.Payee,
        ReferenceId = request.ReferenceId?.ToString(),
        Tick = NotZero(request.Tick),
    };

    private static IEnumerable<object> HostileOnes() => Hostile.All
        .Where(hostile => hostile.Message.Length <= 600)   // The longest are long only: the name says how to make them.
        .Select(hostile => new
        {
            hostile.Name,
            Message = Hex(hostile.Message),
            Error = NameOf(hostile.Expected),
            Number = (int)hostile.Expected,
        });

    private static long? NotZero(long value) => value is 0 ? null : value;

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}

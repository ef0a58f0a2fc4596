using System.Globalization;
using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Ingest;
using MqttPay.CloudSync.Leases;
using MqttPay.Wire;

namespace MqttPay.CloudSync.Http;

/// <summary>What gateways speak: CBOR under their own key.</summary>
internal static class EdgeEndpoints
{
    public const string Cbor = "application/cbor";
    public const int BodyMax = 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var edge = routes.MapGroup("/edge/v1/{edge}");
        edge.MapPost("/batches", SubmitAsync)
            .Edge("SubmitBatch", "A run of signed rounds that ends with a seal in, the signed acknowledgement out.");
        edge.MapPost("/branch", BranchAsync)
            .Edge("SubmitBranch", "Rounds that the gateway lost under an earlier fence in, a signed receipt out.");
        edge.MapPost("/sync", SyncAsync)
            .Edge("Sync", "A gateway's asks and versions in, its grants and the documents that it lacks out.");
    }

    private static async Task<IResult> SubmitAsync(
        string edge, HttpContext http, Gatekeeper gatekeeper, BatchIngest ingest, Intake intake, SealPace pace)
    {
        using var place = intake.TryEnter();
        if (place is null) return new Problem(Refusal.Unavailable);
        if ((await ReadAsync(edge, http, gatekeeper)).Refused(out var refusal, out var call))
            return new Problem(refusal);
        pace.Tell(http.Response, call.Edge);
        return Answer(await ingest.SubmitAsync(call.Edge, call.Body, http.RequestAborted));
    }

    private static async Task<IResult> BranchAsync(
        string edge, HttpContext http, Gatekeeper gatekeeper, BranchIngest ingest, Intake intake)
    {
        using var place = intake.TryEnter();
        if (place is null) return new Problem(Refusal.Unavailable);
        if ((await ReadAsync(edge, http, gatekeeper)).Refused(out var refusal, out var call))
            return new Problem(refusal);
        return Answer(await ingest.SubmitAsync(call.Edge, call.Body, http.RequestAborted));
    }

    private static IResult Answer(IngestResult result)
    {
        return result switch
        {
            IngestResult.Acked acked => Results.Bytes(acked.Ack, Cbor),
            IngestResult.Gap gap => Conflict(new(gap.NextRound, gap.Head, HeadMismatch.Gap)),
            IngestResult.Fork fork => Conflict(new(fork.NextRound, fork.Head, HeadMismatch.Fork)),
            IngestResult.Refused refused => new Problem(
                Refusal.Coded(refused.Code, refused.Reason), StatusCodes.Status422UnprocessableEntity),
            IngestResult.Busy busy => new Problem(Refusal.Unavailable, retryAfter: busy.RetryAfter),
            var other => throw new InvariantException($"no answer for {other}"),
        };
    }

    private static CborAnswer Conflict(HeadMismatch mismatch) => new(StatusCodes.Status409Conflict, mismatch.Encode());

    private static async Task<IResult> SyncAsync(
        string edge, HttpContext http, Gatekeeper gatekeeper, SyncDesk desk, SealPace pace)
    {
        var cancel = http.RequestAborted;
        if ((await ReadAsync(edge, http, gatekeeper)).Refused(out var refusal, out var call))
            return new Problem(refusal);
        if (SyncCodec.TryParse(call.Body, out SyncRequest? request) is not WireError.None and var error)
        {
            return new Problem(
                new Refusal(3000 + (int)error, "The sync request breaks the wire format."),
                StatusCodes.Status422UnprocessableEntity);
        }


        if ((await desk.AnswerAsync(call.Edge, request!, cancel)).Refused(out refusal, out var answer))
            return new Problem(refusal);
        pace.Tell(http.Response, call.Edge);
        return Results.Bytes(SyncCodec.Encode(answer), Cbor);
    }

    private static async Task<Outcome<EdgeCall>> ReadAsync(string text, HttpContext http, Gatekeeper gatekeeper)
    {
        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var edge))
            return Refusal.NotFound($"gateway {text}");
        if ((await gatekeeper.AdmitAsync(http, KeyRing.OfEdge(edge))).Refused(out var refusal, out _)) return refusal;
        if (http.Request.ContentType is not Cbor) return Refusal.MediaType("Gateways send application/cbor.");
        if ((await BodyReader.ReadAsync(http.Request, BodyMax, http.RequestAborted)).Refused(out refusal, out var body))
            return refusal;
        return new EdgeCall(edge, body);
    }

    private sealed record EdgeCall(uint Edge, byte[] Body);
}

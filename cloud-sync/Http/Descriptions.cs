namespace MqttPay.CloudSync.Http;

/// <summary>What the OpenAPI document says of an endpoint.</summary>
internal static class Descriptions
{
    public static void Post<TInput, TAnswer>(
        this RouteHandlerBuilder route, string name, string summary, string mediaType = "application/json")
        where TInput : notnull =>
        route.WithName(name).WithSummary(summary).WithTags("public")
            .Accepts<TInput>(isOptional: typeof(TInput) == typeof(Nothing), mediaType, Others(mediaType))
            .Produces<TAnswer>(StatusCodes.Status200OK, mediaType)
            .Refuses();

    public static void Get<TAnswer>(this RouteHandlerBuilder route, string name, string summary) =>
        route.WithName(name).WithSummary(summary).WithTags("public")
            .Produces<TAnswer>(StatusCodes.Status200OK, "application/json")
            .Refuses();

    public static void Edge(this RouteHandlerBuilder route, string name, string summary) =>
        route.WithName(name).WithSummary(summary).WithTags("edge")
            .Accepts<Stream>(EdgeEndpoints.Cbor)
            .Produces<Stream>(StatusCodes.Status200OK, EdgeEndpoints.Cbor)
            .Refuses();

    /// <summary>Tools send lines of JSON under several names.</summary>
    private static string[] Others(string mediaType) =>
        mediaType == DeviceEndpoints.Lines ? ["application/ndjson", "application/jsonl", "text/plain"] : [];

    private static void Refuses(this RouteHandlerBuilder route) =>
        route.Produces<ProblemBody>(StatusCodes.Status400BadRequest, Problem.MediaType)
            .Produces<ProblemBody>(StatusCodes.Status401Unauthorized, Problem.MediaType)
            .Produces<ProblemBody>(StatusCodes.Status403Forbidden, Problem.MediaType);
}

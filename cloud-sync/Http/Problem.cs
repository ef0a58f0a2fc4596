using System.Globalization;
using System.Text.Json;

namespace MqttPay.CloudSync.Http;

/// <summary>
/// A refusal as application/problem+json, under its own status or the one that the endpoint promises.
/// </summary>
internal sealed class Problem(Refusal refusal, int? status = null, TimeSpan? retryAfter = null) : IResult
{
    public const string MediaType = "application/problem+json";

    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);

    /// <summary>What the router refused by itself, before any endpoint ran.</summary>
    public static Problem OfStatus(HttpContext http) => new(http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Refusal.NotFound($"resource {http.Request.Path}"),
        StatusCodes.Status405MethodNotAllowed => Refusal.NotFound($"{http.Request.Method} on {http.Request.Path}"),
        StatusCodes.Status415UnsupportedMediaType => Refusal.Plain(8013),
        StatusCodes.Status413PayloadTooLarge => Refusal.TooLarge,
        >= 500 => Refusal.Internal,
        _ => Refusal.Invalid(null, "The request cannot be read."),
    });

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status ?? refusal.Status;
        response.ContentType = MediaType;
        if (refusal.Later)
        {
            var seconds = (int)(retryAfter ?? ComeBack).TotalSeconds;
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (response.StatusCode == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        var body = new ProblemBody(
            "about:blank", refusal.Name, response.StatusCode, refusal.Detail, refusal.Code, refusal.Param,
            httpContext.TraceIdentifier);
        return response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Options), httpContext.RequestAborted).AsTask();
    }
}

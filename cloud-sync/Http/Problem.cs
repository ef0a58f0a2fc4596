using System.Globalization;
using System.Text.Json;

namespace MqttPay.CloudSync.Http;

/// <summary>A refusal as application/problem+json.</summary>
internal sealed class Problem(Refusal refusal) : IResult
{
    public const string MediaType = "application/problem+json";

    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = MediaType;
        if (refusal.Later)
            response.Headers.RetryAfter = ((int)ComeBack.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (refusal.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        var body = new ProblemBody(
            "about:blank", refusal.Name, refusal.Status, refusal.Detail, refusal.Code, refusal.Param,
            httpContext.TraceIdentifier);
        return response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(body, ApiJson.Options), httpContext.RequestAborted).AsTask();
    }
}

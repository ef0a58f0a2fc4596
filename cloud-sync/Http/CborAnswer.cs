namespace MqttPay.CloudSync.Http;

/// <summary>A CBOR body under a status of its own.</summary>
internal sealed class CborAnswer(int status, byte[] body) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = EdgeEndpoints.Cbor;
        return httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}

using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MqttPay.IntegrationTests.Gateway;

/// <summary>
/// Stands between an edge and its cloud and loses answers to batches: the cloud has booked, the edge does not know.
/// </summary>
internal sealed class ForgetfulProxy : IAsyncDisposable
{
    private readonly HttpClient cloud;
    private readonly WebApplication server;

    private ForgetfulProxy(Uri cloud, WebApplication server)
    {
        this.cloud = new() { BaseAddress = cloud };
        this.server = server;
    }

    public Uri Address => new(server.Urls.Single());

    /// <summary>How many answers are still to be lost.</summary>
    public int ToLose { get; set; }

    /// <summary>Every batch that the cloud answered with 200, and whether the answer was lost.</summary>
    public ConcurrentQueue<(byte[] Body, bool Lost)> Accepted { get; } = new();

    public static async Task<ForgetfulProxy> StartAsync(Uri cloud, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var proxy = new ForgetfulProxy(cloud, builder.Build());
        proxy.server.Run(proxy.CarryAsync);
        await proxy.server.StartAsync(cancel);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        cloud.Dispose();
    }

    private async Task CarryAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using var request = new HttpRequestMessage(
            new(context.Request.Method), context.Request.Path + context.Request.QueryString)
        {
            Content = new ByteArrayContent(body.ToArray()),
        };
        foreach (var (name, values) in context.Request.Headers)
            if (name is not "Host" && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        using var answer = await cloud.SendAsync(request, context.RequestAborted);
        var content = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (context.Request.Path.Value!.EndsWith("/batches", StringComparison.Ordinal)
            && answer.StatusCode is HttpStatusCode.OK)
        {
            var lost = ToLose > 0;
            Accepted.Enqueue((body.ToArray(), lost));
            if (lost)
            {
                ToLose--;
                context.Abort();
                return;
            }
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        foreach (var (name, values) in answer.Headers)
            if (name is "Retry-After" or "Seal-After") context.Response.Headers[name] = values.ToArray();
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }
}

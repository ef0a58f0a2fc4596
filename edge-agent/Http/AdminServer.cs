using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MqttPay.Host.Admin;
using MqttPay.Host.Metrics;
using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Http;

/// <summary>
/// HTTP for operators on a Unix socket, and health and figures on loopback. Start it when the store's lock is held: it
/// removes the socket that a killed process left.
/// </summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private const string PayPath = "/pay/";

    private readonly WebApplication app;
    private readonly AgentView view;

    private AdminServer(WebApplication app, AgentView view) => (this.app, this.view) = (app, view);

    /// <summary>Where health and figures are.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <param name="port">0 takes a free one.</param>
    public static async Task<AdminServer> StartAsync(
        string data, int port, AgentView view, ILoggerFactory logs, CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;   // Nobody sends anything here.
            AdminSocket.Listen(kestrel, Path.Combine(data, AdminSocket.FileName));
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.Protect();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        var server = new AdminServer(builder.Build(), view);
        try
        {
            server.app.Run(server.AnswerAsync);
            await server.app.StartAsync(cancel);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        var features = server.app.Services.GetRequiredService<IServer>().Features;
        server.Url = new(features.Get<IServerAddressesFeature>()!.Addresses.Single(
            address => !address.Contains("unix:", StringComparison.Ordinal)));
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        // Whoever may open the socket is the operator; on TCP anybody on this machine may ask: only health is told.
        var isOperator = context.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily is AddressFamily.Unix;
        var path = context.Request.Path.Value ?? "";
        return (context.Request.Method, path) switch
        {
            ("GET", "/livez" or "/healthz") => context.Response.WriteAsync("ok\n"),
            ("GET", "/readyz") => ReadyAsync(context),
            ("GET", "/metrics") => MetricsAsync(context),
            ("GET", "/status") when isOperator => WriteAsync(context, view.Status()),
            ("GET", "/outbox") when isOperator => OutboxAsync(context),
            ("GET", "/leases") when isOperator => WriteAsync(context, view.Leases()),
            ("GET", "/refusals") when isOperator => WriteAsync(context, Task.FromResult(view.Refusals())),
            ("GET", "/exposure") when isOperator => WriteAsync(context, view.Exposure()),
            ("POST", "/sync") when isOperator => SyncAsync(context),
            ("GET", _) when isOperator && path.StartsWith(PayPath, StringComparison.Ordinal) =>
                PayAsync(context, path[PayPath.Length..]),
            _ => FailAsync(context, StatusCodes.Status404NotFound, "there is no such thing here"),
        };
    }

    private async Task ReadyAsync(HttpContext context)
    {
        var checks = Health.Of(await view.Status());
        var worst = Health.Worst(checks);
        context.Response.StatusCode = worst is HealthLevel.Unready
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK;
        if (context.Request.Query.ContainsKey("verbose"))
            await context.Response.WriteAsJsonAsync(
                new { status = worst, checks }, AgentJson.Options, context.RequestAborted);
        else
            await context.Response.WriteAsync(AgentJson.NameOf(worst) + "\n", context.RequestAborted);
    }

    private async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(view.Metrics(), context.RequestAborted);
    }

    private async Task OutboxAsync(HttpContext context) =>
        await context.Response.WriteAsJsonAsync(
            (await view.Status()).Outbox, AgentJson.Options, context.RequestAborted);

    private Task SyncAsync(HttpContext context)
    {
        view.SyncNow();
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    private async Task PayAsync(HttpContext context, string text)
    {
        if (!PaymentId.TryParse(text, out var id))
            await FailAsync(context, StatusCodes.Status400BadRequest, "a payment id is 32 hex digits");
        else if (await view.Payment(id) is not { } report)
            await FailAsync(context, StatusCodes.Status404NotFound, "this edge holds no such payment");
        else
            await context.Response.WriteAsJsonAsync(report, AgentJson.Options, context.RequestAborted);
    }

    private static async Task WriteAsync<T>(HttpContext context, Task<T> value) =>
        await context.Response.WriteAsJsonAsync(await value, AgentJson.Options, context.RequestAborted);

    private static Task FailAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error }, AgentJson.Options, context.RequestAborted);
    }

    /// <summary>Signals are the agent's: the listener ends when the agent disposes of it.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

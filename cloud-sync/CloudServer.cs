using System.Net;
using System.Text.Json;
using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Http;
using MqttPay.CloudSync.Ingest;
using MqttPay.CloudSync.Leases;
using MqttPay.CloudSync.Settlement;
using MqttPay.CloudSync.Storage;
using Npgsql;

namespace MqttPay.CloudSync;

/// <summary>A running cloud: database, keys and HTTP. Ready once it is made.</summary>
internal sealed class CloudServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly CloudDatabase database;

    private CloudServer(WebApplication application, CloudDatabase database) =>
        (this.application, this.database) = (application, database);

    public string Url => application.Urls.Single();

    /// <summary>All that is served, as "get /path".</summary>
    public IReadOnlyList<string> Routes =>
    [
        .. application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(m =>
                $"{JsonNamingPolicy.CamelCase.ConvertName(m)} {e.RoutePattern.RawText}") ?? []),
    ];

    public string AdminKeyFile { get; private init; } = "";

    /// <summary>
    /// Opens or makes everything that the cloud needs below its data folder, and listens on loopback.
    /// </summary>
    public static async Task<CloudServer> StartAsync(
        CloudOptions options, TimeProvider clock, Action<ILoggingBuilder> logging, CancellationToken cancel)
    {
        Directory.CreateDirectory(options.Data);
        var database = await CloudDatabase.OpenAsync(options, clock, cancel);
        try
        {
            await new Migrator(database.Source).ApplyAsync(cancel);
            var signer = new DocumentSigner(await CloudKey.OpenAsync(options, database.Source, clock, cancel));
            var adminKeyFile = Path.Combine(options.Data, "admin.key");
            await using (var connection = await database.Source.OpenConnectionAsync(cancel))
            {
                await KeyRing.EnsureAdminAsync(connection, adminKeyFile, cancel);
                await connection.RunAsync("delete from idempotency where expires_at < $1", cancel, clock.GetUtcNow());
            }

            var application = Build(options, database.Source, signer, clock, logging);
            await application.StartAsync(cancel);
            return new(application, database) { AdminKeyFile = adminKeyFile };
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when the process is told to stop.</summary>
    public Task WaitAsync(CancellationToken cancel) => application.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
        await database.DisposeAsync();
    }

    private static WebApplication Build(
        CloudOptions options, NpgsqlDataSource database, DocumentSigner signer, TimeProvider clock,
        Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = DeviceEndpoints.ImportMax;
        });
        builder.Services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        builder.Services.AddOpenApi("v1");
        // The private database outlives the application, which therefore must not dispose of it.
        builder.Services.AddSingleton(_ => database).AddSingleton(_ => signer).AddSingleton(clock)
            .AddSingleton(options);
        AddParts(builder.Services);
        var application = builder.Build();
        application.UseMiddleware<FaultBarrier>();
        application.UseStatusCodePages(page => Problem.OfStatus(page.HttpContext).ExecuteAsync(page.HttpContext));
        MapAll(application);
        return application;
    }

    private static void AddParts(IServiceCollection services) => services
        .AddSingleton<Gatekeeper>()
        .AddSingleton<Idempotency>()
        .AddSingleton<PublicApi>()
        .AddSingleton<PolicyBook>()
        .AddSingleton<GatewayBook>()
        .AddSingleton<DenyBook>()
        .AddSingleton<DeviceBook>()
        .AddSingleton<DeviceKeys>()
        .AddSingleton<GatewayKeys>()
        .AddSingleton<DeviceImport>()
        .AddSingleton<RosterBook>()
        .AddSingleton<FenceBook>()
        .AddSingleton<HistoryWatch>()
        .AddSingleton<ReclaimDesk>()
        .AddSingleton<LeaseIssuer>()
        .AddSingleton<SyncDesk>()
        .AddSingleton<SealPace>()
        .AddSingleton<Intake>()
        .AddSingleton(provider => new BatchVerifier(provider.GetRequiredService<NpgsqlDataSource>()))
        .AddSingleton<FloatRecovery>()
        .AddSingleton<FollowUp>()
        .AddSingleton<BatchPoster>()
        .AddSingleton<BatchIngest>()
        .AddSingleton<BranchIngest>()
        .AddHostedService<Chores>();

    private static void MapAll(WebApplication application)
    {
        AccountEndpoints.Map(application);
        GatewayEndpoints.Map(application);
        DeviceEndpoints.Map(application);
        ReportEndpoints.Map(application);
        ExposureEndpoints.Map(application);
        EdgeEndpoints.Map(application);
        HealthEndpoints.Map(application);
        application.MapOpenApi("/openapi/{documentName}.json");
    }
}

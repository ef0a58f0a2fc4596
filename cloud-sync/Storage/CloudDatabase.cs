using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>The cloud's database: a server that was named, or else the private cluster below the data folder.</summary>
internal sealed class CloudDatabase : IAsyncDisposable
{
    private readonly IAsyncDisposable? cluster;

    private CloudDatabase(string connection, IAsyncDisposable? cluster)
    {
        Source = Create(connection);
        ConnectionString = connection;
        this.cluster = cluster;
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>With its password: never logged.</summary>
    public string ConnectionString { get; }

    public static async Task<CloudDatabase> OpenAsync(
        CloudOptions options, TimeProvider clock, CancellationToken cancel)
    {
        if (options.Connection is { } connection) return new(connection, null);
        if (OperatingSystem.IsWindows())
            throw new ClusterException("On Windows name a PostgreSQL server with --connection.");
        var cluster = await PrivateCluster.OpenAsync(options.Data, options.PostgresFolder, clock, cancel);
        return new(cluster.ConnectionString, cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (cluster is not null) await cluster.DisposeAsync();
    }

    private static NpgsqlDataSource Create(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection)
        {
            ApplicationName = "mqttpay-cloud",
            MaxAutoPrepare = 50,
            WriteBufferSize = 65_536,
        };
        return NpgsqlDataSource.Create(settings);
    }
}

using MqttPay.CloudSync.Storage;
using MqttPay.IntegrationTests.Postgres;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(LedgerServer))]

namespace MqttPay.IntegrationTests.Postgres;

/// <summary>
/// One private PostgreSQL for all tests, reached through a socket; each test gets a database of its own.
/// </summary>
public sealed class LedgerServer : IAsyncLifetime
{
    private const string Template = "ledger_template";

    private readonly string folder = Directory.CreateTempSubdirectory("mqttpay-ledger-").FullName;
    private IAsyncDisposable? cluster;
    private string connection = "";
    private int databases;

    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("These tests need a Unix socket.");
        var server = await PrivateCluster.OpenAsync(folder, null, TimeProvider.System, cancel);
        (cluster, connection) = (server, server.ConnectionString);
        await RunAsync($"create database {Template}", cancel);
        await using var source = NpgsqlDataSource.Create(ConnectionTo(Template, pooling: false));
        await new Migrator(source).ApplyAsync(cancel);
    }

    /// <summary>A new database with the newest schema.</summary>
    public async Task<NpgsqlDataSource> CreateAsync(CancellationToken cancel)
    {
        var name = $"ledger_{Interlocked.Increment(ref databases)}";
        await RunAsync($"create database {name} template {Template}", cancel);
        return NpgsqlDataSource.Create(ConnectionTo(name, pooling: true));
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (cluster is not null) await cluster.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private string ConnectionTo(string database, bool pooling) =>
        new NpgsqlConnectionStringBuilder(connection)
        {
            Database = database,
            Pooling = pooling,
            MaxPoolSize = 20,
        }.ConnectionString;

    private async Task RunAsync(string sql, CancellationToken cancel)
    {
        await using var server = new NpgsqlConnection(ConnectionTo("postgres", pooling: false));
        await server.OpenAsync(cancel);
        await server.RunAsync(sql, cancel);
    }
}

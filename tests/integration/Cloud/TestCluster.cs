using MqttPay.CloudSync;
using MqttPay.CloudSync.Storage;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(MqttPay.IntegrationTests.Cloud.TestCluster))]

namespace MqttPay.IntegrationTests.Cloud;

/// <summary>One private PostgreSQL for all tests of this assembly; each gets a database of its own.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mqttpay-tests-");
    private CloudDatabase? cluster;
    private int made;

    public async ValueTask InitializeAsync() =>
        cluster = await CloudDatabase.OpenAsync(
            new CloudOptions { Data = Path.Combine(folder.FullName, "data") },
            TimeProvider.System,
            TestContext.Current.CancellationToken);

    /// <summary>Makes an empty database and tells how to reach it.</summary>
    public async Task<string> MakeDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref made)}";
        await using var source = NpgsqlDataSource.Create(cluster!.ConnectionString);
        await using var command = source.CreateCommand($"create database {name}");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = name }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (cluster is not null) await cluster.DisposeAsync();
        folder.Delete(recursive: true);
    }
}

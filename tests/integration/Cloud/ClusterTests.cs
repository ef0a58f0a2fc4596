using MqttPay.CloudSync;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using Npgsql;
using Xunit;

namespace MqttPay.IntegrationTests.Cloud;

public sealed class ClusterTests(TestCluster shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_comes_later_adopts_the_cluster_and_whoever_leaves_last_stops_it()
    {
        // A path so long that the socket needs a folder of its own.
        var folder = Directory.CreateTempSubdirectory("mqttpay-cluster-");
        var data = Path.Combine(folder.FullName, new string('d', 100));
        var options = new CloudOptions { Data = data };
        var postmaster = Path.Combine(data, "database", "data", "postmaster.pid");

        var first = await CloudDatabase.OpenAsync(options, TimeProvider.System, Cancel);
        var pid = (await File.ReadAllLinesAsync(postmaster, Cancel))[0];
        var second = await CloudDatabase.OpenAsync(options, TimeProvider.System, Cancel);
        Assert.Equal(pid, (await File.ReadAllLinesAsync(postmaster, Cancel))[0]);
        await first.DisposeAsync();
        Assert.Equal(1, await ValueAsync<int>(second, "select 1"));
        Assert.Equal("on", await ValueAsync<string>(second, "show fsync"));
        Assert.Equal("on", await ValueAsync<string>(second, "show data_checksums"));
        Assert.Equal("", await ValueAsync<string>(second, "show listen_addresses"));
        Assert.Equal("UTF8", await ValueAsync<string>(second, "show server_encoding"));
        await second.DisposeAsync();
        Assert.False(File.Exists(postmaster));

        await using (var third = await CloudDatabase.OpenAsync(options, TimeProvider.System, Cancel))
            Assert.Equal(1, await ValueAsync<int>(third, "select 1"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Says_what_to_install_when_there_is_no_postgresql()
    {
        var fault = Assert.Throws<ClusterException>(() => ClusterBinaries.Find("/nowhere", null));

        Assert.Contains("/nowhere", fault.Message, StringComparison.Ordinal);
        Assert.Contains("apt install postgresql", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_both_versions_when_the_folder_was_made_by_another_one()
    {
        var fault = Assert.Throws<ClusterException>(() => ClusterBinaries.Find(null, 9));

        Assert.Contains("PostgreSQL 9", fault.Message, StringComparison.Ordinal);
        Assert.Contains("restore", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twin_starts_migrate_once_and_a_second_time_there_is_nothing_to_do()
    {
        await using var source = NpgsqlDataSource.Create(await shared.MakeDatabaseAsync());
        var migrator = new Migrator(source);
        var planned = await migrator.PlanAsync(Cancel);

        var twins = await Task.WhenAll(migrator.ApplyAsync(Cancel), new Migrator(source).ApplyAsync(Cancel));

        Assert.Equal(planned.Select(m => m.Name), twins.SelectMany(done => done).Select(m => m.Name));
        Assert.Empty(await migrator.PlanAsync(Cancel));
    }

    [Fact]
    public async Task A_database_with_another_history_is_not_touched()
    {
        await using var source = NpgsqlDataSource.Create(await shared.MakeDatabaseAsync());
        Migration Step(int number, string sql) =>
            new(number, $"{number:D4}_step", sql, Hash.Of(System.Text.Encoding.UTF8.GetBytes(sql)));
        var one = Step(1, "create table a (i int)");
        var three = Step(3, "create table c (i int)");
        await new Migrator(source, [one, three]).ApplyAsync(Cancel);

        await Assert.ThrowsAsync<MigrationException>(() => new Migrator(source, [one]).ApplyAsync(Cancel));
        await Assert.ThrowsAsync<MigrationException>(
            () => new Migrator(source, [Step(1, "create table b (i int)"), three]).ApplyAsync(Cancel));
        await Assert.ThrowsAsync<MigrationException>(
            () => new Migrator(source, [one, Step(2, "create table b (i int)"), three]).ApplyAsync(Cancel));
        await Assert.ThrowsAsync<PostgresException>(
            () => new Migrator(source, [one, three, Step(4, "create table d (i int); select 1/0")]).ApplyAsync(Cancel));
        await using var command = source.CreateCommand("select to_regclass('b') is null and to_regclass('d') is null");
        Assert.Equal(true, await command.ExecuteScalarAsync(Cancel));
    }

    private static async Task<T?> ValueAsync<T>(CloudDatabase database, string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        return (T?)await command.ExecuteScalarAsync(Cancel);
    }
}

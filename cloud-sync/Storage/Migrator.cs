using System.Globalization;
using System.Reflection;
using System.Text;
using MqttPay.Payments;
using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>
/// Brings a database to this program's schema: numbered files, only forward, each in one transaction with its record.
/// An advisory lock keeps two processes from doing it at once.
/// </summary>
internal sealed class Migrator(NpgsqlDataSource database, IReadOnlyList<Migration> migrations)
{
    private const long LockKey = 0x4d71_7474_5061_7901;

    public Migrator(NpgsqlDataSource database) : this(database, Embedded())
    {
    }

    /// <summary>The steps that applying would take now.</summary>
    public async Task<IReadOnlyList<Migration>> PlanAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return Pending(await ReadAppliedAsync(connection, cancel));
    }

    public async Task<IReadOnlyList<Migration>> ApplyAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await RunAsync(connection, null, "select pg_advisory_lock($1)", cancel, LockKey);
        try
        {
            await RunAsync(connection, null, """
                create table if not exists schema_migration (
                  number int primary key, name text not null, hash bytea not null,
                  applied_at timestamptz not null default now())
                """, cancel);
            var pending = Pending(await ReadAppliedAsync(connection, cancel));
            foreach (var migration in pending) await ApplyAsync(connection, migration, cancel);
            return pending;
        }
        finally
        {
            await RunAsync(connection, null, "select pg_advisory_unlock($1)", CancellationToken.None, LockKey);
        }
    }

    /// <summary>Reads the files built into this program, in order.</summary>
    internal static IReadOnlyList<Migration> Embedded()
    {
        var assembly = typeof(Migrator).Assembly;
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
                .Select(name => Read(assembly, name))
                .OrderBy(m => m.Number),
        ];
    }

    private static Migration Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        var sql = reader.ReadToEnd();
        var name = Path.GetFileNameWithoutExtension(resource);
        var number = int.Parse(name[..4], NumberStyles.None, CultureInfo.InvariantCulture);
        return new(number, name, sql, Hash.Of(Encoding.UTF8.GetBytes(sql)));
    }

    private List<Migration> Pending(List<(int Number, string Name, Hash Hash)> applied)
    {
        foreach (var (number, name, hash) in applied)
        {
            var known = migrations.FirstOrDefault(m => m.Number == number) ?? throw new MigrationException(
                $"The database has step {name}, which this program does not know: it was made by a newer version.");
            if (known.Hash != hash)
                throw new MigrationException($"The database's step {name} is not the {known.Name} of this program.");
        }

        var done = applied.Select(a => a.Number).ToHashSet();
        var pending = migrations.Where(m => !done.Contains(m.Number)).ToList();
        if (pending.Count > 0 && applied.Count > 0 && pending[0].Number < applied[^1].Number)
        {
            throw new MigrationException(
                $"The database lacks step {pending[0].Name} but has {applied[^1].Name}: steps only go forward.");
        }

        return pending;
    }

    private static async Task<List<(int Number, string Name, Hash Hash)>> ReadAppliedAsync(
        NpgsqlConnection connection, CancellationToken cancel)
    {
        var applied = new List<(int, string, Hash)>();
        await using var exists = new NpgsqlCommand("select to_regclass('schema_migration') is not null", connection);
        if (await exists.ExecuteScalarAsync(cancel) is not true) return applied;
        await using var command = new NpgsqlCommand(
            "select number, name, hash from schema_migration order by number", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            applied.Add((reader.GetInt32(0), reader.GetString(1), Hash.Read(reader.GetFieldValue<byte[]>(2))));
        return applied;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var step = new NpgsqlCommand(migration.Sql, connection, transaction) { CommandTimeout = 0 };
        await step.ExecuteNonQueryAsync(cancel);
        await RunAsync(
            connection, transaction, "insert into schema_migration (number, name, hash) values ($1, $2, $3)", cancel,
            migration.Number, migration.Name, migration.Hash.ToArray());
        await transaction.CommitAsync(cancel);
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, string sql, CancellationToken cancel,
        params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancel);
    }
}

using System.Data.Common;
using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>One statement with positional parameters, on a connection and in whatever transaction it is in.</summary>
internal static class Sql
{
    public static async Task<int> RunAsync(
        this NpgsqlConnection connection, string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The first column of the first row; null when there is no row, or when it is null.</summary>
    public static async Task<T?> ValueAsync<T>(
        this NpgsqlConnection connection, string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(cancel) is T value ? value : default;
    }

    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlConnection connection, string sql, Func<DbDataReader, T> map, CancellationToken cancel,
        params object?[] values)
    {
        var rows = new List<T>();
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) rows.Add(map(reader));
        return rows;
    }

    public static async Task<T?> FirstAsync<T>(
        this NpgsqlConnection connection, string sql, Func<DbDataReader, T> map, CancellationToken cancel,
        params object?[] values)
        where T : class
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? map(reader) : null;
    }

    public static byte[] Bytes(this DbDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static T? Maybe<T>(this DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? default : reader.GetFieldValue<T>(column);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }
}

using Npgsql;

namespace MqttPay.CloudSync.Ingest;

/// <summary>What a failed posting means, by its SQLSTATE: who may try again, and when.</summary>
internal enum IngestFault
{
    /// <summary>Another edge posted one of these names meanwhile: the next look-up sees it.</summary>
    Collision,
    /// <summary>A deadlock or a lock that was not given: the whole transaction again.</summary>
    Busy,
    /// <summary>The connection went; the chain row knows whether the batch was posted.</summary>
    OutcomeUnknown,
    /// <summary>Disk, memory or connections: intake stops for a while.</summary>
    NoRoom,
    /// <summary>A constraint that the core had promised to keep.</summary>
    Impossible,
}

internal static class IngestFaults
{
    public static IngestFault Of(Exception exception) => exception switch
    {
        PostgresException { SqlState: "23505", TableName: { } table }
            when table.StartsWith("payment", StringComparison.Ordinal) || table is "decline" => IngestFault.Collision,
        PostgresException { SqlState: "40P01" or "40001" or "55P03" } => IngestFault.Busy,
        PostgresException { SqlState: "57P01" or "57P02" or "57P03" } => IngestFault.OutcomeUnknown,
        PostgresException { SqlState: "53100" or "53200" or "53300" } => IngestFault.NoRoom,
        PostgresException { SqlState: ['0', '8', ..] } => IngestFault.OutcomeUnknown,
        PostgresException => IngestFault.Impossible,
        NpgsqlException or TimeoutException or IOException => IngestFault.OutcomeUnknown,
        _ => IngestFault.Impossible,
    };
}

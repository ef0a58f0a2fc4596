namespace MqttPay.CloudSync;

/// <summary>What a start of the cloud is told.</summary>
internal sealed record CloudOptions
{
    /// <summary>Keys, secrets and, unless a server is named, the database.</summary>
    public required string Data { get; init; }

    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; } = 8480;

    /// <summary>A PostgreSQL server; null runs a private one below <see cref="Data"/>.</summary>
    public string? Connection { get; init; }

    /// <summary>Where initdb, pg_ctl and postgres are; null looks in the usual places.</summary>
    public string? PostgresFolder { get; init; }

    /// <summary>How often within 24 hours the cloud gives an edge a new fence by itself; 0 never.</summary>
    public int FenceRaisesPerDay { get; init; } = 8;

    public string Credentials => Path.Combine(Data, "credentials");
}

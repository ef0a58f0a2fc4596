using System.CommandLine;
using MqttPay.CloudSync.Storage;
using MqttPay.Host.Cli;
using Npgsql;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Where a verb finds the cloud's database: the same options for every verb.</summary>
internal sealed class StoreOptions
{
    private readonly Option<string> data = new("--data")
    {
        Description = "Folder of keys, secrets and, unless --connection is given, the database.",
        DefaultValueFactory = _ => "/var/lib/mqttpay-cloud",
    };

    private readonly Option<string?> connection = new("--connection")
    {
        Description = "A PostgreSQL server, for example \"Host=db;Username=u;Password=p;Database=mqttpay\".",
    };

    private readonly Option<string?> postgres = new("--postgres")
    {
        Description = "Folder of initdb, pg_ctl and postgres; else the usual places are searched.",
    };

    public void AddTo(Command verb)
    {
        verb.Add(data);
        verb.Add(connection);
        verb.Add(postgres);
    }

    public CloudOptions Read(ParseResult parsed) => new()
    {
        Data = Path.GetFullPath(parsed.GetRequiredValue(data)),
        Connection = parsed.GetValue(connection),
        PostgresFolder = parsed.GetValue(postgres),
    };

    /// <summary>Opens the database, does one thing with it, and leaves it as it was found.</summary>
    public async Task<int> UseAsync(
        ParseResult parsed, Func<CloudOptions, NpgsqlDataSource, Task<int>> act, CancellationToken cancel)
    {
        var options = Read(parsed);
        return await GuardAsync(async () =>
        {
            await using var database = await CloudDatabase.OpenAsync(options, TimeProvider.System, cancel);
            return await act(options, database.Source);
        });
    }

    /// <summary>Turns what an operator can mend into one line and an exit code.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (ClusterException fault)
        {
            throw new VerbException(ExitCode.Failed, $"MP1002 start_failed: {fault.Message}");
        }
        catch (MigrationException fault)
        {
            throw new VerbException(ExitCode.Failed, $"MP6012 schema_too_new: {fault.Message}");
        }
        catch (ArgumentException fault)
        {
            throw new VerbException(ExitCode.Usage, $"MP1004 config_rejected: {fault.Message}");
        }
        catch (PostgresException fault)
        {
            throw new VerbException(ExitCode.Failed, $"MP1002 start_failed: {fault.MessageText}");
        }
        catch (NpgsqlException fault)
        {
            throw new VerbException(ExitCode.Unreachable, $"MP1005 unreachable: {fault.Message}");
        }
    }
}

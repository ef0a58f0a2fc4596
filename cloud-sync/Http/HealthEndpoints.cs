using MqttPay.CloudSync.Storage;
using Npgsql;

namespace MqttPay.CloudSync.Http;

/// <summary>Whether the process answers, and whether it can take money.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/livez", () => Results.Text("ok\n")).WithName("Live").WithSummary("The process answers.");
        routes.MapGet("/readyz", ReadyAsync)
            .WithName("Ready").WithSummary("The database can be written and its ledger sums to zero.")
            .Produces<HealthView>();
    }

    private static async Task<IResult> ReadyAsync(NpgsqlDataSource database, HttpContext http)
    {
        var checks = await CheckAsync(database, http.RequestAborted);
        var ready = checks.All(check => check.State == "ok");
        return Results.Json(
            new HealthView(ready ? "ok" : "unready", checks), ApiJson.Options,
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IReadOnlyList<HealthCheck>> CheckAsync(
        NpgsqlDataSource database, CancellationToken cancel)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var readOnly = await connection.ValueAsync<bool>("select pg_is_in_recovery()", cancel);
            var unbalanced = await connection.ValueAsync<long>(
                "select count(*) from (select 1 from account group by currency having sum(balance_minor) <> 0) x",
                cancel);
            return
            [
                new("database", readOnly ? "red" : "ok", readOnly ? "The database takes no writes." : null),
                unbalanced == 0
                    ? new("ledger", "ok", null)
                    : new("ledger", "red", "A currency does not sum to zero."),
            ];
        }
        catch (NpgsqlException fault)
        {
            return [new("database", "red", fault.Message)];
        }
    }
}

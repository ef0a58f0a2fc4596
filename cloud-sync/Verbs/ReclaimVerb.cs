using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using MqttPay.CloudSync.Leases;
using MqttPay.Host.Cli;
using Npgsql;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Forced reclaim at the command line: of one lease, or of a lost gateway.</summary>
internal static class ReclaimVerb
{
    public static Command OfLease(Option<bool> json) => new("lease", "Leases.")
    {
        Create(
            json, "Give the payer back what a lost gateway holds of one lease; the operator bears it.",
            (desk, connection, id, madeBy, cancel) => desk.LeaseAsync(connection, id, madeBy, cancel)),
    };

    public static Command OfGateway(Option<bool> json) => new("gateway", "Gateways.")
    {
        Create(
            json, "Give the payers back all that a lost gateway holds; the operator bears it.",
            (desk, connection, id, madeBy, cancel) => id is > 0 and <= uint.MaxValue
                ? desk.GatewayAsync(connection, (uint)id, madeBy, cancel)
                : Task.FromResult<Outcome<ReclaimView>>(Refusal.NotFound($"gateway {id}"))),
    };

    private static Command Create(
        Option<bool> json, string description,
        Func<ReclaimDesk, NpgsqlConnection, long, string, CancellationToken, Task<Outcome<ReclaimView>>> reclaim)
    {
        var store = new StoreOptions();
        var id = new Argument<long>("id") { Description = "Its number." };
        var verb = new Command("reclaim", description) { id };
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (options, database) =>
        {
            var fences = new FenceBook(options, TimeProvider.System, NullLogger<FenceBook>.Instance);
            var desk = new ReclaimDesk(fences, TimeProvider.System);
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var outcome = await reclaim(
                desk, connection, parsed.GetValue(id), $"cli:{Environment.UserName}", cancel);
            if (outcome.Refused(out var refusal, out var view))
                throw new VerbException(ExitCode.Failed, $"{refusal.Code} {refusal.Name}: {refusal.Detail}");
            await transaction.CommitAsync(cancel);
            Write(parsed.InvocationConfiguration.Output, view, parsed.GetValue(json));
            return ExitCode.Ok;
        }, cancel));
        return verb;
    }

    private static void Write(TextWriter output, ReclaimView view, bool json)
    {
        if (json)
        {
            Print.Json(output, view);
            return;
        }

        foreach (var lease in view.Leases)
            output.WriteLine($"lease {lease.Lease}  {lease.AccountId ?? "float",-16}  returned {lease.ReturnedMinor}");
        output.WriteLine($"gateway {view.EdgeId}  fence {view.Fence}  returned {view.ReturnedMinor}");
    }
}

using System.CommandLine;
using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Reports;
using MqttPay.Host.Cli;
using Npgsql;

namespace MqttPay.CloudSync.Verbs;

/// <summary>The worst loss now, at the command line.</summary>
internal static class ExposureVerb
{
    public static Command Create(Option<bool> json)
    {
        var store = new StoreOptions();
        var gateway = new Option<long?>("--gateway") { Description = "Only this gateway, by account." };
        var account = new Option<string?>("--account") { Description = "Only this account, by gateway." };
        var verb = new Command("exposure", "The worst loss if the gateways vanished now.") { gateway, account };
        store.AddTo(verb);
        verb.SetAction((parsed, cancel) => store.UseAsync(parsed, async (_, database) =>
        {
            var found = await FindAsync(database, parsed.GetValue(gateway), parsed.GetValue(account), cancel)
                ?? throw new VerbException(ExitCode.Failed, "MP8006 not_found: there is no such gateway or account.");
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json)) Print.Json(output, found);
            else Write(output, found);
            return ExitCode.Ok;
        }, cancel));
        return verb;
    }

    private static async Task<ExposureView?> FindAsync(
        NpgsqlDataSource database, long? gateway, string? account, CancellationToken cancel)
    {
        if (gateway is not null && account is not null)
            throw new VerbException(ExitCode.Usage, "MP1001 usage: --gateway or --account, not both.");
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (gateway is { } edge)
            return edge is > 0 and <= uint.MaxValue
                ? await Exposure.OfGatewayAsync(connection, (uint)edge, cancel) : null;
        if (account is null) return await Exposure.OfFleetAsync(connection, cancel);
        return AccountBook.TryReadId(account, out var id)
            ? await Exposure.OfAccountAsync(connection, id, cancel) : null;
    }

    private static void Write(TextWriter output, ExposureView view)
    {
        foreach (var line in view.Total) Write(output, view.Id is null ? view.Scope : $"{view.Scope} {view.Id}", line);
        foreach (var part in view.Parts)
        {
            var account = view.Scope is "gateway" ? part.AccountId ?? "float" : "";
            Write(output, $"  gateway {part.EdgeId} {account}", part.Line);
        }
    }

    private static void Write(TextWriter output, string name, ExposureLine line) => output.WriteLine(
        $"{name,-34} {line.Currency,3}  worst loss {line.WorstLossMinor,12}  leases {line.Leases,6}  "
        + $"left {line.LeasedMinor,12}  float {line.FloatMinor,10}  held {line.HeldMinor,10}  "
        + $"reclaimed {line.ReclaimedMinor}");
}

using System.Globalization;
using MqttPay.CloudSync.Reports;
using MqttPay.CloudSync.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Http;

/// <summary>What finance reads: payments, breaks, the ledger and its proof.</summary>
internal static class ReportEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        MapPayments(routes);
        routes.MapGet("/v1/breaks", (long? after, int? limit, bool? open, HttpContext http, PublicApi api) =>
                api.GetAsync(http, "page", async (connection, cancel) =>
                {
                    var size = Pages.SizeOf(limit);
                    var rows = await Reconciliation.BreaksAsync(connection, open ?? false, after ?? 0, size, cancel);
                    return (Page<BreakView>?)Pages.Of(rows, size, b => b.BreakId);
                }))
            .Get<Page<BreakView>>("ListBreaks", "What somebody has to look at, with its evidence.");
        routes.MapGet("/v1/breaks/{id}/evidence", (string id, HttpContext http, PublicApi api) =>
                api.GetAsync(http, $"evidence of break {id}", async (connection, cancel) =>
                    long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? await EvidenceBook.FindAsync(connection, number, cancel)
                        : null))
            .Get<EvidenceFile>("GetEvidence", "Two signed messages that prove a clone or a fork, for all to check.");
        routes.MapGet("/v1/recon/summary", (HttpContext http, PublicApi api) =>
                api.GetAsync(http, "summary", async (connection, cancel) =>
                    (ReconSummary?)await Reconciliation.SummaryAsync(connection, cancel)))
            .Get<ReconSummary>("GetReconSummary", "Every record of every batch, counted once by category.");
        routes.MapGet("/v1/ledger/balance", (HttpContext http, PublicApi api, NpgsqlDataSource database) =>
                api.GetAsync(http, "balance", async (_, cancel) =>
                    (BalanceView?)await LedgerReports.BalanceAsync(database, cancel)))
            .Get<BalanceView>("GetBalance", "The trial balance.");
        routes.MapGet("/v1/ledger/prove", (HttpContext http, PublicApi api, NpgsqlDataSource database) =>
                api.GetAsync(http, "proof", async (_, cancel) =>
                    (ProofView?)await LedgerReports.ProveAsync(database, cancel)))
            .Get<ProofView>("ProveLedger", "Runs every invariant of the ledger in one snapshot.");
    }

    private static void MapPayments(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/payments", (long? edge, long? after, int? limit, HttpContext http, PublicApi api) =>
                api.GetAsync(http, "page", async (connection, cancel) =>
                {
                    var size = Pages.SizeOf(limit);
                    uint? site = edge is >= 0 and <= uint.MaxValue ? (uint)edge : null;
                    var rows = await PaymentList.PageAsync(connection, site, after ?? 0, size, cancel);
                    return (Page<PaymentView>?)Pages.Of(rows, size, p => p.Cursor);
                }))
            .Get<Page<PaymentView>>("ListPayments", "Posted requests in the order in which they were booked.");
        routes.MapGet("/v1/payments/{id}", (string id, HttpContext http, PublicApi api, NpgsqlDataSource database) =>
                api.GetAsync(http, $"payment {id}", async (_, cancel) =>
                    PaymentName.Read(id) is { } payment
                        ? await new Explainer(database).PaymentAsync(payment, cancel)
                        : null))
            .Get<Explanation>("ExplainPayment", "All that is known of a payment, by its id or as KID-EPOCH-SEQUENCE.");
    }
}

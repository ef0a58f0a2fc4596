using System.Globalization;
using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Leases;
using MqttPay.CloudSync.Reports;

namespace MqttPay.CloudSync.Http;

/// <summary>What the operator could lose, and how to take it back.</summary>
internal static class ExposureEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/exposure", (HttpContext http, PublicApi api) =>
                api.GetAsync(http, "exposure", async (connection, cancel) =>
                    (ExposureView?)await Exposure.OfFleetAsync(connection, cancel)))
            .Get<ExposureView>("GetExposure", "The worst loss if every gateway vanished now, by gateway.");
        routes.MapGet("/v1/exposure/gateways/{id}", (string id, HttpContext http, PublicApi api) =>
                api.GetAsync(http, $"gateway {id}", async (connection, cancel) =>
                    TryRead(id, out var edge) ? await Exposure.OfGatewayAsync(connection, edge, cancel) : null))
            .Get<ExposureView>("GetGatewayExposure", "The worst loss if this gateway vanished now, by account.");
        routes.MapGet("/v1/exposure/accounts/{id}", (string id, HttpContext http, PublicApi api) =>
                api.GetAsync(http, $"account {id}", async (connection, cancel) =>
                    AccountBook.TryReadId(id, out var account)
                        ? await Exposure.OfAccountAsync(connection, account, cancel)
                        : null))
            .Get<ExposureView>("GetAccountExposure", "What of an account is in gateways' hands, by gateway.");
        routes.MapPost("/v1/leases/{id}/reclaim", (string id, HttpContext http, PublicApi api, ReclaimDesk desk) =>
                api.PostAsync<Nothing, ReclaimView>(http, async (connection, _, caller, cancel) =>
                    long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var lease)
                        ? await desk.LeaseAsync(connection, lease, caller.Principal, cancel)
                        : Refusal.NotFound($"lease {id}")))
            .Post<Nothing, ReclaimView>(
                "ReclaimLease", "Gives the payer what a lost gateway holds; the operator bears it, the fence rises.");
        routes.MapPost("/v1/gateways/{id}/reclaim", (string id, HttpContext http, PublicApi api, ReclaimDesk desk) =>
                api.PostAsync<Nothing, ReclaimView>(http, async (connection, _, caller, cancel) =>
                    TryRead(id, out var edge)
                        ? await desk.GatewayAsync(connection, edge, caller.Principal, cancel)
                        : Refusal.NotFound($"gateway {id}")))
            .Post<Nothing, ReclaimView>("ReclaimGateway", "Reclaims all leases of a lost gateway, its float too.");
    }

    private static bool TryRead(string text, out uint edge) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out edge);
}

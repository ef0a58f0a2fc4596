using System.Globalization;
using MqttPay.CloudSync.Enrolment;

namespace MqttPay.CloudSync.Http;

/// <summary>Gateways and the policies that they apply.</summary>
internal static class GatewayEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/gateways", (HttpContext http, PublicApi api, GatewayBook gateways) =>
                api.PostAsync<GatewayInput, GatewayCredentials>(http, (connection, input, caller, cancel) =>
                    gateways.EnrolAsync(connection, input, caller.Principal, cancel)))
            .Post<GatewayInput, GatewayCredentials>("EnrolGateway", "Enrols a gateway; its keys are told once.");
        routes.MapGet("/v1/gateways/{id}", (string id, HttpContext http, PublicApi api) =>
                api.GetAsync(http, $"gateway {id}", async (connection, cancel) =>
                    uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var edge)
                        ? await GatewayQueries.FindAsync(connection, edge, cancel)
                        : null))
            .Get<GatewayView>("GetGateway", "A gateway: its chain, its leases, and what it could lose.");
        routes.MapPost("/v1/gateways/{id}/fence", (string id, HttpContext http, PublicApi api, GatewayBook gateways) =>
                api.PostAsync<Nothing, GatewayView>(http, async (connection, _, caller, cancel) =>
                    uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var edge)
                        ? await gateways.RaiseFenceAsync(connection, edge, caller.Principal, cancel)
                        : Refusal.NotFound($"gateway {id}")))
            .Post<Nothing, GatewayView>(
                "RaiseFence", "Starts a gateway's new fence after the last accepted round; its leases stop.");
        routes.MapPost("/v1/gateways/{id}/keys", (string id, HttpContext http, PublicApi api, GatewayKeys keys) =>
                api.PostAsync<RotationInput, GatewayView>(http, async (connection, input, _, cancel) =>
                    uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var edge)
                        ? await keys.RotateAsync(connection, edge, input, cancel)
                        : Refusal.NotFound($"gateway {id}")))
            .Post<RotationInput, GatewayView>(
                "RotateGatewayKey", "A new key signs a gateway's rounds; the old one's still settle.");
        routes.MapPost("/v1/policies", (HttpContext http, PublicApi api, PolicyBook policies) =>
                api.PostAsync<PolicyInput, PolicyView>(http, (connection, input, caller, cancel) =>
                    policies.MakeAsync(connection, input, caller.Principal, cancel)))
            .Post<PolicyInput, PolicyView>("MakePolicy", "Signs a new policy version for a currency.");
    }
}

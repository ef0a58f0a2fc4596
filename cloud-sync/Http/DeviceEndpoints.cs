using System.Text;
using System.Text.Json;
using MqttPay.CloudSync.Enrolment;
using MqttPay.Payments;

namespace MqttPay.CloudSync.Http;

/// <summary>Devices: enrolled one by one or as a list, read, revoked.</summary>
internal static class DeviceEndpoints
{
    public const string Lines = "application/x-ndjson";
    public const int ImportMax = 8 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/devices", (HttpContext http, PublicApi api, DeviceBook devices) =>
                api.PostAsync<DeviceInput, DeviceCredentials>(http, async (connection, input, _, cancel) =>
                {
                    var enrolled = await devices.EnrolAsync(connection, input, cancel);
                    if (enrolled.Refusal is null)
                        await DeviceBook.RaiseRosterAsync(connection, [input.EdgeId], cancel);
                    return enrolled;
                }))
            .Post<DeviceInput, DeviceCredentials>("EnrolDevice", "Enrols a device; its password is told once.");
        routes.MapPost("/v1/devices/import", ImportAsync)
            .Post<DeviceInput, DeviceCredentials>(
                "ImportDevices", "Enrols devices, one JSON object per line; each line has its own answer.", Lines);
        routes.MapPost("/v1/devices/{kid}/revoke", (string kid, HttpContext http, PublicApi api, DeviceBook devices) =>
                api.PostAsync<Nothing, RevokedView>(http, async (connection, _, _, cancel) =>
                    KeyId.TryParse(kid, out var id)
                        ? await devices.RevokeAsync(connection, id, cancel)
                        : Refusal.NotFound($"device {kid}")))
            .Post<Nothing, RevokedView>("RevokeDevice", "Revokes a key for good; the next deny list names it.");
        routes.MapPost("/v1/devices/{kid}/rotate", (string kid, HttpContext http, PublicApi api, DeviceKeys keys) =>
                api.PostAsync<RotationInput, DeviceCredentials>(http, async (connection, input, _, cancel) =>
                    KeyId.TryParse(kid, out var id)
                        ? await keys.RotateAsync(connection, id, input, cancel)
                        : Refusal.NotFound($"device {kid}")))
            .Post<RotationInput, DeviceCredentials>(
                "RotateDevice", "Enrols a key's successor; the old key goes on for a while.");
        routes.MapPost("/v1/devices/{kid}/reinstate", (string kid, HttpContext http, PublicApi api, DeviceKeys keys) =>
                api.PostAsync<Nothing, DeviceView>(http, async (connection, _, _, cancel) =>
                    KeyId.TryParse(kid, out var id)
                        ? await keys.ReinstateAsync(connection, id, cancel)
                        : Refusal.NotFound($"device {kid}")))
            .Post<Nothing, DeviceView>("ReinstateDevice", "Brings a denied key back under a new epoch.");
        routes.MapGet("/v1/devices/{kid}", (string kid, HttpContext http, PublicApi api) =>
                api.GetAsync(http, $"device {kid}", async (connection, cancel) =>
                    KeyId.TryParse(kid, out var id) ? await DeviceQueries.FindAsync(connection, id, cancel) : null))
            .Get<DeviceView>("GetDevice", "An enrolled device.");
        routes.MapGet("/v1/devices", (long? after, int? limit, HttpContext http, PublicApi api) =>
                api.GetAsync(http, "page", async (connection, cancel) =>
                {
                    var size = Pages.SizeOf(limit);
                    var rows = await DeviceQueries.PageAsync(connection, after ?? 0, size, cancel);
                    return (Page<DeviceView>?)Pages.Of(rows, size, d => d.DeviceId);
                }))
            .Get<Page<DeviceView>>("ListDevices", "Enrolled devices in the order of their enrolment.");
    }

    private static Task<IResult> ImportAsync(HttpContext http, PublicApi api, DeviceImport import) =>
        api.PostAsync(http, ImportMax, Lines, body =>
        {
            var text = Encoding.UTF8.GetString(body);
            if (text.AsSpan().Count('\n') > DeviceImport.LinesMax)
                return Refusal.Invalid(null, $"At most {DeviceImport.LinesMax} lines at once.");
            return (Effect)(async (connection, _, cancel) => Write(await import.RunAsync(connection, text, cancel)));
        });

    private static byte[] Write(IReadOnlyList<object> answers)
    {
        using var lines = new MemoryStream();
        foreach (var answer in answers)
        {
            JsonSerializer.Serialize(lines, answer, answer.GetType(), ApiJson.Options);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }
}

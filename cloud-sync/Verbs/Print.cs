using System.Text.Json;

namespace MqttPay.CloudSync.Verbs;

/// <summary>Writes what a verb found as JSON, in the API's spelling.</summary>
internal static class Print
{
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };

    public static void Json(TextWriter output, object value, bool indented = false) => output.WriteLine(
        JsonSerializer.Serialize(value, value.GetType(), indented ? Indented : ApiJson.Options));
}

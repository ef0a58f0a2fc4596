using System.Text.Json;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>
/// Enrols a list of devices, one JSON object per line. Each line gets its own answer, in order: a bad line spoils no
/// other.
/// </summary>
internal sealed class DeviceImport(DeviceBook devices)
{
    public const int LinesMax = 10_000;

    /// <summary>One answer per line that is not empty: credentials, or a refusal with the line's number.</summary>
    public async Task<IReadOnlyList<object>> RunAsync(
        NpgsqlConnection connection, string text, CancellationToken cancel)
    {
        var answers = new List<object>();
        var edges = new HashSet<long>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var outcome = await EnrolAsync(connection, line, cancel);
            if (outcome.Refused(out var refusal, out var enrolled))
            {
                answers.Add(new ImportError(number, new(refusal.Code, refusal.Name, refusal.Detail, refusal.Param)));
                continue;
            }

            answers.Add(enrolled);
            edges.Add(enrolled.EdgeId);
        }

        await DeviceBook.RaiseRosterAsync(connection, edges.Order(), cancel);
        return answers;
    }

    private async Task<Outcome<DeviceCredentials>> EnrolAsync(
        NpgsqlConnection connection, string line, CancellationToken cancel)
    {
        try
        {
            var input = JsonSerializer.Deserialize<DeviceInput>(line, ApiJson.Options);
            if (input is null) return Refusal.Invalid(null, "The line is not a JSON object.");
            return await devices.EnrolAsync(connection, input, cancel);
        }
        catch (JsonException fault)
        {
            return Refusal.Invalid(fault.Path, "The line is not a JSON object of this form.");
        }
    }
}

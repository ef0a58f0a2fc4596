using System.Text.Json;

namespace MqttPay.CloudSync.Settlement;

/// <summary>A break: a record, chain or lease whose category needs somebody.</summary>
/// <param name="Code">7000 + the category's number.</param>
/// <param name="Keys">record: batch, position; identity: device, epoch, sequence; chain: edge, fence, round; lease:
/// lease.</param>
internal sealed record BreakView(
    long BreakId, string Code, string Category, string Subject, IReadOnlyList<long> Keys, int? Currency,
    long? ExpectedMinor,
    long? FoundMinor, JsonElement Evidence, string State, string? Owner, DateTimeOffset MadeAt, DateTimeOffset DueAt);

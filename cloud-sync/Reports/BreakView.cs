using System.Text.Json.Nodes;

namespace MqttPay.CloudSync.Reports;

/// <summary>A record or chain whose category needs somebody. What the keys mean follows from the subject.</summary>
internal sealed record BreakView(
    long BreakId, string Subject, IReadOnlyList<long> Keys, string Category, string Code, int? Currency,
    long? ExpectedMinor, long? FoundMinor, JsonNode? Evidence, string State, string? Owner, DateTimeOffset MadeAt,
    DateTimeOffset DueAt);

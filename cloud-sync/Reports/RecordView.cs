using System.Text.Json.Nodes;

namespace MqttPay.CloudSync.Reports;

/// <summary>One record of a name: posted, declined, or kept as evidence only.</summary>
/// <param name="Stored">payment, decline or reject.</param>
internal sealed record RecordView(
    string Stored, long BatchNo, int Position, uint Edge, uint Fence, long Round, DateTimeOffset ReceivedAt,
    string Category, string Code, RequestReport? Request, DecisionReport? Decision, IReadOnlyList<LegView> Legs,
    JsonNode? Break);

namespace MqttPay.CloudSync.Storage;

/// <summary>An edge as enrolled. state: 1 active, 2 frozen, 3 retired.</summary>
internal sealed record EdgeRow(
    uint Edge, IReadOnlyList<EdgeKey> Keys, int State, uint Fence, uint Payee, IReadOnlyList<long> Payees,
    int Currency);

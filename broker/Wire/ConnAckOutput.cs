using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>What a CONNACK says; the limits are only written for MQTT 5.</summary>
internal sealed record ConnAckOutput(Reason Reason, bool SessionPresent = false)
{
    public string? AssignedClientId { get; init; }

    public ushort ReceiveMax { get; init; }

    public uint PacketMax { get; init; }

    public ushort AliasMax { get; init; }

    public ushort? ServerKeepAlive { get; init; }

    public uint? SessionExpiry { get; init; }
}

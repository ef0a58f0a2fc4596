using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>A CONNECT that the guard let through.</summary>
internal sealed record ConnectInput(Protocol Protocol, string ClientId, bool CleanStart, ushort KeepAliveSeconds)
{
    public string? User { get; init; }

    public byte[] Password { get; init; } = [];

    public uint SessionExpiry { get; init; }

    /// <summary>Null when the client set no window of its own.</summary>
    public ushort? ReceiveMax { get; init; }

    public uint? PacketMax { get; init; }

    public Will? Will { get; init; }
}

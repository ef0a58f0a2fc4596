using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Wire;

/// <summary>
/// What the guard noticed in a CONNECT. The protocol is set as soon as it was read, also when the packet is refused.
/// </summary>
internal struct ConnectView
{
    public Protocol Protocol;
    public Properties Properties;
    public uint WillDelay;
    public uint? WillExpiry;
    /// <summary>Where they are in the body.</summary>
    public Range WillProperties;
}

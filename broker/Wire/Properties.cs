namespace MqttPay.Broker.Wire;

/// <summary>What the engine itself looks at among the properties of a packet.</summary>
internal struct Properties
{
    public uint? SessionExpiry;
    public ushort? ReceiveMax;
    public uint? PacketMax;
    public ushort? AliasMax;
    public ushort? Alias;
    public uint? MessageExpiry;
    public uint? WillDelay;
    public uint? SubscriptionId;
    public bool HasAuthenticationMethod;
    public bool HasAuthenticationData;
}

namespace MqttPay.Broker.Machine;

/// <summary>
/// An application message in one block of memory: topic, forwarded properties, payload. The properties are the sender's
/// bytes without alias and expiry; the expiry is counted down here.
/// </summary>
internal sealed class Message
{
    private readonly byte[] block;
    private readonly int topicLength;
    private readonly int propertiesLength;

    public Message(
        ReadOnlySpan<byte> topic, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> payload, byte qos, bool retain,
        long at)
    {
        block = new byte[topic.Length + properties.Length + payload.Length];
        topic.CopyTo(block);
        properties.CopyTo(block.AsSpan(topic.Length));
        payload.CopyTo(block.AsSpan(topic.Length + properties.Length));
        topicLength = topic.Length;
        propertiesLength = properties.Length;
        Qos = qos;
        Retain = retain;
        ArrivedAt = at;
    }

    /// <summary>What a queued copy is charged for: the bytes and the objects around them.</summary>
    public const int Overhead = 96;

    public ReadOnlySpan<byte> Topic => block.AsSpan(0, topicLength);

    public ReadOnlySpan<byte> Properties => block.AsSpan(topicLength, propertiesLength);

    public ReadOnlySpan<byte> Payload => block.AsSpan(topicLength + propertiesLength);

    public byte Qos { get; }

    public bool Retain { get; }

    /// <summary>Milliseconds of the engine's clock.</summary>
    public long ArrivedAt { get; }

    /// <summary>Seconds after <see cref="ArrivedAt"/>; null never expires.</summary>
    public uint? ExpirySeconds { get; init; }

    public int Size => block.Length + Overhead;

    public bool ExpiredAt(long now) => ExpirySeconds is { } seconds && now - ArrivedAt >= seconds * 1000L;

    /// <summary>What is left of the expiry; a message that waited leaves with less than it came with.</summary>
    public uint? SecondsLeftAt(long now) =>
        ExpirySeconds is { } seconds ? (uint)Math.Max(seconds - ((now - ArrivedAt) / 1000), 0) : null;
}

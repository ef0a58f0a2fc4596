namespace MqttPay.Rounds;

/// <summary>What a frame of the edge's journal holds. Stored: a number never changes its meaning.</summary>
public enum FrameKind : ushort
{
    /// <summary>A signed round with its leaves and attachments.</summary>
    Round = 1,

    /// <summary>The cloud's signed acknowledgement, which moves the watermark.</summary>
    Ack = 2,
}

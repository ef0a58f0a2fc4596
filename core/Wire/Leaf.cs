namespace MqttPay.Wire;

/// <summary>One entry of a round: a decided request, or an event.</summary>
public abstract record Leaf
{
    private Leaf() { }

    /// <summary>A request as it came, and the decision's bytes.</summary>
    public sealed record Decided(byte[] Request, byte[] Decision) : Leaf;

    /// <summary>An event's bytes.</summary>
    public sealed record Event(byte[] Body) : Leaf;
}

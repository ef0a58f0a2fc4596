using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Access;

/// <summary>The access list with one connection's names filled in.</summary>
internal sealed class ConnectionRights(byte[][] publish, byte[][] retain, byte[][] subscribe)
{
    public bool MayPublish(ReadOnlySpan<byte> topic) => AnyMatches(publish, topic);

    public bool MayRetain(ReadOnlySpan<byte> topic) => AnyMatches(retain, topic);

    /// <summary>A filter is granted only if a pattern covers all of it: # is not covered by p/1/r.</summary>
    public bool MaySubscribe(ReadOnlySpan<byte> filter)
    {
        foreach (var pattern in subscribe)
        {
            if (TopicFilter.Covers(pattern, filter)) return true;
        }

        return false;
    }

    private static bool AnyMatches(byte[][] patterns, ReadOnlySpan<byte> topic)
    {
        foreach (var pattern in patterns)
        {
            if (TopicFilter.Matches(pattern, topic)) return true;
        }

        return false;
    }
}

using System.Net;
using MqttPay.Broker.Access;

namespace MqttPay.Broker.Host;

/// <summary>Where to listen, and the numbers behind which nobody can make the engine grow.</summary>
public sealed record BrokerOptions
{
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.Loopback, 1883);

    public AccessList Access { get; init; } = AccessList.Standard;

    /// <summary>The profile for conformance runs: MQTT 3.1 is on and CONNECT is not throttled.</summary>
    public bool Anonymous { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public int ConnectionsMax { get; init; } = 4_096;

    public int ConnectionsPerAddressMax { get; init; } = 4_096;

    public int UnauthenticatedMax { get; init; } = 512;

    public int UnauthenticatedPerAddressMax { get; init; } = 32;

    public double ConnectsPerSecond { get; init; } = 200;

    public double ConnectsBurst { get; init; } = 400;

    public double ConnectsPerSecondOfUser { get; init; } = 1;

    public double ConnectsBurstOfUser { get; init; } = 5;

    /// <summary>What a device may send, with a burst of two seconds' worth; beyond it reading pauses.</summary>
    public double PacketsPerSecond { get; init; } = 200;

    public double BytesPerSecond { get; init; } = 64 * 1024;

    public int SessionsMax { get; init; } = 65_536;

    public long QueueBytesMax { get; init; } = 48L << 20;

    public int RetainedMax { get; init; } = 10_000;

    public long RetainedBytesMax { get; init; } = 16L << 20;

    /// <summary>How long a peer may leave more than <see cref="UnsentMax"/> bytes unread before it is closed.</summary>
    public TimeSpan CongestionMax { get; init; } = TimeSpan.FromSeconds(10);

    public int UnsentMax { get; init; } = 64 * 1024;

    /// <summary>How long a goodbye may take before the connection is cut.</summary>
    public TimeSpan FarewellMax { get; init; } = TimeSpan.FromSeconds(1);
}

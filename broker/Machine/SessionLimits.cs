using MqttPay.Broker.Access;

namespace MqttPay.Broker.Machine;

/// <summary>What one session may make grow; the numbers depend on the role only.</summary>
internal sealed record SessionLimits(
    int PacketMax, int ReceiveMax, int Window, int SubscriptionsMax, uint ExpiryMaxSeconds, bool Throttled)
{
    public const int QueueMax = 1_000;
    public const int QueueBytesMax = 1 << 20;
    private const uint Day = 86_400;

    public static SessionLimits Of(Role role) => role switch
    {
        Role.Device or Role.Enrol => new(8 * 1024, 20, 20, 16, Day, true),
        Role.Agent or Role.Backend => new(64 * 1024, 1_000, 1_000, 10_000, 7 * Day, false),
        Role.Anonymous => new(64 * 1024, 20, 20, 10_000, 7 * Day, false),
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}

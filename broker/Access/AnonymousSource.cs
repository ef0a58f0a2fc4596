namespace MqttPay.Broker.Access;

/// <summary>The loopback-only profile for conformance runs: everybody is let in, and nobody is a device.</summary>
public sealed class AnonymousSource : IIdentitySource
{
    private static readonly Identity Anybody = new("anonymous", null, Role.Anonymous);

    public Identity? Authenticate(string clientId, string? user, ReadOnlySpan<byte> password) => Anybody;
}

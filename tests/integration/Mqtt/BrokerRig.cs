using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using MqttPay.Broker.Access;
using MqttPay.Broker.Gate;
using MqttPay.Broker.Host;
using MqttPay.Payments;
using Xunit;

namespace MqttPay.IntegrationTests.Mqtt;

/// <summary>An engine on a free port, with two devices, an agent and a backend.</summary>
internal sealed class BrokerRig : IAsyncDisposable, IIdentitySource
{
    public const string Device = "00000000000000aa";
    public const string Other = "00000000000000bb";
    public const string Password = "secret";

    private BrokerHost? host;

    public static KeyId Kid => new(0xAA);

    public RequestGate Gate { get; } = new();

    public IPEndPoint Endpoint => host!.Endpoint;

    public BrokerHost Host => host!;

    public static async Task<BrokerRig> StartAsync(BrokerOptions? options = null, bool gated = false)
    {
        var rig = new BrokerRig();
        var chosen = (options ?? new()) with { Endpoint = new(IPAddress.Loopback, 0) };
        rig.host = await BrokerHost.StartAsync(
            chosen, chosen.Anonymous ? new AnonymousSource() : rig, gated ? rig.Gate : null, NullLoggerFactory.Instance,
            TimeProvider.System, TestContext.Current.CancellationToken);
        return rig;
    }

    public Identity? Authenticate(string clientId, string? user, ReadOnlySpan<byte> password)
    {
        if (!password.SequenceEqual("secret"u8)) return null;
        return user switch
        {
            Device or Other when KeyId.TryParse(user, out var kid) => new(user, kid, Role.Device),
            "agent" => new(user, null, Role.Agent),
            "backend" => new(user, null, Role.Backend),
            _ => null,
        };
    }

    public Task<RawClient> DeviceAsync(byte level, string kid = Device, bool clean = true, string properties = "") =>
        RawClient.LogInAsync(Endpoint, level, kid, kid, Password, clean, properties: properties);

    public async Task<GateRequest> NextRequestAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await Gate.Requests.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }
}

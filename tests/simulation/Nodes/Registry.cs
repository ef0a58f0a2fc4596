using MqttPay.Payments;
using MqttPay.Simulation.Kernel;

namespace MqttPay.Simulation.Nodes;

/// <summary>Who holds which key. Only a checker may ask it.</summary>
internal sealed class Registry
{
    private readonly Dictionary<KeyId, ulong> devices = [];
    private readonly Dictionary<uint, ulong> edges = [];

    public void Add(KeyId kid, ulong secret) => devices[kid] = secret;

    public void Add(uint edge, ulong secret) => edges[edge] = secret;

    public ulong SecretOf(KeyId kid) => devices[kid];

    public ulong EdgeSecret(uint edge) => edges[edge];

    /// <summary>Whether the device's key made the signature at the end of this message.</summary>
    public bool Verify(KeyId kid, Hash digest, byte[] message) =>
        devices.TryGetValue(kid, out var secret) && Tags.Verify(secret, digest, message.AsSpan()[^Tags.Size..]);
}

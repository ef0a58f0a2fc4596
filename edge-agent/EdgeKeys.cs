using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent;

/// <summary>
/// The edge's keys, oldest first. Which one signs is the cloud's to say: the newest that the devices' signed
/// configurations name. The others are kept, since what they signed is still asked for.
/// </summary>
internal sealed class EdgeKeys(EdgeSecrets secrets)
{
    public SigningKey Active { get; private set; } = secrets.Keys[0];

    public IEnumerable<PublicKey> Public => secrets.Keys.Select(static key => key.Public);

    /// <summary>Takes what a roster says. Returns the kid that it names and that is not here, if that is so.</summary>
    public KeyId? Follow(Roster roster)
    {
        var named = roster.Devices.Where(static device => device.Status == RosterDevice.Active)
            .Select(static device => NamedBy(device.Config)).OfType<PublicKey>().Distinct().ToArray();
        if (named.Length == 0) return null;
        if (Newest(named) is not { } found)
        {
            secrets.LoadNewKeys();   // Made while the agent runs.
            if (Newest(named) is not { } made) return named[0].Id;
            found = made;
        }

        Active = found;
        return null;
    }

    private SigningKey? Newest(PublicKey[] named) =>
        secrets.Keys.LastOrDefault(key => named.Any(name => name.Equals(key.Public)));

    private static PublicKey? NamedBy(byte[] config) =>
        CoseSign1.TryParse(config, out var envelope) is WireError.None
        && ConfigCodec.TryParse(config.AsSpan(envelope.Payload), out var parsed) is WireError.None
            ? parsed!.EdgeKey
            : null;
}

using MqttPay.Host.Signatures;
using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent;

/// <summary>
/// The edge's keys, oldest first. Which one signs is the cloud's to say: the newest that the devices' signed
/// configurations name. The others are kept, since what they signed is still asked for.
/// </summary>
internal sealed class EdgeKeys(IReadOnlyList<SigningKey> keys)
{
    public SigningKey Active { get; private set; } = keys[0];

    public IEnumerable<PublicKey> Public => keys.Select(static key => key.Public);

    /// <summary>The newest one of all, which may wait to be named.</summary>
    public SigningKey Newest => keys[^1];

    /// <summary>Takes what a roster says. Returns the kid that it names and that is not here, if that is so.</summary>
    public KeyId? Follow(Roster roster)
    {
        var named = roster.Devices.Where(static device => device.Status == RosterDevice.Active)
            .Select(static device => NamedBy(device.Config)).OfType<PublicKey>().Distinct().ToArray();
        if (named.Length == 0) return null;
        if (keys.LastOrDefault(key => named.Any(name => name.Equals(key.Public))) is not { } found)
            return named[0].Id;
        Active = found;
        return null;
    }

    private static PublicKey? NamedBy(byte[] config) =>
        CoseSign1.TryParse(config, out var envelope) is WireError.None
        && ConfigCodec.TryParse(config.AsSpan(envelope.Payload), out var parsed) is WireError.None
            ? parsed!.EdgeKey
            : null;
}

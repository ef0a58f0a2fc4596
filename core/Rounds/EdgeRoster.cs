using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Rounds;

/// <summary>
/// The devices that the cloud enrolled for this edge, by key. Immutable: a newer version replaces it whole.
/// </summary>
public sealed class EdgeRoster
{
    private readonly Dictionary<KeyId, RosterDevice> devices;
    private readonly HashSet<uint> payees;

    public EdgeRoster(Roster roster)
    {
        Version = roster.Version;
        Payee = roster.Payee;
        payees = [.. roster.Payees, roster.Payee];
        devices = roster.Devices.ToDictionary(device => device.Key.Id);
    }

    public static EdgeRoster Empty { get; } = new(new Roster(0, 0, 0, [], []));

    public uint Version { get; }

    /// <summary>The site's default payee.</summary>
    public uint Payee { get; }

    public int Count => devices.Count;

    public IEnumerable<RosterDevice> Devices => devices.Values;

    public RosterDevice? Find(KeyId kid) => devices.GetValueOrDefault(kid);

    public bool Lists(uint payee) => payees.Contains(payee);
}

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
    private readonly Dictionary<uint, List<KeyId>> payeeDevices = [];

    public EdgeRoster(Roster roster)
    {
        Version = roster.Version;
        Payee = roster.Payee;
        payees = [.. roster.Payees, roster.Payee];
        devices = roster.Devices.ToDictionary(device => device.Key.Id);
        foreach (var device in roster.Devices) Add(device);
    }

    public static EdgeRoster Empty { get; } = new(new Roster(0, 0, 0, [], []));

    public uint Version { get; }

    /// <summary>The site's default payee.</summary>
    public uint Payee { get; }

    public int Count => devices.Count;

    public IEnumerable<RosterDevice> Devices => devices.Values;

    public RosterDevice? Find(KeyId kid) => devices.GetValueOrDefault(kid);

    /// <summary>The devices of a payee that may finish what payers began, in the roster's order.</summary>
    public IReadOnlyList<KeyId> DevicesOf(uint payee) => payeeDevices.GetValueOrDefault(payee) ?? [];

    public bool Lists(uint payee) => payees.Contains(payee);

    private void Add(RosterDevice device)
    {
        if (device.Payee == 0 || device.Status != RosterDevice.Active) return;
        if (!payeeDevices.TryGetValue(device.Payee, out var own)) payeeDevices[device.Payee] = own = [];
        if (own.Count < EdgeSettings.NoticesMax) own.Add(device.Key.Id);
    }
}

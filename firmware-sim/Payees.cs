using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Wire;

namespace MqttPay.FirmwareSim;

/// <summary>The tills of a merchant: each is a device of the payee with its own key.</summary>
internal sealed class Payees : IAsyncDisposable
{
    public Payees(
        IReadOnlyList<DeviceIdentity> identities, PublicKey cloudKey, DeviceRules rules, string folder, Gateway gateway,
        DeviceTally tally, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        var own = rules with { TakesNotices = true, MayReverse = false };
        Tills =
        [
            .. identities.Select((identity, i) => new AttendedDevice(
                heard => new Device(identity, cloudKey, own, folder, gateway, seed: i, tally, clock, heard), clock)),
        ];
    }

    public IReadOnlyList<AttendedDevice> Tills { get; }

    /// <summary>What the payee wants and has no final reply of.</summary>
    public int Waiting => Tills.Sum(till => till.Waiting);

    public bool Ready => Tills.All(till => till.Device.Ready);

    public void Start()
    {
        foreach (var till in Tills) till.Start();
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(Tills.Select(till => till.DisposeAsync().AsTask()));
}

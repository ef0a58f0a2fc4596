using MqttPay.FirmwareSim.Mqtt;
using MqttPay.Host.Signatures;
using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What enrolment gave a device: its key, made by itself, and the password for the broker.</summary>
/// <param name="Account">Who pays; zero for a payee's device.</param>
internal sealed record DeviceIdentity(SigningKey Key, string Password, AccountId Account, bool Mqtt5)
{
    public KeyId Kid => Key.Public.Id;

    public Login Login => new(Kid, Password, Mqtt5);
}

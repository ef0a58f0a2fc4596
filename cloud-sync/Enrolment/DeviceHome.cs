using MqttPay.Wire;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>What a device must know of the gateway that it belongs to.</summary>
/// <param name="Key">The key that signs the gateway's rounds from now on.</param>
internal sealed record DeviceHome(uint Edge, int Currency, uint Payee, IReadOnlyList<uint> Payees, PublicKey Key);

using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>What a device needs to know, signed by the cloud and retained on <c>p/{kid}/c</c>.</summary>
/// <param name="Kid">The device it is for.</param>
/// <param name="Version">Rises; a device takes only a higher one than it holds.</param>
/// <param name="Edge">The edge to address.</param>
/// <param name="EdgeKey">The key that signs this edge's rounds.</param>
/// <param name="Minor">The minor version of the wire that the edge speaks.</param>
public sealed record DeviceConfig(
    KeyId Kid, long Version, uint Epoch, uint Edge, PublicKey EdgeKey, int Currency, uint Unix, byte Minor);

namespace MqttPay.FirmwareSim.Devices;

/// <summary>
/// A request whose outcome at another edge is unknown. It belongs to that edge: the REVERSE goes there, when the device
/// meets it again.
/// </summary>
internal sealed record Doubt(uint Edge, long Sequence);

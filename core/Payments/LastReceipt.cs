namespace MqttPay.Payments;

/// <summary>
/// The newest final reply that a device holds, echoed in its next request: how a restored edge is caught.
/// </summary>
/// <param name="Witness">8 bytes that only the edge and the cloud can check; stored and echoed blindly by the
/// device.</param>
public readonly record struct LastReceipt(uint Edge, uint Fence, long Round, ulong Witness);

using MqttPay.Payments;

namespace MqttPay.FirmwareSim.Devices;

/// <summary>What a checked notice told a payee's device: this much is held for it under this name.</summary>
internal sealed record NotedHold(PaymentId Payment, long AmountMinor);

using MqttPay.Payments;

namespace MqttPay.Broker.Machine;

/// <summary>
/// How a received PUBLISH ended. <paramref name="Withheld"/>: MQTT 3.1.1 gets no acknowledgement. The reply, if there
/// is one, goes out after the acknowledgement.
/// </summary>
internal readonly record struct AckOutcome(
    Reason Reason, bool Withheld = false, bool Close = false, KeyId Kid = default,
    ReadOnlyMemory<byte> Reply = default);

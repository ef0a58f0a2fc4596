using MqttPay.Payments;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>Where a round stands in the chain; written into the header of a segment that begins with it.</summary>
internal readonly record struct RoundPlace(long Number, Hash PreviousRoot);

using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>The keys of which nothing is approved any more, as one signed version.</summary>
/// <param name="Keys">Ascending.</param>
public sealed record DenyList(uint Version, IReadOnlyList<KeyId> Keys);

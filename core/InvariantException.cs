namespace MqttPay;

/// <summary>Thrown when an invariant is false. Nobody catches it: money is at stake, so the process ends.</summary>
public sealed class InvariantException(string what) : Exception($"MP9001 broken invariant: {what}");

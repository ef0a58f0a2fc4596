namespace MqttPay.CloudSync.Http;

/// <summary>Answer of /readyz: ok or unready, and why.</summary>
internal sealed record HealthView(string State, IReadOnlyList<HealthCheck> Checks);

namespace MqttPay.CloudSync.Http;

internal sealed record HealthCheck(string Name, string State, string? Cause);

namespace MqttPay.CloudSync.Enrolment;

/// <summary>A key of the public API, told once.</summary>
internal sealed record KeyView(long KeyId, string Scope, string ApiKey);

namespace MqttPay.CloudSync.Enrolment;

/// <summary>A new key of the public API: scope admin or read.</summary>
internal sealed record KeyInput(string? Scope, string? Label = null);

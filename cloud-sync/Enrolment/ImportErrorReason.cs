namespace MqttPay.CloudSync.Enrolment;

internal sealed record ImportErrorReason(string Code, string Name, string Detail, string? Param);

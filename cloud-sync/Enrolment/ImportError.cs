namespace MqttPay.CloudSync.Enrolment;

/// <summary>A line of an import that was refused.</summary>
internal sealed record ImportError(int Line, ImportErrorReason Error);

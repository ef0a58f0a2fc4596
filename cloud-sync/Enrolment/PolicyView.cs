namespace MqttPay.CloudSync.Enrolment;

internal sealed record PolicyView(uint Version, int Currency);

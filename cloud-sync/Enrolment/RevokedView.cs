namespace MqttPay.CloudSync.Enrolment;

/// <summary>A revoked device and the first deny list that names it.</summary>
internal sealed record RevokedView(string Kid, string State, long DenyVersion);

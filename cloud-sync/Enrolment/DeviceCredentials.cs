namespace MqttPay.CloudSync.Enrolment;

/// <summary>An enrolled device. The password is told once; the cloud keeps only its salted hash.</summary>
internal sealed record DeviceCredentials(
    string Kid, long DeviceId, string? AccountId, uint EdgeId, uint Epoch, string Password);

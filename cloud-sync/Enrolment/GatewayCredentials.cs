namespace MqttPay.CloudSync.Enrolment;

/// <summary>
/// What a gateway needs to speak to the cloud. Told once; the cloud keeps only the hash of the API key.
/// </summary>
internal sealed record GatewayCredentials(uint EdgeId, uint Fence, string ApiKey, string WitnessKey, string CloudKey);

namespace MqttPay.CloudSync.Documents;

/// <summary>A signed document of the cloud and its version.</summary>
internal sealed record VersionedDocument(uint Version, byte[] Message);

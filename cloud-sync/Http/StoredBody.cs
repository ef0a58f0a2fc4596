namespace MqttPay.CloudSync.Http;

/// <summary>An answer's bytes, made now or given before.</summary>
internal sealed record StoredBody(byte[] Bytes, bool Replayed);

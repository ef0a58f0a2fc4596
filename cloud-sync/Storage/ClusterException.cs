namespace MqttPay.CloudSync.Storage;

/// <summary>The private database could not be found, made or started; the message says what to do about it.</summary>
internal sealed class ClusterException(string message) : Exception(message);

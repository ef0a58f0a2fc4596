namespace MqttPay.CloudSync.Storage;

/// <summary>The database's history is not the beginning of this program's: it must not be touched.</summary>
internal sealed class MigrationException(string message) : Exception(message);

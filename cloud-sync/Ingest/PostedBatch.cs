using MqttPay.CloudSync.Storage;
using MqttPay.Settlement;

namespace MqttPay.CloudSync.Ingest;

/// <summary>A batch as it was stored, and what it did.</summary>
internal sealed record PostedBatch(BatchRow Row, Reconciled Effects);

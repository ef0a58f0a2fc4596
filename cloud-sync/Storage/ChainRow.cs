using MqttPay.Settlement;

namespace MqttPay.CloudSync.Storage;

/// <summary>How far the cloud has an edge's chain.</summary>
internal sealed record ChainRow(ChainHead Head, uint LastUnix, uint DenyVersion);

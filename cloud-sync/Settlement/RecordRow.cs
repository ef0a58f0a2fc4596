using MqttPay.Settlement;

namespace MqttPay.CloudSync.Settlement;

/// <summary>A stored record, wherever it is kept.</summary>
internal sealed record RecordRow(
    string Place, long BatchNo, int Position, Guid? PaymentId, Category Category, byte[]? Message, byte[] DecisionBytes,
    LedgerName? Name, long? Source, long? Target, long PaidMinor, long? FirstBatchNo, int? FirstPosition);

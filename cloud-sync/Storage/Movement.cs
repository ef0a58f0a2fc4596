using MqttPay.Settlement;

namespace MqttPay.CloudSync.Storage;

/// <summary>Money from one account to another, and the cause that may move it only once.</summary>
internal sealed record Movement(
    TransferKind Kind, long CauseId, long CauseNo, long DebitId, long CreditId, long AmountMinor, string MadeBy);

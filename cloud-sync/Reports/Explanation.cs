namespace MqttPay.CloudSync.Reports;

/// <summary>
/// All that the cloud holds about one name: what was asked, what was decided, and what money moved for it.
/// </summary>
internal sealed record Explanation(
    string PaymentId, string Kid, uint Epoch, long Seq, IReadOnlyList<RecordView> Records);

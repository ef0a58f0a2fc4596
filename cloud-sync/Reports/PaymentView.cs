namespace MqttPay.CloudSync.Reports;

/// <summary>One posted request. The lease is null when no lease paid, as for a refund.</summary>
internal sealed record PaymentView(
    string PaymentId, string Kid, uint Epoch, long Seq, string Operation, long PaidMinor, long HeldMinor, int Currency,
    long? Lease, uint Edge, uint Fence, long Round, long BatchNo, int Position, string Category);

using System.Text.Json.Serialization;

namespace MqttPay.CloudSync.Settlement;

/// <summary>One posted request in a list.</summary>
/// <param name="Lease">Null when the operator paid.</param>
internal sealed record PaymentView(
    string PaymentId, string Kid, uint Epoch, long Seq, string Operation, long PaidMinor, long? HeldMinor, int Currency,
    long? Lease, uint Edge, uint Fence, long Round, long BatchNo, int Position, string Category)
{
    /// <summary>The place in the list: batches have fewer than 2^14 records.</summary>
    [JsonIgnore]
    public long Cursor => (BatchNo << 14) + Position;
}

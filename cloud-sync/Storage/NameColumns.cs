using MqttPay.Settlement;

namespace MqttPay.CloudSync.Storage;

/// <summary>Names as three arrays, for <c>unnest</c>.</summary>
internal sealed class NameColumns(IEnumerable<LedgerName> names)
{
    private readonly LedgerName[] sorted = [.. names.Distinct().Order()];

    public bool Empty => sorted.Length == 0;

    public long[] Devices => [.. sorted.Select(name => name.Device)];

    public long[] Epochs => [.. sorted.Select(name => (long)name.Epoch)];

    public long[] Sequences => [.. sorted.Select(name => name.Sequence)];
}

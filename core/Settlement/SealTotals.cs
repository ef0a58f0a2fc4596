using MqttPay.Payments;
using MqttPay.Wire;

namespace MqttPay.Settlement;

/// <summary>What a SEAL counts of one decided record.</summary>
/// <param name="Currency">The request's; 0 where the operation has none.</param>
/// <param name="AmountMinor">The decision's: what was approved, 0 when declined.</param>
public readonly record struct SealEntry(Operation Operation, int Currency, DecisionCode Code, long AmountMinor)
{
    public static SealEntry Of(PaymentRequest request, Decision decision) =>
        new(request.Operation, request.Currency, decision.Code, decision.AmountMinor);
}

/// <summary>
/// Count and sum per operation, currency and code: the edge writes them into a SEAL, the cloud computes them again.
/// </summary>
public static class SealTotals
{
    /// <summary>Sorted by operation, currency and code, so that equal records give equal bytes.</summary>
    public static IReadOnlyList<SealTotal> Of(IEnumerable<SealEntry> entries)
    {
        var totals = new SortedDictionary<(Operation, int, DecisionCode), (int Count, long SumMinor)>();
        foreach (var entry in entries)
        {
            var key = (entry.Operation, entry.Currency, entry.Code);
            totals.TryGetValue(key, out var total);
            totals[key] = (total.Count + 1, total.SumMinor + entry.AmountMinor);
        }

        return [.. totals.Select(each =>
            new SealTotal(each.Key.Item1, each.Key.Item2, each.Key.Item3, each.Value.Count, each.Value.SumMinor))];
    }

    public static bool Equal(IReadOnlyList<SealTotal> left, IReadOnlyList<SealTotal> right) =>
        left.SequenceEqual(right);
}

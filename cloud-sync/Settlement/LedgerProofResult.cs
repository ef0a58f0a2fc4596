namespace MqttPay.CloudSync.Settlement;

/// <summary>All invariants, checked in one snapshot.</summary>
/// <param name="Sums">The sum of all balances per currency; anything but 0 is a loss of money.</param>
internal sealed record LedgerProofResult(IReadOnlyList<LedgerCheck> Checks, IReadOnlyDictionary<int, long> Sums)
{
    public bool Holds => Checks.All(check => check.Violations == 0) && Sums.Values.All(sum => sum == 0);
}

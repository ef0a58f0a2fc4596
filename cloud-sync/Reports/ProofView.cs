namespace MqttPay.CloudSync.Reports;

/// <summary>Every invariant of the ledger and how many rows break it; the sum of all balances, which is 0.</summary>
internal sealed record ProofView(bool Holds, IReadOnlyList<ProofCheck> Checks, long SumMinor);

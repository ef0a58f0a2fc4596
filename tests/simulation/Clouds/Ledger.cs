using MqttPay.Settlement;
using MqttPay.Simulation.Invariants;

namespace MqttPay.Simulation.Clouds;

/// <summary>Accounts and what moves between them. Each movement has two legs, so every prefix sums to zero.</summary>
internal sealed class Ledger(Violations violations)
{
    private readonly List<long> balances = [];
    private readonly List<AccountKind> kinds = [];
    private readonly List<long> floors = [];

    public int Movements { get; private set; }

    /// <summary>What edge_loss gave for forced reclaims and took back, by lease.</summary>
    public SortedDictionary<long, long> Reclaimed { get; } = [];

    public long Open(AccountKind kind, long floorMinor = 0)
    {
        balances.Add(0);
        kinds.Add(kind);
        floors.Add(floorMinor);
        return balances.Count - 1;
    }

    public long Balance(long account) => balances[(int)account];

    public AccountKind Kind(long account) => kinds[(int)account];

    public long Available(long account) => balances[(int)account] - floors[(int)account];

    public void Move(TransferKind? kind, long debit, long credit, long amountMinor)
    {
        if (amountMinor == 0) return;
        Movements++;
        balances[(int)debit] -= amountMinor;
        balances[(int)credit] += amountMinor;
        if (kinds[(int)debit] is AccountKind.Payer && balances[(int)debit] < floors[(int)debit]
            && kind is not TransferKind.Recover)
            violations.Add($"I1: payer {debit} stands at {balances[(int)debit]}, its line is {floors[(int)debit]}");
        if (kinds[(int)debit] is AccountKind.Lease && balances[(int)debit] < 0)
            violations.Add($"I2: the account of lease {debit} stands at {balances[(int)debit]}");
        if (kinds[(int)debit] is AccountKind.Lease && kinds[(int)credit] is AccountKind.Payer
            && kind is not TransferKind.LeaseReturn)
            violations.Add($"I3: {kind} moved {amountMinor} of lease {debit} to payer {credit}");
    }

    public long Sum()
    {
        var sum = 0L;
        foreach (var balance in balances) sum += balance;
        return sum;
    }
}

namespace MqttPay.Settlement;

/// <summary>Kinds of accounts of the ledger. Numbers are stored and never move.</summary>
public enum AccountKind
{
    Payer = 1,
    Lease = 2,
    Payee = 3,
    /// <summary>What the operator lost because an edge approved more than it might.</summary>
    EdgeLoss = 4,
    /// <summary>The operator's money; the payer of the float leases.</summary>
    FloatFunds = 5,
    Bank = 6,
    Fees = 7,
    Suspense = 8,
    Clearing = 9,
    PayerDebt = 10,
}

using MqttPay.Payments;

namespace MqttPay.Wire;

/// <summary>Closes a batch: the last leaf of its last round.</summary>
/// <param name="BusinessDate">Days since 1970-01-01.</param>
/// <param name="Totals">Ascending by operation, currency, code.</param>
/// <param name="Leases">Ascending by lease.</param>
/// <param name="Policy">The version in force, 0 when none.</param>
/// <param name="Deny">The version in force, 0 when none.</param>
public sealed record Seal(
    long FirstRound, uint BusinessDate, IReadOnlyList<SealTotal> Totals, IReadOnlyList<SealLease> Leases, int OpenHolds,
    uint Policy, uint Deny, long ElapsedSeconds, uint Unix) : RoundEvent
{
    public bool Equals(Seal? other) => other is not null && FirstRound == other.FirstRound
        && BusinessDate == other.BusinessDate
        && Totals.SequenceEqual(other.Totals) && Leases.SequenceEqual(other.Leases)
        && OpenHolds == other.OpenHolds && Policy == other.Policy && Deny == other.Deny
        && ElapsedSeconds == other.ElapsedSeconds && Unix == other.Unix;

    public override int GetHashCode() => HashCode.Combine(FirstRound, BusinessDate, ElapsedSeconds, Unix);
}

/// <summary>How many decisions of a kind a batch holds, and their sum.</summary>
/// <param name="Currency">0 where the operation has none.</param>
public readonly record struct SealTotal(Operation Operation, int Currency, DecisionCode Code, int Count, long SumMinor)
    : IComparable<SealTotal>
{
    /// <summary>By operation, currency, code: the order in a seal.</summary>
    public int CompareTo(SealTotal other) =>
        (Operation, Currency, Code).CompareTo((other.Operation, other.Currency, other.Code));
}

/// <summary>Where a lease stands when a batch is closed.</summary>
public readonly record struct SealLease(long Lease, long SpentMinor, long RemainingMinor);

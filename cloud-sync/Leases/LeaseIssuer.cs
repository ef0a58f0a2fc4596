using System.Data;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Leases;

/// <summary>
/// Moves money out of a payer's balance into a lease before an edge may spend it: one serializable transaction per ask,
/// the edge's row first. An ask is known by (edge, fence, incarnation, number) and moves money once.
/// </summary>
internal sealed class LeaseIssuer(NpgsqlDataSource database, TimeProvider clock)
{
    private const Evidence WantsMoney =
        Evidence.LeaseLow | Evidence.NoLease | Evidence.LeaseStale | Evidence.LeaseShort;

    private readonly LeaseResilience again = new(clock);

    public async Task<AskOutcome> AskAsync(uint edge, LeaseAsk ask, CancellationToken cancel)
    {
        try
        {
            return await again.RunAsync(token => TryAsync(edge, ask, token), cancel);
        }
        catch (PostgresException fault) when (LeaseResilience.IsCollision(fault))
        {
            return AskOutcome.Refuse(DecisionCode.TempError);   // Too many edges want this account at once.
        }
    }

    private async Task<AskOutcome> TryAsync(uint edge, LeaseAsk ask, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable, cancel);
        var terms = await LeaseStore.LockTermsAsync(connection, edge, cancel);
        if (await LeaseStore.FindAsync(connection, edge, ask, cancel) is { } known) return AskOutcome.Grant(known);
        if (terms is null || !terms.Active || terms.Fence != ask.Fence)
            return AskOutcome.Refuse(DecisionCode.EdgeFrozen);
        if (terms.Currency != ask.Currency) return AskOutcome.Refuse(DecisionCode.Currency);
        var payer = await LeaseStore.LockPayerAsync(connection, edge, ask, cancel);
        if (payer is null) return AskOutcome.Refuse(DecisionCode.UnknownAccount);
        if (!payer.HasActiveDevice) return AskOutcome.Refuse(DecisionCode.DenyListed);
        if ((ask.Evidence & WantsMoney) == 0) return AskOutcome.GoOn;
        if (payer.DebtMinor > 0) return AskOutcome.Refuse(DecisionCode.Insufficient);
        var present = await LeaseStore.PresentMinorAsync(connection, edge, terms.Fence, payer.Account, cancel);
        var spent = await LeaseStore.SpentAsync(connection, edge, payer.Account, clock.GetUtcNow(), cancel);
        var size = Math.Min(LeaseSizer.SizeOf(ask, terms, spent), Math.Min(payer.AvailableMinor, Money.MinorMax));
        if (size <= 0 || !Helps(ask, size, present)) return Spare(ask, present);

        var lease = await LedgerStore.OpenAsync(connection, AccountKind.Lease, null, ask.Currency, null, 0, cancel)
            ?? throw new InvariantException("a lease's account has no owner to collide with");
        var now = clock.GetUtcNow();
        await LeaseStore.InsertAsync(
            connection, lease, edge, ask, payer.Account, size, now, terms.SpendSeconds, cancel);
        var grant = new Movement(
            TransferKind.LeaseGrant, lease, 0, payer.Account, lease, size, $"edge:{edge}");
        await LedgerStore.MoveAsync(connection, grant, cancel);
        await transaction.CommitAsync(cancel);
        return AskOutcome.Grant(lease);
    }

    /// <summary>
    /// A new lease replaces the present one, so it must be worth more: than all that the cloud knows to be left, or,
    /// where a payment waits that the present one cannot pay, than that payment.
    /// </summary>
    private static bool Helps(LeaseAsk ask, long size, long presentMinor) =>
        size > presentMinor || (ask.Evidence.HasFlag(Evidence.LeaseShort) && size >= ask.WantedMinor);

    /// <summary>
    /// There is nothing to give. Where the present lease may well pay what waits, the edge goes on with it: no answer
    /// of the cloud makes a payment fail that would be approved without a network.
    /// </summary>
    private static AskOutcome Spare(LeaseAsk ask, long presentMinor) =>
        presentMinor > 0 && (ask.Evidence & (Evidence.LeaseShort | Evidence.NoLease)) == 0
            ? AskOutcome.GoOn
            : AskOutcome.Refuse(ask.Account is null ? DecisionCode.FloatExhausted : DecisionCode.Insufficient);
}

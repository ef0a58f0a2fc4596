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

    /// <summary>The payment that is asked about has nothing here that could pay it.</summary>
    private const Evidence PaymentWaits = Evidence.NoLease | Evidence.LeaseShort;

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
        var now = clock.GetUtcNow();
        var need = await NeedAsync(connection, edge, ask, terms, payer, now, cancel);
        var size = LeaseSizing.GrantMinor(need, ask.Account is null ? terms.OfFloat : terms.OfPayers);
        if (size == 0) return Spare(ask, need);

        var lease = await LedgerStore.OpenAsync(connection, AccountKind.Lease, null, ask.Currency, null, 0, cancel)
            ?? throw new InvariantException("a lease's account has no owner to collide with");
        await LeaseStore.InsertAsync(
            connection, lease, edge, ask, payer.Account, size, now, terms.SpendSeconds, cancel);
        var grant = new Movement(
            TransferKind.LeaseGrant, lease, 0, payer.Account, lease, size, $"edge:{edge}");
        await LedgerStore.MoveAsync(connection, grant, cancel);
        await transaction.CommitAsync(cancel);
        return AskOutcome.Grant(lease);
    }

    private static async Task<LeaseNeed> NeedAsync(
        NpgsqlConnection connection, uint edge, LeaseAsk ask, LeaseTerms terms, LeasePayer payer, DateTimeOffset now,
        CancellationToken cancel)
    {
        var present = await LeaseStore.PresentAsync(connection, edge, terms.Fence, payer.Account, cancel);
        var payment = (ask.Evidence & PaymentWaits) != 0 ? ask.WantedMinor : 0;

        // The edge has less than the payment, whatever the cloud has heard of by now.
        var left = payment > 0 ? Math.Min(present?.LeftMinor ?? 0, payment) : present?.LeftMinor ?? 0;
        var wanted = ask.Account is null
            ? terms.FloatMinor
            : await WantedMinorAsync(connection, edge, terms, payer, now, cancel);
        return new(wanted, payment, left, present?.RunsOut(now) ?? false, payer.AvailableMinor);
    }

    private static async Task<long> WantedMinorAsync(
        NpgsqlConnection connection, uint edge, LeaseTerms terms, LeasePayer payer, DateTimeOffset now,
        CancellationToken cancel)
    {
        var days = await LeaseStore.DaySumsAsync(connection, edge, payer.Account, now, cancel);
        return LeaseSizing.WantedMinor([.. days], days.Count, terms.OfPayers);
    }

    /// <summary>
    /// There is nothing to give. Unless a payment waits for more, the edge goes on with what it has: no answer of the
    /// cloud makes a payment fail that would be approved without a network. A payer without a lease and without funds
    /// is refused, so that the edge soon asks again: he may be about to fund his account.
    /// </summary>
    private static AskOutcome Spare(LeaseAsk ask, LeaseNeed need)
    {
        var isPoor = need is { WantedMinor: > 0, RemainingMinor: 0, AvailableMinor: <= 0 };
        return need.PaymentMinor == 0 && !isPoor
            ? AskOutcome.GoOn
            : AskOutcome.Refuse(ask.Account is null ? DecisionCode.FloatExhausted : DecisionCode.Insufficient);
    }
}

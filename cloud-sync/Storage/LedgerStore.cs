using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>Opens accounts and moves money between them, inside the caller's transaction.</summary>
internal static class LedgerStore
{
    /// <summary>The owner of the accounts that belong to the ledger itself.</summary>
    public const long Own = 0;

    /// <summary>
    /// Opens an account and returns its number, or null when the owner has one of this kind and currency.
    /// </summary>
    public static Task<long?> OpenAsync(
        NpgsqlConnection connection, AccountKind kind, long? owner, int currency, string? holder, long creditMinor,
        CancellationToken cancel) =>
        connection.ValueAsync<long?>(
            """
            insert into account (kind, owner_no, currency, holder, credit_minor) values ($1, $2, $3, $4, $5)
            on conflict (kind, owner_no, currency) do nothing returning account_id
            """, cancel, (short)kind, owner, (short)currency, holder, creditMinor);

    public static Task<long?> FindAsync(
        NpgsqlConnection connection, AccountKind kind, long owner, int currency, CancellationToken cancel) =>
        connection.ValueAsync<long?>(
            "select account_id from account where (kind, owner_no, currency) = ($1, $2, $3)",
            cancel, (short)kind, owner, (short)currency);

    public static async Task<long> OpenOrFindAsync(
        NpgsqlConnection connection, AccountKind kind, long owner, int currency, CancellationToken cancel) =>
        await OpenAsync(connection, kind, owner, currency, null, 0, cancel)
        ?? await FindAsync(connection, kind, owner, currency, cancel)
        ?? throw new InvariantException($"account {kind} of {owner} is neither new nor known");

    /// <summary>
    /// Writes one transfer into the open business date. The date's row is shared until commit, so a closing waits and
    /// no transfer lands in a closed date.
    /// </summary>
    public static async Task MoveAsync(
        NpgsqlConnection connection, Movement movement, CancellationToken cancel)
    {
        await connection.RunAsync(
            """
            insert into transfer (kind, cause_id, cause_no, debit_id, credit_id, made_by, amount_minor, business_date)
            select $1, $2, $3, $4, $5, $6, $7, business_date from business_day where state = 1 for share
            """,
            cancel, (short)movement.Kind, movement.CauseId, movement.CauseNo, movement.DebitId, movement.CreditId,
            movement.MadeBy, movement.AmountMinor);
        await connection.RunAsync(
            "select 1 from account where account_id in ($1, $2) order by account_id for no key update",
            cancel, movement.DebitId, movement.CreditId);
        await connection.RunAsync(
            """
            update account set entry_count = entry_count + 1,
              balance_minor = balance_minor + case when account_id = $1 then -$3 else $3 end
            where account_id in ($1, $2)
            """, cancel, movement.DebitId, movement.CreditId, movement.AmountMinor);
    }
}

using MqttPay.CloudSync.Settlement;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Payers and payees: their accounts in the ledger.</summary>
internal static class AccountBook
{
    private const long MinorMax = 100_000_000_000_000;

    public static async Task<Outcome<AccountView>> OpenPayerAsync(
        NpgsqlConnection connection, AccountInput input, string madeBy, CancellationToken cancel)
    {
        if (!TryReadId(input.AccountId, out var id))
            return Refusal.Invalid("account_id", "An account id is 16 hex digits.");
        if (input.Currency is < 1 or > 999) return BadCurrency;
        if (input.CreditMinor is < 0 or > MinorMax) return Refusal.Invalid("credit_minor", "Credit is 0 or more.");
        if (input.FundMinor is < 0 or > MinorMax) return Refusal.Invalid("fund_minor", "Funds are 0 or more.");
        var owner = unchecked((long)id.Value);
        var other = await connection.ValueAsync<bool>(
            "select exists (select 1 from account where kind = 1 and owner_no = $1)", cancel, owner);
        var account = other ? null : await LedgerStore.OpenAsync(
            connection, AccountKind.Payer, owner, input.Currency, input.Holder, input.CreditMinor, cancel);
        if (account is null) return Refusal.Exists("account_id", $"Account {id} exists.");
        if (input.FundMinor > 0)
        {
            var bank = await LedgerStore.OpenOrFindAsync(
                connection, AccountKind.Bank, LedgerStore.Own, input.Currency, cancel);
            var fund = new Movement(TransferKind.Fund, account.Value, 0, bank, account.Value, input.FundMinor, madeBy);
            await LedgerStore.MoveAsync(connection, fund, cancel);
        }

        return (await FindPayerAsync(connection, id, cancel))!;
    }

    /// <summary>Later funds; what the payer owes is taken from them at once.</summary>
    public static async Task<Outcome<AccountView>> FundAsync(
        NpgsqlConnection connection, string id, FundsInput input, string madeBy, CancellationToken cancel)
    {
        if (!TryReadId(id, out var name)) return Refusal.NotFound($"account {id}");
        if (input.AmountMinor is < 1 or > MinorMax) return Refusal.Invalid("amount_minor", "Funds are 1 or more.");
        await BusinessDays.ShareAsync(connection, cancel);
        var account = await connection.ListAsync(
            "select account_id, currency from account where kind = 1 and owner_no = $1",
            r => (Id: r.GetInt64(0), Currency: (int)r.GetInt16(1)), cancel, unchecked((long)name.Value));
        if (account.Count == 0) return Refusal.NotFound($"account {id}");
        var bank = await LedgerStore.OpenOrFindAsync(
            connection, AccountKind.Bank, LedgerStore.Own, account[0].Currency, cancel);
        await connection.RunAsync(
            "select 1 from account where account_id in ($1, $2) order by account_id for no key update",
            cancel, account[0].Id, bank);
        var number = await connection.ValueAsync<long>(
            "select coalesce(max(cause_no), 0) + 1 from transfer where kind = 1 and cause_id = $1",
            cancel, account[0].Id);
        await LedgerStore.MoveAsync(
            connection,
            new(TransferKind.Fund, account[0].Id, number, bank, account[0].Id, input.AmountMinor, madeBy), cancel);
        await DebtBook.RecoverAsync(connection, account[0].Id, cancel);
        return (await FindPayerAsync(connection, name, cancel))!;
    }

    public static Task<AccountView?> FindPayerAsync(
        NpgsqlConnection connection, AccountId id, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select a.currency, a.holder, a.balance_minor, a.credit_minor,
              a.balance_minor - a.held_minor + a.credit_minor,
              coalesce((select sum(l.balance_minor) from lease join account l on l.account_id = lease_id
                where payer_id = a.account_id and state in (1, 2, 3)), 0)::bigint,
              coalesce((select sum(open_minor) from debt where payer_id = a.account_id), 0)::bigint
            from account a where a.kind = 1 and a.owner_no = $1
            """,
            r => new AccountView(
                id.ToString(), r.GetInt16(0), r.Maybe<string>(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4),
                r.GetInt64(5), r.GetInt64(6)),
            cancel, unchecked((long)id.Value));

    public static async Task<Outcome<PayeeView>> OpenPayeeAsync(
        NpgsqlConnection connection, PayeeInput input, CancellationToken cancel)
    {
        if (input.Payee == 0) return Refusal.Invalid("payee", "A payee's number is 1 or more.");
        if (input.Currency is < 1 or > 999) return BadCurrency;
        var account = await LedgerStore.OpenAsync(
            connection, AccountKind.Payee, input.Payee, input.Currency, input.Name, 0, cancel);
        if (account is null) return Refusal.Exists("payee", $"Payee {input.Payee} has an account in this currency.");
        return new PayeeView(input.Payee, input.Currency, input.Name, 0);
    }

    public static bool TryReadId(string? text, out AccountId id)
    {
        // The same 16 lower-case digits that name a key.
        var read = KeyId.TryParse(text, out var digits);
        id = new(digits.Value);
        return read;
    }

    private static Refusal BadCurrency { get; } =
        Refusal.Invalid("currency", "A currency is its ISO 4217 number, 1 to 999.");
}

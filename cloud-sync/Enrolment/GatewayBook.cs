using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Leases;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Enrolment;

/// <summary>Gateways: an edge's key, its accounts, its chain and its credentials.</summary>
internal sealed class GatewayBook(DocumentSigner signer, PolicyBook policies, FenceBook fences)
{
    private const long MinorMax = 100_000_000_000_000;
    private const long NewcomerMinor = 10_00;

    public async Task<Outcome<GatewayCredentials>> EnrolAsync(
        NpgsqlConnection connection, GatewayInput input, string madeBy, CancellationToken cancel)
    {
        if (Check(input) is { } wrong) return wrong;
        if (!PublicKeys.TryRead(input.PublicKey, out var key))
            return Refusal.Invalid("public_key", "The key is no COSE_Key in hex, or no usable point on its curve.");
        foreach (var payee in (uint[])[input.Payee, .. input.Payees ?? []])
        {
            if (await LedgerStore.FindAsync(connection, AccountKind.Payee, payee, input.Currency, cancel) is null)
                return Refusal.Invalid("payee", $"Payee {payee} has no account in currency {input.Currency}.");
        }

        var witness = Secrets.WitnessKey();
        if (!await InsertAsync(connection, input, key, witness, cancel))
            return Refusal.Exists("edge_id", $"Gateway {input.EdgeId} exists.");
        await OpenAccountsAsync(connection, input, madeBy, cancel);
        await policies.EnsureDefaultAsync(connection, input.Currency, madeBy, cancel);
        var (_, apiKey) = await KeyRing.MakeAsync(connection, KeyRing.OfEdge(input.EdgeId), null, cancel);
        return new GatewayCredentials(
            input.EdgeId, 1, apiKey, Convert.ToHexStringLower(witness),
            Convert.ToHexStringLower(signer.Public.ToCoseKey()));
    }

    /// <summary>
    /// A gateway that was frozen, restored or replaced goes on under a new fence, after the last round that the cloud
    /// has.
    /// </summary>
    public async Task<Outcome<GatewayView>> RaiseFenceAsync(
        NpgsqlConnection connection, uint edge, string madeBy, CancellationToken cancel) =>
        await fences.RaiseAsync(connection, edge, FenceCause.Asked, madeBy, cancel) is null
            ? Refusal.NotFound($"gateway {edge}")
            : (await GatewayQueries.FindAsync(connection, edge, cancel))!;

    private static Refusal? Check(GatewayInput input)
    {
        if (input.EdgeId == 0) return Refusal.Invalid("edge_id", "A gateway's number is 1 or more.");
        if (input.Currency is < 1 or > 999) return Refusal.Invalid("currency", "A currency is its ISO 4217 number.");
        if (input.FloatMinor is < 0 or > MinorMax) return Refusal.Invalid("float_minor", "A float is 0 or more.");
        if (input.LeaseMinor is < 1 or > MinorMax) return Refusal.Invalid("lease_minor", "A lease is 1 or more.");
        if (input.NewcomerMinor is { } newcomer && (newcomer < 0 || newcomer > input.LeaseMinor))
            return Refusal.Invalid("newcomer_minor", "A newcomer's lease is 0 to lease_minor.");
        if (input.LeaseShareBasisPoints is < 0 or > Limits.Whole)
            return Refusal.Invalid("lease_share_basis_points", "A share is 0 to 10,000 basis points.");
        if (input.SpendSeconds is < 60 or > 31_536_000)
            return Refusal.Invalid("spend_seconds", "A lease may be spent for 60 s to 365 days.");
        return input.Payees?.Count > 1_000 ? Refusal.Invalid("payees", "At most 1,000 further payees.") : null;
    }

    private static async Task<bool> InsertAsync(
        NpgsqlConnection connection, GatewayInput input, PublicKey key, byte[] witness, CancellationToken cancel)
    {
        var inserted = await connection.RunAsync(
            """
            insert into edge (edge_id, algorithm, public_key, payee_no, currency, payees, witness_key, float_minor,
              lease_minor, spend_seconds, newcomer_minor, lease_share_basis_points)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing
            """,
            cancel, (long)input.EdgeId, (short)key.Algorithm, key.Bytes, (long)input.Payee, (short)input.Currency,
            (input.Payees ?? []).Select(p => (long)p).ToArray(), witness, input.FloatMinor, input.LeaseMinor,
            (long)input.SpendSeconds, input.NewcomerMinor ?? Math.Min(NewcomerMinor, input.LeaseMinor),
            input.LeaseShareBasisPoints);
        if (inserted == 0) return false;
        await connection.RunAsync(
            "insert into edge_key (edge_id, algorithm, public_key) values ($1, $2, $3)",
            cancel, (long)input.EdgeId, (short)key.Algorithm, key.Bytes);
        await connection.RunAsync(
            "insert into edge_chain (edge_id, fence, next_round, head) values ($1, 1, 1, $2)",
            cancel, (long)input.EdgeId, default(Hash).ToArray());
        return true;
    }

    private static async Task OpenAccountsAsync(
        NpgsqlConnection connection, GatewayInput input, string madeBy, CancellationToken cancel)
    {
        long edge = input.EdgeId;
        await LedgerStore.OpenOrFindAsync(connection, AccountKind.EdgeLoss, edge, input.Currency, cancel);
        await LedgerStore.OpenOrFindAsync(connection, AccountKind.Clearing, edge, input.Currency, cancel);
        foreach (var own in (AccountKind[])[AccountKind.Suspense, AccountKind.PayerDebt, AccountKind.Fees])
            await LedgerStore.OpenOrFindAsync(connection, own, LedgerStore.Own, input.Currency, cancel);
        var purse = await LedgerStore.OpenOrFindAsync(connection, AccountKind.FloatFunds, edge, input.Currency, cancel);
        if (input.FloatMinor == 0) return;
        var bank = await LedgerStore.OpenOrFindAsync(
            connection, AccountKind.Bank, LedgerStore.Own, input.Currency, cancel);
        var fund = new Movement(TransferKind.Fund, purse, 0, bank, purse, input.FloatMinor, madeBy);
        await LedgerStore.MoveAsync(connection, fund, cancel);
    }
}

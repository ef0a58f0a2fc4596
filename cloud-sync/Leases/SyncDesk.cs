using MqttPay.CloudSync.Documents;
using MqttPay.CloudSync.Enrolment;
using MqttPay.CloudSync.Storage;
using MqttPay.Payments;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Leases;

/// <summary>
/// Answers a gateway's sync: its place in the chain, the grants that it has asked for, and the documents that it lacks.
/// Every part can be asked again, so a lost answer costs nothing.
/// </summary>
internal sealed class SyncDesk(
    NpgsqlDataSource database, HistoryWatch watch, LeaseIssuer issuer, RosterBook rosters, DocumentSigner signer,
    TimeProvider clock)
{
    public const int AsksMax = 1_000;

    public async Task<Outcome<SyncAnswer>> AnswerAsync(uint edge, SyncRequest request, CancellationToken cancel)
    {
        if (request.Asks.Count > AsksMax) return Refusal.Invalid("asks", $"At most {AsksMax} asks in one sync.");
        await watch.CheckAsync(edge, request, cancel);   // First: a lost history gets no money.
        var refusals = new List<(uint, DecisionCode)>();
        foreach (var ask in request.Asks)
        {
            var outcome = await issuer.AskAsync(edge, ask, cancel);
            if (outcome.Lease is null) refusals.Add((ask.Number, outcome.Code));
        }

        var roster = await rosters.NewerAsync(edge, request.RosterVersion, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.RunAsync(
            "update edge set last_contact_at = $2 where edge_id = $1", cancel, (long)edge, clock.GetUtcNow());
        var place = await ReadPlaceAsync(connection, edge, cancel);
        if (place is null) return Refusal.NotFound($"gateway {edge}");
        var policy = await PolicyBook.NewestAsync(connection, place.Currency, cancel);
        var denials = await DenyBook.NewestAsync(connection, cancel);
        return new SyncAnswer(
            place.Fence,
            place.NextRound,
            place.Head,
            await GrantsAsync(connection, edge, place.Fence, policy!.Version, cancel),
            Newer(policy, request.PolicyVersion),
            Newer(denials, request.DenyVersion),
            roster?.Message,
            checked((uint)clock.GetUtcNow().ToUnixTimeSeconds()),
            refusals,
            request.Fence < place.Fence && !place.Taken ? FenceOrder(edge, place) : null,
            await LeaseStore.StoppedAsync(connection, edge, request.Fence, cancel));
    }

    private static byte[]? Newer(VersionedDocument? newest, uint known) =>
        newest is null || newest.Version == known ? null : newest.Message;

    /// <summary>A new fence goes on after the last accepted round of the one before.</summary>
    private byte[] FenceOrder(uint edge, Place place)
    {
        var order = new Ack(edge, place.Fence, place.NextRound - 1, place.Head);
        return signer.Sign(MessageKind.Fence, AckCodec.Encode(order));
    }

    private async Task<List<byte[]>> GrantsAsync(
        NpgsqlConnection connection, uint edge, uint fence, uint policy, CancellationToken cancel)
    {
        var grants = new List<byte[]>();
        foreach (var offer in await LeaseStore.OfferedAsync(connection, edge, fence, cancel))
        {
            // Signed after the money has moved for good: a grant is never ahead of its transfer.
            grants.Add(offer.Message ?? await LeaseStore.KeepAsync(
                connection, offer.Lease, Sign(edge, fence, policy, offer), cancel));
        }

        return grants;
    }

    private byte[] Sign(uint edge, uint fence, uint policy, OfferedLease offer)
    {
        var grant = new Grant(
            offer.Lease,
            edge,
            fence,
            offer.Account,
            offer.Currency,
            offer.LimitMinor,
            checked((uint)offer.GrantedAt.ToUnixTimeSeconds()),
            checked((uint)(offer.SpendUntil - offer.GrantedAt).TotalSeconds),
            policy,
            offer.AskNumber is { } ask ? checked((uint)ask) : null);
        return signer.Sign(MessageKind.Grant, GrantCodec.Encode(grant));
    }

    private static Task<Place?> ReadPlaceAsync(NpgsqlConnection connection, uint edge, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            select e.fence, e.currency, c.next_round, c.head, exists (
              select 1 from batch b where (b.edge_id, b.fence, b.branch) = (e.edge_id, e.fence, 0))
            from edge e join edge_chain c on (c.edge_id, c.fence, c.branch) = (e.edge_id, e.fence, 0)
            where e.edge_id = $1 and e.state <> 3
            """,
            r => new Place(
                checked((uint)r.GetInt64(0)), r.GetInt16(1), r.GetInt64(2), Hash.Read(r.Bytes(3)), r.GetBoolean(4)),
            cancel, (long)edge);

    /// <param name="Taken">Whether the edge has sent rounds under this fence: whoever asks for it now is another
    /// box.</param>
    private sealed record Place(uint Fence, int Currency, long NextRound, Hash Head, bool Taken);
}

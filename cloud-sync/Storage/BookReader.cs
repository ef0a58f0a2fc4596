using System.Data.Common;
using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;
using Npgsql;

namespace MqttPay.CloudSync.Storage;

/// <summary>
/// Reads what the reconciler may look at, inside the posting transaction and under the edge's lock. Leases are locked
/// here, in the order of their numbers; other accounts only when they are written.
/// </summary>
internal sealed class BookReader(NpgsqlConnection connection, CancellationToken cancel)
{
    public async Task<Books> ReadAsync(
        long batchNo, EdgeRow edge, uint fence, bool branch, ChainRow chain, DateTime received,
        IReadOnlyList<JournalItem> items)
    {
        var decided =
            items.OfType<JournalItem.Decided>().Where(item => item.Genuine && item.Request is not null).ToList();
        var about = items.OfType<JournalItem.Happened>().Where(item => item.About is not null).ToList();
        var devices = await ReadDevicesAsync(
            edge, [.. decided.Select(item => item.Request!.Kid), .. about.Select(item => item.About!.Value.Kid)]);
        var known = decided.Where(item => devices.ContainsKey(item.Request!.Kid)).ToList();
        var ids = await ReadIdsAsync([.. known.Select(item => item.Request!.ReferenceId).OfType<PaymentId>()]);
        var references = References(known, devices, ids);
        var ended = about.Where(item => item.Event is RoundEvent.HoldEnd or RoundEvent.VoucherKept
                && devices.ContainsKey(item.About!.Value.Kid))
            .Select(item => NameOf(devices, item.About!.Value)).ToList();
        var holds = await ReadHoldsAsync(edge.Edge, new([.. references.Select(each => each.Name), .. ended]));
        var posted = await ReadPostedAsync(new(references.Where(each => each.Back).Select(each => each.Name)));
        var leases = await ReadLeasesAsync(edge.Edge, LeasesOf(items, holds.Values, posted.Values));
        var currencies = await ReadCurrenciesAsync(edge, [
            edge.Currency, .. leases.Values.Select(lease => lease.Currency),
            .. devices.Values.Select(device => device.Currency),
            .. known.Where(item => item.Decision.Approved).Select(item => item.Request!.Currency).Where(one => one > 0),
            .. holds.Values.SelectMany(parts => parts).Select(part => part.Currency),
            .. posted.Values.Select(payment => payment.Currency)]);
        return new()
        {
            BatchNo = batchNo,
            Edge = edge.Edge,
            Fence = fence,
            Branch = branch,
            ReceivedUnix = new DateTimeOffset(received).ToUnixTimeSeconds(),
            SitePayee = edge.Payee,
            LastUnix = chain.LastUnix,
            DenyVersion = chain.DenyVersion,
            Devices = devices,
            Leases = leases,
            Known = await ReadKnownAsync(new(known.Select(item => NameOf(devices, item.Request!.Name)))),
            Holds = holds,
            Vouchers = await ReadVouchersAsync(new(ended)),
            Posted = posted,
            Names = ids,
            TakenBack = branch
                ? await ReadTakenBackAsync(new(known.Select(item => NameOf(devices, item.Request!.Name))))
                : new HashSet<LedgerName>(),
            Payees = await ReadPayeesAsync([edge.Payee, .. edge.Payees]),
            Currencies = currencies,
        };
    }

    private static LedgerName NameOf(Dictionary<KeyId, DeviceStanding> devices, RequestName name) =>
        new(devices[name.Kid].Device, name.Epoch, name.Sequence);

    private static List<(LedgerName Name, bool Back)> References(
        List<JournalItem.Decided> items, Dictionary<KeyId, DeviceStanding> devices, Dictionary<PaymentId,
        LedgerName> ids)
    {
        var names = new List<(LedgerName, bool)>();
        foreach (var request in items.Select(item => item.Request!))
        {
            var back = request.Operation is Operation.Reverse or Operation.Refund;
            if (request.ReferenceSequence is { } own)
                names.Add((NameOf(devices, request.Name with { Sequence = own }), back));
            else if (request.ReferenceId is { } id && ids.TryGetValue(id, out var name)) names.Add((name, back));
        }

        return names;
    }

    private static long[] LeasesOf(
        IReadOnlyList<JournalItem> items, IEnumerable<IReadOnlyList<HoldPart>> holds, IEnumerable<PostedPayment> posted)
    {
        var leases = new SortedSet<long>();
        foreach (var item in items)
        {
            leases.Add(item switch
            {
                JournalItem.Decided decided => decided.Decision.Lease,
                JournalItem.Happened { Event: RoundEvent.LeaseOn on } => on.Lease,
                JournalItem.Happened { Event: RoundEvent.LeaseStop stop } => stop.Lease,
                JournalItem.Happened { Event: RoundEvent.LeaseClose close } => close.Lease,
                _ => 0,
            });
        }

        leases.UnionWith(holds.SelectMany(parts => parts).Select(part => part.Source));
        leases.UnionWith(posted.Select(payment => payment.Source));
        return [.. leases];
    }

    private async Task<Dictionary<KeyId, DeviceStanding>> ReadDevicesAsync(EdgeRow edge, HashSet<KeyId> kids)
    {
        if (kids.Count == 0) return [];
        var rows = await connection.ListAsync(
            """
            select d.device_id, d.kid, d.account_id, a.owner_no, a.currency, d.operation_mask, d.revoked_at,
              d.denied_in, d.payee_no, d.epoch, d.former_revoked_at, d.former_denied_in
            from device d left join account a using (account_id) where d.kid = any ($1)
            """,
            row => new DeviceStanding(
                row.GetInt64(0), KeyId.Read(row.Bytes(1)), row.Maybe<long?>(2) ?? 0,
                new(unchecked((ulong)(row.Maybe<long?>(3) ?? 0))), row.Maybe<short?>(4) ?? edge.Currency,
                row.GetInt32(5), row.Maybe<DateTimeOffset?>(6)?.ToUnixTimeSeconds(), (uint?)row.Maybe<long?>(7))
            {
                Payee = checked((uint)(row.Maybe<long?>(8) ?? 0)),
                Epoch = checked((uint)row.GetInt64(9)),
                FormerRevokedUnix = row.Maybe<DateTimeOffset?>(10)?.ToUnixTimeSeconds(),
                FormerDeniedIn = (uint?)row.Maybe<long?>(11),
            },
            cancel, (object)kids.Select(KidBytes.Of).ToArray());
        return rows.ToDictionary(device => device.Kid);
    }

    private async Task<Dictionary<PaymentId, LedgerName>> ReadIdsAsync(HashSet<PaymentId> ids)
    {
        if (ids.Count == 0) return [];
        var rows = await connection.ListAsync(
            "select payment_id, device_id, epoch, seq from payment where payment_id = any ($1)",
            row => (Id: PaymentUuid.Read(row.GetGuid(0)), Name: Name(row, 1)),
            cancel, (object)ids.Select(PaymentUuid.Of).ToArray());
        return rows.ToDictionary(row => row.Id, row => row.Name);
    }

    /// <summary>
    /// Holds change only by their own edge's rounds, which the edge's lock orders; another edge's are not seen. A name
    /// may be the hold's or an INCREMENT's; all parts come.
    /// </summary>
    private async Task<Dictionary<LedgerName, IReadOnlyList<HoldPart>>> ReadHoldsAsync(uint edge, NameColumns names)
    {
        if (names.Empty) return [];
        var rows = await connection.ListAsync(
            """
            select h.device_id, h.epoch, h.seq, h.auth_seq, h.auth_id, h.payer_id, h.lease_id, a.currency, h.target_id,
              h.open_minor, h.state, p.kind
            from (select distinct device_id, epoch, auth_seq
                from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (device_id, epoch, seq)
                join hold using (device_id, epoch, seq)) n
            join hold h using (device_id, epoch, auth_seq) join account a on a.account_id = h.lease_id
            join payment p on (p.device_id, p.epoch, p.seq) = (h.device_id, h.epoch, h.seq)
            left join lease l on l.lease_id = h.lease_id where coalesce(l.edge_id, a.owner_no) = $4
            """,
            row => new HoldPart(
                Name(row, 0), new(row.GetInt64(0), checked((uint)row.GetInt64(1)), row.GetInt64(3)),
                PaymentUuid.Read(row.GetGuid(4)), row.GetInt64(5), row.GetInt64(6), row.GetInt16(7), row.GetInt64(8),
                row.GetInt64(9), (HoldState)row.GetInt16(10))
            {
                Confirm = row.GetInt16(11) == (short)Operation.Sale,
            },
            cancel, names.Devices, names.Epochs, names.Sequences, (long)edge);
        return rows.GroupBy(part => part.Auth)
            .ToDictionary(parts => parts.Key, IReadOnlyList<HoldPart> (parts) => [.. parts]);
    }

    private async Task<HashSet<LedgerName>> ReadTakenBackAsync(NameColumns names)
    {
        if (names.Empty) return [];
        return [.. await connection.ListAsync(
            """
            select n.device_id, n.epoch, n.seq from unnest($1::bigint[], $2::bigint[], $3::bigint[])
              as n (device_id, epoch, seq)
            join payment p on (p.ref_device, p.ref_epoch, p.ref_seq) = (n.device_id, n.epoch, n.seq)
            where p.kind = 6 and p.paid_minor = 0 and coalesce(p.held_minor, 0) = 0
            """,
            row => Name(row, 0), cancel, names.Devices, names.Epochs, names.Sequences)];
    }

    /// <summary>The newest voucher of each session; those that fell or conflicted were never the newest.</summary>
    private async Task<Dictionary<LedgerName, VoucherStanding>> ReadVouchersAsync(NameColumns names)
    {
        if (names.Empty) return [];
        var rows = await connection.ListAsync(
            """
            select device_id, epoch, seq, body from unnest($1::bigint[], $2::bigint[], $3::bigint[])
              as n (device_id, epoch, seq) join edge_event e using (device_id, epoch, seq) where e.kind = 6
            order by e.batch_no, e.position
            """,
            row => (Name: Name(row, 0), Body: row.Bytes(3)), cancel, names.Devices, names.Epochs, names.Sequences);
        var newest = new Dictionary<LedgerName, VoucherStanding>();
        foreach (var (name, body) in rows)
        {
            Invariant.Holds(EventCodec.TryParse(body, out var content) is WireError.None);
            if (content is not RoundEvent.VoucherKept kept
                || RequestCodec.TryParse(kept.Message, out var view) is not WireError.None) continue;
            var (request, last) = (view.ToRequest(), newest.GetValueOrDefault(name));
            if (request.Tick > last.Tick && request.AmountMinor >= last.AmountMinor)
                newest[name] = new(request.Tick, request.AmountMinor);
        }

        return newest;
    }

    private async Task<Dictionary<LedgerName, PostedPayment>> ReadPostedAsync(NameColumns names)
    {
        if (names.Empty) return [];

        // Two edges may pay back the same payment: whoever comes second reads the sums after the first.
        await connection.RunAsync(
            """
            select 1 from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (device_id, epoch, seq)
            join payment p using (device_id, epoch, seq) order by p.device_id, p.epoch, p.seq for no key update of p
            """, cancel, names.Devices, names.Epochs, names.Sequences);
        var rows = await connection.ListAsync(
            """
            select p.device_id, p.epoch, p.seq, p.payer_id, p.source_id, a.currency, p.target_id,
              (p.paid_minor + coalesce((select sum(c.paid_minor) from payment c where c.kind in (4, 9)
                and (c.ref_device, c.ref_epoch, c.ref_seq) = (p.device_id, p.epoch, p.seq)), 0)
              + coalesce((select sum(t.amount_minor) from edge_event e join transfer t
                on (t.kind, t.cause_id, t.cause_no) = (15, e.batch_no, e.position) where e.kind = 5
                and (e.device_id, e.epoch, e.seq) = (p.device_id, p.epoch, p.seq)), 0))::bigint,
              coalesce((select -sum(b.paid_minor) from payment b where b.kind in (6, 7)
                and (b.ref_device, b.ref_epoch, b.ref_seq) = (p.device_id, p.epoch, p.seq)), 0)::bigint
            from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (device_id, epoch, seq)
            join payment p using (device_id, epoch, seq) join account a on a.account_id = p.source_id
            """,
            row => new PostedPayment(
                Name(row, 0), row.GetInt64(3), row.GetInt64(4), row.GetInt16(5), row.GetInt64(6), row.GetInt64(7),
                row.GetInt64(8)),
            cancel, names.Devices, names.Epochs, names.Sequences);
        return rows.ToDictionary(payment => payment.Name);
    }

    private async Task<Dictionary<LedgerName, KnownRecord>> ReadKnownAsync(NameColumns names)
    {
        if (names.Empty) return [];
        var rows = await connection.ListAsync(
            """
            select device_id, epoch, seq, batch_no, position, request, false
            from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (device_id, epoch, seq)
            join decline using (device_id, epoch, seq)
            union all select device_id, epoch, seq, batch_no, position, request, true
            from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as n (device_id, epoch, seq)
            join payment using (device_id, epoch, seq)
            """,
            row => (Name: Name(row, 0), Record: new KnownRecord(
                row.GetInt64(3), row.GetInt32(4), DigestOf(row.Bytes(5)), row.GetBoolean(6))),
            cancel, names.Devices, names.Epochs, names.Sequences);
        var known = new Dictionary<LedgerName, KnownRecord>();
        foreach (var row in rows.OrderBy(row => row.Record.Approved)) known[row.Name] = row.Record;
        return known;
    }

    private async Task<Dictionary<long, LeaseStanding>> ReadLeasesAsync(uint edge, long[] named)
    {
        var rows = await connection.ListAsync(
            """
            select l.lease_id, l.payer_id, p.kind, a.currency, l.state, l.granted_at, a.balance_minor, a.held_minor,
              l.excess_minor, l.closed_round, l.fence, l.reclaimed_at is not null
            from lease l join account a on a.account_id = l.lease_id join account p on p.account_id = l.payer_id
            where l.edge_id = $1 and l.lease_id = any ($2) order by l.lease_id for no key update of a
            """,
            row => new LeaseStanding(
                row.GetInt64(0), edge, row.GetInt64(1), row.GetInt16(2) == (short)AccountKind.FloatFunds,
                row.GetInt16(3),
                (LeaseState)row.GetInt16(4), new DateTimeOffset(row.GetFieldValue<DateTime>(5)).ToUnixTimeSeconds(),
                row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.Maybe<long?>(9))
            {
                Fence = checked((uint)row.GetInt64(10)),
                Reclaimed = row.GetBoolean(11),
            },
            cancel, (long)edge, named);
        return rows.ToDictionary(lease => lease.Lease);
    }

    private async Task<Dictionary<(uint, int), long>> ReadPayeesAsync(long[] payees)
    {
        var rows = await connection.ListAsync(
            "select owner_no, currency, account_id from account where kind = 3 and owner_no = any ($1)",
            row => (Payee: checked((uint)row.GetInt64(0)), Currency: (int)row.GetInt16(1), Account: row.GetInt64(2)),
            cancel, payees);
        return rows.ToDictionary(row => (row.Payee, row.Currency), row => row.Account);
    }

    private async Task<Dictionary<int, CurrencyBook>> ReadCurrenciesAsync(EdgeRow edge, SortedSet<int> currencies)
    {
        var books = new Dictionary<int, CurrencyBook>();
        foreach (var currency in currencies)
        {
            var loss = await AccountAsync(AccountKind.EdgeLoss, edge.Edge, currency);
            books[currency] = new(loss, await AccountAsync(AccountKind.Suspense, LedgerStore.Own, currency));
        }

        return books;
    }

    private async Task<long> AccountAsync(AccountKind kind, long owner, int currency) =>
        await LedgerStore.FindAsync(connection, kind, owner, currency, cancel)
        ?? await LedgerStore.OpenOrFindAsync(connection, kind, owner, currency, cancel);

    private static LedgerName Name(DbDataReader row, int column) =>
        new(row.GetInt64(column), checked((uint)row.GetInt64(column + 1)), row.GetInt64(column + 2));

    private static Hash DigestOf(byte[] message)
    {
        Invariant.Holds(RequestCodec.TryParse(message, out var view) is WireError.None);
        return view.Digest(message);
    }
}

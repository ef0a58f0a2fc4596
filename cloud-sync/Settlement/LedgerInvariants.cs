namespace MqttPay.CloudSync.Settlement;

/// <summary>
/// What always holds in the ledger, each as a query that counts violations: 0, or the books are wrong.
/// </summary>
internal static class LedgerInvariants
{
    public static IReadOnlyList<(string Name, string What, string Sql)> All { get; } =
    [
        ("L1", "the balances of a currency sum to zero", """
            select count(*) from (select currency from account group by currency having sum(balance_minor) <> 0) x
            """),
        ("L2", "an account's balance and number of entries are those of its legs", """
            select count(*) from account a
              left join (select account_id, sum(amount_minor) v, count(*) n from leg group by 1) l using (account_id)
            where a.balance_minor <> coalesce(l.v, 0) or a.entry_count <> coalesce(l.n, 0)
            """),
        ("L3", "a payment has one currency", """
            select count(*) from payment p left join account s on s.account_id = p.source_id
              left join account t on t.account_id = p.target_id
            where s.currency is distinct from t.currency or s.currency is null
            """),
        ("L4", "what is held on an account are its open holds", """
            select count(*) from account a left join (select lease_id, sum(open_minor) v from hold group by 1) h
              on h.lease_id = a.account_id where a.held_minor <> coalesce(h.v, 0)
            """),
        ("L5", "what is open on a hold is what its records say", """
            select count(*) from (select device_id, epoch, auth_seq, sum(open_minor) v from hold group by 1, 2, 3) h
              full join (select device_id, epoch, auth_seq, sum(v) v from (
                  select h.device_id, h.epoch, h.auth_seq, p.held_minor v
                    from hold h join payment p using (device_id, epoch, seq)
                  union all select ref_device, ref_epoch, ref_seq, held_minor from payment where held_minor < 0
                  union all select device_id, epoch, seq, held_minor from edge_event where held_minor < 0) e
                group by 1, 2, 3) x
              using (device_id, epoch, auth_seq) where coalesce(h.v, 0) <> coalesce(x.v, 0)
            """),
        ("L6", "the counts of a batch are those of its rows", """
            select count(*) from batch b
              left join (select batch_no, count(*) c from payment group by 1) p using (batch_no)
              left join (select batch_no, count(*) c from decline group by 1) d using (batch_no)
              left join (select batch_no, count(*) c from reject group by 1) r using (batch_no)
            where (b.accepted, b.declined, b.rejected) <> (coalesce(p.c, 0), coalesce(d.c, 0), coalesce(r.c, 0))
            """),
        ("L7", "every payment has its batch", """
            select count(*) from payment p where not exists (select 1 from batch b where b.batch_no = p.batch_no)
            """),
        ("L8", "chains have no hole", """
            select count(*) from (select *, lag(last_round) over w lr, lag(head) over w lh from batch
                window w as (partition by edge_id, fence, branch order by first_round)) x
              where lr is not null and (first_round <> lr + 1 or previous_head <> lh)
            """),
        ("L9", "a chain ends with its newest batch", """
            select count(*) from edge_chain c join lateral (
                select last_round, head from batch b
                where (b.edge_id, b.fence, b.branch) = (c.edge_id, c.fence, c.branch)
                order by first_round desc limit 1) b on true
              where c.next_round <> b.last_round + 1 or c.head <> b.head
            """),
        ("L10", "a payee's day is what moved for the payee on that date", """
            select count(*) from payee_day m full join (
                select payee_id, business_date, sum(v) v from (
                  select target_id payee_id, business_date, paid_minor v from payment join batch using (batch_no)
                  union all select credit_id, business_date, amount_minor from transfer where kind in (10, 12, 13, 15)
                  union all select debit_id, business_date, -amount_minor from transfer where kind in (10, 12, 13, 15))
                  e
                join account a on a.account_id = payee_id and a.kind = 3 group by 1, 2) p
              using (payee_id, business_date) where coalesce(m.paid_minor - m.back_minor, 0) <> coalesce(p.v, 0)
            """),
        ("L11", "a lease was funded in full by its payer", """
            select count(*) from lease l left join transfer t on t.kind = 2 and t.cause_id = l.lease_id
            where (t.amount_minor, t.debit_id, t.credit_id) is distinct from (l.limit_minor, l.payer_id, l.lease_id)
            """),
        ("L12", "a lease is reclaimed only with its transfer, and closed only when it is empty", """
            select count(*) from lease l join account a on a.account_id = l.lease_id
              left join transfer t on t.kind = 5 and t.cause_id = l.lease_id
            where (l.state <> 4 and (l.state = 5) <> (t.transfer_id is not null))
              or (l.state = 4 and a.balance_minor <> 0)
            """),
        ("L13", "every record is in exactly one place", """
            select (abs((select count(*) from record_category) - (select coalesce(sum(record_count), 0) from batch))
              + (select count(*) from (
                  select 1 from record_category group by batch_no, position having count(*) > 1) x))::bigint
            """),
        ("L14", "only benign duplicates lack their bytes", """
            select count(*) from reject where (category = 6) <> (request is null)
            """),
        ("L15", "a settlement is its payee's day", """
            select count(*) from settlement s left join payee_day m using (payee_id, business_date)
            where (s.gross_minor, s.back_minor) is distinct from (m.paid_minor, m.back_minor)
            """),
        ("L16", "what payers owe is what the operator has booked as owed", """
            select count(*) from (select currency, sum(balance_minor) v from account where kind = 10 group by 1) a
              full join (select p.currency, sum(d.open_minor) v
                from debt d join account p on p.account_id = d.payer_id group by 1) d using (currency)
            where coalesce(a.v, 0) <> -coalesce(d.v, 0)
            """),
        ("I3", "a lease's rest went back to its payer only by the edge's word with every round up to it, or by force "
            + "with an equal loss and a new fence", """
            select (select count(*) from transfer t join lease l on l.lease_id = t.cause_id
                where t.kind = 3 and not exists (
                  select 1 from edge_event e join batch b using (batch_no)
                    join edge_chain c on (c.edge_id, c.fence, c.branch) = (b.edge_id, b.fence, b.branch)
                  where e.kind = 4 and e.lease_id = l.lease_id and (b.edge_id, b.fence) = (l.edge_id, l.fence)
                    and l.closed_round between b.first_round and b.last_round and c.next_round > l.closed_round))
              + (select count(*) from transfer t join lease l on l.lease_id = t.debit_id
                where t.credit_id = l.payer_id and t.kind <> 3)
              + (select count(*) from transfer t join lease l on l.lease_id = t.cause_id
                  join account d on d.account_id = t.debit_id join edge e on e.edge_id = l.edge_id
                where t.kind = 5 and (d.kind <> 4 or t.credit_id <> l.payer_id or e.fence <= l.fence
                  or l.reclaimed_by is null))
            """),
    ];
}

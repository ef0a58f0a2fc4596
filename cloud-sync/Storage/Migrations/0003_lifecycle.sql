-- The whole life of a payment: payees' devices, keys and their successors, lost branches, debts, what was spent where.

-- payee_no: the payee whose device it is, null for a payer's. sequence_floor: the newest sequence of its epoch that the
-- cloud knew when its site's fence last rose. retires_at: when a key with a successor ends. former_*: of the denial that
-- ended with its epoch when it was reinstated.
alter table device
  add column payee_no bigint, add column tier int not null default 0, add column attested boolean not null default false,
  add column sequence_floor bigint not null default 0, add column successor_id bigint references device,
  add column retires_at timestamptz, add column revoked_for text,
  add column former_revoked_at timestamptz, add column former_denied_in bigint;
update device d set payee_no = e.payee_no from edge e where e.edge_id = d.edge_id and d.account_id is null;
create index on device (retires_at) where retires_at is not null and state = 1;

-- The keys that sign an edge's rounds; a header's time says which was good. The newest one is also in edge.
create table edge_key (
  edge_id bigint not null references edge, algorithm smallint not null, public_key bytea not null,
  valid_from timestamptz not null default 'epoch', valid_until timestamptz, made_at timestamptz not null default now(),
  primary key (edge_id, public_key));
insert into edge_key (edge_id, algorithm, public_key) select edge_id, algorithm, public_key from edge;

-- Why a fence rose: fork, rollback, frozen or adopted (seen by the cloud), reclaim or asked (by an operator).
create table fence_raise (
  edge_id bigint not null references edge, fence bigint not null, cause text not null, made_by text not null,
  made_at timestamptz not null, primary key (edge_id, fence));

-- When a sync came last under a fence that the edge had left: once may be a late one, twice is another box.
alter table edge add column stale_sync_at timestamptz;

alter table lease add column reclaimed_at timestamptz, add column reclaimed_by text;

-- A due below zero goes back to the payer: what the float had paid was taken back.
alter table float_due drop constraint float_due_amount_minor_check;
alter table float_due add constraint float_due_amount_minor_check check (amount_minor <> 0);

-- What payers owe the operator; batch_no and position are those of the record that the float paid.
create table debt (
  debt_id bigint generated always as identity primary key, payer_id bigint not null references account,
  batch_no bigint not null, position int not null, amount_minor bigint not null check (amount_minor > 0),
  open_minor bigint not null check (open_minor between 0 and amount_minor), payments int not null default 0,
  made_at timestamptz not null default now(), unique (batch_no, position));
create index on debt (payer_id) where open_minor > 0;
insert into debt (payer_id, batch_no, position, amount_minor, open_minor, made_at)
  select coalesce(p.payer_id, h.payer_id), t.cause_id, t.cause_no, t.amount_minor, t.amount_minor, t.made_at
  from transfer t
    left join payment p on (p.batch_no, p.position) = (t.cause_id, t.cause_no)
    left join edge_event e on (e.batch_no, e.position) = (t.cause_id, t.cause_no)
    left join hold h on (h.device_id, h.epoch, h.auth_seq, h.seq) = (e.device_id, e.epoch, e.seq, e.seq)
  where t.kind = 18 and coalesce(p.payer_id, h.payer_id) is not null;

-- What a payer spent at an edge, by the date of the edge's rounds: the size of a lease follows from it.
create table edge_spend (
  edge_id bigint not null, payer_id bigint not null, spend_date date not null, spent_minor bigint not null default 0,
  payments bigint not null default 0, primary key (edge_id, payer_id, spend_date)) with (fillfactor = 50);

create index on edge_event (device_id, epoch, seq) where kind = 6;
create index on edge_event (lease_id) where kind = 4;

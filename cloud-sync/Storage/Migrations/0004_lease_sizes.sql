-- How large leases are: the smallest lease of a payer who is new at an edge, and the share of what a payer has free that
-- a lease takes at most while no payment waits for it.
alter table edge
  add column newcomer_minor bigint not null default 1000,
  add column lease_share_basis_points int not null default 5000,
  alter column spend_seconds set default 604800;
update edge set newcomer_minor = least(newcomer_minor, lease_minor);

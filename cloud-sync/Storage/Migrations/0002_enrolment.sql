-- Who may speak to the cloud, and what it tells its gateways.

-- Only the hash of a key is kept. scope: admin, read, or edge:{id}.
create table api_key (
  key_id bigint generated always as identity primary key, hash bytea not null unique, scope text not null, label text,
  made_at timestamptz not null default now(), revoked_at timestamptz);

-- The key that signs this database's documents: a cloud with another key must not serve it.
create table cloud_key (
  kid bytea primary key, public_key bytea not null, made_at timestamptz not null default now());

-- roster_version: rises with every change of the devices that the gateway serves.
alter table edge add column roster_version bigint not null default 1;

-- How a device logs in at its gateway, and the signed message that tells it where it belongs.
create table device_login (
  device_id bigint primary key references device, password_salt bytea not null, password_hash bytea not null,
  config_version bigint not null, config bytea not null);

-- Signed documents by version; versions only rise. The newest of a currency is in force, as is the newest deny list.
create table policy_document (
  version bigint primary key, currency smallint not null, message bytea not null,
  made_by text not null, made_at timestamptz not null default now());
create index on policy_document (currency, version desc);
create table deny_document (
  version bigint primary key, message bytea not null, made_at timestamptz not null default now());

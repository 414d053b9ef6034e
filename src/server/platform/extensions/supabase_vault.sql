-- vault
create table vault.secrets (id uuid primary key default gen_random_uuid(), name text, description text not null default '', secret text not null,
  key_id uuid, nonce bytea, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create view vault.decrypted_secrets as select id, name, description, secret, secret as decrypted_secret, key_id, nonce, created_at, updated_at from vault.secrets;
create function vault.create_secret(new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null)
  returns uuid language sql as 'insert into vault.secrets (secret, name, description) values ($1, $2, $3) returning id';
create function vault.update_secret(secret_id uuid, new_secret text default null, new_name text default null, new_description text default null,
  new_key_id uuid default null) returns void language sql as 'select null::void';
grant usage on schema vault to postgres;
grant select, insert, update, delete on vault.secrets to postgres;
grant select on vault.decrypted_secrets to postgres;

-- What a Supabase project has before its first migration, as far as migrations lean on it: names and shapes, no behaviour.
-- Nothing here is evidence of anything.
set client_min_messages = error;

create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator noinherit;
create role supabase_admin createrole createdb bypassrls;
create role supabase_auth_admin noinherit createrole;
create role supabase_storage_admin noinherit createrole;
create role supabase_realtime_admin noinherit;
create role supabase_functions_admin noinherit createrole;
create role supabase_replication_admin;
create role supabase_etl_admin;
create role supabase_read_only_user bypassrls;
create role dashboard_user createdb createrole;
create role pgbouncer;
create role pgsodium_keyholder;
create role pgsodium_keyiduser;
create role pgsodium_keymaker;
grant anon, authenticated, service_role to authenticator, postgres, supabase_admin;
grant supabase_admin, supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin, supabase_functions_admin to postgres;

create schema extensions authorization postgres;
create schema auth authorization supabase_admin;
create schema storage authorization supabase_admin;
create schema realtime authorization supabase_admin;
create schema _realtime authorization supabase_admin;
create schema graphql authorization supabase_admin;
create schema graphql_public authorization supabase_admin;
create schema supabase_functions authorization supabase_admin;
create schema supabase_migrations authorization postgres;
create schema vault authorization supabase_admin;
create schema pgbouncer;
grant usage on schema public, extensions, auth, storage, realtime, graphql_public, supabase_functions
  to anon, authenticated, service_role, postgres;
grant all on schema extensions, public to postgres, dashboard_user;

-- Every role of the API may reach whatever `postgres` makes in `public`.
alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to anon, authenticated, service_role;

create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;
create extension pg_graphql with schema graphql;
create extension supabase_vault;

create type auth.factor_type as enum ('totp', 'webauthn', 'phone');
create type auth.factor_status as enum ('unverified', 'verified');
create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
create table auth.users (
  instance_id uuid, id uuid primary key, aud varchar(255), role varchar(255), email varchar(255), encrypted_password varchar(255),
  email_confirmed_at timestamptz, invited_at timestamptz, confirmation_token varchar(255), confirmation_sent_at timestamptz,
  recovery_token varchar(255), recovery_sent_at timestamptz, email_change_token_new varchar(255), email_change varchar(255),
  email_change_sent_at timestamptz, last_sign_in_at timestamptz, raw_app_meta_data jsonb, raw_user_meta_data jsonb,
  is_super_admin boolean, created_at timestamptz, updated_at timestamptz, phone text unique, phone_confirmed_at timestamptz,
  phone_change text default '', phone_change_token varchar(255) default '', phone_change_sent_at timestamptz,
  confirmed_at timestamptz, email_change_token_current varchar(255) default '', email_change_confirm_status smallint default 0,
  banned_until timestamptz, reauthentication_token varchar(255) default '', reauthentication_sent_at timestamptz,
  is_sso_user boolean not null default false, deleted_at timestamptz, is_anonymous boolean not null default false);
create table auth.identities (
  provider_id text not null, user_id uuid not null references auth.users (id) on delete cascade, identity_data jsonb not null,
  provider text not null, last_sign_in_at timestamptz, created_at timestamptz, updated_at timestamptz, email text,
  id uuid primary key default gen_random_uuid(), unique (provider_id, provider));
create table auth.sessions (
  id uuid primary key, user_id uuid not null references auth.users (id) on delete cascade, created_at timestamptz,
  updated_at timestamptz, factor_id uuid, aal auth.aal_level, not_after timestamptz, refreshed_at timestamp, user_agent text, ip inet, tag text);
create table auth.refresh_tokens (
  instance_id uuid, id bigserial primary key, token varchar(255), user_id varchar(255), revoked boolean, created_at timestamptz,
  updated_at timestamptz, parent varchar(255), session_id uuid references auth.sessions (id) on delete cascade);
create table auth.mfa_factors (
  id uuid primary key, user_id uuid not null references auth.users (id) on delete cascade, friendly_name text,
  factor_type auth.factor_type not null, status auth.factor_status not null, created_at timestamptz not null,
  updated_at timestamptz not null, secret text, phone text, last_challenged_at timestamptz);
create table auth.mfa_challenges (
  id uuid primary key, factor_id uuid not null references auth.mfa_factors (id) on delete cascade, created_at timestamptz not null,
  verified_at timestamptz, ip_address inet not null, otp_code text);
create table auth.audit_log_entries (
  instance_id uuid, id uuid primary key, payload json, created_at timestamptz, ip_address varchar(64) not null default '');
create table auth.one_time_tokens (
  id uuid primary key, user_id uuid not null references auth.users (id) on delete cascade, token_type text not null,
  token_hash text not null, relates_to text not null, created_at timestamp not null default now(), updated_at timestamp not null default now());
create table auth.instances (id uuid primary key, uuid uuid, raw_base_config text, created_at timestamptz, updated_at timestamptz);
create table auth.schema_migrations (version varchar(255) primary key);
create table auth.flow_state (
  id uuid primary key, user_id uuid, auth_code text not null, provider_type text not null, created_at timestamptz, updated_at timestamptz);
create table auth.sso_providers (id uuid primary key, resource_id text, created_at timestamptz, updated_at timestamptz);
create table auth.sso_domains (
  id uuid primary key, sso_provider_id uuid not null references auth.sso_providers (id) on delete cascade, domain text not null,
  created_at timestamptz, updated_at timestamptz);
create function auth.jwt() returns jsonb language sql stable as
  $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
create function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;
create function auth.email() returns text language sql stable as $$ select auth.jwt() ->> 'email' $$;

create table storage.buckets (
  id text primary key, name text not null unique, owner uuid, created_at timestamptz default now(), updated_at timestamptz default now(),
  public boolean default false, avif_autodetection boolean default false, file_size_limit bigint, allowed_mime_types text[],
  owner_id text, type text not null default 'STANDARD');
create table storage.objects (
  id uuid primary key default gen_random_uuid(), bucket_id text references storage.buckets (id), name text, owner uuid,
  created_at timestamptz default now(), updated_at timestamptz default now(), last_accessed_at timestamptz default now(), metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored, version text, owner_id text, user_metadata jsonb, level integer);
create table storage.migrations (id integer primary key, name varchar(100) unique not null, hash varchar(40) not null, executed_at timestamp default now());
create table storage.s3_multipart_uploads (
  id text primary key, in_progress_size bigint not null default 0, upload_signature text not null,
  bucket_id text not null references storage.buckets (id), key text not null, version text not null, owner_id text,
  created_at timestamptz not null default now(), user_metadata jsonb);
create table storage.s3_multipart_uploads_parts (
  id uuid primary key default gen_random_uuid(), upload_id text not null references storage.s3_multipart_uploads (id) on delete cascade,
  size bigint not null default 0, part_number integer not null, bucket_id text not null references storage.buckets (id), key text not null,
  etag text not null, owner_id text, version text not null, created_at timestamptz not null default now());
create table storage.prefixes (
  bucket_id text not null references storage.buckets (id), name text not null, level integer not null, created_at timestamptz default now(),
  updated_at timestamptz default now(), primary key (bucket_id, level, name));
create function storage.foldername(name text) returns text[] language sql immutable as
  $$ select (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1] $$;
create function storage.filename(name text) returns text language sql immutable as
  $$ select (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)] $$;
create function storage.extension(name text) returns text language sql immutable as
  $$ select nullif(split_part(storage.filename(name), '.', 2), '') $$;
create function storage.operation() returns text language sql stable as $$ select current_setting('storage.operation', true) $$;
create function storage.allow_any_operation(ops text[]) returns boolean language sql stable as $$ select true $$;
create function storage.update_updated_at_column() returns trigger language plpgsql as $$ begin new.updated_at := now(); return new; end $$;
create function storage.protect_delete() returns trigger language plpgsql as $$ begin return null; end $$;

create table realtime.messages (
  topic text not null, extension text not null, payload jsonb, event text, private boolean default false, updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(), id uuid not null default gen_random_uuid(), primary key (id, inserted_at))
  partition by range (inserted_at);
create table realtime.subscription (
  id bigint generated always as identity primary key, subscription_id uuid not null, entity regclass not null, claims jsonb not null,
  created_at timestamp not null default now());
create function realtime.topic() returns text language sql stable as $$ select nullif(current_setting('realtime.topic', true), '') $$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void language sql as $$ select null::void $$;
create function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record, level text default 'ROW')
  returns void language plpgsql as $$ begin end $$;
create publication supabase_realtime;

create table supabase_functions.hooks (
  id bigserial primary key, hook_table_id integer not null, hook_name text not null, created_at timestamptz not null default now(), request_id bigint);
create function supabase_functions.http_request() returns trigger language plpgsql as $$ begin return new; end $$;
create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text, created_by text, idempotency_key text);
create function graphql_public.graphql(
  "operationName" text default null, query text default null, variables jsonb default null, extensions jsonb default null)
  returns jsonb language sql as $$ select '{}'::jsonb $$;

-- The platform's objects belong to the platform's roles, whom `postgres` may act for; never to the superuser.
do $$
declare it record;
begin
  for it in select c.oid::regclass as name, n.nspname, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('auth', 'storage', 'realtime', 'supabase_functions', 'supabase_migrations') and c.relkind in ('r', 'p') loop
    execute format('alter table %s owner to supabase_admin', it.name);
    execute format('grant all on %s to postgres, dashboard_user', it.name);
    if it.nspname in ('auth', 'storage') or it.name::text = 'realtime.messages' then
      execute format('alter table %s enable row level security', it.name);
    end if;
  end loop;
  for it in select p.oid::regprocedure as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname in ('auth', 'storage', 'realtime', 'supabase_functions', 'graphql_public') loop
    execute format('alter function %s owner to supabase_admin', it.name);
  end loop;
end $$;
alter type auth.factor_type owner to supabase_admin;
alter type auth.factor_status owner to supabase_admin;
alter type auth.aal_level owner to supabase_admin;
alter publication supabase_realtime owner to supabase_admin;
grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
alter database migrations set search_path to "$user", public, extensions;

-- What extensions make, by the name of the extension.
--- supabase_vault
create schema vault;
create table vault.secrets (id uuid primary key default gen_random_uuid(), name text, description text not null default '', secret text not null, key_id uuid, nonce bytea, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table vault.decrypted_secrets (id uuid, name text, description text, secret text, decrypted_secret text, key_id uuid, nonce bytea, created_at timestamptz, updated_at timestamptz);
--- pg_cron
create schema cron;
create table cron.job (jobid bigserial primary key, schedule text not null, command text not null, nodename text not null default 'localhost', nodeport integer not null default 5432, database text not null, username text not null, active boolean not null default true, jobname text);
create table cron.job_run_details (jobid bigint, runid bigserial primary key, job_pid integer, database text, username text, command text, status text, return_message text, start_time timestamptz, end_time timestamptz);
--- pg_net
create schema net;
create table net._http_response (id bigint, status_code integer, content_type text, headers jsonb, content text, timed_out boolean, error_msg text, created timestamptz not null default now());
create table net.http_request_queue (id bigserial, method text not null, url text not null, headers jsonb, body bytea, timeout_milliseconds integer not null);
--- pgmq
create schema pgmq;
create table pgmq.meta (queue_name varchar not null unique, is_partitioned boolean not null, is_unlogged boolean not null, created_at timestamptz not null default now());

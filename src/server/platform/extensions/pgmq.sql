-- pgmq
create table pgmq.meta (queue_name varchar unique not null, is_partitioned boolean not null default false, is_unlogged boolean not null default false,
  created_at timestamptz not null default now());
create type pgmq.message_record as (msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb);
create function pgmq.create(queue_name text) returns void language plpgsql as $$
begin
  execute format('create table pgmq.%I (msg_id bigint generated always as identity primary key, read_ct integer not null default 0,
    enqueued_at timestamptz not null default now(), vt timestamptz not null, message jsonb)', 'q_' || lower(queue_name));
  execute format('create table pgmq.%I (msg_id bigint primary key, read_ct integer not null default 0,
    enqueued_at timestamptz not null default now(), archived_at timestamptz not null default now(), vt timestamptz not null, message jsonb)', 'a_' || lower(queue_name));
  insert into pgmq.meta (queue_name) values (queue_name);
end $$;
create function pgmq.drop_queue(queue_name text) returns boolean language plpgsql as $$
begin
  execute format('drop table if exists pgmq.%I', 'q_' || lower(queue_name));
  execute format('drop table if exists pgmq.%I', 'a_' || lower(queue_name));
  delete from pgmq.meta m where m.queue_name = $1;
  return found;
end $$;
create function pgmq.send(queue_name text, msg jsonb, delay integer default 0) returns setof bigint language sql as 'select 1::bigint';
create function pgmq.read(queue_name text, vt integer, qty integer) returns setof pgmq.message_record language sql as 'select null::bigint, 0, now(), now(), null::jsonb where false';
create function pgmq.pop(queue_name text) returns setof pgmq.message_record language sql as 'select null::bigint, 0, now(), now(), null::jsonb where false';
create function pgmq.delete(queue_name text, msg_id bigint) returns boolean language sql as 'select true';
create function pgmq.archive(queue_name text, msg_id bigint) returns boolean language sql as 'select true';
grant usage, create on schema pgmq to postgres;
grant all on all tables in schema pgmq to postgres;

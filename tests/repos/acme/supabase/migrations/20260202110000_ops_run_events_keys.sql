-- Events get a key of their own and say which run they belong to.
create table if not exists ops.run_events (
    event_key uuid primary key,
    run_id bigint not null references ops.runs (id),
    level text not null,
    payload jsonb not null default '{}',
    created_at timestamptz not null default now()
);

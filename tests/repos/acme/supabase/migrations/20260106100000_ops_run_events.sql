create table ops.run_events (
    id bigint generated always as identity primary key,
    message text not null,
    created_at timestamptz not null default now()
);

create table ops.run_costs (
    id bigint generated always as identity primary key,
    event_key uuid not null references ops.run_events (event_key),
    amount numeric(10, 2) not null
);

alter table ops.run_costs enable row level security;

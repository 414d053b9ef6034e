create table ops.roles (
    id bigint generated always as identity primary key,
    name text not null unique,
    permissions jsonb not null default '[]'
);

alter table ops.role enable row level security;

create policy roles_read on ops.roles
    for select using (true);

create table ops.environments (
    id bigint generated always as identity primary key,
    project_id bigint not null references ops.projects (id),
    name text not null,
    branch_pattern text not null
);

alter table ops.environments enable row level security;

create policy environments_read on ops.environments
    for select using (true);

-- The operations console keeps its tables apart from the product's.
create schema ops;

create table ops.projects (
    id bigint generated always as identity primary key,
    slug text not null unique,
    title text not null,
    created_at timestamptz not null default now()
);

alter table ops.projects enable row level security;

create policy projects_read on ops.projects
    for select using (true);

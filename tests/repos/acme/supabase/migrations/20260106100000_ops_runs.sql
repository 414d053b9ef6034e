create table ops.runs (
    id bigint generated always as identity primary key,
    project_id bigint not null references ops.projects (id),
    branch text not null,
    status text not null default 'queued',
    started_at timestamptz,
    finished_at timestamptz
);

alter table ops.runs enable row level security;

create policy runs_read on ops.runs
    for select using (true);

create policy runs_start on ops.runs
    for insert with check (status = 'queued');

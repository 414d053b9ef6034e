-- Who did what. Only ever appended to.
create table ops.audit_notes (
    id bigint generated always as identity primary key,
    project_id bigint references ops.projects (id),
    note text not null,
    noted_at timestamptz not null default now()
);

create policy audit_notes_read on ops.audit_notes
    for select using (true);

create policy audit_notes_append on ops.audit_notes
    for insert with check (length(note) > 0);

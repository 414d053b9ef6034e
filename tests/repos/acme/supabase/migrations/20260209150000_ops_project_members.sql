create table ops.project_members (
    project_id bigint not null references ops.projects (id),
    user_id uuid not null,
    role_id bigint not null references ops.roles (id),
    primary key (project_id, user_id)
);

alter table ops.project_members enable row level security;

create policy project_members_read on ops.project_members
    for select using (true);

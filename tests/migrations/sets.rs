//! Sets of migrations, written for this test.

/// A set of files, applied in order.
pub struct Set {
    /// Its name: a database's.
    pub name: &'static str,
    /// Whether the platform is there.
    pub supabase: bool,
    /// Whether every file must be decided.
    pub decided: bool,
    /// The texts.
    pub files: &'static [&'static str],
}

/// Roles of the platform.
pub const ROLES: &str = "create role anon; create role authenticated; create role service_role; create role authenticator";

/// What the platform provides and the sets use.
pub const PLATFORM: &str =
    "create extension if not exists \"uuid-ossp\"; create schema auth; create schema extensions;
create table auth.users (id uuid primary key, email varchar(255), role text);
create function auth.uid() returns uuid language sql stable as 'select null::uuid';
create function auth.role() returns text language sql stable as 'select null::text';
create function auth.jwt() returns jsonb language sql stable as 'select null::jsonb'";

const fn plain(name: &'static str, files: &'static [&'static str]) -> Set {
    Set { name, supabase: false, decided: true, files }
}

const fn supabase(name: &'static str, files: &'static [&'static str]) -> Set {
    Set { name, supabase: true, decided: true, files }
}

const fn open(name: &'static str, files: &'static [&'static str]) -> Set {
    Set { name, supabase: false, decided: false, files }
}

/// The sets.
pub const SETS: &[Set] = &[
    plain("simple_table", &["create table a (id bigint primary key, name text not null, at timestamptz default now(), n numeric(10,2) default 0);\nalter table a enable row level security;\n"]),
    plain("twice", &["create table a (id int);\n", "create table a (id int);\ncreate table b (id int);\n", "create table if not exists a (other text);\n"]),
    plain("old_shape_stays", &["create schema ops;\ncreate table ops.runs (id uuid primary key default gen_random_uuid());\n", "create table if not exists ops.runs (run_id text);\ncreate table ops.more (x int);\ncreate index idx_runs on ops.runs (run_id);\n"]),
    plain("no_schema", &["create table ops.runs (id int);\n", "create schema ops;\n", "create table ops.runs (id int);\n", "create schema ops;\n", "create schema if not exists ops;\n"]),
    plain("foreign_keys", &["create table a (id int primary key, code text unique);\n", "create table b (id int, a_id int references a (id), code text references a (code));\n", "create table c (x int references missing (id));\n", "create table d (x int references a (nothing));\n", "create table e (code text, n int references b (id));\n"]),
    plain("key_types", &["create table a (id uuid primary key);\n", "create table b (a_id text references a (id));\n", "create table c (a_id uuid references a);\n"]),
    plain("self_reference", &["create table tree (id int primary key, parent int);\nalter table tree add constraint up foreign key (parent) references tree (id);\n"]).undecided(),
    plain("policies", &["create table a (id int, owner text);\nalter table a enable row level security;\ncreate policy p on a for select using (owner = current_user);\ncreate policy \"Own Rows\" on a as restrictive for update to public using (true) with check (id > 0 and owner is not null);\n", "create policy p on a using (true);\n", "drop policy p on a;\n", "drop policy p on a;\n", "drop policy if exists p on a;\n", "drop policy if exists p on nowhere;\n"]),
    plain("policy_clauses", &["create table a (id int);\n", "create policy i on a for insert using (true);\n", "create policy s on a for select with check (true);\n", "create policy d on a for delete using (id = 1);\n", "create policy m on a using (missing = 1);\n"]),
    plain("policy_types", &["create table a (id uuid, t text, n int, j jsonb, b boolean);\n", "create policy p on a using (id = t);\n", "create policy q on a using (n = t);\n", "create policy r on a using (b and n in (1, 2) and t like 'x%' and j ->> 'k' = 'v');\n", "create policy s on a using (coalesce(t, 'x') = lower(t) or n between 1 and 3);\n"]),
    plain("policy_queries", &["create table m (u uuid, org uuid);\ncreate table a (id uuid, org uuid);\n", "create policy p on a using (exists (select 1 from m where m.org = a.org and m.u = a.id));\n", "create policy q on a using (org in (select org from m));\n", "create policy r on a using (exists (select 1 from absent x where x.id = a.id));\n", "create policy s on a using (exists (select 1 from m where m.gone = a.id));\n"]),
    plain("syntax", &["create table a (id int);\ncreate table b id int);\n", "create policy if not exists p on a using (true);\n", "create table window_is_reserved (window text);\n", "create table c (id int);\n"]),
    plain("meta_commands", &["\\set ON_ERROR_STOP on\ncreate table a (id int);\n", "create table b (id int);\n"]),
    plain("rls_of_nothing", &["alter table nowhere enable row level security;\n", "alter table if exists nowhere enable row level security;\n", "create table a (id int);\nalter table a enable row level security;\nalter table a force row level security;\n", "alter table a disable row level security;\n"]),
    plain("columns", &["create table a (id int);\nalter table a add column b text not null default 'x', add column c varchar(20);\n", "alter table a add column b text;\n", "alter table a add column if not exists b int;\n", "alter table a rename column b to d;\n", "alter table a rename column gone to e;\n", "alter table a rename column c to d;\n"]),
    plain("renames", &["create table a (id int primary key);\ncreate table b (a_id int references a (id));\n", "alter table a rename to c;\n", "alter table a enable row level security;\n", "alter table c enable row level security;\n", "create schema s;\nalter table c set schema s;\n", "alter table s.c rename to d;\ncreate table a (id int);\n", "alter table b rename to a;\n"]),
    plain("drops", &["create table a (id int primary key);\ncreate table b (a_id int references a (id));\n", "drop table a;\n", "drop table a cascade;\n", "drop table a;\n", "drop table if exists a, b;\n", "drop table b;\n"]),
    plain("drop_schemas", &["create schema s;\ncreate table s.a (id int);\n", "drop schema s;\n", "drop schema nowhere;\n", "drop schema if exists nowhere;\n"]),
    plain("indexes", &["create table a (id int, t text, j jsonb);\ncreate index i on a (id, t desc);\n", "create index i on a (t);\n", "create index if not exists i on a (t);\n", "create index if not exists i on a (gone);\n", "create index g on a using gin (j);\ncreate unique index u on a (id) where t is not null;\n", "create table i (id int);\n"]),
    plain("keys", &["create table a (id int primary key, primary key (id));\n", "create table b (id int, unique (gone));\n", "create table c (x int, y int, constraint c_key unique (x, y), check (x > y));\n", "create table d (x int, x text);\n", "alter table c add primary key (x);\n", "alter table c add primary key (y);\n", "alter table c add constraint c_key check (x > 0);\n"]).undecided(),
    plain("unique_targets", &["create table a (x int, y int);\n", "create table b (x int references a (x));\n", "create unique index a_x on a (x);\n", "create table b (x int references a (x));\n"]),
    plain("defaults", &["create table a (id uuid default gen_random_uuid(), j jsonb default '{}', k jsonb not null default '[]'::jsonb, b boolean default false, t text[] default '{}', d date default current_date, s text default 'x' || 'y');\n", "create table b (id int default gone);\n", "create table c (id bigserial primary key, v varchar(3) default 'abcdef', n numeric(5) default 1.5, z timestamptz(3), y time);\n", "create table e (id int generated always as identity primary key);\n"]),
    plain("arrays_and_intervals", &["create table a (t text[] not null default array[]::text[], u text[] default array['a', 'b'], i interval default '30 days', e timestamptz default now() + interval '1 hour', d timestamptz default (now() - '7 day'::interval));\n", "create index g on a using gin (t);\n"]),
    plain("commits", &["begin;\ncreate table a (id int);\ncommit;\n", "begin;\ncreate table b (id int);\ncommit;\ncreate table a (id int);\n", "create table c (id int);\n"]),
    plain("quoted", &["create table \"Mixed Case\" (\"Id\" int, \"select\" text);\nalter table \"Mixed Case\" enable row level security;\n", "alter table mixed_case enable row level security;\n", "create policy \"p q\" on \"Mixed Case\" using (\"Id\" = 1);\n", "create policy \"p r\" on \"Mixed Case\" using (id = 1);\n"]),
    plain("comments", &["create table a (id int);\ncomment on table a is 'x; y';\ncomment on column a.id is 'it''s';\n", "comment on column a.gone is 'x';\n", "comment on table gone is 'x';\n"]),
    supabase("platform", &["create table profiles (id uuid primary key references auth.users (id) on delete cascade, email text);\nalter table profiles enable row level security;\ncreate policy own on profiles for all to authenticated using (auth.uid() = id) with check ((select auth.uid()) = id);\n", "create policy service on profiles to service_role, anon using (auth.role() = 'service_role');\n", "create policy claim on profiles using (auth.jwt() ->> 'org' = email);\n", "create table b (id uuid default uuid_generate_v4());\n"]),
    plain("routines", &["create schema s;\ncreate function s.f(a int, b text default 'x') returns int language plpgsql as $$ declare n int; begin select 1 into n; if n > a then return n; end if; return a; end $$;\n", "create function s.f(x int, y text) returns int language plpgsql as $$ begin return 1; end $$;\n", "create or replace function s.f(a int, b text default 'y') returns int language plpgsql as $$ begin return 2; end $$;\n", "create or replace function s.f(a int, b text) returns int language plpgsql as $$ begin return 2; end $$;\n", "create or replace function s.f(c int, b text default 'x') returns int language plpgsql as $$ begin return 2; end $$;\n", "create or replace function s.f(a int, b text default 'x') returns text language plpgsql as $$ begin return 2; end $$;\n", "create function gone.f() returns int language plpgsql as $$ begin return 1; end $$;\n", "create function g(a missing_type) returns int language plpgsql as $$ begin return 1; end $$;\n", "create function h(a int default 1, b int) returns int language plpgsql as $$ begin return 1; end $$;\n", "drop function s.f(int, text);\n", "drop function s.f(int, text);\n", "drop function if exists s.f(int, text);\n", "comment on function s.f(int, text) is 'x';\n"]),
    plain("routines_in_sql", &["create table a (id int, t text);\ncreate function f(p int) returns text language sql as $$ select t from a where id = p $$;\n", "create function g(p int) returns text language sql as $$ select gone from a where id = p $$;\n", "create function h() returns bigint language sql as $$ select count(*) from a $$;\n", "create function i() returns text language sql as $$ select t from absent $$;\n"]),
    plain("views", &["create table a (id int, t text);\ncreate view v as select id, t from a where id > 1 order by t;\n", "create view v as select id from a;\n", "create or replace view v as select id from a;\n", "create or replace view v as select id, t, 'x' || t as more from a;\n", "create view w as select gone from a;\n", "create view w as select id from absent;\n", "create view w as select t, count(*) as n, max(id) as top from a group by t;\n", "create view x as select n from w;\n", "create view y as select gone from w;\n", "create table v (id int);\n", "create materialized view m as select id from v;\n", "drop view m;\n", "drop materialized view m;\n", "drop view if exists gone;\n", "drop view gone;\n", "comment on view v is 'x';\n", "drop table a;\n"]).undecided(),
    plain("triggers", &["create table a (id int, u timestamptz);\ncreate function touch() returns trigger language plpgsql as $$ begin new.u = now(); return new; end $$;\ncreate trigger t before update on a for each row execute function touch();\n", "create trigger t before insert on a for each row execute function touch();\n", "create trigger u before update of gone on a for each row execute function touch();\n", "create trigger v before update on gone for each row execute function touch();\n", "create function no_trigger_at_all() returns int language plpgsql as $$ begin return 1; end $$;\ncreate trigger w before update on a for each row execute function no_trigger_at_all();\n", "create trigger x before update on a for each row execute function absent_function();\n", "drop function touch();\n", "drop trigger t on a;\n", "drop trigger t on a;\n", "drop trigger if exists t on a;\n", "drop function touch();\n"]),
    plain("enums", &["create type mood as enum ('a', 'b');\ncreate table a (m mood default 'a', n mood not null);\n", "create type mood as enum ('a');\n", "create table b (m mood default 'c');\n", "create table mood (id int);\n", "create table c (m absent_type);\n", "do $$ begin create type mood as enum ('z'); exception when duplicate_object then null; end $$;\n", "alter type mood add value 'a';\n", "alter type mood add value if not exists 'a';\n", "drop type absent_type;\n", "drop type if exists absent_type;\n", "create index i on a (m);\n", "create policy p on a using (m = 'a');\n", "create policy q on a using (m = 'zz');\n"]),
    plain("literal_rows", &["create table a (id int primary key, t text not null, k text check (k in ('x', 'y')));\ninsert into a (id, t, k) values (1, 'one', 'x'), (2, 'two', 'y');\n", "insert into a (id, gone) values (3, 'x');\n", "insert into absent values (1);\n", "insert into a (id, t) values (1, 'again') on conflict do nothing;\n", "insert into a (id, t) values (7, 'x', 'y');\n"]),
    plain("sequences", &["create sequence s start 10;\n", "create sequence s;\n", "create sequence if not exists s;\n", "create sequence gone.s;\n", "drop sequence s;\n", "drop sequence s;\n"]),
    plain("dropped_constraints", &["create table a (id int primary key, n int unique, m int check (m > 0), constraint named check (n > m));\n", "alter table a drop constraint named;\n", "alter table a drop constraint named;\n", "alter table a drop constraint if exists named;\n", "alter table a drop constraint a_m_check;\n", "alter table a drop constraint a_n_key;\n"]).undecided(),
    supabase("privileges", &["create schema s;\ncreate table s.a (id int);\ncreate function s.f() returns int language plpgsql as $$ begin return 1; end $$;\ngrant usage on schema s to anon, authenticated;\ngrant select, insert on s.a to authenticated;\ngrant execute on function s.f() to anon;\ngrant all on all tables in schema s to service_role;\nalter default privileges in schema s grant select on tables to anon;\n", "grant select on s.gone to anon;\n", "grant execute on function s.gone() to anon;\n", "grant usage on schema gone to anon;\n", "revoke all on s.a from anon;\n", "revoke execute on function s.f() from public;\n"]).undecided(),
    open("replaced_bodies", &["create function f() returns int language plpgsql as $$ begin x := 1; return x; end $$;\n", "create function g() returns int language plpgsql as $$ begin return query select 1; end $$;\n", "create function h() returns int language plpgsql as $$ begin raise exception 'a % b'; end $$;\n", "create function i() returns int language plpgsql as $$ begin if true then return 1; end $$;\n", "create function j() returns void language plpgsql as $$ declare r gone%rowtype; begin null; end $$;\n", "create function k() returns void language plpgsql as $$ begin for r in select 1 loop null; end loop; end $$;\n", "create function l() returns void language plpgsql as $$ begin null; exception when no_such_condition then null; end $$;\n", "create function m() returns void language plpgsql as $$ begin select 1 into nowhere; end $$;\n", "create function n() returns void language plpgsql as $$ begin select 1 +; end $$;\n", "create function o() returns int language plpgsql as $$ begin exit; return 1; end $$;\n", "create function p() returns int language plpgsql as $$ declare a int; a int; begin return 1; end $$;\n"]),
    open("blocks", &["create table a (id int);\ncreate table b (id int);\n", "do $$ begin alter table a enable row level security; end $$;\n", "do $$ declare t text; begin foreach t in array array['a', 'b'] loop execute format('alter table %I force row level security', t); end loop; end $$;\n", "do $$ begin if not exists (select 1 from pg_policies) then create policy p on a using (true); end if; end $$;\n"]),
    open("made_in_blocks", &["do $$ begin execute 'create table ' || 'made' || '_here (id int)'; end $$;\n", "create table if not exists made_here (id int, other text);\n", "do $$ begin execute 'drop table made_here'; end $$;\n", "create table made_here (id int);\n"]),
    open("functions", &["create function make() returns void language plpgsql as $$ begin execute 'create table made (id int)'; end $$;\n", "create table a (id int);\nselect make();\n", "create table made (id int);\n"]),
    open("unread", &["create table p (id int, at date) partition by range (at);\ncreate table p1 partition of p for values from ('2024-01-01') to ('2025-01-01');\n", "create table l (like p);\n", "create table s as select 1 as one;\n", "create view v as select * from s;\n", "create table v (id int);\n", "create table c (x int) inherits (p);\n", "create table if not exists v (id int);\n"]),
    open("types", &["create type mood as enum ('a', 'b');\ncreate table a (m mood default 'a');\n", "create table mood (id int);\n", "alter table a alter column m drop default;\n", "drop type mood cascade;\n", "create policy p on a using (m = 'a');\n"]),
    open("search_path", &["create schema s;\nset search_path to s, public;\ncreate table a (id int);\n", "create table b (id int);\n"]),
    open("rows", &["create table a (id int);\ninsert into a values (1), (1);\n", "alter table a add column n int not null;\n", "create unique index u on a (id);\n", "alter table a add constraint k primary key (id);\n", "insert into gone values (1);\n"]),
    open("temporary", &["create temp table t (id int);\ncreate table u (id int);\n", "create table t (id int);\n"]),
];

impl Set {
    const fn undecided(self) -> Self {
        Set { decided: false, ..self }
    }
}

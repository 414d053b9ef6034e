//! Feeds texts that nobody would write to the reader of SQL, the replay and its interpreter, for as long as
//! `PARITY_FUZZ_SECONDS` says (else a second), from the seed `PARITY_FUZZ_SEED`.

#![allow(clippy::disallowed_methods, reason = "how long it runs is said in the environment")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::{Duration, Instant};

use parity::facts::{Input, Rows, sql::SQL};
use parity::link::migrations::MIGRATIONS_LINKER;
use parity::link::{Linked, LinkedFile, Settings};

/// The longest one case may take, unoptimised and on a busy machine.
const SLOWEST: Duration = Duration::from_secs(60);
/// How much the process may grow after its first minute, in MB.
const GROWTH: usize = 300;

/// Statements the texts are made of.
const WHOLE: &[&str] = &[
    "create schema if not exists s;",
    "create table if not exists s.t (id serial primary key, n numeric(10,2) default 0, x text check (x ~ '^[a-z]+$'), p uuid references t (id), unique (x, n));",
    "create table t (id bigint generated always as identity, at timestamptz default now(), m text[] default '{}');",
    "create temp table v (like t) on commit drop;",
    "create table c partition of t for values from (1) to (2);",
    "alter table only t add column if not exists y int not null default 1, drop column x cascade, enable row level security;",
    "alter table t rename to u; alter table u set schema s;",
    "create policy \"p p\" on t for update to anon, authenticated using (auth.uid() = p) with check (exists (select 1 from s.t where true or x = 'a'));",
    "drop policy if exists \"p p\" on t; drop table if exists t, s.t cascade;",
    "create or replace view w with (security_invoker = on) as with recursive r as (select id from t union all select id + 1 from r) select distinct * from r order by id;",
    "create unique index concurrently if not exists i on t using gin (x gin_trgm_ops, lower(m[1])) where x is not null;",
    "insert into t (x, n) values ('a', 1), ('b', null) on conflict (x) do update set n = excluded.n returning id;",
    "insert into t select g, 'x' || g from generate_series(1, 10) g where not exists (select 1 from t);",
    "update t set x = n::text where id in (select id from s.t); delete from t; truncate t cascade;",
    "grant select, insert on all tables in schema s to anon; alter default privileges in schema s grant all on tables to public;",
    "revoke all on function f(int, text[]) from public, anon; grant usage on sequence t_id_seq to service_role;",
    "create or replace function f(a int default 1, variadic b text[]) returns table (x int) language plpgsql security definer set search_path = '' as $f$ declare r record; begin for r in select * from t loop return query select r.id; end loop; exception when others then raise; end $f$;",
    "create function g() returns trigger language sql set statement_timeout to '1s' as 'select 1; select 2';",
    "create trigger k before insert or update of x on t for each row when (new.x is null) execute function g();",
    "alter function f(int, text[]) rename to h; alter function h set schema s; alter sequence q owned by t.id;",
    "create type e as enum ('a', 'b'); alter type e add value if not exists 'c' after 'b'; create domain d as int check (value > 0);",
    "create extension if not exists pg_cron; select cron.schedule('j', '* * * * *', $$select 1$$); select cron.unschedule('j');",
    "do $$ declare r record; v text := 'a'; n int; begin for r in select tablename from pg_tables where schemaname = 'public' loop if r.tablename like 'a%' then continue; end if; execute format('alter table %I enable row level security', r.tablename); end loop; end $$;",
    "do $do$ begin if not exists (select 1 from pg_policies where policyname = 'p') then execute 'create policy p on t using (true)'; elsif n > 1 then return; else raise exception 'no %', 1; end if; exception when duplicate_object or undefined_table then null; end $do$;",
    "do $$ declare i int; begin foreach v in array array['a', 'b', null] loop exit when v is null; execute 'drop table ' || quote_ident(v); end loop; for i in reverse 3..1 loop perform f(i); end loop; while true loop null; end loop; end $$;",
    "do $$ begin case 1 when 1, 2 then null; else raise notice 'x'; end case; select count(*) into strict n from pg_class c join pg_namespace n on n.oid = c.relnamespace; commit; end $$;",
    "comment on column s.t.x is E'it\\'s'; notify c; set local search_path to s, public; reset all;",
    "begin; savepoint a; rollback to a; commit;",
    "\\set ON_ERROR_STOP on\n\\i other.sql\n\\if :x\n",
    "copy t (id, x) from stdin;\n1\tit's\n2\t\\N\n\\.\n",
    "-- +goose Up\n-- +goose StatementBegin\nselect 1;\n-- +goose StatementEnd\n-- +goose Down\ndrop table t;\n",
    "create publication supabase_realtime for table t; alter publication supabase_realtime add table s.t;",
];

/// What is put in between.
const PARTS: &[&str] = &[
    "(",
    ")",
    "((((((((",
    "))))",
    ";",
    ",",
    "'",
    "''",
    "\"",
    "$$",
    "$a$",
    "$1",
    "::",
    "::regprocedure",
    "[",
    "]",
    "{",
    "}",
    "/*",
    "*/",
    "--",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "é",
    "\u{202e}",
    "\\",
    "\\.\n",
    "E'\\",
    "U&\"",
    "0x",
    "1e999",
    "-9223372036854775808",
    "999999999999999999999",
    "null",
    "not",
    "case",
    "end",
    "loop",
    "begin",
    "exception",
    "when",
    "select",
    "from",
    "with",
    "recursive",
    "union all",
    "values",
    "lateral",
    "is distinct from",
    "between symmetric",
    "array[",
    "any(",
    "over (",
    "filter (",
    "interval '1",
    "if",
    "then",
    "else",
    "return",
    "execute",
    "using",
    "into",
    "all",
    "public",
    "pg_temp",
    "auth",
    "storage.objects",
    "cascade",
];

struct Source(u64);

impl Source {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % bound.max(1)
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(12) {
            text.push_str(self.of(WHOLE));
            text.push('\n');
        }
        for _ in 0..self.below(9) {
            self.damage(&mut text);
        }
        text
    }

    fn damage(&mut self, text: &mut String) {
        let at = text.floor_char_boundary(self.below(text.len() + 1));
        let end = text.floor_char_boundary((at + self.below(30)).min(text.len()));
        match self.below(6) {
            0 => drop(text.drain(at..end)),
            1 => {
                let piece = text[at..end].to_owned();
                let to = text.floor_char_boundary(self.below(text.len() + 1));
                text.insert_str(to, &piece);
            }
            2 => text.insert_str(at, &self.of(PARTS).repeat(1 + self.below(200))),
            3 => text.truncate(at),
            _ => text.insert_str(at, &format!(" {} ", self.of(PARTS))),
        }
    }
}

fn run(texts: &[String]) {
    let mut linked = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let mut rows = Rows::default();
        (SQL.extract)(&Input::new(text.as_bytes()), &mut rows);
        let rows = rows.facts.into_iter().map(|(_, cells)| cells).collect();
        let path = format!("supabase/migrations/{:014}_a.sql", at + 1);
        linked.push(LinkedFile { path, rows, unread: None });
    }
    for runner in ["psql", "supabase-cli"] {
        let settings = Settings { sql_runner: runner.to_owned(), ..Settings::default() };
        (MIGRATIONS_LINKER.link)(&linked, &settings, &mut Linked::default());
    }
}

/// How large the process is, in MB; 0 where the system does not say.
fn size() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|it| it.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096 / 1_000_000
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn texts_nobody_would_write_are_replayed_without_harm() {
    let seconds = number("PARITY_FUZZ_SECONDS").unwrap_or(1);
    let mut source = Source(number("PARITY_FUZZ_SEED").unwrap_or(0x9e37_79b9_7f4a_7c15).max(1));
    let (begun, mut cases, mut first, mut slowest) = (Instant::now(), 0u32, None, Duration::ZERO);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let texts: Vec<String> = (0..=source.below(5)).map(|_| source.text()).collect();
        let shown = texts.clone();
        let started = Instant::now();
        let ran = std::panic::catch_unwind(move || run(&texts));
        assert!(ran.is_ok(), "it panics on {shown:?}");
        let took = started.elapsed();
        assert!(took < SLOWEST, "{took:?} for {shown:?}");
        slowest = slowest.max(took);
        cases += 1;
        if begun.elapsed() > Duration::from_secs(60) && cases.is_multiple_of(100) {
            let now = size();
            let before = *first.get_or_insert(now);
            assert!(now < before + GROWTH, "it grew from {before} to {now} MB after {cases} cases");
        }
    }
    println!("{cases} cases in {:?}, the slowest {slowest:?}, {} MB", begun.elapsed(), size());
}

//! Blocks and rows made to waste time or memory in what replays migrations.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::time::{Duration, Instant};

use common::Case;

/// The most memory a question may have, in MB, unoptimised.
const MEMORY: u64 = 400;

#[track_caller]
fn survives(text: &str) {
    let case = Case::folder(&[("supabase/migrations/20240101000000_a.sql", text)]);
    let started = Instant::now();
    let query = "select count(*) from sql_tables t left join sql_access a using (catalog)";
    let (run, peak) = case.measured(&["query", query]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(peak < MEMORY, "it had {peak} MB");
    assert!(started.elapsed() < Duration::from_secs(60), "it took {:?}", started.elapsed());
}

#[test]
fn blocks_that_part_over_and_over_are_followed_in_bounded_time() {
    let part = "if random() > 0.5 then return; end if; if random() > 0.5 then continue; end if; ";
    let leave =
        "exit when random() > 0.5; case random() when 1, 2 then null; else null; end case; ";
    let loops = format!("for i in 1..900 loop {} {} end loop; ", part.repeat(40), leave.repeat(40));
    survives(&format!("create table t (id int);\ndo $$ begin {loops} {loops} end $$;\n"));
    let nested = "if random() > 0.5 then begin ".repeat(60);
    let ends = "exception when others then null; end; end if; ".repeat(60);
    survives(&format!(
        "create table t (id int);\ndo $$ begin {nested} drop table t; {ends} end $$;"
    ));
    survives(&format!("do $$ begin {} end $$;", "case 1 when 1 then ".repeat(20_000)));
    survives(&format!(
        "do $$ begin {} null; {} end $$;",
        "case 1 when 1 then ".repeat(300),
        "end case; ".repeat(300)
    ));
}

#[test]
fn patterns_and_conflicts_of_many_rows_are_decided_in_bounded_time() {
    let check = "create table t (id int primary key, x text check (x ~ '^(a|aa)+$' and x !~* '((a{1,30}){1,30}){1,30}'));\n";
    let row = format!("(1, '{}'), ", "a".repeat(2_000));
    let rows = format!(
        "{check}insert into t values {} (2, 'b') on conflict (id) do update set x = excluded.x;",
        row.repeat(500)
    );
    survives(&rows);
    let temporary = "create temp table v (id int) on commit drop;\nalter sequence s owned by t.id;\nalter function f() rename to g;\n";
    survives(&temporary.repeat(3_000));
    survives(&format!("alter sequence s owned by {}x;\n", "a.".repeat(100_000)));
    survives(&"grant all on table t to a; revoke select on table t from a; revoke all on all tables in schema public from a;\n".repeat(2_000));
}

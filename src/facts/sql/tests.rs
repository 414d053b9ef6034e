//! What the reader of SQL promises.

use super::*;

struct Read {
    rows: Rows,
}

impl Read {
    fn of(text: &str) -> Self {
        let mut rows = Rows::default();
        (SQL.extract)(&Input::new(text.as_bytes()), &mut rows);
        Read { rows }
    }

    fn column(&self, index: usize) -> Vec<Option<&str>> {
        self.rows.facts.iter().map(|(_, cells)| cells[index].as_text()).collect()
    }

    fn kinds(&self) -> Vec<&str> {
        self.column(2).into_iter().flatten().collect()
    }

    fn objects(&self) -> Vec<Option<&str>> {
        self.column(3)
    }

    fn errors(&self) -> Vec<Option<&str>> {
        self.column(4)
    }

    fn lines(&self) -> Vec<(i64, i64)> {
        let rows = self.rows.facts.iter();
        rows.filter_map(|(_, cells)| Some((cells[0].as_int()?, cells[1].as_int()?))).collect()
    }

    fn statement(&self, index: usize) -> Statement {
        serde_json::from_str(self.column(5)[index].expect("data")).expect("our own form")
    }
}

#[test]
fn each_statement_is_a_row_with_its_lines() {
    let read = Read::of("-- first\ncreate table Ops.\"Runs\" (\n  id int\n);\nselect 1;\n");
    assert_eq!(read.kinds(), ["create table", "select"]);
    assert_eq!(read.objects(), [Some("ops.Runs"), None]);
    assert_eq!(read.lines(), [(2, 4), (5, 5)]);
}

#[test]
fn an_error_spoils_its_statement_only() {
    let read = Read::of(
        "create table a (id int);\ncreate policy if not exists p on a;\ncreate table b (id int);",
    );
    assert_eq!(read.errors(), [None, Some("syntax error at or near \"not\""), None]);
}

#[test]
fn lines_for_psql_are_refused_by_the_server() {
    let read = Read::of("\\pset pager off\nselect '\n\\x in a string';\n");
    assert_eq!(read.kinds(), ["psql", "select"]);
    assert_eq!(read.errors(), [Some("syntax error at or near \"\\\""), None]);
}

#[test]
fn data_of_a_copy_is_not_sql() {
    let read = Read::of("copy t (a) from stdin;\nit's; create table x\n\\.\nselect 1;\n");
    assert_eq!(read.kinds(), ["copy", "select"]);
    assert_eq!(read.lines(), [(1, 1), (4, 4)]);
}

#[test]
fn errors_in_bodies_are_not_the_statements() {
    let text =
        "create function f() returns void language plpgsql as $$ begin select 1 into x; end $$;
        create function g() returns int language sql as $$ select from where $$;
        do $$ begin insert into a values (1) returning id into b; end $$;";
    assert_eq!(Read::of(text).errors(), [None, None, None]);
}

#[test]
fn semicolons_of_sql_bodies_do_not_end_a_statement() {
    let text = "create function f() returns int begin atomic select 1; select case when true then 2 end; end;\nselect 1;";
    assert_eq!(Read::of(text).kinds(), ["create function", "select"]);
}

#[test]
fn templates_and_other_dialects_are_left_alone() {
    assert_eq!(Read::of("select * from {{ ref('a') }}").kinds(), ["template"]);
    assert_eq!(Read::of("select '{{ not one }}'").kinds(), ["select"]);
    assert_eq!(Read::of("create table `a` (id int)").kinds(), ["dialect"]);
    assert_eq!(
        Read::of("create table a (id Int32) ENGINE = MergeTree order by id").kinds(),
        ["dialect"]
    );
    assert_eq!(Read::of("create table a (id int AUTO_INCREMENT)").kinds(), ["dialect"]);
}

#[test]
fn what_nests_too_deep_is_unsure_and_not_parsed() {
    let long = 100_000;
    let texts = [
        format!("select {}1{}", "(".repeat(long), ")".repeat(long)),
        format!("select {}true", "not ".repeat(long)),
        format!("select {}1", "- ".repeat(long)),
        format!("select 1{}", "+1".repeat(long)),
        format!("select 1{}", " union select 1".repeat(long)),
        format!("select {}", "case when true then ".repeat(long)),
        format!("select 1{}", "::int".repeat(long)),
        format!("select a{}", "[1]".repeat(long)),
    ];
    for text in texts {
        let read = Read::of(&text);
        assert_eq!(read.kinds(), ["too-deep"], "{}", &text[..40]);
        assert_eq!(read.rows.problems.len(), 1);
        assert!(read.rows.unsure.iter().any(|unsure| unsure.0 == "sql_tables"));
    }
}

#[test]
fn what_nests_just_below_the_limit_is_parsed_on_a_small_stack() {
    let run = || {
        let chain = format!("select 1{}", "+1".repeat(900));
        let nest = format!("select {}1{}", "(".repeat(190), ")".repeat(190));
        let casts = format!("select 1{}", "::int".repeat(600));
        let nots = format!("select {}true", "not ".repeat(190));
        let unions = format!("select 1{}", " union select 1".repeat(600));
        [chain, nest, casts, nots, unions].iter().all(|text| Read::of(text).kinds() == ["select"])
    };
    let small = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(run);
    assert!(small.expect("a thread").join().expect("no overflow"));
}

#[test]
fn a_policy_is_read_in_full() {
    let read = Read::of(
        "create policy \"Own Rows\" on ops.runs as restrictive for update to authenticated, anon\n using (owner  =\n auth.uid()) with check (true);",
    );
    let Statement::CreatePolicy(policy) = read.statement(0) else { panic!("a policy") };
    assert_eq!(
        (policy.name.as_str(), policy.command.as_str(), policy.permissive),
        ("Own Rows", "update", false)
    );
    assert_eq!(policy.roles, ["authenticated", "anon"]);
    assert_eq!(policy.using.map(|(text, _)| text), Some("owner = auth.uid()".to_owned()));
}

#[test]
fn a_table_is_read_with_its_keys() {
    let read = Read::of(
        "create table if not exists a (id uuid primary key, b_id int not null references s.b (id), unique (id, b_id));",
    );
    let Statement::CreateTable(table) = read.statement(0) else { panic!("a table") };
    assert!(table.if_not_exists);
    assert_eq!(
        table.columns.iter().map(|column| column.not_null).collect::<Vec<_>>(),
        [true, true]
    );
    let kinds: Vec<_> =
        table.constraints.iter().map(|it| (it.kind.as_str(), it.columns.join(","))).collect();
    assert_eq!(
        kinds,
        [
            ("primary key", "id".to_owned()),
            ("foreign key", "b_id".to_owned()),
            ("unique", "id,b_id".to_owned())
        ]
    );
}

#[test]
fn any_bytes_are_read_without_panic() {
    for text in [
        "",
        ";",
        ";;;",
        "'",
        "\"",
        "$$",
        "$a$ $b$",
        "/*",
        "--",
        "\\",
        "copy a from stdin;\n",
        "é'é",
        "(((",
        ")))",
        "\u{0}",
        "e'\\",
        "create",
        "create policy on",
        "alter table",
        "$1$é",
        "create function",
        "create function f(",
        "create function f() returns",
        "create function f(a int default",
        "create function f() returns int language plpgsql as $$",
        "create function f() returns int language plpgsql as $$ begin for",
        "create function f() returns int language plpgsql as $$ declare",
        "create function f() returns int language plpgsql as $$ begin select 1 into é",
        "create function f() returns int language plpgsql as '",
        "create trigger t before",
        "create type t as enum (",
        "create type \"é",
        "grant select (é",
        "grant",
        "comment on column é",
        "insert into é values (é",
        "select cron.schedule(",
        "select set_config(",
        "alter type é add value",
        "alter table a drop constraint \"",
        "do $$ begin create type",
        "create view v as select",
    ] {
        Read::of(text);
    }
}

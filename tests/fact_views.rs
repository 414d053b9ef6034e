//! The queries of the analyzers' tables, run over small trees in a plain SQLite database.
//!
//! With `PARITY_CORPORA` set, also over the checkout `ipai-tree` in that folder, whose truth is known.

#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]

use std::path::Path;

use parity::base::Id;
use parity::base::Meaning;
use parity::base::Named;
use parity::base::Value;
use parity::base::basename;
use parity::base::dirname;
use parity::base::path_join;
use parity::base::path_stem;
use parity::facts::ANALYZERS;
use parity::facts::Analyzer;
use parity::facts::Input;
use parity::facts::Rows;
use parity::facts::odoo;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ToSqlOutput;
use rusqlite::types::Value as Cell;

/// A tree of files and other entries (kind, path), as the views see it.
struct Store(Connection);

impl Store {
    fn new() -> Self {
        let store = Store(Connection::open_in_memory().expect("a database"));
        store.functions();
        store.run(
            "create table tree(path text primary key, blob text, kind text) without rowid;
             create table tree_folders(path text primary key) without rowid;",
        );
        for analyzer in ANALYZERS {
            for facts in analyzer.facts {
                let columns: Vec<String> = facts
                    .columns
                    .iter()
                    .map(|column| format!("{} {}", column.name, column.kind.sql()))
                    .collect();
                let columns = columns.join(", ");
                let name = facts.name;
                store.run(&format!(
                    "create table stored_{name}(blob text, seq integer, {columns}, primary key (blob, seq)) without rowid;
                     create view fact_{name} as select t.path, s.* from tree t join stored_{name} s on s.blob = t.blob;"
                ));
            }
            for view in analyzer.tables {
                store.run(&format!("create view {} as {}", view.table.name, view.query));
            }
        }
        store
    }

    /// A tree of text files; a path ending with `@` is a submodule.
    fn of(files: &[(&str, &str)]) -> Self {
        let store = Store::new();
        for (path, text) in files {
            match path.strip_suffix('@') {
                Some(path) => store.entry(path, "commit", "submodule"),
                None => store.file(path, text.as_bytes()),
            }
        }
        store
    }

    fn run(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    fn functions(&self) {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        type Part = fn(&str) -> &str;
        let parts: [(&str, Part); 3] =
            [("dirname", dirname), ("basename", basename), ("path_stem", path_stem)];
        for (name, part) in parts {
            let of = move |context: &rusqlite::functions::Context<'_>| {
                Ok(context.get::<Option<String>>(0)?.map(|path| part(&path).to_owned()))
            };
            self.0.create_scalar_function(name, 1, flags, of).expect("a function");
        }
        let join = |context: &rusqlite::functions::Context<'_>| {
            let dir = context.get::<Option<String>>(0)?;
            let relative = context.get::<Option<String>>(1)?;
            Ok(dir.zip(relative).and_then(|(dir, relative)| path_join(&dir, &relative)))
        };
        self.0.create_scalar_function("path_join", 2, flags, join).expect("a function");
        let edition = |context: &rusqlite::functions::Context<'_>| {
            let named: (String, String) = (context.get(0)?, context.get(1)?);
            Ok(odoo::edition(&named.0, &named.1))
        };
        self.0.create_scalar_function("odoo_edition", 2, flags, edition).expect("a function");
    }

    fn entry(&self, path: &str, blob: &str, kind: &str) {
        let sql = "insert into tree values (?1, ?2, ?3)";
        self.0
            .prepare_cached(sql)
            .and_then(|mut insert| insert.execute([path, blob, kind]))
            .expect("a new path");
        let mut folder = dirname(path);
        while !folder.is_empty() {
            let sql = "insert or ignore into tree_folders values (?1)";
            self.0
                .prepare_cached(sql)
                .and_then(|mut insert| insert.execute([folder]))
                .expect("a folder");
            folder = dirname(folder);
        }
    }

    fn file(&self, path: &str, bytes: &[u8]) {
        let blob = Id::of(bytes).to_string();
        self.entry(path, &blob, "file");
        for analyzer in ANALYZERS.iter().filter(|analyzer| (analyzer.applies)(path)) {
            let mut rows = Rows::default();
            (analyzer.extract)(&Input::new(bytes), &mut rows);
            self.keep(analyzer, &blob, &rows);
        }
    }

    fn keep(&self, analyzer: &Analyzer, blob: &str, rows: &Rows) {
        let mut next = vec![0_i64; analyzer.facts.len()];
        for (facts, cells) in &rows.facts {
            let places = ", ?".repeat(cells.len());
            let sql = format!(
                "insert or ignore into stored_{} values (?, ?{places})",
                analyzer.facts[*facts].name
            );
            let key = [Cell::Text(blob.to_owned()), Cell::Integer(next[*facts])];
            let values = key.into_iter().chain(cells.iter().map(cell)).map(ToSqlOutput::Owned);
            let mut insert = self.0.prepare_cached(&sql).expect("a statement");
            insert.execute(rusqlite::params_from_iter(values)).expect("a row");
            next[*facts] += 1;
        }
    }

    /// Lays out the paths of the tree for the function that looks names up.
    fn know_paths(&self) {
        let mut paths =
            self.0.prepare("select path, kind = 'file' from tree order by path").expect("a tree");
        let paths = paths.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("paths");
        let named = Named::new(paths.map(|path| path.expect("a path")).collect::<Vec<_>>(), &[]);
        let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
        let meaning = move |context: &rusqlite::functions::Context<'_>| {
            let (document, target): (String, String) = (context.get(0)?, context.get(1)?);
            Ok(match named.meaning(&document, &target) {
                Meaning::Path(path) => Some(path),
                Meaning::Nothing => Some(String::new()),
                Meaning::Open => None,
            })
        };
        self.0.create_scalar_function("named_path", 2, flags, meaning).expect("a function");
    }

    /// The rows of a query, their cells joined with `|`, null as `-`.
    fn ask(&self, sql: &str) -> Vec<String> {
        self.know_paths();
        let mut query = self.0.prepare(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        let count = query.column_count();
        let rows = query.query_map([], |row| {
            let cells: rusqlite::Result<Vec<Cell>> =
                (0..count).map(|index| row.get(index)).collect();
            Ok(cells?.iter().map(word).collect::<Vec<_>>().join("|"))
        });
        rows.and_then(Iterator::collect).expect("rows")
    }
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Int(number) => Cell::Integer(*number),
        Value::Real(text) | Value::Text(text) => Cell::Text(text.clone()),
    }
}

fn word(cell: &Cell) -> String {
    match cell {
        Cell::Integer(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        _ => "-".to_owned(),
    }
}

#[test]
fn an_addon_is_known_by_its_folder_even_if_its_manifest_cannot_be_read() {
    let store = Store::of(&[
        ("x/good/__manifest__.py", "{'version': '18.0.1.0.0'}"),
        ("x/bad/__manifest__.py", "oops"),
    ]);
    assert_eq!(
        store.ask("select name, dir, path, line, series, license from odoo_modules order by name"),
        ["bad|x/bad|x/bad/__manifest__.py|-|-|-", "good|x/good|x/good/__manifest__.py|1|18.0|"]
    );
}

#[test]
fn of_two_manifests_in_a_folder_one_is_in_effect() {
    let store = Store::of(&[
        ("a/__manifest__.py", "{'depends': ['new']}"),
        ("a/__openerp__.py", "{'depends': ['old']}"),
        ("b/__openerp__.py", "{'depends': ['old']}"),
    ]);
    assert_eq!(
        store.ask("select path from odoo_modules order by path"),
        ["a/__manifest__.py", "b/__openerp__.py"]
    );
    assert_eq!(
        store.ask("select module, depends from odoo_depends order by module"),
        ["a|new", "b|old"]
    );
    assert_eq!(
        store.ask("select path from odoo_keys order by path"),
        ["a/__manifest__.py", "b/__openerp__.py"]
    );
}

#[test]
fn a_dependency_has_a_folder_if_one_addon_bears_its_name() {
    let store = Store::of(&[
        (
            "a/__manifest__.py",
            "{'version': '18.0.1.0.0', 'depends': ['b', 'c', 'none', 'sale', 'account_asset', 'd']}",
        ),
        ("b/__manifest__.py", "{}"),
        ("d/__manifest__.py", "{'author': 'Acme, Odoo Community Association (OCA)'}"),
        ("x/c/__manifest__.py", "{}"),
        ("y/c/__manifest__.py", "{ }"),
    ]);
    assert_eq!(
        store.ask(
            "select depends, depends_dir, present, edition from odoo_depends order by depends"
        ),
        ["account_asset||0|ee", "b|b|1|own", "c|-|1|own", "d|d|1|oca", "none||0|-", "sale||0|ce"]
    );
}

#[test]
fn what_a_submodule_may_hold_is_undecided() {
    let store =
        Store::of(&[("a/__manifest__.py", "{'depends': ['queue_job', 'a']}"), ("oca@", "")]);
    assert_eq!(
        store.ask("select depends, depends_dir, present from odoo_depends order by depends"),
        ["a|a|1", "queue_job|-|-"]
    );
}

#[test]
fn a_data_file_resolves_in_its_addon() {
    let store = Store::of(&[
        (
            "m/a/__manifest__.py",
            "{'data': ['views/x.xml', 'views/no.xml', '../b/y.xml', '/m/a/views/x.xml', 'views']}",
        ),
        ("m/a/views/x.xml", ""),
        ("m/b/y.xml", ""),
    ]);
    assert_eq!(
        store.ask("select target, resolves from odoo_data"),
        ["views/x.xml|1", "views/no.xml|0", "../b/y.xml|1", "/m/a/views/x.xml|0", "views|0"]
    );
}

#[test]
fn a_file_belongs_to_the_innermost_addon() {
    let store = Store::of(&[
        ("m/a/__manifest__.py", "{}"),
        ("m/a/models/__init__.py", ""),
        ("m/a/models/x.py", ""),
        ("m/a/inner/__manifest__.py", "{ }"),
        ("m/a/inner/README.md", ""),
        ("m/a/setup.cfg", ""),
        ("m/ab/models/y.py", ""),
    ]);
    assert_eq!(
        store.ask("select module, dir, role, path from odoo_files order by path"),
        [
            "a|m/a|manifest|m/a/__manifest__.py",
            "inner|m/a/inner|readme|m/a/inner/README.md",
            "inner|m/a/inner|manifest|m/a/inner/__manifest__.py",
            "a|m/a|init|m/a/models/__init__.py",
            "a|m/a|model|m/a/models/x.py",
            "a|m/a|other|m/a/setup.cfg",
        ]
    );
}

#[test]
fn an_addon_may_be_the_whole_tree() {
    let store = Store::of(&[("__manifest__.py", "{}"), ("models/x.py", "")]);
    assert_eq!(
        store.ask("select role, path from odoo_files order by path"),
        ["manifest|__manifest__.py", "model|models/x.py"]
    );
}

#[test]
fn a_link_resolves_from_its_documents_folder() {
    let text = "[](b.md) [](../README.md) [](sub) [](no.md) [](b.md#here) [](b.md#gone) [](no.md#x) [](/docs/b.md)
        [](../../issues) [](../vendor/x/y.md) [](https://a.b) [](#here)";
    let store = Store::of(&[
        ("README.md", ""),
        ("docs/a.md", text),
        ("docs/b.md", "# Here"),
        ("docs/sub/c.md", "x"),
        ("vendor/x@", ""),
    ]);
    assert_eq!(
        store.ask("select target, resolves from md_links"),
        [
            "b.md|1",
            "../README.md|1",
            "sub|1",
            "no.md|0",
            "b.md#here|1",
            "b.md#gone|-",
            "no.md#x|0",
            "/docs/b.md|1",
            "../../issues|-",
            "../vendor/x/y.md|-",
            "https://a.b|-",
            "#here|0",
        ]
    );
}

#[test]
fn a_path_is_judged_only_if_it_speaks_of_this_tree() {
    let text = "docs/a.md docs/no.md docs/sub/ ./docs/gone/ sub/c.md other/x.md Node.js/React.js vendor/x/y.md ../README.md";
    let store = Store::of(&[
        ("README.md", "x"),
        ("docs/a.md", text),
        ("docs/sub/c.md", ""),
        ("vendor/x@", ""),
    ]);
    assert_eq!(
        store.ask("select target, resolves, rooted from md_paths"),
        [
            "docs/a.md|1|1",
            "docs/no.md|0|1",
            "docs/sub/|1|1",
            "./docs/gone/|0|1",
            "sub/c.md|1|1",
            "other/x.md|-|0",
            "Node.js/React.js|-|0",
            "vendor/x/y.md|-|1",
            "../README.md|1|1",
        ]
    );
}

#[test]
fn the_truth_about_a_real_tree_is_found() {
    let Some(corpora) = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty()) else {
        return skipped("PARITY_CORPORA is not set");
    };
    let root = Path::new(&corpora).join("ipai-tree");
    if !root.is_dir() {
        return skipped("there is no ipai-tree");
    }
    let store = Store::new();
    store.run("begin");
    let entries =
        walkdir::WalkDir::new(&root).into_iter().filter_entry(|entry| entry.file_name() != ".git");
    for entry in entries.filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
        let path = entry
            .path()
            .strip_prefix(&root)
            .expect("below the root")
            .to_string_lossy()
            .into_owned();
        store.file(&path, &std::fs::read(entry.path()).expect("a readable file"));
    }
    let counts = "select count(*), sum(license = 'LGPL-3'), sum(license = 'AGPL-3'), sum(license = ''),
        sum(series = '18.0'), sum(series = '19.0'), sum(series = ''), sum(not installable) from odoo_modules";
    assert_eq!(store.ask(counts), ["113|64|47|2|55|55|3|24"]);
    let repeated =
        "select count(*) from (select name from odoo_modules group by name having count(*) > 1)";
    assert_eq!(store.ask(repeated), ["11"]);
    assert_eq!(store.ask("select count(*) from odoo_data where resolves = 0"), ["5"]);
    let named = "select sum(resolves = 0), sum(not rooted) from (
        select distinct target, resolves, rooted from md_paths
        where path glob 'docs/architecture/odoo-sh-parity*' and context <> 'fence')";
    assert_eq!(store.ask(named), ["30|2"]);
}

#[allow(clippy::print_stderr)]
fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}

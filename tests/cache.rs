//! The cache changes how long an audit takes and nothing else.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use common::{Case, DAY, git, git_with, run};
use parity::snapshot::{Needs, Options, Snapshot, Stages};
use parity::source;
use parity::store::contract;
use rusqlite::Connection;

/// Commands whose output must not depend on the cache, with their exit status on the fixture.
const COMMANDS: [(&[&str], i32); 7] = [
    (&["check", "--format", "json"], 1),
    (&["report"], 0),
    (&["score", "--format", "json"], 0),
    (&["query", "--format", "jsonl", "select * from files"], 0),
    (&["query", "--format", "csv", "select * from odoo_modules"], 0),
    (&["query", "--format", "json", "select * from sql_tables"], 0),
    (&["query", "--format", "jsonl", "select * from unsure"], 0),
];

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    args.iter().chain(more).copied().collect()
}

#[test]
fn two_cold_processes_at_once_give_what_one_alone_gives() {
    let case = Case::acme();
    for (args, code) in [COMMANDS[0], COMMANDS[1]] {
        let alone = case.run(&with(args, &["--no-cache"])).ends(code);
        assert!(alone.contains("acme_labels") || args[0] == "report", "there is something to lose");
        for _ in 0..3 {
            let _ = fs::remove_dir_all(&case.cache);
            let start = || {
                case.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            };
            for child in [start(), start(), start()] {
                let output = child.wait_with_output().unwrap();
                let err = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(code), "{err}");
                assert!(String::from_utf8_lossy(&output.stdout) == alone, "another output: {err}");
            }
            assert!(case.run(args).ends(code) == alone, "another output from the cache they left");
        }
    }
}

#[test]
fn cold_warm_and_without_a_cache_are_the_same_bytes() {
    let case = Case::acme();
    for (args, code) in COMMANDS {
        let _ = fs::remove_dir_all(&case.cache);
        let without = case.run(&with(args, &["--no-cache"]));
        assert!(!case.cache.exists(), "--no-cache leaves nothing behind");
        let cold = case.run(args);
        assert!(case.cache.join("facts.db").is_file());
        let warm = case.run(args);
        assert_eq!(cold.code, code, "{}", cold.err);
        assert!(cold == warm, "{args:?}: warm differs");
        assert!(cold == without, "{args:?}: without a cache differs");
    }
    for (args, code) in COMMANDS {
        let without = case.run(&with(args, &["--no-cache"])).ends(code);
        assert!(
            case.run(args).ends(code) == without,
            "{args:?}: differs on a cache that others filled"
        );
    }
}

#[test]
fn a_table_that_several_read_has_the_rows_it_has_for_one() {
    let acme = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/repos/acme"));
    let mut kept = 0;
    for table in contract().map(|view| view.table.name) {
        let sql = format!("select * from {table}");
        let rows = |readers: usize| {
            let request = source::Request { path: acme.to_owned(), ..source::Request::default() };
            let source = source::open(&request).unwrap();
            let mut snapshot =
                Snapshot::new(source, Options::default(), Stages::default()).unwrap();
            let needs = Needs::from(&snapshot.prepare(&sql).unwrap());
            snapshot.make_ready(vec![needs.clone(); readers].iter()).unwrap();
            let mut rows = Vec::new();
            let mut take = |cells| {
                rows.push(cells);
                true
            };
            snapshot.run(needs.query.as_ref().unwrap(), &BTreeMap::new(), &mut take).unwrap();
            rows.sort();
            rows
        };
        let alone = rows(1);
        kept += alone.len();
        assert!(alone == rows(2), "{table}");
    }
    assert!(kept > 1_000, "there is something to keep: {kept}");
}

/// Changes after which an audit must find what it would find without having answered anything before.
type Change = (&'static str, fn(&Path));

const CHANGES: [Change; 8] = [
    ("nothing", |_| {}),
    ("a file", |root| {
        edit(root, "supabase/migrations/20260106100000_ops_runs.sql", |text| {
            format!("{text}\ncreate table public.later (id int);\n")
        })
    }),
    ("a path more", |root| fs::write(root.join("README.MD"), "# The same but for case\n").unwrap()),
    ("a path less", |root| fs::remove_file(root.join("README.MD")).unwrap()),
    ("what is archived", |root| {
        edit(root, "parity.toml", |text| {
            text.replace("docs/archive/**", "{docs/archive,addons}/**")
        })
    }),
    ("a parameter of a rule", |root| {
        edit(root, "parity.toml", |text| {
            format!("{text}\n[rule.\"odoo/license-allowed\"]\nallowed = [\"MIT\"]\n")
        })
    }),
    ("who runs migrations", |root| {
        edit(root, "parity.toml", |text| text.replace("\"file-transaction\"", "\"statement\""))
    }),
    ("a file again as it was", |root| {
        edit(root, "supabase/migrations/20260106100000_ops_runs.sql", |text| {
            text.replace("\ncreate table public.later (id int);\n", "")
        })
    }),
];

fn edit(root: &Path, path: &str, change: impl FnOnce(String) -> String) {
    let file = root.join(path);
    let text = fs::read_to_string(&file).unwrap_or_default();
    fs::write(file, change(text)).unwrap();
}

fn answers(case: &Case) -> i64 {
    let cache = Connection::open(case.cache.join("facts.db")).unwrap();
    cache.query_row("select count(*) from answers", [], |row| row.get(0)).unwrap()
}

#[test]
fn an_answer_that_was_kept_is_the_one_that_would_be_found() {
    let case = Case::acme();
    for (what, change) in CHANGES {
        change(&case.root);
        for args in [COMMANDS[0].0, COMMANDS[2].0] {
            let without = case.run(&with(args, &["--no-cache"]));
            let first = case.run(args);
            let known = answers(&case);
            assert!(first == without, "{what}: {args:?} differs\n{}", first.err);
            assert!(case.run(args) == without, "{what}: {args:?} differs when all is known");
            assert!(known > 50, "{what}: {args:?} keeps what it found");
            assert_eq!(answers(&case), known, "{what}: {args:?}: nothing was left to ask");
        }
    }
}

/// One way in which a cache can be unusable.
type Damage = (&'static str, fn(&Path));

const DAMAGES: [Damage; 10] = [
    ("answers that nobody gave", |file| {
        let sql = "update answers set answer = replace(answer, '\"fails\":', '\"fails\":1')";
        Connection::open(file).unwrap().execute_batch(sql).unwrap();
    }),
    ("cut off", |file| fs::File::options().write(true).open(file).unwrap().set_len(5_000).unwrap()),
    ("cut to whole pages", |file| {
        fs::File::options().write(true).open(file).unwrap().set_len(8_192).unwrap()
    }),
    ("no database", |file| fs::write(file, "this is not a database".repeat(1_000)).unwrap()),
    ("zero bytes", |file| fs::write(file, "").unwrap()),
    ("another database", |file| {
        fs::remove_file(file).unwrap();
        let other = Connection::open(file).unwrap();
        other.execute_batch("create table blobs (x); pragma user_version = 1").unwrap();
    }),
    ("a table lacks", |file| {
        Connection::open(file).unwrap().execute_batch("drop table hits_of_blobs").unwrap()
    }),
    ("facts lack", |file| {
        let cache = Connection::open(file).unwrap();
        let sql = "select name from sqlite_master where name like 'content%'";
        let name: String = cache.query_row(sql, [], |row| row.get(0)).unwrap();
        cache.execute_batch(&format!("drop table {name}")).unwrap();
    }),
    ("a folder", |file| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
    }),
    ("a folder with something in it", |file| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
        fs::write(file.join("x"), "").unwrap();
    }),
];

#[test]
fn a_damaged_cache_changes_nothing_but_time() {
    let case = Case::acme();
    let file = case.cache.join("facts.db");
    for (name, damage) in DAMAGES {
        for (args, code) in [COMMANDS[0], COMMANDS[4]] {
            let fresh = case.run(&with(args, &["--no-cache"])).ends(code);
            case.run(args).ends(code);
            damage(&file);
            assert!(case.run(args).ends(code) == fresh, "{name}: another output");
            assert!(case.run(args).ends(code) == fresh, "{name}: another output the second time");
            let _ = fs::remove_dir_all(&case.cache);
        }
    }
}

#[test]
fn a_cache_with_any_page_overwritten_changes_nothing_but_time() {
    let case = Case::acme();
    let file = case.cache.join("facts.db");
    let (args, code) = COMMANDS[0];
    let fresh = case.run(args).ends(code);
    let sound = fs::read(&file).unwrap();
    let pages = sound.len() / 4096;
    for (at, byte) in
        (0..pages).step_by(pages.div_ceil(24)).zip([0, 0xff, 0x41].into_iter().cycle())
    {
        let mut bytes = sound.clone();
        bytes[at * 4096..(at + 1) * 4096].fill(byte);
        fs::write(&file, bytes).unwrap();
        assert!(
            case.run(args).ends(code) == fresh,
            "page {at} of {pages} is {byte}: another output"
        );
    }
}

#[test]
fn a_cache_folder_that_takes_no_file_is_done_without() {
    let case = Case::acme();
    let (args, code) = COMMANDS[0];
    let fresh = case.run(&with(args, &["--no-cache"])).ends(code);
    fs::create_dir(&case.cache).unwrap();
    fs::set_permissions(&case.cache, fs::Permissions::from_mode(0o555)).unwrap();
    assert!(case.run(args).ends(code) == fresh);
    fs::set_permissions(&case.cache, fs::Permissions::from_mode(0o755)).unwrap();
    case.run(args).ends(code);
    fs::set_permissions(case.cache.join("facts.db"), fs::Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(&case.cache, fs::Permissions::from_mode(0o555)).unwrap();
    assert!(case.run(args).ends(code) == fresh);
    fs::set_permissions(&case.cache, fs::Permissions::from_mode(0o755)).unwrap();
    // Root may write anywhere but here.
    for folder in ["/proc/self", "/dev/null/x", "/proc/version"] {
        let again = case.command(args).env("PARITY_CACHE_DIR", folder).output().unwrap();
        assert_eq!(
            again.status.code(),
            Some(code),
            "{folder}: {}",
            String::from_utf8_lossy(&again.stderr)
        );
        assert!(again.stdout == fresh.as_bytes(), "{folder}: another output");
    }
}

/// Writes other bytes under the id of the file at `path`, as a forger of a clone would.
fn forge(root: &Path, path: &str, lie: &str) -> String {
    let id = git(root, &["rev-parse", &format!("HEAD:{path}")]);
    let lie = git_with(root, &["hash-object", "-w", "--stdin"], lie.as_bytes());
    let loose = |id: &str| root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(loose(&id)).unwrap();
    fs::copy(loose(&lie), loose(&id)).unwrap();
    id
}

#[test]
fn facts_of_an_object_whose_bytes_have_another_id_are_not_believed() {
    const MIGRATION: &str = "supabase/migrations/20260101000000_runs.sql";
    let manifest = "{'name': 'True', 'license': 'LGPL-3', 'version': '18.0.1.0.0'}\n";
    let case = Case::git(&[
        ("addons/a/__manifest__.py", manifest),
        (MIGRATION, "create table public.runs (id bigint primary key);\n"),
        ("other.md", "# Other\n"),
    ]);
    let good = case.bare();
    let manifest =
        forge(&case.root, "addons/a/__manifest__.py", "{'name': 'Lie', 'license': 'AGPL-3'}\n");
    let migration = forge(&case.root, MIGRATION, "create table public.lies (id bigint);\n");

    let csv = |sql: &str| case.run(&["query", "--format", "csv", "--rev", "HEAD", sql]).ends(0);
    let license = "select name, license from odoo_modules";
    let tables = "select schema, name from sql_tables";
    assert_eq!(
        csv(license),
        "name,license\r\na,\r\n",
        "the module is there, and nothing is known of it"
    );
    assert_eq!(csv(tables), "schema,name\r\n");
    assert_ne!(
        csv("select 1 from unsure where table_name = 'sql_tables'"),
        "1\r\n",
        "tables may exist unseen"
    );
    let problems = csv("select distinct path, code from problems where code = 'forged' order by 1");
    assert_eq!(
        problems,
        format!("path,code\r\naddons/a/__manifest__.py,forged\r\n{MIGRATION},forged\r\n")
    );
    let cache = Connection::open(case.cache.join("facts.db")).unwrap();
    for id in [manifest, migration] {
        let known = "select count(*) from blobs where hex(oid) = upper(?) and read_by <> ''";
        let count: i64 = cache.query_row(known, [&id], |row| row.get(0)).unwrap();
        assert_eq!(count, 0, "facts are kept under an id that is not theirs");
    }

    let good = good.to_str().unwrap();
    let csv = |sql: &str| {
        run(&case.cache, &["query", "--format", "csv", sql, "--repo", good, "--as-of", DAY]).ends(0)
    };
    assert_eq!(csv(license), "name,license\r\na,LGPL-3\r\n");
    assert_eq!(
        csv(tables),
        "schema,name\r\npublic,runs\r\n",
        "what a forged clone could not replay is replayed here"
    );
}

#[test]
fn what_is_old_is_forgotten_but_never_what_the_audit_reads() {
    let case = Case::acme();
    let (args, code) = COMMANDS[0];
    case.run(args).ends(code);
    let cache = Connection::open(case.cache.join("facts.db")).unwrap();
    let blobs =
        || cache.query_row("select count(*) from blobs", [], |row| row.get::<_, i64>(0)).unwrap();
    cache
        .execute_batch(
            "insert into blobs (oid, used) values (x'00112233445566778899aabbccddeeff00112233', 0)",
        )
        .unwrap();
    cache.execute_batch("update blobs set used = 1").unwrap();
    let before = blobs();
    case.write("docs/new.md", b"# Something new, so that there is something to write\n");
    let fresh = case.run(&with(args, &["--no-cache"])).ends(code);
    assert!(case.run(args).ends(code) == fresh, "the audit lost what it had read");
    assert!(blobs() <= before, "nothing was forgotten");
    assert!(case.run(args).ends(code) == fresh);
}

#[test]
fn the_same_bytes_are_read_as_what_each_path_says() {
    let both = "{'name': 'Both', 'depends': ['base']}\n# A heading\n";
    let case = Case::git(&[
        ("a/__manifest__.py", both),
        ("notes.md", both),
        ("db/supabase/migrations/20260101000000_x.sql", ""),
        ("a/__init__.py", ""),
        ("empty.json", ""),
        (".gitkeep", ""),
    ]);
    for _ in 0..2 {
        assert_eq!(case.cells("select name, path from odoo_modules"), "a|a/__manifest__.py");
        assert_eq!(case.cells("select title, path, line from md_headings"), "A heading|notes.md|2");
        assert_eq!(case.cells("select distinct path from odoo_depends"), "a/__manifest__.py");
        assert_eq!(
            case.cells("select path from migrations"),
            "db/supabase/migrations/20260101000000_x.sql"
        );
        let problems = case.cells("select path, analyzer from problems where path <> 'empty.json'");
        assert_eq!(problems, "", "an empty file is not read as what another empty file is");
        assert_eq!(case.cells("select count(distinct path) from files"), "6");
    }
}

/// Every table's rows as lines, by table.
fn tables(case: &Case, repo: &Path, more: &[&str]) -> BTreeMap<String, Vec<String>> {
    let file = case.beside("export.db");
    let _ = fs::remove_file(&file);
    let mut args = vec![
        "query",
        "--export",
        file.to_str().unwrap(),
        "--repo",
        repo.to_str().unwrap(),
        "--as-of",
        DAY,
    ];
    args.extend(more);
    run(&case.cache, &args).ends(0);
    let db = Connection::open(&file).unwrap();
    let mut select = db.prepare("select name from sqlite_master where type = 'table'").unwrap();
    let names: Vec<String> =
        select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let rows = |name: &String| {
        let mut select = db.prepare(&format!("select * from {name}")).unwrap();
        let width = select.column_count();
        let line = |row: &rusqlite::Row<'_>| {
            (0..width).map(|at| Ok(format!("{:?}", row.get_ref(at)?))).collect()
        };
        let mut lines: Vec<String> = select
            .query_map([], line)
            .unwrap()
            .map(|row: rusqlite::Result<Vec<String>>| row.unwrap().join(" "))
            .collect();
        lines.sort();
        (name.clone(), lines)
    };
    names.iter().map(rows).collect()
}

#[test]
fn a_bare_clone_and_a_checkout_of_one_revision_hold_the_same_facts() {
    let case = Case::acme();
    let rev = git(&case.root, &["rev-parse", "HEAD"]);
    case.write("later.md", b"# Later\n");
    case.commit();
    let bare = case.bare();
    git(&case.root, &["checkout", "-q", &rev]);
    let checkout = tables(&case, &case.root, &[]);
    let _ = fs::remove_dir_all(&case.cache);
    let revision = tables(&case, &bare, &["--rev", &rev]);
    let uncached = tables(&case, &bare, &["--rev", &rev, "--no-cache"]);
    assert!(checkout.len() > 50 && checkout["files"].len() > 50, "the tables are there");
    for (name, rows) in &checkout {
        assert_eq!(rows, &revision[name], "`{name}` differs between a checkout and a revision");
        assert_eq!(rows, &uncached[name], "`{name}` differs without a cache");
    }
    assert_eq!(checkout.len(), revision.len());
}

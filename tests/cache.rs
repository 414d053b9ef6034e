//! The cache changes how long an audit takes and nothing else.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use common::{Case, DAY, git, git_with, run};
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
        for _ in 0..3 {
            let _ = fs::remove_dir_all(&case.cache);
            let start = || case.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
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
        assert!(case.run(args).ends(code) == without, "{args:?}: differs on a cache that others filled");
    }
}

/// One way in which a cache can be unusable.
type Damage = (&'static str, fn(&Path));

const DAMAGES: [Damage; 8] = [
    ("cut off", |file| fs::File::options().write(true).open(file).unwrap().set_len(5_000).unwrap()),
    ("cut to whole pages", |file| fs::File::options().write(true).open(file).unwrap().set_len(8_192).unwrap()),
    ("no database", |file| fs::write(file, "this is not a database".repeat(1_000)).unwrap()),
    ("zero bytes", |file| fs::write(file, "").unwrap()),
    ("another database", |file| {
        fs::remove_file(file).unwrap();
        let other = Connection::open(file).unwrap();
        other.execute_batch("create table blobs (x); pragma user_version = 1").unwrap();
    }),
    ("a table lacks", |file| {
        Connection::open(file).unwrap().execute_batch("drop table extracted; drop table hits_of_blobs").unwrap();
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
    for (at, byte) in (0..pages).step_by(pages.div_ceil(24)).zip([0, 0xff, 0x41].into_iter().cycle()) {
        let mut bytes = sound.clone();
        bytes[at * 4096..(at + 1) * 4096].fill(byte);
        fs::write(&file, bytes).unwrap();
        assert!(case.run(args).ends(code) == fresh, "page {at} of {pages} is {byte}: another output");
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
        assert_eq!(again.status.code(), Some(code), "{folder}: {}", String::from_utf8_lossy(&again.stderr));
        assert!(again.stdout == fresh.as_bytes(), "{folder}: another output");
    }
}

#[test]
fn facts_of_an_object_whose_bytes_have_another_id_are_not_believed() {
    let manifest = "{'name': 'True', 'license': 'LGPL-3', 'version': '18.0.1.0.0'}\n";
    let case = Case::git(&[("addons/a/__manifest__.py", manifest), ("other.md", "# Other\n")]);
    let good = case.bare();
    let id = git(&case.root, &["rev-parse", "HEAD:addons/a/__manifest__.py"]);
    let lie = git_with(&case.root, &["hash-object", "-w", "--stdin"], b"{'name': 'Lie', 'license': 'AGPL-3'}\n");
    let loose = |id: &str| case.root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(loose(&id)).unwrap();
    fs::copy(loose(&lie), loose(&id)).unwrap();
    fs::write(case.root.join("addons/a/__manifest__.py"), "{'name': 'Lie', 'license': 'AGPL-3'}\n").unwrap();

    let license = "select name, license from odoo_modules";
    let forged = case.run(&["query", "--format", "csv", "--rev", "HEAD", license]).ends(0);
    assert_eq!(forged, "name,license\r\na,\r\n", "the module is there, and nothing is known of it");
    let sql = "select distinct path, code from problems where analyzer = 'odoo'";
    let problems = case.run(&["query", "--format", "csv", "--rev", "HEAD", sql]).ends(0);
    assert_eq!(problems, "path,code\r\naddons/a/__manifest__.py,forged\r\n");
    let cache = Connection::open(case.cache.join("facts.db")).unwrap();
    let known = "select count(*) from extracted join blobs on id = blob where hex(oid) = upper(?)";
    let count: i64 = cache.query_row(known, [&id], |row| row.get(0)).unwrap();
    assert_eq!(count, 0, "facts are kept under an id that is not theirs");

    let good = good.to_str().unwrap();
    let args = ["query", "--format", "csv", license, "--repo", good, "--as-of", DAY];
    assert_eq!(run(&case.cache, &args).ends(0), "name,license\r\na,LGPL-3\r\n");
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
        assert_eq!(case.cells("select path from migrations"), "db/supabase/migrations/20260101000000_x.sql");
        let problems = case.cells("select path, analyzer from problems where path <> 'empty.json'");
        assert_eq!(problems, "", "an empty file is not read as what another empty file is");
        assert_eq!(case.cells("select count(distinct path) from files"), "6");
    }
}

/// Every table's rows as lines, by table.
fn tables(case: &Case, repo: &Path, more: &[&str]) -> BTreeMap<String, Vec<String>> {
    let file = case.beside("export.db");
    let _ = fs::remove_file(&file);
    let mut args = vec!["query", "--export", file.to_str().unwrap(), "--repo", repo.to_str().unwrap(), "--as-of", DAY];
    args.extend(more);
    run(&case.cache, &args).ends(0);
    let db = Connection::open(&file).unwrap();
    let mut select = db.prepare("select name from sqlite_master where type = 'table'").unwrap();
    let names: Vec<String> = select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let rows = |name: &String| {
        let mut select = db.prepare(&format!("select * from {name}")).unwrap();
        let width = select.column_count();
        let line = |row: &rusqlite::Row<'_>| (0..width).map(|at| Ok(format!("{:?}", row.get_ref(at)?))).collect();
        let mut lines: Vec<String> =
            select.query_map([], line).unwrap().map(|row: rusqlite::Result<Vec<String>>| row.unwrap().join(" ")).collect();
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

//! The truth about the migrations of `tests/repos/acme`, against PostgreSQL itself where it is installed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;

/// Where Debian puts the server this truth was taken from.
const BIN: &str = "/usr/lib/postgresql/15/bin";

#[derive(Deserialize)]
struct Truth {
    migrations: Migrations,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Migrations {
    files: usize,
    file_transaction: Policy,
    statement: Policy,
}

#[derive(Deserialize)]
struct Policy {
    fails: BTreeMap<String, serde_yaml::Value>,
    tables: BTreeMap<String, Table>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Table {
    rls: bool,
    policies: Vec<String>,
    columns: Option<Vec<String>>,
}

/// A server of its own, in a folder that goes with it. The server refuses to run as root.
struct Server {
    folder: tempfile::TempDir,
    as_root: bool,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let as_root = run(Command::new("id").arg("-u")).stdout.trim_ascii() == b"0";
        if as_root {
            succeed(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let server = Server { folder, as_root };
        let data = server.path("data");
        succeed(server.command("initdb").args(["-A", "trust", "-U", "postgres", "-D"]).arg(&data));
        let options =
            format!("-c listen_addresses='' -c fsync=off -k {}", server.folder.path().display());
        let log = server.path("log");
        succeed(
            server
                .command("pg_ctl")
                .args(["-w", "-o", &options, "-l"])
                .arg(log)
                .arg("-D")
                .arg(data)
                .arg("start"),
        );
        server
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, program: &str) -> Command {
        let program = format!("{BIN}/{program}");
        let mut command = if self.as_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", &program]);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.folder.path());
        command
    }

    fn psql(&self, database: &str, arguments: &[&str]) -> Output {
        let mut command = self.command("psql");
        command.args(["-XqAt", "-U", "postgres", "-d", database, "-h"]).arg(self.folder.path());
        run(command.args(arguments))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.path("data");
        let _ =
            self.command("pg_ctl").args(["-m", "immediate", "-D"]).arg(data).arg("stop").output();
    }
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the program starts")
}

fn succeed(command: &mut Command) {
    let output = run(command);
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn repos() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/repos")
}

fn migrations() -> Vec<PathBuf> {
    let folder = fs::read_dir(repos().join("acme/supabase/migrations")).expect("the migrations");
    let mut files: Vec<PathBuf> = folder
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    files.sort();
    files
}

const TABLES: &str = "select n.nspname || '.' || c.relname, c.relrowsecurity, \
    (select string_agg(polname, ',' order by polname) from pg_policy where polrelid = c.oid), \
    (select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = c.oid and attnum > 0) \
    from pg_class c join pg_namespace n on n.oid = c.relnamespace \
    where c.relkind = 'r' and n.nspname in ('ops', 'public') order by 1";

/// Runs every file and gives those that failed. `whole` sends a file as one query, which the server runs as one
/// transaction; otherwise psql parts it into its statements.
fn replay(server: &Server, database: &str, whole: bool) -> Vec<String> {
    succeed(
        server
            .command("createdb")
            .args(["-U", "postgres", database, "-h"])
            .arg(server.folder.path()),
    );
    let copy = server.path("one.sql");
    let mut failed = migrations();
    failed.retain(|file| {
        let sql = fs::read_to_string(file).expect("UTF-8");
        fs::write(&copy, &sql).expect("a copy the server's user can read");
        let arguments = if whole { ["-c", &sql] } else { ["-f", &copy.to_string_lossy()] };
        let output = server.psql(database, &arguments);
        String::from_utf8_lossy(&output.stderr).contains("ERROR:")
    });
    failed
        .iter()
        .filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()))
        .collect()
}

/// What is there afterwards.
fn tables(server: &Server, database: &str) -> BTreeMap<String, Table> {
    let output = server.psql(database, &["-c", TABLES]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let names =
        |cell: &str| cell.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let table = |line: &str| {
        let cells: Vec<&str> = line.split('|').collect();
        let columns = Some(names(cells[3]));
        (cells[0].to_owned(), Table { rls: cells[1] == "t", policies: names(cells[2]), columns })
    };
    text.lines().map(table).collect()
}

fn agree(policy: &Policy, failed: &[String], mut tables: BTreeMap<String, Table>) {
    assert_eq!(failed, policy.fails.keys().cloned().collect::<Vec<_>>());
    for (name, table) in &mut tables {
        if policy.tables.get(name).is_some_and(|stated| stated.columns.is_none()) {
            table.columns = None;
        }
    }
    assert_eq!(tables, policy.tables);
}

#[test]
fn the_truth_about_acme_is_what_postgres_says() {
    let text = fs::read_to_string(repos().join("acme.truth.yaml")).expect("the truth");
    let truth: Truth = serde_yaml::from_str(&text).expect("the truth can be read");
    assert_eq!(migrations().len(), truth.migrations.files);
    if !Path::new(BIN).join("initdb").exists() {
        return eprintln!("skipped: PostgreSQL 15 is not installed");
    }
    let server = Server::start();
    for (policy, whole) in
        [(&truth.migrations.file_transaction, true), (&truth.migrations.statement, false)]
    {
        let database = if whole { "files" } else { "statements" };
        let failed = replay(&server, database, whole);
        agree(policy, &failed, tables(&server, database));
    }
}

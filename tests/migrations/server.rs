//! A scratch PostgreSQL on a unix socket, and the sets it and the linker are both given.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;
use tempfile::TempDir;

use crate::migrations::sets::{PLATFORM, ROLES, SETS, Set};
use crate::{Database, Score, replay};

struct Server {
    folder: TempDir,
    binaries: PathBuf,
    process: Child,
}

/// The newest server on this machine, if there is one.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    found.retain(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    found.sort();
    found.pop()
}

/// A command that runs as somebody who is not root, whom the server refuses.
fn command(program: PathBuf) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

impl Server {
    fn start(binaries: PathBuf) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        Command::new("chmod").arg("777").arg(&path).status().unwrap();
        let made = command(binaries.join("initdb"))
            .arg("-D")
            .arg(path.join("data"))
            .args(["-A", "trust", "-U", "postgres", "-N", "-E", "UTF8", "--locale=C"])
            .current_dir(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !made.is_ok_and(|status| status.success()) {
            return None;
        }
        let process = command(binaries.join("postgres"))
            .arg("-D")
            .arg(path.join("data"))
            .arg("-k")
            .arg(&path)
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .current_dir(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let server = Server { folder, binaries, process };
        let ready = |_: &i32| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            server.run("postgres", "select 1").is_ok()
        };
        let up = (0..100).any(|attempt| ready(&attempt));
        up.then_some(server)
    }

    /// Sends a text as one query: psql does not look into it.
    fn run(&self, database: &str, text: &str) -> Result<String, String> {
        let output = Command::new(self.binaries.join("psql"))
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
                "-d",
                database,
                "-h",
            ])
            .arg(self.folder.path())
            .arg("-c")
            .arg(format!("\n{text}"))
            .output()
            .unwrap();
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    fn json(&self, database: &str, query: &str) -> Vec<Json> {
        let text = self
            .run(database, &format!("select coalesce(json_agg(it), '[]') from ({query}) it"))
            .unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = command(self.binaries.join("pg_ctl"))
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(["stop", "-m", "immediate"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let _ = self.process.wait();
        let _ = command("rm".into()).arg("-rf").arg(self.folder.path().join("data")).status();
    }
}

const TABLES: &str = "select n.nspname as schema, c.relname as name, c.relrowsecurity as rls, c.relforcerowsecurity as force from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'auth')";
const POLICIES: &str = "select schemaname as schema, tablename as table, policyname as name, lower(cmd) as cmd, permissive = 'PERMISSIVE' as permissive, roles from pg_policies";
const COLUMNS: &str = "select n.nspname as schema, c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'auth')";

fn text(row: &Json, key: &str) -> String {
    row[key].as_str().unwrap().to_owned()
}

fn compare(server: &Server, name: &str, database: &Database, score: &mut Score) {
    let table = |row: &Json, key: &str| (text(row, "schema"), text(row, key));
    let tables: BTreeMap<_, _> = server
        .json(name, TABLES)
        .iter()
        .map(|row| (table(row, "name"), (row["rls"] == true, row["force"] == true)))
        .collect();
    let claimed = database.tables();
    let there: BTreeSet<_> = tables.keys().cloned().collect();
    score.existence(&format!("{name}: table"), claimed.keys(), &there, |key| {
        database.maybe("sql_tables", &format!("{}.{}", key.0, key.1))
    });
    for (key, (rls, force)) in &claimed {
        if let Some(truth) = tables.get(key) {
            score.claim(&format!("{name}: rls of {key:?}"), *rls, truth.0);
            score.claim(&format!("{name}: forced rls of {key:?}"), *force, truth.1);
        }
    }
    let policies: BTreeMap<_, _> = server
        .json(name, POLICIES)
        .iter()
        .map(|row| {
            let mut roles: Vec<String> = row["roles"]
                .as_array()
                .unwrap()
                .iter()
                .map(|role| role.as_str().unwrap().to_owned())
                .collect();
            roles.sort();
            (
                (table(row, "table"), text(row, "name")),
                (text(row, "cmd"), row["permissive"] == true, roles),
            )
        })
        .collect();
    let claimed = database.policies();
    let there: BTreeSet<_> = policies.keys().cloned().collect();
    score.existence(&format!("{name}: policy"), claimed.keys(), &there, |(table, _)| {
        database.maybe("sql_policies", &format!("{}.{}", table.0, table.1))
    });
    for (key, says) in claimed {
        if let Some(truth) = policies.get(&key) {
            score.claim(&format!("{name}: policy {key:?}"), Some(says), truth.clone());
        }
    }
    let columns: BTreeMap<_, _> = server
        .json(name, COLUMNS)
        .iter()
        .map(|row| {
            ((table(row, "table"), text(row, "name")), (text(row, "type"), row["not_null"] == true))
        })
        .collect();
    let claimed = database.columns();
    let certain = database.tables();
    let there: BTreeSet<_> =
        columns.keys().filter(|key| certain.contains_key(&key.0)).cloned().collect();
    score.existence(&format!("{name}: column"), claimed.keys(), &there, |(table, _)| {
        database.maybe("sql_columns", &format!("{}.{}", table.0, table.1))
    });
    for (key, (ty, not_null)) in claimed {
        if let Some(truth) = columns.get(&key) {
            score.claim(&format!("{name}: type of {key:?}"), Some(ty), truth.0.clone());
            score.claim(&format!("{name}: not null of {key:?}"), not_null, truth.1);
        }
    }
}

fn paths(set: &Set) -> Vec<(String, Vec<u8>)> {
    let folder = if set.supabase { "supabase/migrations" } else { "db/migrations" };
    let files = set.files.iter().enumerate();
    files
        .map(|(at, text)| (format!("{folder}/{:03}_file.sql", at + 1), text.as_bytes().to_vec()))
        .collect()
}

fn hold(server: &Server, set: &Set, by_statement: bool, score: &mut Score) {
    let name = format!("{}_{}", set.name, if by_statement { "s" } else { "f" });
    server.run("postgres", &format!("create database {name}")).unwrap();
    if set.supabase {
        server.run(&name, PLATFORM).unwrap();
    }
    let files = paths(set);
    let database = replay(&files, if by_statement { "statement" } else { "file-transaction" });
    let (claimed, errors) = (database.files(), database.errors());
    for (path, bytes) in &files {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let result = match by_statement {
            true => text
                .split_inclusive(";\n")
                .filter(|part| !part.trim().is_empty())
                .map(|part| server.run(&name, part))
                .collect::<Vec<_>>()
                .into_iter()
                .collect::<Result<String, String>>(),
            false => server.run(&name, &text),
        };
        let says = result.as_ref().err();
        score.claim(
            &format!("{name}: {path} (server {says:?}, ours {:?})", errors[path]),
            claimed[path],
            result.is_ok(),
        );
    }
    compare(server, &name, &database, score);
    assert!(
        !set.decided || claimed.values().all(Option::is_some),
        "{name} is decided: {:?}",
        database.reasons()
    );
}

#[test]
fn a_server_agrees_with_every_definite_claim() {
    let Some(server) = binaries().and_then(Server::start) else {
        println!("skipped: no PostgreSQL server can be started here");
        return;
    };
    server.run("postgres", ROLES).unwrap();
    let mut score = Score::default();
    for set in SETS {
        hold(&server, set, false, &mut score);
        if !set.files.iter().any(|text| text.contains("$$")) {
            hold(&server, set, true, &mut score);
        }
    }
    println!(
        "{} sets: {} definite, {} unknown, {} wrong",
        SETS.len(),
        score.definite,
        score.unknown,
        score.wrong.len()
    );
    assert!(score.wrong.is_empty(), "{:#?}", score.wrong);
}

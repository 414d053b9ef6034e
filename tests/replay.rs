//! `--replay` on a real PostgreSQL, as an ordinary user: what it reads, what a hostile repository cannot do, what is left of it.
#![allow(
    clippy::disallowed_methods,
    reason = "the server and the user are found by the environment"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::print_stderr, reason = "a test says what it skips")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

struct Place(TempDir);

impl Place {
    /// A folder that an ordinary user may read, with the program and these migrations; none: there is no server.
    fn with(migrations: &[&str]) -> Option<Place> {
        let installed = Path::new("/usr/lib/postgresql").is_dir();
        if !installed {
            eprintln!("skipped: there is no PostgreSQL in /usr/lib/postgresql");
            return None;
        }
        let place = Place(TempDir::new().unwrap());
        fs::copy(env!("CARGO_BIN_EXE_parity"), place.path("parity")).unwrap();
        let folder = place.path("repo/supabase/migrations");
        fs::create_dir_all(&folder).unwrap();
        for (at, text) in migrations.iter().enumerate() {
            fs::write(folder.join(format!("2026010100{:04}_m.sql", at + 1)), text).unwrap();
        }
        fs::create_dir(place.path("tmp")).unwrap();
        Command::new("chmod").args(["-R", "a+rwX"]).arg(place.0.path()).status().unwrap();
        Some(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The command, as somebody who is not root.
    fn command(&self, args: &[&str]) -> Command {
        let is_root =
            Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
        let mut command =
            Command::new(if is_root { "runuser".into() } else { self.path("parity") });
        if is_root {
            command.args(["-u", "nobody", "--"]).arg(self.path("parity"));
        }
        command.args(args).arg("--repo").arg(self.path("repo")).env("TMPDIR", self.path("tmp"));
        command.env("PARITY_CACHE_DIR", self.path("tmp/cache")).stdin(Stdio::null());
        command
    }

    fn query(&self, sql: &str) -> String {
        let output = self.command(&["query", "--replay", "--format", "csv", sql]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().replace('\r', "")
    }

    /// Scratch folders that are still there.
    fn left(&self) -> usize {
        let entries = fs::read_dir(self.path("tmp")).unwrap().flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("parity-")).count()
    }
}

#[test]
fn what_a_server_makes_of_the_migrations_fills_the_tables_and_stands_beside_the_static_ones() {
    let Some(place) = Place::with(&[
        "create extension vector with schema extensions; create table public.runs (id bigint primary key, v extensions.vector(3));",
        "do $$ begin execute format('alter table public.%I enable row level security', 'runs'); end $$;",
    ]) else {
        return;
    };
    let both =
        "select t.name, t.rls, s.name, (select count(*) from sql_databases) from sql_tables t
                left join static_sql_tables s on s.schema = t.schema and s.name = t.name";
    assert_eq!(place.query(both).lines().nth(1), Some("runs,1,runs,1"));
    assert_eq!(place.left(), 0);
}

#[test]
fn a_hostile_repository_reaches_neither_files_nor_programs_nor_the_superuser() {
    let mark = "/tmp/parity-was-here";
    let tries = [
        format!("copy (select 1) to program 'touch {mark}'"),
        format!("copy (select 1) to '{mark}'"),
        "create table l (t text); copy l from '/etc/passwd'".to_owned(),
        "select pg_read_file('/etc/passwd')".to_owned(),
        format!("reset session authorization; copy (select 1) to program 'touch {mark}'"),
        "set session authorization parity_owner".to_owned(),
        format!("select lo_export(lo_from_bytea(0, 'x'), '{mark}')"),
        "select lo_import('/etc/passwd')".to_owned(),
        "grant pg_execute_server_program to postgres".to_owned(),
        "alter role postgres superuser".to_owned(),
        "create extension file_fdw".to_owned(),
        "create extension dblink".to_owned(),
        "alter system set archive_command = 'true'".to_owned(),
        "create function f() returns cstring language internal as 'pg_read_file'".to_owned(),
    ];
    let texts: Vec<&str> = tries.iter().map(String::as_str).collect();
    let Some(place) = Place::with(&texts) else { return };
    let applied =
        place.query("select count(*), sum(applies is 1), sum(applies is 0) from migrations");
    // What such a role may not do is undecided, not failed.
    assert_eq!(
        applied.lines().nth(1),
        Some(format!("{},0,0", tries.len()).as_str()),
        "{}",
        place.query("select path, applies, error from migrations where applies is not null")
    );
    assert!(!Path::new(mark).exists());
    assert_eq!(place.left(), 0);
}

#[test]
fn nothing_is_left_of_a_replay_that_is_killed() {
    let Some(place) = Place::with(&["select pg_sleep(40);"]) else { return };
    let mut command = place.command(&["query", "--replay", "select 1 from migrations"]);
    let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let wait = |wanted: usize| {
        (0..150).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            place.left() == wanted
        })
    };
    assert!(wait(1), "the scratch server was never started");
    std::thread::sleep(Duration::from_secs(3));
    // `runuser` passes no kill on: both are named by the path of the program, which is ours alone.
    let named = format!("{} query", place.path("parity").display());
    let found = Command::new("pgrep").args(["-f", &named]).output().unwrap();
    let ids = String::from_utf8(found.stdout).unwrap();
    Command::new("kill").arg("-9").args(ids.lines()).status().unwrap();
    child.wait().unwrap();
    assert!(wait(0), "the folder of the scratch server is still there");
}

#[test]
fn a_report_a_hook_and_root_do_not_replay() {
    let Some(place) = Place::with(&["select 1;"]) else { return };
    let refused = |args: &[&str]| {
        let output = place.command(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(refused(&["report", "--replay"]).contains("judge the tree alone"));
    assert!(refused(&["check", "--staged", "--replay"]).contains("no audit was performed"));
    if Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n") {
        let output = Command::new(place.path("parity"))
            .args(["query", "--replay", "select 1 from files", "--repo"])
            .arg(place.path("repo"))
            .output()
            .unwrap();
        assert!(String::from_utf8(output.stderr).unwrap().contains("never as root"));
    }
}

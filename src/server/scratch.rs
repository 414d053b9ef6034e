//! A PostgreSQL of our own: a private copy of the machine's programs in a private folder, reached over a unix socket, with
//! no extension but those of a fixed list. Whatever happens to us, it is stopped and its folder removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::connect::socket;
use super::extensions;
use super::wire::{Login, Session};

/// The superuser, who only makes what stands before the first migration.
const OWNER: &str = "parity_owner";
/// The role that migrations run as.
pub const RUNNER: &str = "postgres";
/// The most bytes of disk, in MB, and how often that is looked at.
const DISK: u64 = 2048;
const LOOK: Duration = Duration::from_millis(300);
/// How long one text may run before the server is stopped; it stops the text itself before that.
const SILENCE: Duration = Duration::from_secs(75);

/// Runs the server until our end of its standard input closes, by intent or because we are gone; then nothing is left of it.
/// No file may be larger than 512 MB, and no process than 4 GB.
const KEEPER: &str = r#"
trap '' INT TERM HUP
ulimit -f 1048576 2>/dev/null
ulimit -v 4194304 2>/dev/null
"$2" -D "$1/data" -k "$1" -c listen_addresses= -c unix_socket_permissions=0700 -c fsync=off -c full_page_writes=off \
  -c max_connections=8 -c max_locks_per_transaction=2048 -c shared_buffers=32MB -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=256MB \
  -c temp_file_limit=256MB -c statement_timeout=60s -c max_worker_processes=0 -c max_logical_replication_workers=0 \
  -c max_parallel_workers=0 -c jit=off -c dynamic_library_path='$libdir' -c log_destination=stderr \
  </dev/null >/dev/null 2>"$1/log" &
server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server 2>/dev/null
rm -rf "$1"
"#;

/// A running scratch server.
pub struct Scratch {
    folder: PathBuf,
    keeper: Child,
    is_full: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
    /// What it calls itself.
    pub version: String,
}

impl Scratch {
    /// Starts one below `temp`, from the programs found in `path` (as the environment writes it) or where systems put them.
    ///
    /// # Errors
    /// There is no PostgreSQL, or it does not start; the message says what to do.
    pub fn start(temp: &Path, path: &str) -> Result<Scratch, String> {
        let programs = programs(path).ok_or(
            "there is no PostgreSQL server on this machine (no `initdb` and `postgres`): install one, \
             e.g. `apt install postgresql` or `brew install postgresql`, or put its folder into PATH",
        )?;
        let made = tempfile::Builder::new().prefix("parity-").tempdir_in(temp);
        let made =
            made.map_err(|error| format!("cannot make a folder in `{}`: {error}", temp.display()))?;
        refuse_root(made.path())?;
        let server = install(&programs, made.path())?;
        initialise(&server, made.path())?;
        let folder = made.keep();
        let keeper = keep(&server, &folder).map_err(|error| {
            let _ = fs::remove_dir_all(&folder);
            format!("cannot start `sh`: {error}")
        })?;
        let (is_full, is_over) = (Arc::default(), Arc::default());
        let mut scratch = Scratch { folder, keeper, is_full, is_over, version: String::new() };
        scratch.version = scratch.wait()?;
        scratch.watch();
        Ok(scratch)
    }

    /// Waits until it answers; gives its version.
    fn wait(&self) -> Result<String, String> {
        let mut last = String::new();
        for _ in 0..200 {
            std::thread::sleep(Duration::from_millis(25));
            match self.owner("postgres") {
                Ok(mut session) => {
                    let rows =
                        session.ask("show server_version").map_err(|error| error.to_string())?;
                    let version = rows.first().and_then(|row| row.first()?.as_text());
                    return Ok(version.unwrap_or_default().to_owned());
                }
                Err(error) => last = error,
            }
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(format!("PostgreSQL did not start: {last}; {}", log.lines().last().unwrap_or_default()))
    }

    /// Stops the server when it fills the disk.
    fn watch(&self) {
        let (folder, full, over) =
            (self.folder.clone(), Arc::clone(&self.is_full), Arc::clone(&self.is_over));
        let pid = folder.join("data/postmaster.pid");
        std::thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                if size(&folder) > DISK << 20 {
                    full.store(true, Ordering::Relaxed);
                    // Without this file a server stops itself.
                    let _ = fs::remove_file(&pid);
                }
                std::thread::sleep(LOOK);
            }
        });
    }

    /// Whether it was stopped because it filled the disk.
    pub fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// A session of the superuser.
    pub fn owner(&self, database: &str) -> Result<Session, String> {
        self.session(OWNER, database)
    }

    /// A session of the role that migrations run as: that is who its session is, whatever it resets.
    pub fn runner(&self, database: &str) -> Result<Session, String> {
        self.session(RUNNER, database)
    }

    fn session(&self, user: &str, database: &str) -> Result<Session, String> {
        let stream = socket(&format!("{}/.s.PGSQL.5432", self.folder.display()), SILENCE)?;
        let login = Login { user, database, password: None };
        Session::open(stream, &login).map_err(|error| error.to_string())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where the machine's programs are.
struct Programs {
    bin: PathBuf,
    share: PathBuf,
    lib: PathBuf,
}

fn programs(path: &str) -> Option<Programs> {
    let named = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    let mut usual: Vec<PathBuf> = [
        "/usr/lib/postgresql",
        "/usr/pgsql",
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/usr/local/pgsql",
    ]
    .iter()
    .flat_map(|folder| [PathBuf::from(folder)].into_iter().chain(below(Path::new(folder))))
    .map(|folder| folder.join("bin"))
    .collect();
    // The newest first.
    usual.sort_by_key(|folder| std::cmp::Reverse((number(folder), folder.clone())));
    named.chain(usual).find_map(|bin| {
        let bin = fs::canonicalize(bin.join("postgres")).ok()?.parent()?.to_owned();
        let is_whole = ["initdb", "postgres"].iter().all(|name| bin.join(name).is_file());
        is_whole.then(|| folders(bin)).flatten()
    })
}

fn number(folder: &Path) -> u32 {
    let parent = folder
        .parent()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    parent.trim_start_matches(|letter: char| !letter.is_ascii_digit()).parse().unwrap_or(0)
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// The shared files and libraries that belong to `bin`, as PostgreSQL says itself or where they usually are.
fn folders(bin: PathBuf) -> Option<Programs> {
    let told = |what: &str| {
        let output =
            Command::new(bin.join("pg_config")).arg(what).stdin(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(PathBuf::from(text.trim())).filter(|folder| folder.is_absolute())
    };
    let version = bin.parent()?.file_name()?.to_owned();
    let share =
        told("--sharedir").unwrap_or_else(|| Path::new("/usr/share/postgresql").join(version));
    let lib = told("--pkglibdir").unwrap_or(bin.parent()?.join("lib"));
    (share.join("extension").is_dir() && lib.is_dir()).then_some(Programs { bin, share, lib })
}

/// Lays a private copy out as the original lies, so that the programs find what belongs to them; gives the folder of programs.
fn install(programs: &Programs, folder: &Path) -> Result<PathBuf, String> {
    let root = folder.join("server");
    let inside = |path: &Path| root.join(path.strip_prefix("/").unwrap_or(path));
    let work = || -> io::Result<PathBuf> {
        let (bin, share, lib) =
            (inside(&programs.bin), inside(&programs.share), inside(&programs.lib));
        for folder in [&bin, &share.join("extension")] {
            fs::create_dir_all(folder)?;
        }
        fs::create_dir_all(lib.parent().unwrap_or(&lib))?;
        for name in ["initdb", "postgres"] {
            fs::copy(programs.bin.join(name), bin.join(name))?;
        }
        link(&programs.lib, &lib)?;
        for path in below(&programs.share) {
            let name = path.file_name().unwrap_or_default().to_owned();
            if name != "extension" {
                link(&path, &share.join(name))?;
            }
        }
        extensions::lay(&programs.share.join("extension"), &share.join("extension"))?;
        Ok(bin)
    };
    work().map_err(|error| format!("cannot lay out a private PostgreSQL: {error}"))
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::Error::other("there are no symbolic links here"))
}

/// Says so where we are root, whom PostgreSQL refuses, and rightly: `folder` is ours.
#[cfg(unix)]
fn refuse_root(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    match fs::metadata(folder).map(|data| data.uid()) {
        Ok(0) => Err("--replay runs SQL of the repository, and never as root: run parity as an ordinary user, \
                      e.g. `runuser -u nobody -- parity ... --replay`".to_owned()),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn refuse_root(_: &Path) -> Result<(), String> {
    Err("--replay needs unix sockets".to_owned())
}

fn initialise(bin: &Path, folder: &Path) -> Result<(), String> {
    let output = Command::new(bin.join("initdb"))
        .args(["-A", "trust", "-N", "-E", "UTF8", "--locale=C", "-U", OWNER, "-D"])
        .arg(folder.join("data"))
        .env_clear()
        .env("LC_ALL", "C")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run `initdb`: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => {
            Err(format!("`initdb` failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
        }
    }
}

fn keep(bin: &Path, folder: &Path) -> io::Result<Child> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", KEEPER, "sh"]).arg(folder).arg(bin.join("postgres"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // What interrupts us must not interrupt its tidying up.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

/// The bytes below a folder; links are not followed.
fn size(folder: &Path) -> u64 {
    let files = walkdir::WalkDir::new(folder).into_iter().flatten();
    files
        .filter_map(|entry| entry.metadata().ok())
        .filter(fs::Metadata::is_file)
        .map(|data| data.len())
        .sum()
}

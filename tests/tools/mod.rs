//! Tools of others that tests measure ours by, installed by the registries' own clients below `target/tmp`.
//!
//! Where a registry cannot be reached, the test that asks is skipped and says so.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

/// Where tools are kept between runs.
const FOLDER: &str = env!("CARGO_TARGET_TMPDIR");

static INSTALLING: Mutex<()> = Mutex::new(());

/// Installs with `commands` into a folder once; none: skipped, which is said.
fn once(name: &str, wanted: &str, commands: &dyn Fn(&Path) -> Vec<Command>) -> Option<PathBuf> {
    let _alone = INSTALLING.lock();
    let folder = Path::new(FOLDER).join(name);
    let done = folder.join(format!("{}.done", wanted.replace(['/', ' '], "_")));
    if done.exists() {
        return Some(folder);
    }
    fs::create_dir_all(&folder).unwrap();
    for mut command in commands(&folder) {
        let output = command.stdin(Stdio::null()).output();
        let trouble = match output {
            Ok(output) if output.status.success() => continue,
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        // Past the capture of a test that passes.
        let said =
            format!("\nSKIPPED, a test is not run: {wanted} cannot be installed: {trouble}\n\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return None;
    }
    fs::write(done, "").unwrap();
    Some(folder)
}

/// The folder of the commands of a Python environment with these packages of PyPI.
pub fn python(packages: &[&str]) -> Option<PathBuf> {
    let folder = once("python", &packages.join(" "), &|folder| {
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(folder);
        let mut install = Command::new(folder.join("bin/pip"));
        install.args(["install", "--quiet", "--disable-pip-version-check"]).args(packages);
        vec![venv, install]
    })?;
    Some(folder.join("bin"))
}

/// A folder with these packages of npm in its `node_modules`.
pub fn npm(packages: &[&str]) -> Option<PathBuf> {
    once("npm", &packages.join(" "), &|folder| {
        let mut install = Command::new("npm");
        install.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(folder);
        install.args(packages);
        vec![install]
    })
}

/// The sources of a package of crates.io, which nothing is built of.
pub fn sources(package: &str, version: &str) -> Option<PathBuf> {
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\npath = \"none.rs\"\n\
         [dependencies]\n{package} = \"={version}\"\n[workspace]\n"
    );
    let folder = once("crates", &format!("{package} {version}"), &|folder| {
        fs::write(folder.join("Cargo.toml"), &manifest).unwrap();
        fs::write(folder.join("none.rs"), "").unwrap();
        let mut fetch = Command::new(env!("CARGO"));
        fetch.args(["fetch", "--quiet", "--manifest-path"]).arg(folder.join("Cargo.toml"));
        vec![fetch]
    })?;
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["metadata", "--offline", "--format-version=1", "--manifest-path"]);
    let output = run(tree.arg(folder.join("Cargo.toml")));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let found =
        metadata["packages"].as_array().unwrap().iter().find(|found| found["name"] == package);
    let manifest = PathBuf::from(found.unwrap()["manifest_path"].as_str().unwrap());
    Some(manifest.parent().unwrap().to_owned())
}

/// Runs a command that must succeed.
#[track_caller]
pub fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?}\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    output
}

/// Runs a Python script with arguments; its output as JSON.
#[track_caller]
pub fn python_json(python: &Path, script: &str, args: &[&Path]) -> serde_json::Value {
    let output = run(Command::new(python).args(["-c", script]).args(args));
    serde_json::from_slice(&output.stdout).unwrap()
}

//! Takes a digest of all sources, and of each analyzer's and linker's, so that nobody has to bump a version by hand.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

/// Folders that are compiled in: a new file in one must rebuild.
const EMBEDDED: [&str; 3] = ["rules", "matrices", "templates"];

fn main() {
    for folder in EMBEDDED {
        println!("cargo::rerun-if-changed={folder}");
    }
    println!("cargo::rerun-if-changed=src");
    println!(
        "cargo::rustc-env=PARITY_BUILD={}",
        digest(&["build.rs", "src", "Cargo.lock"].map(Path::new))
    );
    for layer in ["facts", "link"] {
        for entry in fs::read_dir(format!("src/{layer}")).expect("the layer's folder exists") {
            let path = entry.expect("a readable entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy().to_uppercase();
            println!("cargo::rustc-env=PARITY_{}_{name}={}", layer.to_uppercase(), version(&path));
        }
    }
}

/// The digest of a module and of all it may use: analyzers use each other's readers, linkers those of analyzers.
fn version(module: &Path) -> String {
    let shared = ["src/base", "src/facts", "Cargo.lock"];
    digest(&[&[module], shared.map(Path::new).as_slice()].concat())
}

/// The digest of some files and of all files of some folders.
fn digest(roots: &[&Path]) -> String {
    let mut hash = Sha256::new();
    for root in roots {
        let files = WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok);
        for file in files.filter(|file| file.file_type().is_file()) {
            hash.update(fs::read(file.path()).expect("a readable source"));
        }
    }
    hash.finalize().iter().take(6).fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes text");
        text
    })
}

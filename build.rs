//! Takes a digest of each analyzer's and linker's sources, so that nobody has to bump a version by hand.

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
    for layer in ["facts", "link"] {
        println!("cargo::rerun-if-changed=src/{layer}");
        for entry in fs::read_dir(format!("src/{layer}")).expect("the layer's folder exists") {
            let path = entry.expect("a readable entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy().to_uppercase();
            println!("cargo::rustc-env=PARITY_{}_{name}={}", layer.to_uppercase(), version(&path));
        }
    }
}

/// The digest of a module: its file or every file of its folder, what all of them share, and the locked parsers.
fn version(module: &Path) -> String {
    let mut hash = Sha256::new();
    for root in [
        module,
        Path::new("src/base"),
        Path::new("src/facts/mod.rs"),
        Path::new("src/facts/input.rs"),
        Path::new("Cargo.lock"),
    ] {
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

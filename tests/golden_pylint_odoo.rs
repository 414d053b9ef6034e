//! What pylint-odoo was recorded to say of its own test repository, and how many messages each other option gives.
//!
//! `PARITY_CORPORA` holds `pylint-odoo.git`, a clone of OCA/pylint-odoo; `PARITY_TRUTH` holds `odoo/golden_pylint_manifest.tsv`.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::Case;

/// The revision the recording is of, and where the addons lie in it.
const REVISION: &str = "v10.0.11";
const FOLDER: &str = "testing/resources/test_repo";
/// Recorded beside the others, but about Python code.
const OF_CODE: [&str; 2] = ["test-folder-imported", "use-vim-comment"];
/// Options and what pylint-odoo then says: option, value, symbol, messages.
const VARIANTS: [(&str, &str, &str, usize); 22] = [
    ("valid-odoo-versions", "8.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "11.0", "manifest-version-format", 5),
    ("valid-odoo-versions", "12.0", "manifest-version-format", 5),
    ("valid-odoo-versions", "13.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "14.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "15.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "16.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "17.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "18.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "19.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "20.0", "manifest-version-format", 6),
    ("valid-odoo-versions", "19.0", "manifest-summary-multiline", 0),
    ("valid-odoo-versions", "20.0", "manifest-summary-multiline", 2),
    ("manifest-required-authors", "Vauxoo", "manifest-required-author", 5),
    ("manifest-required-authors", "Vauxoo,Other", "manifest-required-author", 4),
    ("category-allowed", "Category 00", "category-allowed", 1),
    ("category-allowed", "Category 01", "category-allowed", 0),
    ("category-allowed-app", "Category 00", "category-allowed-app", 1),
    ("manifest-required-keys", "license,name,website,summary", "manifest-required-key", 11),
    (
        "license-allowed",
        "AGPL-3,GPL-2,GPL-2 or any later version,GPL-3,GPL-3 or any later version,LGPL-3",
        "license-allowed",
        2,
    ),
    ("manifest-deprecated-keys", "description,active", "manifest-deprecated-key", 2),
    ("odoo-required-files", "README.rst,static/description/icon.png", "missing-odoo-file", 3),
];

/// The folder a variable names; none: not set, or empty.
fn folder(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The addons of the recorded revision, in a folder of their own.
fn addons(clone: &Path) -> Case {
    let case = Case::folder(&[]);
    let mut archive = Command::new("git")
        .arg("-C")
        .arg(clone)
        .args(["archive", &format!("{REVISION}:{FOLDER}")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut tar = Command::new("tar");
    tar.args(["-x", "-C"]).arg(&case.root).stdin(archive.stdout.take().unwrap());
    let unpacked = tar.status().unwrap();
    assert!(archive.wait().unwrap().success() && unpacked.success());
    case
}

/// (path, line, symbol) with how often it is said.
type Said = BTreeMap<(String, u64, String), usize>;

fn ours(case: &Case, more: &[&str]) -> Said {
    let args =
        [&["check", "--profile", "pylint-odoo", "--fail-on", "never", "--format", "json"], more]
            .concat();
    let mut said = Said::new();
    for finding in case.run(&args).json(0)["findings"].as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        let symbol = text("rule").split_once('/').unwrap().1.to_owned();
        *said.entry((text("path"), finding["line"].as_u64().unwrap(), symbol)).or_default() += 1;
    }
    said
}

fn recorded(file: &Path) -> Said {
    let mut said = Said::new();
    for line in fs::read_to_string(file).unwrap().lines().skip(1) {
        let [path, line, _, symbol] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        if !OF_CODE.contains(&symbol) {
            *said
                .entry((path.to_owned(), line.parse().unwrap(), symbol.to_owned()))
                .or_default() += 1;
        }
    }
    said
}

#[test]
fn what_pylint_odoo_was_recorded_to_say_is_said_and_nothing_else() {
    let (Some(corpora), Some(truth)) = (folder("PARITY_CORPORA"), folder("PARITY_TRUTH")) else {
        println!("skipped: PARITY_CORPORA and PARITY_TRUTH do not say where the recording lies");
        return;
    };
    let (clone, golden) =
        (corpora.join("pylint-odoo.git"), truth.join("odoo/golden_pylint_manifest.tsv"));
    if !clone.exists() || !golden.exists() {
        println!("skipped: there is no {} or no {}", clone.display(), golden.display());
        return;
    }
    let case = addons(&clone);
    let (wanted, found) = (recorded(&golden), ours(&case, &[]));
    assert_eq!(found, wanted);
    println!(
        "{} of {} messages, none besides",
        found.values().sum::<usize>(),
        wanted.values().sum::<usize>()
    );
    for (option, value, symbol, count) in VARIANTS {
        let setting = format!("odoo.{option}={value:?}");
        let found = ours(&case, &["--set", &setting]);
        let said: usize =
            found.iter().filter(|((.., of), _)| of == symbol).map(|(_, count)| count).sum();
        assert_eq!(said, count, "{setting}: {symbol}");
    }
    println!(
        "{} of {} options with another value give as many messages",
        VARIANTS.len(),
        VARIANTS.len()
    );
}

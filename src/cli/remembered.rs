//! What audits found, kept for the next one: what is staged today is HEAD tomorrow.
//!
//! A hook compares two trees that differ in a file or two. The older one was judged when it was staged; its fingerprints
//! are kept under everything they follow from, so that what is taken from here is what would be found again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::args::Args;
use super::prepare::{Ready, cache_folder};
use crate::audit::{Audit, Request};
use crate::base::Sha256;
use crate::facts::ANALYZERS;
use crate::link::LINKERS;
use crate::settle::Status;

/// Audits that are kept; the oldest go first.
const MOST: usize = 64;

/// What an audit found, as fingerprints by rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Found(BTreeMap<String, BTreeSet<String>>);

impl Found {
    /// What counts in an audit: what is waived today and is not tomorrow is new then.
    pub(super) fn of(audit: &Audit) -> Found {
        let mut found = Found::default();
        for finding in audit.findings.iter().filter(|finding| finding.status != Status::Waived) {
            found.0.entry(finding.rule.clone()).or_default().insert(finding.fingerprint.clone());
        }
        found
    }

    /// With what was found at HEAD by the rules that did not run again.
    pub(super) fn with(mut self, untouched: &[String], head: &Found) -> Found {
        let same = untouched.iter().filter_map(|rule| head.0.get_key_value(rule));
        self.0.extend(same.map(|(rule, found)| (rule.clone(), found.clone())));
        self
    }

    pub(super) fn fingerprints(&self) -> impl Iterator<Item = String> {
        self.0.values().flatten().cloned()
    }
}

/// The folder of kept audits, and what their names begin from.
pub(super) struct Remembered {
    folder: Option<PathBuf>,
    asked: String,
}

impl Remembered {
    /// What is kept for these rules under this configuration.
    pub(super) fn of(args: &Args, ready: &Ready, wanted: &Request) -> Remembered {
        let folder = cache_folder().filter(|_| !args.common.no_cache);
        let mut hash = Sha256::default();
        let mut add = |text: &str| {
            hash.update(text);
            hash.update([0]);
        };
        add(env!("CARGO_PKG_VERSION"));
        ANALYZERS.iter().for_each(|analyzer| add(analyzer.version));
        LINKERS.iter().for_each(|linker| add(linker.version));
        add(&format!("{:?} {:?}", ready.config, ready.waivers));
        add(&format!("{:?} {:?}", args.common.profile, args.common.product));
        // What is missing today may be there tomorrow under the same name.
        let entries = ready.snapshot.source().entries().iter();
        let missing = entries.filter(|entry| entry.is_missing).filter_map(|entry| entry.id);
        missing.for_each(|id| add(&id.to_string()));
        // Waivers and attestations end.
        add(&ready.as_of);
        for rule in ready.library.rules().filter(|rule| wanted.rules.contains(&rule.id)) {
            add(&format!("{} {:?} {}", rule.id, rule.search, rule.sql));
        }
        add(if wanted.waivers { "waivers" } else { "" });
        Remembered { folder: folder.map(|folder| folder.join("judged")), asked: hash.hex() }
    }

    fn file(&self, tree: &str) -> Option<PathBuf> {
        let mut hash = Sha256::default();
        hash.update(format!("{} {tree}", self.asked));
        Some(self.folder.as_ref()?.join(hash.hex()))
    }

    /// What was found in a tree.
    pub(super) fn find(&self, tree: &str) -> Option<Found> {
        serde_json::from_slice(&fs::read(self.file(tree)?).ok()?).ok()
    }

    /// Keeps what was found in a tree. Where that fails, the next run does the work again.
    pub(super) fn keep(&self, tree: &str, found: &Found) {
        let (Some(folder), Some(file)) = (&self.folder, self.file(tree)) else { return };
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(folder)?;
            let part = file.with_extension(std::process::id().to_string());
            fs::write(&part, serde_json::to_vec(found)?)?;
            fs::rename(&part, &file)
        };
        if write().is_ok() {
            self.forget(folder);
        }
    }

    fn forget(&self, folder: &std::path::Path) {
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let mut files: Vec<_> = entries
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        let surplus = files.len().saturating_sub(MOST);
        // A file that another process has forgotten meanwhile is forgotten.
        files.iter().take(surplus).for_each(|(_, path)| drop(fs::remove_file(path)));
    }
}

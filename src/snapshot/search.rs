//! Declared content searches: all globs matched in one pass over the paths, every blob searched once per pattern.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use regex_automata::meta::Regex;
use serde::Deserialize;

use super::comments::{self, Style};
use super::names::glob_set;
use super::{Snapshot, SnapshotError, Stage};
use crate::base::{Lines, redact, sha256_hex};
use crate::facts::Input;
use crate::source::EntryKind;
use crate::store::regex;

/// Matches kept of one pattern in one file.
const MAX_HITS: usize = 1_000;
/// Characters kept of one match.
const MAX_TEXT: usize = 200;

/// What of a file is searched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// All but comments.
    Code,
    /// Everything.
    #[default]
    All,
}

/// The glob of all files.
const ALL: &str = "**";

/// One search: files by glob, a regular expression, and where it counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Search {
    /// Which files; any of these.
    pub globs: Vec<String>,
    /// What is looked for, in Rust's regex syntax.
    pub regex: String,
    /// Where it counts.
    pub scope: Scope,
}

impl Search {
    /// The name under which `hits` and `searched` know it.
    pub fn name(&self) -> String {
        sha256_hex(format!("{:?}", self))[..16].to_owned()
    }

    /// Whether it goes through all files with one pattern.
    fn is_of_all(&self) -> bool {
        self.scope == Scope::All && self.globs == [ALL]
    }

    /// The number its hits are stored under: the pattern, the scope and the comment style decide them, not the path.
    pub(super) fn pattern(&self, style: Style) -> i64 {
        let style = if self.scope == Scope::Code { style } else { Style::None };
        let digest = sha256_hex(format!("1\0{:?}\0{style:?}\0{}", self.scope, self.regex));
        i64::from_str_radix(&digest[..15], 16).expect("15 hexadecimal digits fit")
    }

    fn needle(&self, style: Style) -> Result<Needle, SnapshotError> {
        let wrong = |message| SnapshotError::Pattern { pattern: self.regex.clone(), message };
        let style = if self.scope == Scope::Code { style } else { Style::None };
        Ok(Needle { regex: regex(&self.regex).map_err(wrong)?, style })
    }
}

/// A compiled pattern.
pub(super) struct Needle {
    regex: Regex,
    style: Style,
}

impl Needle {
    /// Where it occurs: first line, last line, text. A binary file is not searched.
    pub(super) fn find(&self, input: &Input<'_>) -> Vec<(u32, u32, String)> {
        if input.is_binary() || !self.regex.is_match(input.text()) {
            return Vec::new();
        }
        let text = comments::blank(input.text(), self.style);
        let lines = Lines::new(&text);
        let hits = self.regex.find_iter(&*text).take(MAX_HITS).map(|hit| {
            let last = hit.end().saturating_sub(1).max(hit.start());
            let shown: String = text[hit.range()].chars().take(MAX_TEXT).collect();
            (lines.line(hit.start()), lines.line(last), redact(&shown))
        });
        hits.collect()
    }
}

impl Snapshot {
    /// Lists every file each declared search goes through and compiles the patterns.
    pub(super) fn want_searches(&mut self) -> Result<BTreeMap<i64, Needle>, SnapshotError> {
        let started = std::time::Instant::now();
        let mut needles = BTreeMap::new();
        let mut wanted = Vec::new();
        let mut globs = Vec::new();
        let mut owners = Vec::new();
        for (name, search) in self.searches.iter().filter(|(_, search)| !search.is_of_all()) {
            globs.extend(search.globs.iter().cloned());
            owners.extend(search.globs.iter().map(|_| (name, search)));
        }
        let set = glob_set(&globs)?;
        // A digest for each search and style, not for each file.
        let mut patterns: BTreeMap<(usize, Style), i64> = BTreeMap::new();
        let mut chosen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, entry) in self.source.entries().iter().enumerate() {
            if entry.kind != EntryKind::File {
                continue;
            }
            for at in set.matches(&entry.path) {
                let (name, search) = owners[at];
                let files = chosen.entry(name.clone()).or_default();
                // Several globs of one search may match one path.
                if files.last() != Some(&number) {
                    files.push(number);
                }
                let style = comments::style(&entry.path);
                let pattern = *patterns.entry((at, style)).or_insert_with(|| search.pattern(style));
                if let Entry::Vacant(vacant) = needles.entry(pattern) {
                    vacant.insert(search.needle(style)?);
                }
                wanted.push((name.as_str(), entry.path.as_str(), pattern));
            }
        }
        self.store.want(&wanted)?;
        let is_file = |number: &usize| self.source.entries()[*number].kind == EntryKind::File;
        for (name, search) in self.searches.iter().filter(|(_, search)| search.is_of_all()) {
            let pattern = search.pattern(Style::None);
            if let Entry::Vacant(vacant) = needles.entry(pattern) {
                vacant.insert(search.needle(Style::None)?);
            }
            self.store.want_all(name, pattern)?;
            let files = (0..self.source.entries().len()).filter(is_file);
            chosen.insert(name.clone(), files.collect());
        }
        self.populations.chosen = chosen;
        self.stages.add(Stage::Search, started.elapsed());
        Ok(needles)
    }
}

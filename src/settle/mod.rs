//! Findings settled against what the organisation has decided: fingerprints that outlive line numbers, waivers, a baseline.

mod baseline;
mod waivers;

use std::collections::{BTreeMap, HashMap};

pub use baseline::{Baseline, know};
pub use waivers::{Scope, Used, Waiver, waive};

use crate::base::{Severity, sha256_hex};

/// Something a rule found wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Short id, unique in its audit.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// The file; none: nothing is there.
    pub path: Option<String>,
    /// The first line.
    pub line: Option<u32>,
    /// The last line.
    pub end_line: Option<u32>,
    /// What was examined.
    pub subject: String,
    /// What is wrong with it.
    pub message: String,
    /// Whether it counts.
    pub status: Status,
    /// The same as long as rule, path, subject and the line's text are.
    pub fingerprint: String,
}

impl Finding {
    /// Whether an id means it: its own, or one that was long enough in another audit.
    pub fn answers_to(&self, id: &str) -> bool {
        let family = self.rule.get(..1).unwrap_or_default();
        let digits = id.split_once('-').filter(|(letter, _)| *letter == family);
        self.id == id
            || digits.is_some_and(|(_, digits)| {
                digits.len() >= 4 && self.fingerprint.starts_with(digits)
            })
    }
}

/// Whether a finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It does.
    Active,
    /// It is accepted for a while.
    Waived,
    /// It was there before.
    Known,
}

impl Status {
    /// The word of every format.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Waived => "waived",
            Status::Known => "known",
        }
    }
}

/// Gives every finding its fingerprint and short id. Findings come sorted; `text` gives the text of a line.
pub fn fingerprint(findings: &mut [Finding], text: &mut dyn FnMut(&str, u32) -> String) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings.iter_mut() {
        let path = finding.path.as_deref().unwrap_or_default();
        let line = finding.line.map(|line| text(path, line)).unwrap_or_default();
        let same = format!("{}\0{path}\0{}\0{}", finding.rule, finding.subject, line.trim());
        let number = seen.entry(same.clone()).or_default();
        finding.fingerprint = sha256_hex(format!("{same}\0{number}"));
        *number += 1;
    }
    let mut digits = 4;
    loop {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for finding in findings.iter() {
            *counts.entry(short(finding, digits)).or_default() += 1;
        }
        if digits >= 64 || counts.values().all(|count| *count == 1) {
            break;
        }
        digits += 1;
    }
    for finding in findings {
        // Only those that would be taken for another carry more digits.
        finding.id = short(finding, digits);
    }
}

fn short(finding: &Finding, digits: usize) -> String {
    let family = finding.rule.chars().next().unwrap_or('x');
    format!("{family}-{}", &finding.fingerprint[..digits])
}

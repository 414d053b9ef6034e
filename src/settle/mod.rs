//! Findings settled against what the organisation has decided: fingerprints that outlive line numbers, and waivers.

use std::collections::{BTreeMap, HashMap};

use crate::base::{Severity, sha256_hex};
use crate::config::{Waiver, day};
use crate::store::glob;

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

/// A waiver and what it covers.
#[derive(Debug, Clone)]
pub struct Used {
    /// The waiver.
    pub waiver: Waiver,
    /// Its line in the configuration.
    pub line: u32,
    /// Findings it covers.
    pub findings: usize,
    /// Whether its last day has passed; then it covers nothing.
    pub is_expired: bool,
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

/// Marks what waivers cover. `rule` resolves a former id; `as_of` is a day number.
///
/// # Errors
/// A waiver's glob is none.
pub fn waive(
    findings: &mut [Finding],
    waivers: &[(Waiver, u32)],
    as_of: i64,
    rule: impl Fn(&str) -> String,
) -> Result<Vec<Used>, String> {
    let mut used = Vec::new();
    for (waiver, line) in waivers {
        let scope = waiver
            .path
            .as_deref()
            .map(glob)
            .transpose()
            .map_err(|message| format!("waiver of `{}`: {message}", waiver.rule))?;
        let is_expired = day(&waiver.expires).is_none_or(|last| last < as_of);
        let id = rule(&waiver.rule);
        let mut covered = 0;
        for finding in findings.iter_mut().filter(|finding| finding.rule == id && !is_expired) {
            let path = finding.path.as_deref().unwrap_or_default();
            if scope.as_ref().is_none_or(|scope| scope.is_match(path)) {
                finding.status = Status::Waived;
                covered += 1;
            }
        }
        used.push(Used { waiver: waiver.clone(), line: *line, findings: covered, is_expired });
    }
    Ok(used)
}

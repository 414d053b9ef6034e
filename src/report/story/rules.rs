//! Findings by rule, then by file, so that a path is written once.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::super::terminal::said;
use crate::audit::Audit;
use crate::audit::RuleResult;
use crate::base::Severity;
use crate::settle::Finding;
use crate::settle::Status;

/// Findings of a rule that are shown unasked.
const OPEN: usize = 12;

/// A rule and what it found.
#[derive(Debug, Serialize)]
pub(super) struct RuleStory {
    id: String,
    severity: Severity,
    title: String,
    examined: usize,
    holds: usize,
    unknown: usize,
    active: usize,
    waived: usize,
    known: usize,
    /// The first files with findings, and those that are folded away.
    open: Vec<FileStory>,
    folded: Vec<FileStory>,
    /// Findings that are folded away.
    folded_count: usize,
    /// The first of what is undecided.
    undecided: Vec<String>,
}

#[derive(Debug, Serialize)]
struct FileStory {
    path: Option<String>,
    findings: Vec<FindingStory>,
}

#[derive(Debug, Serialize)]
struct FindingStory {
    id: String,
    line: Option<u32>,
    text: String,
    status: &'static str,
}

/// Rules that found something or left something undecided, worst and most first.
pub(super) fn of(audit: &Audit) -> Vec<RuleStory> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &audit.findings {
        by_rule.entry(&finding.rule).or_default().push(finding);
    }
    let mut rules: Vec<RuleStory> = audit
        .rules
        .iter()
        .map(|rule| story(rule, by_rule.get(rule.rule.as_str()).map_or(&[], Vec::as_slice)))
        .filter(|rule| !rule.open.is_empty() || rule.unknown > 0)
        .collect();
    rules.sort_by_key(|rule| (rule.open.is_empty(), Reverse(rule.severity), Reverse(rule.active)));
    rules
}

fn story(rule: &RuleResult, findings: &[&Finding]) -> RuleStory {
    let [holds, _, unknown] = rule.counts;
    let count = |status| findings.iter().filter(|finding| finding.status == status).count();
    let mut files: BTreeMap<Option<&str>, Vec<FindingStory>> = BTreeMap::new();
    for finding in findings {
        files.entry(finding.path.as_deref()).or_default().push(FindingStory {
            id: finding.id.clone(),
            line: finding.line,
            text: said(finding),
            status: finding.status.as_str(),
        });
    }
    let (mut open, mut folded, mut shown) = (Vec::new(), Vec::new(), 0);
    for (path, mut findings) in files {
        let path = path.map(str::to_owned);
        // Few that would be left over are not worth a fold.
        let room = OPEN.saturating_sub(shown);
        let rest = findings.split_off(room.min(findings.len()));
        shown += findings.len();
        for (into, findings) in [(&mut open, findings), (&mut folded, rest)] {
            if !findings.is_empty() {
                into.push(FileStory { path: path.clone(), findings });
            }
        }
    }
    RuleStory {
        id: rule.rule.clone(),
        severity: rule.severity,
        title: rule.title.clone(),
        examined: rule.examined(),
        holds,
        unknown,
        active: count(Status::Active),
        waived: count(Status::Waived),
        known: count(Status::Known),
        folded_count: folded.iter().map(|file: &FileStory| file.findings.len()).sum(),
        open,
        folded,
        undecided: rule.undecided.clone(),
    }
}

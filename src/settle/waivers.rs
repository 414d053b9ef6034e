//! Waivers, from the configuration and from comments, laid over findings.

use super::{Finding, Status};
use crate::config::{self, day};
use crate::store::glob;

/// A finding that is accepted, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The rule's id, as written.
    pub rule: String,
    /// Where it holds.
    pub scope: Scope,
    /// Who answers for it; empty: not said, which only a comment may leave out.
    pub owner: String,
    /// Why; empty: not said, so it waives nothing.
    pub reason: String,
    /// The last day it holds, `YYYY-MM-DD`; none: as long as the comment stands.
    pub expires: Option<String>,
    /// The file it is written in; none: a configuration outside the tree.
    pub path: Option<String>,
    /// Its line there.
    pub line: u32,
}

/// Where a waiver holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere.
    Everywhere,
    /// On the paths a glob matches.
    Paths(String),
    /// On one line of its own file.
    Line(u32),
}

impl Waiver {
    /// A waiver of the configuration, which is written at `line` of `path`.
    pub fn configured(waiver: &config::Waiver, path: Option<String>, line: u32) -> Self {
        Waiver {
            rule: waiver.rule.clone(),
            scope: waiver.path.clone().map_or(Scope::Everywhere, Scope::Paths),
            owner: waiver.owner.clone(),
            reason: waiver.reason.clone(),
            expires: Some(waiver.expires.clone()),
            path,
            line,
        }
    }

    /// Whether it is written beside what it waives.
    pub fn is_inline(&self) -> bool {
        matches!(self.scope, Scope::Line(_))
    }

    /// Where it holds, in words: a glob, a place; none: everywhere.
    pub fn scope_text(&self) -> Option<String> {
        match &self.scope {
            Scope::Everywhere => None,
            Scope::Paths(glob) => Some(glob.clone()),
            Scope::Line(line) => Some(format!("{}:{line}", self.path.as_deref().unwrap_or("?"))),
        }
    }
}

/// A waiver and what it covers.
#[derive(Debug, Clone)]
pub struct Used {
    /// The waiver.
    pub waiver: Waiver,
    /// The findings it covers, by their places among all.
    pub covered: Vec<usize>,
    /// Whether its last day has passed; then it covers nothing.
    pub is_expired: bool,
}

/// Marks what waivers cover. `rule` resolves a former id; `as_of` is a day number.
///
/// # Errors
/// A waiver's glob is none.
pub fn waive(
    findings: &mut [Finding],
    waivers: &[Waiver],
    as_of: i64,
    rule: impl Fn(&str) -> String,
) -> Result<Vec<Used>, String> {
    let mut used = Vec::new();
    for waiver in waivers {
        let covers = covers(waiver)?;
        let is_expired =
            waiver.expires.as_deref().is_some_and(|last| day(last).is_none_or(|last| last < as_of));
        let holds = !is_expired && !waiver.reason.is_empty();
        let id = rule(&waiver.rule);
        let mut covered = Vec::new();
        for (at, finding) in findings.iter_mut().enumerate() {
            if holds && finding.rule == id && covers(finding) {
                finding.status = Status::Waived;
                covered.push(at);
            }
        }
        used.push(Used { waiver: waiver.clone(), covered, is_expired });
    }
    Ok(used)
}

/// Whether a finding is where a waiver holds.
type Covers<'a> = Box<dyn Fn(&Finding) -> bool + 'a>;

fn covers(waiver: &Waiver) -> Result<Covers<'_>, String> {
    Ok(match &waiver.scope {
        Scope::Everywhere => Box::new(|_| true),
        Scope::Paths(pattern) => {
            let glob = glob(pattern)
                .map_err(|message| format!("waiver of `{}`: {message}", waiver.rule))?;
            Box::new(move |finding| glob.is_match(finding.path.as_deref().unwrap_or_default()))
        }
        Scope::Line(line) => {
            Box::new(move |finding| finding.path == waiver.path && finding.line == Some(*line))
        }
    })
}

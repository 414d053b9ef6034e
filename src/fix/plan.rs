//! What fixers propose for one tree, and what of it a second audit bears out.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ask, Change, Fixer};
use crate::settle::{Finding, Status};
use crate::source::{Changes, added, patch};

/// Everything that is proposed, by the path of the file as it is now.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What is proposed for each file.
    pub files: BTreeMap<String, Proposed>,
    /// Findings whose fixer does not dare, or whose change was not borne out.
    pub left: Vec<Finding>,
}

/// What is proposed for one file.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// Its bytes as they are.
    pub before: Vec<u8>,
    /// Its bytes as they would be.
    pub after: Vec<u8>,
    /// Where it would be.
    pub path: String,
    /// Files that would be made beside it.
    pub beside: BTreeMap<String, Vec<u8>>,
    /// What that mends.
    pub mends: Vec<Finding>,
}

/// What fixers are told of the tree.
pub struct Told<'a> {
    /// The fixer that a rule names.
    pub fixer: &'a dyn Fn(&str) -> Option<&'static Fixer>,
    /// The parameters of a rule.
    pub parameters: &'a dyn Fn(&str) -> BTreeMap<String, serde_json::Value>,
    /// The bytes of a file.
    pub read: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// The year in which each file came, as far as it matters.
    pub years: BTreeMap<String, String>,
}

/// What is found of one thing, wherever the line has moved: rule, path, subject.
type Key<'a> = (&'a str, Option<&'a str>, &'a str);

fn key(finding: &Finding) -> Key<'_> {
    (&finding.rule, finding.path.as_deref(), &finding.subject)
}

impl Plan {
    /// Asks the fixer of each finding, in each file from the last line up, so that no change moves another finding.
    pub fn propose(findings: &[Finding], told: &Told<'_>) -> Plan {
        let mut plan = Plan::default();
        let mut asked: Vec<(&Finding, &Fixer, &str)> = findings
            .iter()
            .filter(|finding| finding.status != Status::Waived)
            .filter_map(|finding| {
                Some((finding, (told.fixer)(&finding.rule)?, finding.path.as_deref()?))
            })
            .collect();
        asked.sort_by_key(|(finding, _, path)| (*path, std::cmp::Reverse(finding.line)));
        for (finding, fixer, path) in asked {
            match plan.mend(finding, fixer, path, told) {
                Some(proposed) => drop(plan.files.insert(path.to_owned(), proposed)),
                None => plan.left.push(finding.clone()),
            }
        }
        plan
    }

    fn mend(
        &self,
        finding: &Finding,
        fixer: &Fixer,
        path: &str,
        told: &Told<'_>,
    ) -> Option<Proposed> {
        let mut proposed = match self.files.get(path) {
            Some(proposed) => proposed.clone(),
            None => {
                let before = (told.read)(path)?;
                let after = before.clone();
                Proposed {
                    before,
                    after,
                    path: path.to_owned(),
                    beside: BTreeMap::new(),
                    mends: Vec::new(),
                }
            }
        };
        let parameters = &(told.parameters)(&finding.rule);
        let year = told.years.get(path).map(String::as_str);
        match (fixer.mend)(&Ask { bytes: &proposed.after, finding, parameters, year })? {
            Change::Write(bytes) if bytes != proposed.after => proposed.after = bytes,
            Change::Rename(to) if proposed.path == path && to != path => proposed.path = to,
            Change::Beside(to, bytes) if (told.read)(&to).is_none() => {
                proposed.beside.insert(to, bytes);
            }
            _ => return None,
        }
        proposed.mends.push(finding.clone());
        Some(proposed)
    }

    /// The plan as changes to the tree.
    pub fn changes(&self) -> Changes {
        let gone = self.files.iter().filter(|(path, proposed)| proposed.path != **path);
        let gone = gone.map(|(path, _)| (path.clone(), None));
        let written = self.files.values();
        let beside = self.files.values().flat_map(|proposed| proposed.beside.clone());
        gone.chain(written.map(|proposed| (proposed.path.clone(), Some(proposed.after.clone()))))
            .chain(beside.map(|(path, bytes)| (path, Some(bytes))))
            .collect()
    }

    /// Takes out what an audit of the changed tree does not bear out: a finding is still there, or there is one that was
    /// not. Whether anything was taken out.
    pub fn prune(&mut self, before: &[Finding], after: &[Finding]) -> bool {
        let known: BTreeSet<Key<'_>> = before.iter().map(key).collect();
        let found: BTreeSet<Key<'_>> = after.iter().map(key).collect();
        let new: BTreeSet<Option<&str>> =
            found.difference(&known).map(|(_, path, _)| *path).collect();
        let is_mended = |path: &str, proposed: &Proposed| {
            let is_quiet = !new.contains(&Some(path)) && !new.contains(&Some(&proposed.path));
            is_quiet && !proposed.mends.iter().any(|finding| found.contains(&key(finding)))
        };
        // What is new in a file that nobody touched cannot be laid to one change, so it is laid to all. What is found of
        // the tree as a whole came to light and was not made: a licence is declared now, and its text is lacking.
        let is_touched = |path: &str| {
            let mut proposed = self.files.iter();
            proposed.any(|(now, proposed)| now == path || proposed.path == path)
        };
        let is_elsewhere = new.iter().flatten().any(|path| !is_touched(path));
        let count = self.files.len();
        let files = std::mem::take(&mut self.files);
        for (path, proposed) in files {
            if !is_elsewhere && is_mended(&path, &proposed) {
                self.files.insert(path, proposed);
            } else {
                self.left.extend(proposed.mends);
            }
        }
        // Some are mended by what mends another.
        let is_pruned = self.files.len() < count;
        self.left.retain(|finding| is_pruned || found.contains(&key(finding)));
        is_pruned
    }

    /// What it changes, as git prints it.
    pub fn diff(&self) -> String {
        let one = |(path, proposed): (&String, &Proposed)| {
            let beside = proposed.beside.iter().map(|(path, bytes)| added(path, bytes));
            let own = (proposed.path != *path || proposed.before != proposed.after)
                .then(|| patch((path, &proposed.before), (&proposed.path, &proposed.after)));
            own.into_iter().chain(beside).collect::<String>()
        };
        self.files.iter().map(one).collect()
    }

    /// How many findings it mends.
    pub fn mended(&self) -> usize {
        self.files.values().map(|proposed| proposed.mends.len()).sum()
    }
}

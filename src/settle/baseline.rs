//! The findings an organisation began with: `parity.baseline.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Finding, Status};
use crate::base::redact;

/// The name and version of the format.
const SCHEMA: &str = "parity/baseline@1";

/// Findings that are known: reported, never failing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema: String,
    /// By rule.
    pub rules: BTreeMap<String, KnownOfRule>,
}

/// The known findings of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownOfRule {
    /// How many.
    pub count: usize,
    /// What each is about, by fingerprint; for readers of a change, the tool reads the fingerprints only.
    pub findings: BTreeMap<String, String>,
}

impl Baseline {
    /// The file it is kept in.
    pub const FILE: &'static str = "parity.baseline.json";
    /// Its most bytes: some 300,000 findings.
    pub const MAX_BYTES: u64 = 64 << 20;

    /// Reads it.
    ///
    /// # Errors
    /// It is not what `parity baseline` writes.
    pub fn parse(text: &str) -> Result<Baseline, String> {
        let baseline: Baseline =
            serde_json::from_str(text).map_err(|error| format!("is no baseline: {error}"))?;
        match baseline.schema == SCHEMA {
            true => Ok(baseline),
            false => Err(format!("is `{}`, which is not `{SCHEMA}`", baseline.schema)),
        }
    }

    /// All findings that are not waived, of those that `keep` admits.
    pub fn of<'a>(
        findings: impl Iterator<Item = &'a Finding>,
        keep: impl Fn(&Finding) -> bool,
    ) -> Baseline {
        let mut rules: BTreeMap<String, KnownOfRule> = BTreeMap::new();
        for finding in findings.filter(|finding| finding.status != Status::Waived && keep(finding))
        {
            let known = rules.entry(finding.rule.clone()).or_default();
            let place = finding.path.as_deref().unwrap_or_default();
            let about = match place == finding.subject || place.is_empty() {
                true => finding.subject.clone(),
                false => format!("{place}: {}", finding.subject),
            };
            known.findings.insert(finding.fingerprint.clone(), redact(&about));
            known.count = known.findings.len();
        }
        Baseline { schema: SCHEMA.to_owned(), rules }
    }

    /// As it is kept.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data is JSON") + "\n"
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.rules.values().map(|known| known.findings.len()).sum()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fingerprints it holds.
    pub fn fingerprints(&self) -> BTreeSet<String> {
        self.rules.values().flat_map(|known| known.findings.keys().cloned()).collect()
    }

    /// How many findings of the rules that ran it holds and the audit did not find any more.
    pub fn gone(&self, findings: &[Finding], ran: &BTreeSet<&str>) -> usize {
        let found: BTreeSet<&str> =
            findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let judged = self.rules.iter().filter(|(rule, _)| ran.contains(rule.as_str()));
        let entries = judged.flat_map(|(_, known)| known.findings.keys());
        entries.filter(|fingerprint| !found.contains(fingerprint.as_str())).count()
    }
}

/// Marks what counts but was there before.
pub fn know(findings: &mut [Finding], known: &BTreeSet<String>) {
    let active = findings.iter_mut().filter(|finding| finding.status == Status::Active);
    for finding in active.filter(|finding| known.contains(&finding.fingerprint)) {
        finding.status = Status::Known;
    }
}

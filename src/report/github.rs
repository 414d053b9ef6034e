//! Findings as annotations of GitHub Actions: a workflow command each.

use std::fmt::Write as _;

use super::escape::{command_property, command_text, terminal as safe};
use super::terminal::said;
use crate::audit::Audit;
use crate::base::Severity;
use crate::settle::{Finding, Status};

/// A command for each active finding and each missed gate; the forge shows the first ten of each kind.
pub fn github(audit: &Audit) -> String {
    let mut out = String::new();
    for missed in &audit.missed {
        // A string takes any text.
        let _ = writeln!(out, "::error title=gate missed::{}", command_text(&safe(missed)));
    }
    let active = audit.findings.iter().filter(|finding| finding.status == Status::Active);
    out.extend(active.map(annotation));
    out
}

fn annotation(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let path = finding.path.as_deref().map(safe);
    let properties = [
        ("file", path),
        ("line", finding.line.map(|line| line.to_string())),
        ("endLine", finding.end_line.map(|line| line.to_string())),
        ("title", Some(format!("{} [{}]", finding.rule, finding.id))),
    ];
    let written: Vec<String> = properties
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", command_property(&value?))))
        .collect();
    format!("::{word} {}::{}\n", written.join(","), command_text(&safe(&said(finding))))
}

//! An audit as JUnit XML: a test suite for each rule, a test case for each finding.

use std::fmt::Write as _;

use super::escape::xml;
use super::terminal::said;
use crate::audit::{Audit, RuleResult};
use crate::base::Severity;
use crate::settle::{Finding, Status};

/// One test case: its attributes and what came of it.
struct Case {
    name: String,
    place: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    /// The severity, what is wrong.
    Failed(String, String),
    /// Why it does not count.
    Skipped(String),
}

/// The audit as JUnit XML. `fails` says which severities fail: findings of others are skipped cases.
pub fn junit(audit: &Audit, fails: impl Fn(Severity) -> bool) -> String {
    let mut suites: Vec<(String, Vec<Case>)> =
        audit.rules.iter().map(|rule| (rule.rule.clone(), cases(rule, audit, &fails))).collect();
    if !audit.missed.is_empty() {
        let failed = |missed: &String| Outcome::Failed("error".to_owned(), missed.clone());
        let case = |missed: &String| Case {
            name: "gate".to_owned(),
            place: String::new(),
            outcome: failed(missed),
        };
        suites.push(("gates".to_owned(), audit.missed.iter().map(case).collect()));
    }
    let all = suites.iter().flat_map(|(_, cases)| cases);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // A string takes any text.
    let _ = writeln!(out, "<testsuites name=\"parity\" {}>", counts(all));
    for (name, cases) in &suites {
        let _ = writeln!(out, "  <testsuite name=\"{}\" {}>", xml(name), counts(cases.iter()));
        cases.iter().for_each(|case| write_case(name, case, &mut out));
        out.push_str("  </testsuite>\n");
    }
    out + "</testsuites>\n"
}

fn cases(rule: &RuleResult, audit: &Audit, fails: &dyn Fn(Severity) -> bool) -> Vec<Case> {
    let [holds, _, unknown] = rule.counts;
    let of_rule = audit.findings.iter().filter(|finding| finding.rule == rule.rule);
    let mut cases: Vec<Case> = of_rule.map(|finding| case(finding, fails)).collect();
    let mut all = |name: String, outcome| cases.push(Case { name, place: String::new(), outcome });
    if holds > 0 {
        all(format!("{holds} hold"), Outcome::Passed);
    }
    if unknown > 0 {
        let first = rule.undecided.first().cloned().unwrap_or_default();
        all(format!("{unknown} undecided"), Outcome::Skipped(format!("undecided: {first}")));
    }
    if rule.counts == [0, 0, 0] {
        all("nothing to judge".to_owned(), Outcome::Skipped("examined nothing".to_owned()));
    }
    cases
}

fn case(finding: &Finding, fails: &dyn Fn(Severity) -> bool) -> Case {
    let mut place = String::new();
    if let Some(path) = &finding.path {
        let _ = write!(place, " file=\"{}\"", xml(path));
    }
    if let Some(line) = finding.line {
        let _ = write!(place, " line=\"{line}\"");
    }
    let severity = finding.severity.to_string();
    let outcome = match finding.status {
        Status::Active if fails(finding.severity) => Outcome::Failed(severity, said(finding)),
        Status::Active => Outcome::Skipped(format!("{severity}: {}", said(finding))),
        status => Outcome::Skipped(format!("{}: {}", status.as_str(), said(finding))),
    };
    Case { name: format!("{} [{}]", finding.subject, finding.id), place, outcome }
}

fn counts<'a>(cases: impl Iterator<Item = &'a Case>) -> String {
    let [mut tests, mut failures, mut skipped] = [0, 0, 0];
    for case in cases {
        tests += 1;
        failures += usize::from(matches!(case.outcome, Outcome::Failed(..)));
        skipped += usize::from(matches!(case.outcome, Outcome::Skipped(_)));
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"")
}

fn write_case(rule: &str, case: &Case, out: &mut String) {
    let rule = xml(&rule.replace('/', "."));
    let _ = write!(
        out,
        "    <testcase classname=\"{rule}\" name=\"{}\"{}",
        xml(&case.name),
        case.place
    );
    let _ = match &case.outcome {
        Outcome::Passed => writeln!(out, "/>"),
        Outcome::Failed(severity, message) => {
            let message = xml(message);
            writeln!(
                out,
                "><failure type=\"{severity}\" message=\"{message}\">{message}</failure></testcase>"
            )
        }
        Outcome::Skipped(why) => writeln!(out, "><skipped message=\"{}\"/></testcase>", xml(why)),
    };
}

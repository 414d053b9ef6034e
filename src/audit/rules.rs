//! The rules of an audit: made ready, run, and what they found put down.

use std::time::Instant;

use super::{Audit, AuditError, Request, RuleResult};
use crate::base::Truth;
use crate::config::Config;
use crate::pages::{Library, Outcome, Prepared, Use};
use crate::settle::{Finding, Status};
use crate::snapshot::{Snapshot, Stage};
use crate::store::is_second_stage;

pub(super) fn prepare_rules(
    snapshot: &mut Snapshot,
    library: &Library,
    config: &Config,
    request: &Request,
) -> Result<Vec<(Prepared, Use)>, AuditError> {
    if let Some(unknown) = config.rule.keys().find(|id| library.get(id).is_none()) {
        return Err(AuditError::Setting(format!(
            "parity.toml sets parameters of `{unknown}`, which is no rule"
        )));
    }
    let mut prepared = Vec::new();
    for page in library.rules().filter(|page| request.rules.contains(&page.id)) {
        let started = Instant::now();
        let rule = Prepared::new(page, snapshot)?;
        let given = config.parameters(&page.id, |name| page.parameters.contains_key(name));
        let bound = rule.bind(&given)?;
        let used = rule.put(bound, None, None, snapshot);
        snapshot.stages().add(Stage::Pages, started.elapsed());
        prepared.push((rule, used));
    }
    Ok(prepared)
}

/// Whether a page reads what an audit found.
pub(super) fn is_second(rule: &Prepared) -> bool {
    rule.query.reads.keys().any(|table| is_second_stage(table))
}

pub(super) fn run_rules(
    snapshot: &mut Snapshot,
    rules: &[(Prepared, Use)],
    audit: &mut Audit,
) -> Result<(), AuditError> {
    let started = Instant::now();
    let open: Vec<_> = rules.iter().filter(|(_, used)| !used.needs().is_known).collect();
    let gathered = snapshot.side_by_side(&open, |(rule, used), asking| {
        let started = Instant::now();
        (rule.ask(used, asking), started.elapsed())
    });
    let spent =
        open.iter().zip(&gathered).map(|((rule, _), (_, spent))| (rule.page.id.clone(), *spent));
    snapshot.stages().pages.extend(spent);
    let mut rows = gathered.into_iter().map(|(rows, _)| rows);
    for (rule, used) in rules {
        let outcome =
            rule.settle(snapshot, used, || rows.next().expect("rows of what is not known"))?;
        record(rule, &outcome, audit);
    }
    snapshot.stages().add(Stage::Pages, started.elapsed());
    Ok(())
}

fn record(rule: &Prepared, outcome: &Outcome, audit: &mut Audit) {
    let severity = rule.page.severity().expect("only rules are selected");
    let undecided = outcome.rows.iter().filter(|row| row.ok == Truth::Unknown).take(5).map(|row| {
        let place = match (&row.path, row.line) {
            (Some(path), Some(line)) => format!("{path}:{line}: "),
            (Some(path), None) => format!("{path}: "),
            _ => String::new(),
        };
        format!("{place}{}: {}", row.subject, row.message)
    });
    audit.rules.push(RuleResult {
        rule: rule.page.id.clone(),
        severity,
        title: rule.page.title.clone(),
        nothing: rule.page.nothing.clone(),
        counts: [outcome.holds, outcome.fails, outcome.unknown],
        digest: outcome.digest.clone(),
        undecided: undecided.collect(),
    });
    audit.findings.extend(outcome.rows.iter().filter(|row| row.ok == Truth::Fails).map(|row| {
        Finding {
            id: String::new(),
            rule: rule.page.id.clone(),
            severity,
            path: row.path.clone(),
            line: row.line,
            end_line: row.end_line,
            subject: row.subject.clone(),
            message: row.message.clone(),
            status: Status::Active,
            fingerprint: String::new(),
        }
    }));
}

//! What setting older tables aside would bring: two audits of one tree beside each other.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::terminal as safe;
use super::explain::section;
use super::terminal::{number, printed, wrap};
use crate::audit::{Audit, Blocker};
use crate::base::{Verdict, basename};

/// Older tables that hold up what other files write, of the chains that `wanted` picks.
pub fn in_the_way(audit: &Audit, wanted: impl Fn(&Blocker) -> bool) -> BTreeSet<String> {
    let mut chosen = false;
    let mut found = BTreeSet::new();
    for link in &audit.survey.blockers {
        if link.step == 1 {
            chosen = wanted(link);
        }
        let blocks = link.step > 1 && link.first && link.kind == "kept-older";
        if chosen && blocks && !link.older.is_empty() {
            found.insert(link.older.clone());
        }
    }
    found
}

/// What is so in the second audit and not in the first.
pub fn explain_aside(objects: &BTreeSet<String>, now: &Audit, then: &Audit) -> String {
    let names = objects.iter().cloned().collect::<Vec<_>>().join(" and ");
    let mut lines = wrap("  ", &safe(&format!("replayed with the older {names} set aside")));
    let brought = applied(now, then);
    lines.extend(wrap(
        "  ",
        &safe(&format!("{} more files apply  {}", brought.len(), list(&brought))),
    ));
    let made = made(now, then, &brought);
    lines.extend(wrap("  ", &safe(&format!("{} more tables exist  {}", made.len(), list(&made)))));
    let [before, after] = [counts(now), counts(then)];
    let of = |it: [usize; 3]| {
        let [tables, on, failed] = it.map(number);
        format!("{tables} tables, {on} with row level security, {failed} files not in effect")
    };
    lines.push(format!("  then {}", of(after)));
    lines.push(format!("  now  {}", of(before)));
    for (verdict, features) in moved(now, then) {
        let features = features.into_iter().collect::<Vec<_>>().join("  ");
        lines.extend(wrap(&format!("  to {verdict}  "), &safe(&features)));
    }
    let mut out = String::new();
    section("IF THAT WERE OUT OF THE WAY", &lines, &mut out);
    out
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(|it| basename(it).trim_end_matches(".sql")).collect::<Vec<_>>().join(" ")
}

/// Files that fail now and then do not.
fn applied(now: &Audit, then: &Audit) -> BTreeSet<String> {
    let failed = |audit: &Audit| -> BTreeSet<String> {
        audit.survey.failed.iter().map(|it| it.0.clone()).collect()
    };
    failed(now).difference(&failed(then)).cloned().collect()
}

/// Tables that files which apply then write, and that are written in vain now.
fn made(now: &Audit, then: &Audit, files: &BTreeSet<String>) -> BTreeSet<String> {
    let written = |audit: &Audit| -> BTreeSet<String> {
        let of = |it: &&Blocker| {
            it.step == 1 && it.object_kind == "table" && files.contains(&it.place.0)
        };
        audit.survey.blockers.iter().filter(of).map(|it| it.object.clone()).collect()
    };
    written(now).difference(&written(then)).cloned().collect()
}

fn counts(audit: &Audit) -> [usize; 3] {
    let sum = |of: fn(&crate::audit::Schema) -> usize| audit.survey.schemas.iter().map(of).sum();
    [sum(|it| it.tables), sum(|it| it.on), audit.survey.failed.len()]
}

/// Features whose verdict is another, by what it becomes.
fn moved(now: &Audit, then: &Audit) -> BTreeMap<&'static str, BTreeSet<String>> {
    let verdicts = |audit: &Audit| -> BTreeMap<String, Verdict> {
        let features = audit.matrices.iter().flat_map(|(result, _)| {
            let id = |it: &str| format!("{}/{it}", result.matrix.name);
            result.features.iter().map(move |it| (id(&it.feature.id), it.verdict))
        });
        features.collect()
    };
    let before = verdicts(now);
    let mut moved: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for (feature, verdict) in verdicts(then) {
        if before.get(&feature).is_some_and(|it| *it != verdict) {
            moved.entry(printed(verdict)).or_default().insert(feature);
        }
    }
    moved
}

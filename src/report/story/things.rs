//! What a reader should know before anything else, in sentences that the rest of the report proves.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::super::first_look::{claimed_percent, speaks, stated};
use super::super::terminal::{active, number};
use crate::audit::Audit;
use crate::base::Reason;
use crate::base::Severity;
use crate::matrix::Agreement;
use crate::matrix::FeatureResult;
use crate::matrix::MatrixResult;
use crate::matrix::Score;

/// A sentence and where it is proved.
#[derive(Debug, Serialize)]
pub(super) struct Thing {
    text: String,
    /// The number of the section.
    section: &'static str,
    /// Its anchor.
    anchor: String,
}

impl Thing {
    fn new(text: String, section: &'static str, anchor: &str) -> Thing {
        Thing { text, section, anchor: anchor.to_owned() }
    }
}

/// The results in brief: a sentence for each matrix that has something to say, and one for the rules.
pub(super) fn brief(audit: &Audit) -> Vec<String> {
    let mut sentences = Vec::new();
    for (result, scores) in audit.matrices.iter().filter(|(result, scores)| speaks(result, scores))
    {
        let (title, whole) = (&result.matrix.title, &scores[0]);
        let shown = format!("{} ({} %)", whole.low, whole.percent(whole.low));
        let most = match whole.high > whole.low {
            true => format!(", at most {} ({} %)", whole.high, whole.percent(whole.high)),
            false => String::new(),
        };
        sentences.push(match stated(result).first() {
            Some((claim, _)) => {
                let percent = format!(" ({} %)", claimed_percent(claim));
                let (said, of) = (claim.numerator, claim.denominator);
                format!("Documents claim {said} of {of} {title} features{percent}. The tree shows {shown}{most}.")
            }
            None => format!("The tree shows {shown} of {} {title} features{most}.", whole.total),
        });
    }
    let examined: usize = audit.rules.iter().map(|rule| rule.examined()).sum();
    let (rules, examined) = (audit.rules.len(), number(examined));
    sentences.push(match active(audit).count() {
        0 => format!("{rules} rules examined {examined} things and found nothing to mend."),
        1 => format!("{rules} rules examined {examined} things; one is to be mended."),
        many => {
            format!("{rules} rules examined {examined} things; {} are to be mended.", number(many))
        }
    });
    sentences
}

/// At most three things: what holds up most, what is overstated, what fails most.
pub(super) fn of(audit: &Audit) -> Vec<Thing> {
    let mut things: Vec<Thing> = cause(audit).into_iter().collect();
    things.extend(audit.matrices.iter().filter_map(|(result, scores)| overstated(result, scores)));
    things.extend(rules(audit));
    things.truncate(3);
    things
}

fn cause(audit: &Audit) -> Option<Thing> {
    let first = audit.survey.causes.first()?;
    let line = first.line.map_or(String::new(), |line| format!(":{line}"));
    let features = match first.features.len() {
        0 => String::new(),
        1 => " and one feature".to_owned(),
        many => format!(" and {many} features"),
    };
    let (files, objects) = (first.files.len(), first.objects.len());
    let text = format!(
        "{}{line}: {}. It holds up {files} migrations, {objects} objects{features}.",
        first.path, first.error
    );
    (files + objects > 2).then(|| Thing::new(text, "5.1", "causes"))
}

fn overstated(result: &MatrixResult, scores: &[Score]) -> Option<Thing> {
    let whole = scores.first().filter(|whole| whole.overstated > 0)?;
    let says_more = |judged: &&FeatureResult| judged.agreement == Some(Agreement::Overstated);
    let mut overstated = result.features.iter().filter(says_more);
    let blocked = |judged: &&FeatureResult| judged.reason == Some(Reason::NotInEffect);
    let first = overstated.clone().find(blocked).or_else(|| overstated.next())?;
    let less = match whole.understated {
        0 => String::new(),
        some => format!(" and of {some} less"),
    };
    let text = format!(
        "Documents say more than the tree shows of {} {} features{less}; one is {}, {}.",
        whole.overstated, result.matrix.title, first.feature.id, first.feature.title
    );
    Some(Thing::new(text, "3", "claims"))
}

/// The rule of each family that fails most, errors first.
fn rules(audit: &Audit) -> Vec<Thing> {
    let mut counts: BTreeMap<(Reverse<Severity>, &str), usize> = BTreeMap::new();
    for finding in active(audit) {
        *counts.entry((Reverse(finding.severity), &finding.rule)).or_default() += 1;
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.sort_by_key(|((severity, _), count)| (*severity, Reverse(*count)));
    let mut families = BTreeSet::new();
    let mut things = Vec::new();
    for ((_, rule), count) in ranked {
        let found = audit.rules.iter().find(|result| result.rule == rule);
        let Some(result) = found.filter(|_| families.insert(rule.split('/').next())) else {
            continue;
        };
        let text = format!(
            "{}: {} of {} examined.",
            result.title,
            number(count),
            number(result.examined())
        );
        things.push(Thing::new(text, "6", &format!("rule-{}", rule.replace('/', "-"))));
    }
    things
}

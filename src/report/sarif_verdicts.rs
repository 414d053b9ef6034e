//! What SARIF has words for beside failures: what holds, what is undecided, what does not apply; features of matrices.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::escape::uri;
use super::sarif::{ROOT, text};
use super::terminal::printed;
use crate::audit::{Audit, RuleResult};
use crate::base::Verdict;
use crate::matrix::FeatureResult;

/// A rule for each feature: what is asked is whether it is there.
pub(super) fn feature_rules(audit: &Audit) -> Vec<Value> {
    let of_matrix = audit.matrices.iter().flat_map(|(result, _)| {
        let name = &result.matrix.name;
        result.features.iter().map(move |judged| {
            json!({
                "id": format!("{name}/{}", judged.feature.id),
                "shortDescription": {"text": text(&judged.feature.title)},
                "defaultConfiguration": {"level": "none"},
            })
        })
    });
    of_matrix.collect()
}

/// A result for what holds of each rule, what is undecided, what examined nothing; and one for each feature, whose rules
/// begin at `first`.
pub(super) fn verdicts(audit: &Audit, first: usize, indexes: &BTreeMap<&str, usize>) -> Vec<Value> {
    let rules = audit.rules.iter().flat_map(|rule| of_rule(rule, indexes[rule.rule.as_str()]));
    let features = audit.matrices.iter().flat_map(|(result, _)| {
        result.features.iter().map(|judged| (result.matrix.name.as_str(), judged))
    });
    let features =
        features.zip(first..).map(|((matrix, judged), at)| of_feature(matrix, judged, at));
    rules.chain(features).collect()
}

fn of_rule(rule: &RuleResult, index: usize) -> Vec<Value> {
    let [holds, _, unknown] = rule.counts;
    let result = |kind: &str, message: String| {
        json!({
            "ruleId": rule.rule, "ruleIndex": index, "kind": kind, "level": "none",
            "message": {"text": text(&message)},
        })
    };
    let mut results = Vec::new();
    if holds > 0 {
        results.push(result("pass", format!("{holds} hold")));
    }
    if unknown > 0 {
        let first = rule.undecided.join("; ");
        results.push(result("review", format!("{unknown} undecided: {first}")));
    }
    if rule.counts == [0, 0, 0] {
        results.push(result("notApplicable", "examined nothing".to_owned()));
    }
    results
}

fn of_feature(matrix: &str, judged: &FeatureResult, index: usize) -> Value {
    let (kind, level) = match judged.verdict {
        Verdict::Verified => ("pass", "none"),
        Verdict::Partial | Verdict::Missing => ("fail", "note"),
        Verdict::Unknown => ("review", "none"),
        Verdict::Attested | Verdict::Accepted | Verdict::Deferred => ("informational", "none"),
        Verdict::NotApplicable => ("notApplicable", "none"),
    };
    let reason = judged.reason.map_or(String::new(), |reason| format!(" ({reason})"));
    let message = format!("{}: {}{reason}", judged.feature.title, printed(judged.verdict));
    let mut result = json!({
        "ruleId": format!("{matrix}/{}", judged.feature.id), "ruleIndex": index, "kind": kind, "level": level,
        "message": {"text": text(&message)},
    });
    let rows = judged.evidence.iter().flat_map(|piece| &piece.rows);
    let places: Vec<Value> = rows
        .filter_map(|row| {
            let path = row.path.as_deref()?;
            let region = json!({"startLine": row.line.unwrap_or(1).max(1)});
            Some(json!({"physicalLocation": {
                "artifactLocation": {"uri": uri(path), "uriBaseId": ROOT}, "region": region,
            }}))
        })
        .take(10)
        .collect();
    if !places.is_empty() {
        result["locations"] = json!(places);
    }
    result
}

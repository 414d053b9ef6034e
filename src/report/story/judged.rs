//! Claims that rules judge, by how they stand.

use serde::Serialize;

use crate::audit::Audit;
use crate::audit::JudgedClaim;
use crate::audit::Standing;

/// Claims of one standing.
#[derive(Debug, Serialize)]
pub(super) struct Judged {
    standing: &'static str,
    /// What that means.
    means: &'static str,
    count: usize,
    /// All but those that are supported, which are only counted.
    claims: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    id: String,
    path: String,
    line: Option<u32>,
    section: String,
    text: String,
    measured: String,
    rule: String,
}

/// What the standings mean to a reader, worst first.
const STANDINGS: [(Standing, &str); 5] = [
    (Standing::Contradicted, "the tree, or the document itself, shows something else"),
    (Standing::Outdated, "the tree has grown since"),
    (Standing::Understated, "the tree shows more than is said"),
    (Standing::Unverifiable, "the tree cannot decide it"),
    (Standing::Supported, "every rule that judges it holds"),
];

/// The claims of an audit, worst first.
pub(super) fn of(audit: &Audit) -> Vec<Judged> {
    let of_standing = |(standing, means): (Standing, &'static str)| {
        let claims = || audit.claims.iter().filter(|claim| claim.standing() == standing);
        let is_listed = standing != Standing::Supported;
        Judged {
            standing: standing.word(),
            means,
            count: claims().count(),
            claims: claims().filter(|_| is_listed).filter_map(row).collect(),
        }
    };
    STANDINGS.into_iter().map(of_standing).filter(|judged| judged.count > 0).collect()
}

fn row(claim: &JudgedClaim) -> Option<Row> {
    let ruling = claim.deciding()?;
    Some(Row {
        id: claim.id.clone(),
        path: claim.path.clone(),
        line: claim.line,
        section: claim.section.clone(),
        text: claim.words(),
        measured: ruling.row.message.clone(),
        rule: ruling.rule.clone(),
    })
}

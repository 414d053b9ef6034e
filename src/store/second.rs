//! Tables of what an audit found: pages that read them are of the second stage and run last.

use crate::base::{Column, Table};
use crate::facts::View;

const fn view(
    name: &'static str,
    doc: &'static str,
    named: &'static str,
    columns: &'static [Column],
    query: &'static str,
) -> View {
    View { table: Table { name, doc, columns, named }, query }
}

const RULE: Column = Column::text("rule", "The rule's id.");
const MATRIX: Column = Column::text("matrix", "The matrix.");

/// The tables, in the order of `parity schema`.
pub(super) static SECOND: &[View] = &[
    view(
        "findings",
        "What rules found wrong.",
        "id",
        &[
            Column::text("id", "The short id."),
            RULE,
            Column::text("severity", "error, warning or note."),
            Column::PATH,
            Column::LINE,
            Column::text("subject", "What was examined."),
            Column::text("message", "What is wrong with it."),
            Column::text("status", "active, waived or known."),
            Column::text("fingerprint", "Stays when lines move."),
        ],
        "select * from rev.findings_rows",
    ),
    view(
        "rule_results",
        "How many things each rule examined.",
        "rule",
        &[
            RULE,
            Column::int("examined", "All of them."),
            Column::int("holds", "Those that hold."),
            Column::int("fails", "Those that do not."),
            Column::int("unknown", "Those that are undecided."),
        ],
        "select * from rev.rule_results_rows",
    ),
    view(
        "features",
        "The verdict on each feature of each matrix.",
        "matrix || '/' || id",
        &[
            MATRIX,
            Column::text("id", "The feature's id."),
            Column::text("title", "What it is."),
            Column::text("area", "Its area."),
            Column::text("layer", "The organisation's own layer."),
            Column::text("phase", "The organisation's own phase."),
            Column::text("priority", "The organisation's own priority."),
            Column::text("claimed", "What documents say: covered, partial or none; null: nothing."),
            Column::text(
                "verdict",
                "verified, partial, missing, unknown, attested, accepted, deferred or not-applicable.",
            ),
            Column::text("low", "The level if everything undecided fails."),
            Column::text("high", "The level if everything undecided holds."),
            Column::text("reason", "Why not more."),
            Column::text("disputed", "A recorded disagreement."),
            Column::text("why", "The verdict in one sentence."),
            Column::text("claim_path", "The document that says most of it."),
            Column::int("claim_line", "Where."),
            Column::text("claim_text", "Its words."),
            Column::text(
                "agreement",
                "agreed, overstated, understated or unverifiable; null: nothing is said.",
            ),
        ],
        "select * from rev.features_rows",
    ),
    view(
        "feature_evidence",
        "Every piece of evidence of every feature, a row per place.",
        "matrix || '/' || feature",
        &[
            MATRIX,
            Column::text("feature", "The feature's id."),
            Column::text("evidence", "As asked for."),
            Column::text("verdict", "What the piece amounts to."),
            Column::text("reason", "Why not more."),
            Column::text("strength", "structural, attested, textual or bare."),
            Column::text("alternative", "Which alternative it is part of."),
            Column::PATH,
            Column::LINE,
            Column::text("blob", "The id of the contents."),
            Column::text("subject", "What was examined."),
            Column::text("message", "What is said of it."),
        ],
        "select * from rev.feature_evidence_rows",
    ),
    view(
        "scores",
        "Counts of verdicts.",
        "matrix",
        &[
            MATRIX,
            Column::text("dimension", "all, area, layer, phase, priority or product."),
            Column::text("name", "Which one."),
            Column::int("total", "All features but those that are not applicable."),
            Column::int("verified", "Verified in the tree."),
            Column::int("partial", "Partly there."),
            Column::int("missing", "Not found."),
            Column::int("unknown", "Left open by the tree."),
            Column::int("attested", "Vouched for."),
            Column::int("accepted", "Decided to live without."),
            Column::int("deferred", "Decided to do later."),
            Column::int("not_applicable", "Outside the total."),
            Column::int("low", "Surely verified."),
            Column::int("high", "Possibly verified."),
            Column::int("claimed", "Covered, as documents say."),
            Column::int("overstated", "More is said than the tree shows."),
            Column::int("understated", "Less is said than the tree shows."),
        ],
        "select * from rev.scores_rows",
    ),
    view(
        "matrix_claims",
        "What documents say of a matrix as a whole.",
        "matrix",
        &[
            MATRIX,
            Column::PATH,
            Column::LINE,
            Column::text("text", "The words."),
            Column::int("numerator", "How many features."),
            Column::int("denominator", "Of how many."),
            Column::text("percent", "The percentage as written."),
            Column::text("context", "stated, target, planned or threshold."),
            Column::text(
                "agreement",
                "agreed, overstated, understated or unverifiable; null: it is a plan.",
            ),
            Column::text("why", "The same in a sentence."),
        ],
        "select * from rev.matrix_claims_rows",
    ),
    view(
        "waivers",
        "Findings that are accepted for a while.",
        "rule",
        &[
            RULE,
            Column::text("scope", "A glob of paths; null: everywhere."),
            Column::text("owner", "Who answers for it."),
            Column::text("reason", "Why."),
            Column::text("created", "When, where it is said."),
            Column::text("expires", "The last day it holds."),
            Column::int("used", "Findings it covers."),
            Column::PATH,
            Column::LINE,
        ],
        "select * from rev.waivers_rows",
    ),
];

/// Whether a table tells what an audit found.
pub fn is_second_stage(table: &str) -> bool {
    SECOND.iter().any(|view| view.table.name == table)
}

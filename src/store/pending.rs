//! Tables of the contract that no analyzer fills yet: pages that read them are undecided, not clean.

use crate::base::{Column, Table};

/// Shorthand for the tables below.
pub(super) const fn pending(
    name: &'static str,
    doc: &'static str,
    named: &'static str,
    columns: &'static [Column],
) -> Table {
    Table { name, doc, columns, named }
}

pub(super) const NAME: Column = Column::text("name", "Its name.");

/// The tables, in the order of `parity schema`.
pub static PENDING: &[Table] = &[
    pending(
        "commits",
        "The commits reachable from the revision.",
        "sha",
        &[
            Column::text("sha", "The commit's id."),
            Column::text("date", "Its date, YYYY-MM-DD."),
            Column::text("author", "Its author's name."),
            Column::text("subject", "The first line of its message."),
        ],
    ),
    pending(
        "tags",
        "The repository's tags.",
        "name",
        &[
            NAME,
            Column::text("sha", "The commit it names."),
            Column::text("date", "The commit's date."),
        ],
    ),
    pending(
        "file_history",
        "When each file came and last changed.",
        "path",
        &[
            Column::PATH,
            Column::text("first_commit", "The commit that added it."),
            Column::text("first_date", "Its date."),
            Column::text("last_commit", "The commit that changed it last."),
            Column::text("last_date", "Its date."),
            Column::text("renamed_from", "Its path before.").open(),
            Column::text("deleted_in", "The commit that deleted it.").open(),
        ],
    ),
    pending(
        "codeowners",
        "Lines of CODEOWNERS.",
        "pattern",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("pattern", "The pattern."),
            Column::json("owners", "The owners, a JSON array."),
            Column::int("position", "From 1; the last match decides."),
        ],
    ),
    pending(
        "md_path_history",
        "What became of a path a document names.",
        "target",
        &[
            Column::text("target", "The path as written."),
            Column::text("moved_to", "Where it is now.").open(),
            Column::text("deleted_in", "The commit that deleted it.").open(),
            Column::flag("ever_existed", "Whether any commit has it.").open(),
        ],
    ),
    pending(
        "claims",
        "Statements of documents that can be checked.",
        "id",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("id", "Its short id."),
            Column::text("form", "F1 to F14."),
            Column::text("subject", "What it is about."),
            Column::int("numerator", "X of X/Y."),
            Column::int("denominator", "Y of X/Y."),
            Column::text("percent", "The percentage as written."),
            Column::int("count", "The number of an inventory claim."),
            Column::text("unit", "What is counted."),
            Column::text("status", "A status word."),
            Column::text("context", "stated, target, planned or threshold."),
            Column::text("text", "The words."),
        ],
    ),
    pending(
        "spec_bundles",
        "Folders of specifications.",
        "slug",
        &[
            Column::text("dir", "The folder."),
            Column::text("slug", "Its last part."),
            Column::text("layout", "constitution-prd or spec-kit."),
            Column::text("standing", "live, archived or template."),
            Column::flag("complete", "Whether it has all its files.").open(),
        ],
    ),
    pending(
        "spec_files",
        "Files of specification bundles.",
        "path",
        &[
            Column::text("dir", "The folder."),
            Column::text("role", "constitution, prd, spec, plan or tasks."),
            Column::PATH,
            Column::int("words", "Words in it."),
        ],
    ),
    pending(
        "spec_items",
        "Numbered items of specification bundles.",
        "id",
        &[
            Column::text("dir", "The folder."),
            Column::text("role", "The file's role."),
            Column::text("id", "Such as FR-001."),
            Column::text("kind", "What it is."),
            Column::PATH,
            Column::LINE,
            Column::text("text", "Its words."),
            Column::flag("referenced", "Whether plan or tasks name it.").open(),
        ],
    ),
    pending(
        "odoo_reference",
        "What is known of Odoo's own modules.",
        "name",
        &[
            NAME,
            Column::text("edition", "ce, oca or ee."),
            Column::text("series", "Such as 18.0."),
            Column::text("app", "The application it belongs to."),
            Column::text("oca_repo", "The OCA repository of the equivalent."),
            Column::text("oca_module", "The equivalent."),
            Column::text("fit", "direct, partial or none."),
        ],
    ),
    pending(
        "license_headers",
        "Licence notices at the head of files.",
        "path",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("spdx", "The SPDX expression."),
            Column::text("qualifier", "only or or-later."),
            Column::text("form", "What kind of notice."),
            Column::text("text", "Its words."),
        ],
    ),
    pending(
        "copyrights",
        "Copyright lines.",
        "path",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("holder", "Who."),
            Column::text("years", "When."),
        ],
    ),
    pending(
        "license_texts",
        "Licence texts.",
        "path",
        &[
            Column::PATH,
            Column::text("spdx", "The SPDX id.").open(),
            Column::int("confidence", "In percent."),
            Column::text("verdict", "match, modified, review or none."),
        ],
    ),
    pending(
        "license_declared",
        "Licences that metadata declares.",
        "path",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("scope", "What it is declared for."),
            Column::text("raw", "As written."),
            Column::text("spdx", "As SPDX.").open(),
        ],
    ),
    pending(
        "license_compat",
        "Which licence may build on which.",
        "licensee",
        &[
            Column::text("relation", "merge or depend."),
            Column::text("licensee", "The licence of the work."),
            Column::text("dependency", "The licence of what it uses."),
            Column::text("verdict", "yes, no or review."),
            Column::text("reason", "Why."),
            Column::text("source", "Who says so."),
        ],
    ),
    pending(
        "dbt_nodes",
        "Nodes of dbt projects.",
        "name",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("kind", "model, source, test, snapshot, ..."),
            NAME,
            Column::text("layer", "The folder below models."),
            Column::json("config", "Its configuration."),
        ],
    ),
    pending(
        "resources",
        "Infrastructure as code.",
        "name",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("tool", "terraform, bicep, bundle or do-app."),
            Column::text("kind", "resource, data, module, ..."),
            Column::text("type", "Its type."),
            NAME,
            Column::json("attributes", "Its attributes; an expression is undecided."),
        ],
    ),
];

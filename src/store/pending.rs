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
];

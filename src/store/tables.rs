//! The tables of the contract: those of analyzers and linkers, and those the engine itself fills.

use super::history::HISTORY;
use super::second::SECOND;
use crate::base::{Column, Table};
use crate::facts::{ANALYZERS, View};
use crate::link::LINKERS;
use crate::server::VIEWS;

/// Every table of the contract in the order of `parity schema`; a view may read those before it.
pub fn contract() -> impl Iterator<Item = &'static View> {
    let analyzers = ANALYZERS.iter().flat_map(|analyzer| analyzer.tables);
    let linkers = LINKERS.iter().flat_map(|linker| linker.tables);
    ENGINE.iter().chain(analyzers).chain(linkers).chain(VIEWS.iter()).chain(HISTORY).chain(SECOND)
}

/// What may exist unseen. Every page asks, so it is gathered into `rev.unsure_rows` once, when the connection is closed.
pub(super) const UNSURE: &str = "
    select u.table_name, u.name, e.path, u.line, u.reason
    from rev.tree_rows e cross join main.unsure_of_blobs u on u.blob = e.blob
    join rev.active a on a.analyzer = u.analyzer and e.analyzers & a.bit where e.is_odd
    union all select u.table_name, u.name, u.path, u.line, u.reason
    from rev.current c cross join main.unsure_of_links u on u.link = c.link
    union all select t.table_name, null, u.path, null, u.message
    from rev.unread u cross join rev.fills t on t.analyzer = u.analyzer
    union all select table_name, null, null, null, reason from rev.unseen";

/// What the engine itself knows of a revision.
static ENGINE: &[View] = &[
    View {
        table: Table {
            name: "files",
            doc: "Every path of the revision: files, symbolic links and submodules.",
            columns: &[
                Column::PATH,
                Column::text("blob", "Git's id of the contents; for a submodule, of its commit."),
                Column::int("size", "Bytes; undecided where the contents are not to be had.").open(),
                Column::text("kind", "file, symlink or submodule."),
                Column::text("language", "What the name says it is written in, lower case."),
                Column::flag("is_binary", "Whether a NUL is among the first 8,000 bytes.").open(),
                Column::flag("is_empty", "Whether there is nothing in it: git knows all empty files by one id."),
                Column::flag("is_missing", "Whether the contents are not in the clone."),
                Column::text("standing", "live, archived (`[paths] archived`), vendored or generated."),
                Column::text("product", "The product of `parity.toml` it belongs to."),
            ],
            named: "path",
        },
        query: "select e.path, e.oid as blob,
                       coalesce(e.size, (select c.size from fact_content c where c.path = e.path)) as size,
                       e.kind, e.language, (select c.is_binary from fact_content c where c.path = e.path) as is_binary,
                       coalesce(e.oid = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', 0) as is_empty, e.is_missing, e.standing, e.product
                from rev.tree_rows e",
    },
    View {
        table: Table {
            name: "problems",
            doc: "Whatever could not be read or decided.",
            columns: &[
                Column::PATH,
                Column::LINE,
                Column::text("analyzer", "Who says so."),
                Column::text("code", "What it is, stable."),
                Column::text("message", "What it is, in words."),
            ],
            named: "path",
        },
        query: "select e.path, p.line, a.name as analyzer, p.code, p.message
                from rev.tree_rows e cross join main.problems_of_blobs p on p.blob = e.blob
                join rev.active a on a.analyzer = p.analyzer and e.analyzers & a.bit where e.is_odd
                union all select p.path, p.line, p.linker, p.code, p.message
                from rev.current c cross join main.problems_of_links p on p.link = c.link
                union all select path, null, analyzer, code, message from rev.unread
                union all select path, null, 'listing', code, message from rev.listing_problems",
    },
    View {
        table: Table {
            name: "unsure",
            doc: "What may exist unseen: `maybe()` reads it.",
            columns: &[
                Column::text("table_name", "The table a row may be missing from."),
                Column::text("name", "The row's name there; null: it could be any."),
                Column::PATH,
                Column::LINE,
                Column::text("reason", "Why it cannot be seen."),
            ],
            named: "table_name",
        },
        query: "select table_name, name, path, line, reason from rev.unsure_rows",
    },
    View {
        table: Table {
            name: "hits",
            doc: "Where the declared content searches matched.",
            columns: &[
                Column::text("search", "The search; a page binds its own as `:search`."),
                Column::PATH,
                Column::LINE,
                Column::int("end_line", "The match's last line."),
                Column::text("text", "The matched text, at most 200 characters."),
            ],
            named: "path",
        },
        query: "select w.search, w.path, h.line, h.end_line, h.text
                from rev.wanted_of_some w cross join main.hits_of_blobs h on h.pattern = w.pattern and h.blob = w.blob
                union all select a.search, t.path, h.line, h.end_line, h.text
                from rev.wanted_of_all a cross join main.hits_of_blobs h on h.pattern = a.pattern
                cross join rev.tree_rows t on t.blob = h.blob and t.kind = 'file'",
    },
    View {
        table: Table {
            name: "searched",
            doc: "The files a declared content search went through.",
            columns: &[
                Column::text("search", "The search; a page binds its own as `:search`."),
                Column::PATH,
                Column::flag("ok", "1; undecided where the contents could not be read.").open(),
            ],
            named: "path",
        },
        query: "select w.search, w.path, case when s.blob is null then null else 1 end as ok
                from rev.wanted_of_some w left join main.searched_blobs s on s.pattern = w.pattern and s.blob = w.blob
                union all select a.search, t.path, case when s.blob is null then null else 1 end
                from rev.wanted_of_all a cross join rev.tree_rows t
                left join main.searched_blobs s on s.pattern = a.pattern and s.blob = t.blob where t.kind = 'file'",
    },
    View {
        table: Table {
            name: "attestations",
            doc: "What persons vouch for, from `parity.toml`.",
            columns: &[
                Column::text("topic", "What is stated."),
                Column::text("owner", "Who states it."),
                Column::text("date", "When, YYYY-MM-DD."),
                Column::text("expires", "The last day it holds."),
                Column::text("artefact", "A path that supports it."),
                Column::PATH,
                Column::LINE,
                Column::int("age", "Days since it was stated."),
                Column::flag("is_expired", "Whether its last day has passed."),
                Column::flag("artefact_resolves", "Whether the artefact is in the tree; null: none is named."),
            ],
            named: "topic",
        },
        query: "select topic, owner, date, expires, artefact, (select path from rev.tree_rows where path = 'parity.toml') as path, line, age, is_expired, artefact_resolves
                from rev.attestation_rows",
    },
    View {
        table: Table {
            name: "today",
            doc: "The day of the audit: one row.",
            columns: &[Column::text("date", "YYYY-MM-DD, as `--as-of` says; else the day it runs.")],
            named: "date",
        },
        query: "select date from rev.today_rows",
    },
    View {
        table: Table {
            name: "revision",
            doc: "What is audited: one row.",
            columns: &[Column::text(
                "repository",
                "The repository's name where it is cloned from, without `.git`; empty where that is not known.",
            )],
            named: "repository",
        },
        query: "select repository from rev.revision_rows",
    },
];

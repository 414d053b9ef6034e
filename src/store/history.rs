//! The tables of git's history: filled for a revision when a query reads them, never cached.

use super::cache::Store;
use super::error::StoreError;
use crate::base::{Column, Table};
use crate::facts::View;

/// The tables that need git: those of commits alone, and those that need every commit's changes.
pub const LOGS: [&str; 2] = ["commits", "tags"];
/// See [`LOGS`].
pub const LIVES: [&str; 2] = ["file_history", "md_path_history"];

/// Where the rows are.
pub(super) const ROWS: &str = "
    create table rev.unseen (table_name text, reason text) strict;
    create table rev.commit_rows (sha text, date text, author text, subject text, position integer primary key, parents integer,
        age integer) strict;
    create table rev.tag_rows (name text primary key, sha text, date text, reachable integer) strict;
    create table rev.life_rows (path text primary key, first_commit text, first_date text, last_commit text, last_date text,
        last_age integer, renamed_from text, deleted_in text) strict, without rowid;
    create index rev.renames on life_rows (renamed_from);";

const SHA: Column = Column::text("sha", "The commit's id.");

/// The tables, in the order of `parity schema`.
pub(super) static HISTORY: &[View] = &[
    View {
        table: Table {
            name: "commits",
            doc: "The commits reachable from the revision, newest first.",
            columns: &[
                SHA,
                Column::text("date", "Its date, YYYY-MM-DD."),
                Column::text("author", "Its author's name."),
                Column::text("subject", "The first line of its message."),
                Column::int("position", "From 1, the revision itself; none comes before one of its children."),
                Column::int("parents", "How many parents it has: a merge has several."),
                Column::int("age", "Days from it to the revision."),
            ],
            named: "sha",
        },
        query: "select sha, date, author, subject, position, parents, age from rev.commit_rows",
    },
    View {
        table: Table {
            name: "tags",
            doc: "The repository's tags.",
            columns: &[
                Column::text("name", "Its name."),
                Column::text("sha", "The commit it names."),
                Column::text("date", "The commit's date."),
                Column::flag("reachable", "Whether the revision contains that commit.").open(),
            ],
            named: "name",
        },
        query: "select name, sha, date, reachable from rev.tag_rows",
    },
    View {
        table: Table {
            name: "file_history",
            doc: "Every path that ever was: when it came, last changed and went. A merge deletes nothing.",
            columns: &[
                Column::PATH,
                Column::text("first_commit", "The commit that added it first.").open(),
                Column::text("first_date", "Its date.").open(),
                Column::text("last_commit", "The commit that added or changed it last.").open(),
                Column::text("last_date", "Its date.").open(),
                Column::int("last_age", "Days from that to the revision.").open(),
                Column::text(
                    "renamed_from",
                    "Its path before, by equal contents, else by most lines in common; empty: none.",
                )
                .open(),
                Column::text(
                    "deleted_in",
                    "The commit that deleted it; empty: it is there; undecided: it is gone and no commit is seen to.",
                )
                .open(),
            ],
            named: "path",
        },
        query: "select path, first_commit, first_date, last_commit, last_date, last_age, renamed_from, deleted_in
                from rev.life_rows",
    },
    super::fates::TASK_PATHS,
    View {
        table: Table {
            name: "md_path_history",
            doc: "What became of the paths that documents name, read from the root.",
            columns: &[
                Column::text("target", "The path as written."),
                Column::text("moved_to", "Where it is now; empty: nowhere else.").open(),
                Column::text("deleted_in", "The commit that deleted it; empty: none did.").open(),
                Column::flag("ever_existed", "Whether it is or was in the tree.").open(),
            ],
            named: "target",
        },
        query: "with recursive named as materialized (
                    select distinct target, rtrim(name, '/') as name from fact_md_path where name is not null),
                lost as materialized (
                    select n.target, n.name from named n left join tree t on t.path = n.name
                    left join tree_folders d on d.path = n.name where t.path is null and d.path is null),
                chain(target, path, steps) as (
                    select l.target, h.path, 1 from lost l join file_history h on h.renamed_from = l.name
                    union
                    select c.target, h.path, c.steps + 1 from chain c join file_history h on h.renamed_from = c.path
                    where c.steps < 20),
                moved as materialized (
                    select c.target, min(c.path) as path from chain c join tree t on t.path = c.path group by c.target)
                select n.target, '' as moved_to, '' as deleted_in, 1 as ever_existed from named n
                where not exists (select 1 from lost l where l.target = n.target)
                union all
                select l.target,
                       coalesce(m.path, case when maybe('file_history', l.name) is null then null else '' end) as moved_to,
                       case when h.path is not null then h.deleted_in
                            when maybe('file_history', l.name) is null then null else '' end as deleted_in,
                       h.path is not null
                           or exists (select 1 from file_history b where b.path > l.name || '/' and b.path < l.name || '0')
                           or maybe('file_history', l.name) as ever_existed
                from lost l left join moved m on m.target = l.target left join file_history h on h.path = l.name",
    },
];

impl Store {
    /// Says that rows of these tables may exist unseen, and why.
    ///
    /// # Errors
    /// The database failed.
    pub fn unseen(&self, tables: &[&str], reason: &str) -> Result<(), StoreError> {
        let rows: Vec<_> =
            tables.iter().map(|table| ("unseen", vec![(*table).into(), reason.into()])).collect();
        self.fill(&rows)
    }

    /// Forgets what was told, to tell more.
    ///
    /// # Errors
    /// The database failed.
    pub fn forget_history(&self) -> Result<(), StoreError> {
        let tables = ["unseen", "commit_rows", "tag_rows", "life_rows"];
        let forget = tables.map(|table| format!("delete from rev.{table};")).concat();
        self.conn.execute_batch(&forget).map_err(StoreError::Cache)
    }
}

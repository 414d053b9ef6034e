//! What became of the paths that task lists name: worked out once, when history was told, since many questions ask.

use std::collections::BTreeSet;

use super::cache::Store;
use super::error::StoreError;
use crate::base::Column;
use crate::base::Table;
use crate::facts::View;

/// The tables that need the changes of the paths that task lists miss.
pub const FATES: [&str; 1] = ["task_paths"];

/// Where the rows are.
pub(super) const ROWS: &str = "
    create table rev.task_path_rows (path text, line integer, target text, checked integer, id text, text text, section text,
        said text, found text, rooted integer, ignored integer, was text, moved_to text, gone_in text, ever_existed integer) strict;";

/// What ticked tasks name and the tree has not: what is still to be made has no past worth reading.
const LOST: &str = "
    select distinct w.value from (
        with lists as materialized (select path from tree_rows where path like '%tasks.md' and lower(basename(path)) = 'tasks.md')
        select p.path, p.target from lists l cross join fact_md_task t on t.path = l.path
        cross join fact_md_path p on p.path = l.path and p.line between t.line and t.end_line
        where t.checked and p.context <> 'fence' and named_path(p.path, p.target) = '') n
    cross join json_each(named_before(n.path, n.target)) w";

/// Fills the rows. A name is that of an older tree in the first reading that ever was one. A folder moved where a third of its
/// files did, since a file or two may be alike by chance; else the file that went last stands for all.
const FILL: &str = "delete from rev.task_path_rows; insert into rev.task_path_rows
        with recursive lists as materialized (
            select path from tree_rows where path like '%tasks.md' and lower(basename(path)) = 'tasks.md'),
        named as materialized (
            select t.path, t.line, t.checked, t.id, t.text, t.section, p.target, min(p.said) as said, min(p.top) as top,
                named_path(p.path, p.target) as found
            from lists l cross join fact_md_task t on t.path = l.path
            cross join fact_md_path p on p.path = l.path and p.line between t.line and t.end_line
            where p.context <> 'fence' group by t.path, t.line, p.target),
        lost as materialized (
            select distinct n.path, n.target, w.key as reading, w.value as was
            from named n cross join json_each(named_before(n.path, n.target)) w where n.found = ''),
        ignored as materialized (
            select distinct path, target from lost where git_ignored(was)),
        lived as materialized (
            select l.path, l.target, l.reading, l.was, h.path as file, h.deleted_in
            from lost l cross join life_rows h on h.path = l.was
            union all
            select l.path, l.target, l.reading, l.was, h.path, h.deleted_in
            from lost l cross join life_rows h on h.path > l.was || '/' and h.path < l.was || '0'),
        chain(start, at, steps) as (
            select distinct l.file, h.path, 1 from lived l join life_rows h on h.renamed_from = l.file
            union
            select c.start, h.path, c.steps + 1 from chain c join life_rows h on h.renamed_from = c.at where c.steps < 20),
        moved as materialized (
            select c.start, min(c.at) as at from chain c join tree_rows t on t.path = c.at group by c.start),
        seen as (select exists (select 1 from unseen where table_name = 'file_history') as cut),
        placed as materialized (
            select l.*, case when l.file = l.was then m.at
                when substr(m.at, -length(substr(l.file, length(l.was) + 1))) = substr(l.file, length(l.was) + 1)
                    then substr(m.at, 1, length(m.at) - length(l.file) + length(l.was)) || '/'
                else dirname(m.at) || '/' end as goal
            from lived l left join moved m on m.start = l.file),
        goals as materialized (
            select path, target, reading, goal, 3 * count(*) >= sum(count(*)) over (partition by path, target, reading) as is_shared
            from placed group by path, target, reading, goal),
        ended as materialized (
            select p.path, p.target, p.was, p.deleted_in, iif(g.is_shared, p.goal, null) as goal,
                row_number() over (partition by p.path, p.target order by p.reading, iif(g.is_shared, p.goal, null) is null,
                    p.deleted_in is null, c.position) as place
            from placed p left join goals g on g.path = p.path and g.target = p.target and g.reading = p.reading and g.goal = p.goal
            left join commit_rows c on c.sha = p.deleted_in)
        select n.path, n.line, n.target, n.checked, n.id, n.text, n.section, n.said, n.found,
            n.found <> '' is 1 or coalesce(t.path, d.path) is not null as rooted, i.path is not null as ignored,
            case when n.found <> '' then '' when e.was is not null then e.was
                when n.found = '' and n.checked and not s.cut then '' end as was,
            case when n.found <> '' then '' when e.goal is null and (s.cut or n.checked is not 1) then null
                else coalesce(e.goal, '') end as moved_to,
            case when n.found <> '' then '' when e.was is not null then e.deleted_in
                when n.found = '' and n.checked and not s.cut then '' end as gone_in,
            case when n.found <> '' or e.was is not null then 1
                when n.found = '' and n.checked and not s.cut then 0 end as ever_existed
        from named n cross join seen s left join ended e on e.path = n.path and e.target = n.target and e.place = 1
        left join ignored i on i.path = n.path and i.target = n.target
        left join tree_rows t on t.path = n.top left join tree_folders d on d.path = n.top";

/// What task lists name. The comment names what the rows are made of.
pub(super) const TASK_PATHS: View = View {
    table: Table {
        name: "task_paths",
        doc: "Paths that items of task lists (`tasks.md`) name outside code blocks, and what became of them.",
        columns: &[
            Column::PATH,
            Column::LINE,
            Column::text("target", "The path as written."),
            Column::flag("checked", "Whether the task is ticked."),
            Column::text("id", "The id the task begins with."),
            Column::text("text", "The task's text."),
            Column::text("section", "Title of the heading above it."),
            Column::text("said", "What its line says became of it, as in `md_paths`."),
            Column::text("found", "The path of the tree it means, as in `md_paths`; empty: none.").open(),
            Column::flag("rooted", "Whether its first segment is a top-level name, or it is found."),
            Column::flag("ignored", "Whether it is not there and git is told to ignore it."),
            Column::text("was", "The path it was in an older tree; empty: none, or it is there.").open(),
            Column::text("moved_to", "Where that is now; empty: nowhere else.").open(),
            Column::text("gone_in", "The commit that moved or deleted it; empty: none.").open(),
            Column::flag("ever_existed", "Whether it is or was in a tree of the history.").open(),
        ],
        named: "target",
    },
    query: "select path, line, target, checked, id, text, section, said, found, rooted, ignored, was, moved_to, gone_in, ever_existed
        from task_path_rows /* fact_md_task, fact_md_path, fact_ignore_pattern */",
};

impl Store {
    /// The paths that task lists name and the tree has not, as they could have been in an older one.
    ///
    /// # Errors
    /// The database failed.
    pub fn lost_paths(&self) -> Result<BTreeSet<String>, StoreError> {
        let read = || -> rusqlite::Result<BTreeSet<String>> {
            self.conn.prepare(LOST)?.query_map([], |row| row.get(0))?.collect()
        };
        read().map_err(StoreError::Cache)
    }

    /// Works out what became of what task lists name. History was told.
    ///
    /// # Errors
    /// The database failed.
    pub fn tell_fates(&self) -> Result<(), StoreError> {
        self.conn.execute_batch(FILL).map_err(StoreError::Cache)
    }
}

//! What is stored of documents, and the tables pages read.

use crate::base::Column;
use crate::base::Table;
use crate::facts::Facts;
use crate::facts::View;

/// Index of the headings in [`FACTS`].
pub const HEADINGS: usize = 0;
/// Index of the tasks.
pub const TASKS: usize = 1;
/// Index of the links.
pub const LINKS: usize = 2;
/// Index of the paths.
pub const PATHS: usize = 3;
/// Index of the damage in [`FACTS`].
pub const DAMAGE: usize = 4;

/// The tables that a document which cannot be read leaves open.
pub const OPEN_TABLES: [&str; 5] =
    ["md_headings", "md_tasks", "md_links", "md_paths", "task_paths"];

const END_LINE: Column = Column::int(
    "end_line",
    "Last line of its section: before the next heading of the same or a higher level.",
);
const LEVEL: Column = Column::int("level", "1 to 6.");
const TITLE: Column = Column::text("title", "Its text without markup.");
const ANCHOR: Column =
    Column::text("anchor", "The fragment GitHub gives it, `-1` and so on for repeated ones.");
const WORDS: Column =
    Column::int("words", "Words between it and the next heading of any level, code included.");
const TASK_END: Column =
    Column::int("end_line", "Last line of its text, without nested lists and blocks.");
const CHECKED: Column = Column::flag("checked", "Whether it is ticked.");
const ID: Column = Column::text("id", "The id its text begins with, such as `T001` or `FR-001`.");
const TASK_TEXT: Column = Column::text("text", "Its text without markup, nested lists and blocks.");
const SECTION: Column =
    Column::text("section", "Title of the heading above it, at most 200 characters.");
const TABLE_NO: Column = Column::int("table_no", "Number of the table in the document, from 1.");
const ROW_NO: Column = Column::int("row_no", "Number of the row; the header row is 0.");
const COLUMN_NO: Column = Column::int("column_no", "Number of the column, from 1.");
const HEADER: Column =
    Column::text("header", "Text of the column's header, at most 200 characters.");
const CELL_TEXT: Column = Column::text("text", "Its text without markup.");
const LINK_TARGET: Column = Column::text("target", "Where it points, as written.");
const KIND: Column = Column::text("kind", "relative, anchor (in the same document) or external.");
const PATH_TARGET: Column =
    Column::text("target", "The path as written, without line numbers and punctuation around it.");
const CONTEXT: Column = Column::text(
    "context",
    "Where it is named: fence (a code block), link (a link's text), heading, cell, task, else code (inline) or prose.",
);

const SAID: Column = Column::text(
    "said",
    "What its line says became of it: removed, renamed, replaced, source (of what is made), ignored, dropped, optional, \
     elsewhere, example, command; empty: nothing.",
);

/// The stored facts.
pub const FACTS: &[Facts] = &[
    Facts { name: "md_heading", columns: &[Column::LINE, END_LINE, LEVEL, TITLE, ANCHOR, WORDS] },
    Facts { name: "md_task", columns: &[Column::LINE, TASK_END, CHECKED, ID, TASK_TEXT, SECTION] },
    Facts {
        name: "md_link",
        columns: &[
            Column::LINE,
            LINK_TARGET,
            KIND,
            Column::text(
                "file",
                "Path of a relative link, decoded; none where it holds a placeholder.",
            ),
            Column::text("fragment", "What follows `#`, decoded."),
            Column::flag("resolves", "Of an anchor: whether the document has it."),
        ],
    },
    Facts {
        name: "md_path",
        columns: &[
            Column::LINE,
            PATH_TARGET,
            Column::text(
                "name",
                "The target from the root, normalised; none if it begins with `..`.",
            ),
            Column::text("top", "First segment of `name`."),
            CONTEXT,
            SAID,
        ],
    },
    Facts { name: "md_damage", columns: &[Column::LINE] },
];

/// The stored facts of tables.
pub const CELL_FACTS: &[Facts] = &[Facts {
    name: "md_cell",
    columns: &[Column::LINE, TABLE_NO, ROW_NO, COLUMN_NO, HEADER, CELL_TEXT],
}];

/// The tables of the contract.
pub const TABLES: &[View] = &[HEADING_ROWS, TASK_ROWS, LINK_ROWS, PATH_ROWS, DAMAGE_ROWS];

/// The one of cells.
pub const CELL_TABLES: &[View] = &[CELL_ROWS];

const HEADING_ROWS: View = View {
    table: Table {
        name: "md_headings",
        doc: "Headings of documents, without front matter.",
        columns: &[Column::PATH, Column::LINE, END_LINE, LEVEL, TITLE, ANCHOR, WORDS],
        named: "title",
    },
    query: "select path, line, end_line, level, title, anchor, words from fact_md_heading",
};

const TASK_ROWS: View = View {
    table: Table {
        name: "md_tasks",
        doc: "Items of task lists: `- [ ]` and `- [x]`.",
        columns: &[Column::PATH, Column::LINE, TASK_END, CHECKED, ID, TASK_TEXT, SECTION],
        named: "id",
    },
    query: "select path, line, end_line, checked, id, text, section from fact_md_task",
};

const DAMAGE_ROWS: View = View {
    table: Table {
        name: "md_damage",
        doc: "Documents whose letters were damaged: written as UTF-8 and read as Windows-1252 once too often. They are \
              read as if they were not.",
        columns: &[Column::PATH, Column::LINE],
        named: "path",
    },
    query: "select path, line from fact_md_damage",
};

const CELL_ROWS: View = View {
    table: Table {
        name: "md_cells",
        doc: "Cells of tables.",
        columns: &[Column::PATH, Column::LINE, TABLE_NO, ROW_NO, COLUMN_NO, HEADER, CELL_TEXT],
        named: "text",
    },
    query: "select path, line, table_no, row_no, column_no, header, text from fact_md_cell",
};

/// What lies behind a symbolic link or in a submodule is not in the tree, and yet not absent.
const LINK_ROWS: View = View {
    table: Table {
        name: "md_links",
        doc: "Links and images.",
        columns: &[
            Column::PATH,
            Column::LINE,
            LINK_TARGET,
            KIND,
            Column::flag(
                "resolves",
                "Whether what it points at is there: the file or folder in the tree, the heading in the document. \
                 Undecided: external, in a submodule, outside the tree, a placeholder, or a fragment of another file \
                 that is none of its headings.",
            )
            .open(),
        ],
        named: "target",
    },
    query: "with outside as materialized (
            select path || '/' as prefix, length(path) + 1 as size from tree where kind <> 'file'),
        joined as (
            select path, line, target, kind, fragment, resolves, path_join(dirname(path), file) as name
            from fact_md_link)
        select f.path as path, f.line as line, f.target as target, f.kind as kind, case
            when f.kind <> 'relative' then f.resolves
            when f.name is null then null
            when t.path is null and d.path is null and f.name <> '' then
                case when exists (select 1 from outside o where substr(f.name, 1, o.size) = o.prefix)
                    then null else 0 end
            when f.fragment is null then 1
            when exists (select 1 from fact_md_heading h where h.path = t.path and h.anchor = f.fragment) then 1
            end as resolves
        from joined f left join tree t on t.path = f.name left join tree_folders d on d.path = f.name",
};

const PATH_ROWS: View = View {
    table: Table {
        name: "md_paths",
        doc: "Repository paths that documents name in words or inline code.",
        columns: &[
            Column::PATH,
            Column::LINE,
            PATH_TARGET,
            Column::text(
                "found",
                "The path of the tree it means, looked for beside the document, in the folders above, without the \
                 repository's own name, and at the end of one longer path; empty: none. Undecided: several paths end so, or \
                 it is in a submodule, behind a symbolic link or outside the tree.",
            )
            .open(),
            Column::flag(
                "resolves",
                "Whether it is in the tree, as `found` says. Undecided too where it is not `rooted`.",
            )
            .open(),
            CONTEXT,
            Column::flag(
                "rooted",
                "Whether it speaks of this tree: it resolves, or its first segment is a top-level name. Else it may be \
                 a package, another repository or a path on some machine.",
            ),
            SAID,
        ],
        named: "target",
    },
    query: "with joined as (
            select path, line, target, context, said, top, named_path(path, target) as found from fact_md_path)
        select f.path as path, f.line as line, f.target as target, f.found as found,
            case when f.found <> '' then 1 when coalesce(t.path, d.path) is not null then f.found <> '' end as resolves,
            f.context as context,
            f.found <> '' is 1 or coalesce(t.path, d.path) is not null as rooted, f.said as said
        from joined f left join tree t on t.path = f.top left join tree_folders d on d.path = f.top",
};

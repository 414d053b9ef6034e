//! What is stored of specifications, and the tables pages read.

use crate::base::Column;
use crate::base::Table;
use crate::facts::Facts;
use crate::facts::View;

/// Index of the document as a whole in [`FACTS`].
pub const DOCUMENT: usize = 0;
/// Index of the items.
pub const ITEM: usize = 1;
/// Index of the ids named.
pub const MENTION: usize = 2;
/// Index of the placeholders.
pub const PLACEHOLDER: usize = 3;

/// Index of the tables.
pub const GRID: usize = 4;

/// The tables that a file which cannot be read leaves open.
pub const OPEN: [&str; 4] = ["spec_items", "spec_coverage", "spec_placeholders", "spec_tables"];

const DIR: Column = Column::text("dir", "The bundle's folder.");
const ROLE: Column = Column::text("role", "constitution, prd, spec, plan or tasks.");
const ID: Column = Column::text("id", "Such as FR-001; `User Story 3` is US3.");
const KIND: Column = Column::text(
    "kind",
    "By the letters of its id: requirement, quality, success-criterion, acceptance-criterion, user-story, goal, milestone, \
     task.",
);
const TEXT: Column = Column::text("text", "Its words without markup.");
const WORD: Column = Column::text(
    "word",
    "TODO, TBD, FIXME, PLACEHOLDER, XXX, lorem ipsum, or what the bracket says.",
);

const COLUMNS: Column = Column::int("columns", "Cells of its header.");
const ROWS: Column = Column::int("rows", "Its rows below the header.");
const RAGGED_LINE: Column = Column::int(
    "ragged_line",
    "Its first row with more or fewer cells than the header; none: no row has.",
);
const RAGGED_CELLS: Column = Column::int("ragged_cells", "The cells of that row.");

/// The stored facts.
pub const FACTS: &[Facts] = &[
    Facts {
        name: "spec_document",
        columns: &[Column::LINE, Column::int("words", "Words, code included.")],
    },
    Facts { name: "spec_item", columns: &[Column::LINE, ID, KIND, TEXT] },
    Facts { name: "spec_mention", columns: &[Column::LINE, ID] },
    Facts { name: "spec_placeholder", columns: &[Column::LINE, WORD, TEXT] },
    Facts { name: "spec_grid", columns: &[Column::LINE, COLUMNS, ROWS, RAGGED_LINE, RAGGED_CELLS] },
];

/// The tables of the contract.
pub const TABLES: &[View] =
    &[FILE_ROWS, BUNDLES, ITEM_ROWS, COVERAGE_ROWS, PLACEHOLDER_ROWS, GRID_ROWS];

/// A bundle is a folder in a folder `spec` or `specs`; spec-kit keeps one constitution for all of them.
const FILE_ROWS: View = View {
    table: Table {
        name: "spec_files",
        doc: "Files of specification bundles, and spec-kit's constitution.",
        columns: &[
            DIR,
            ROLE,
            Column::PATH,
            Column::int("words", "Words in it; null: it cannot be read."),
        ],
        named: "path",
    },
    query: "select dirname(t.path) as dir, path_stem(t.path) as role, t.path as path,
            (select max(d.words) from fact_spec_document d where d.path = t.path) as words
        from tree t
        where t.kind = 'file' and substr(t.path, -3) = '.md'
          and basename(t.path) in ('constitution.md', 'prd.md', 'spec.md', 'plan.md', 'tasks.md')
          and (basename(dirname(dirname(t.path))) in ('spec', 'specs') and dirname(dirname(t.path)) <> dirname(t.path)
               or basename(t.path) = 'constitution.md' and dirname(t.path) in ('.specify/memory', 'memory'))",
};

const BUNDLES: View = View {
    table: Table {
        name: "spec_bundles",
        doc: "Folders of specifications: those in a folder `spec` or `specs` that hold at least one file of a bundle.",
        columns: &[
            DIR,
            Column::text("slug", "Its last part."),
            Column::PATH,
            Column::text(
                "layout",
                "constitution-prd: it has a constitution or a PRD of its own; else spec-kit (spec, plan, tasks).",
            ),
            Column::text("standing", "live, archived or template."),
            Column::flag("complete", "Whether it has all files of its layout; undecided behind a symbolic link.").open(),
            Column::text("missing", "The files it lacks, in the order of the work; empty: none."),
        ],
        named: "slug",
    },
    query: "with bundles as (
            select dir, min(path) as path,
                max(role = 'constitution') as constitution, max(role = 'prd') as prd, max(role = 'spec') as spec,
                max(role = 'plan') as plan, max(role = 'tasks') as tasks
            from spec_files where dir not in ('.specify/memory', 'memory') group by dir),
        shaped as (
            select *, case when constitution or prd then 'constitution-prd' else 'spec-kit' end as layout from bundles),
        judged as (
            select *, ltrim(case layout
                when 'constitution-prd' then iif(constitution, '', ' constitution.md') || iif(prd, '', ' prd.md')
                else iif(spec, '', ' spec.md') end
                || iif(plan, '', ' plan.md') || iif(tasks, '', ' tasks.md')) as missing
            from shaped)
        select j.dir as dir, basename(j.dir) as slug, j.path as path, j.layout as layout, case
                when regexp_like(basename(j.dir), '^_|^templates?$') or regexp_like(j.dir, '(^|/)templates?(/|$)') then 'template'
                when t.standing = 'archived'
                    or regexp_like(j.dir, '(?i)(^|/)_?(archived?|attic|deprecated|legacy|obsolete|old)(/|$)') then 'archived'
                else 'live' end as standing,
            case when j.missing = '' then 1
                when exists (select 1 from tree l where l.kind = 'symlink' and l.path > j.dir || '/' and l.path < j.dir || '0')
                    then null
                else 0 end as complete,
            j.missing as missing
        from judged j join tree t on t.path = j.path",
};

const ITEM_ROWS: View = View {
    table: Table {
        name: "spec_items",
        doc: "Numbered items of specification bundles, at their first place in each file.",
        columns: &[
            DIR,
            ROLE,
            ID,
            KIND,
            Column::PATH,
            Column::LINE,
            TEXT,
            Column::flag(
                "referenced",
                "Whether the bundle's plan or tasks name it; undecided where there is no such file, it cannot be read, or \
                 the item is of the plan or the tasks itself.",
            )
            .open(),
        ],
        named: "id",
    },
    query: "with firsts as (
            select path, id, kind, min(line) as line, text from fact_spec_item group by path, id)
        select f.dir as dir, f.role as role, i.id as id, i.kind as kind, f.path as path, i.line as line, i.text as text, case
            when f.role in ('plan', 'tasks') then null
            when exists (select 1 from fact_spec_mention m
                where m.path in (f.dir || '/plan.md', f.dir || '/tasks.md') and m.id = i.id) then 1
            when exists (select 1 from fact_spec_document d where d.path in (f.dir || '/plan.md', f.dir || '/tasks.md'))
                and not exists (select 1 from tree t where t.path in (f.dir || '/plan.md', f.dir || '/tasks.md')
                    and not exists (select 1 from fact_spec_document d where d.path = t.path)) then 0
            end as referenced
        from spec_files f join firsts i on i.path = f.path",
};

const COVERAGE_ROWS: View = View {
    table: Table {
        name: "spec_coverage",
        doc: "Where the requirements, criteria and stories of a bundle's PRD or spec are named in its other files: a row for each \
              file that names one, or one row with none.",
        columns: &[
            DIR,
            ID,
            KIND,
            Column::PATH,
            Column::LINE,
            TEXT,
            Column::text("named_in", "The other file of the bundle that names it; none: no file does."),
            Column::int("named_at", "The first line there that names it."),
        ],
        named: "id",
    },
    query: "select i.dir as dir, i.id as id, i.kind as kind, i.path as path, i.line as line, i.text as text,
            m.path as named_in, m.line as named_at
        from spec_items i left join fact_spec_mention m on m.id = i.id and m.path <> i.path
            and m.path in (i.dir || '/plan.md', i.dir || '/tasks.md')
        where i.role in ('prd', 'spec') and i.kind in ('requirement', 'quality', 'success-criterion', 'acceptance-criterion', 'user-story')",
};

const PLACEHOLDER_ROWS: View = View {
    table: Table {
        name: "spec_placeholders",
        doc: "Text of specification bundles that a template left for somebody to write.",
        columns: &[DIR, ROLE, Column::PATH, Column::LINE, WORD, TEXT],
        named: "path",
    },
    query: "select f.dir as dir, f.role as role, f.path as path, p.line as line, p.word as word, p.text as text
        from spec_files f join fact_spec_placeholder p on p.path = f.path",
};

const GRID_ROWS: View = View {
    table: Table {
        name: "spec_tables",
        doc: "Tables in files of specification bundles.",
        columns: &[DIR, ROLE, Column::PATH, Column::LINE, COLUMNS, ROWS, RAGGED_LINE, RAGGED_CELLS],
        named: "path",
    },
    query: "select f.dir as dir, f.role as role, f.path as path, g.line as line, g.columns as columns, g.rows as rows,
            g.ragged_line as ragged_line, g.ragged_cells as ragged_cells
        from spec_files f join fact_spec_grid g on g.path = f.path",
};

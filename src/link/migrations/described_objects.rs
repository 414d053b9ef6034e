//! The columns of the tables about functions, views, privileges and the like.

use crate::base::Column;

const CATALOG: Column = Column::text("catalog", "The migrations folder.");
const SCHEMA: Column = Column::text("schema", "Its schema.");
const TABLE_NAME: Column = Column::text("table_name", "Its table.");
const NAME: Column = Column::text("name", "Its name.");

/// The columns of `sql_functions`.
pub const FUNCTIONS: &[Column] = &[
    CATALOG,
    SCHEMA,
    NAME,
    Column::text("args", "The types of what a caller gives."),
    Column::text("kind", "function or procedure."),
    Column::text("returns", "What it returns."),
    Column::text("language", "Its language."),
    Column::flag("security_definer", "Whether it runs as its owner."),
    Column::text("search_path", "Its own search path; null: not set."),
    Column::text("body", "Its body, cut after 8,000 bytes."),
    Column::flag(
        "in_effect",
        "Whether every relation exists that its body names with a schema of the tree.",
    )
    .open(),
    Column::text("lacks", "The first relation its body names that does not exist."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_views`.
pub const VIEWS: &[Column] = &[
    CATALOG,
    SCHEMA,
    NAME,
    Column::text("kind", "view or matview."),
    Column::flag("security_invoker", "Whether it runs as its reader."),
    Column::text("body", "Its query, cut after 8,000 bytes."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_indexes`.
pub const INDEXES: &[Column] = &[
    CATALOG,
    SCHEMA,
    TABLE_NAME,
    Column::text("name", "Its name; null where PostgreSQL chooses one."),
    Column::text("method", "Its access method."),
    Column::json(
        "columns",
        "The columns it stands on, a JSON array; null stands for an expression.",
    ),
    Column::flag("is_unique", "Whether it is a key."),
    Column::text(
        "definition",
        "All of it but its name: indexes of one table with one definition are the same.",
    ),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_triggers`.
pub const TRIGGERS: &[Column] = &[
    CATALOG,
    SCHEMA,
    TABLE_NAME,
    NAME,
    Column::text("event", "insert, update, delete, truncate; several joined by ` or `."),
    Column::text("timing", "before, after or instead of."),
    Column::text("function", "What it calls."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_grants`.
pub const GRANTS: &[Column] = &[
    CATALOG,
    SCHEMA,
    Column::text("name", "The object; empty for a schema or a role, `*` for what is made later."),
    Column::text(
        "kind",
        "table, sequence, function, schema, type, role, or `default tables` and the like.",
    ),
    Column::text("grantee", "Who."),
    Column::text("privilege", "What; `all`."),
    Column::flag("by_column", "Whether it is for columns only."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_access`.
pub const ACCESS: &[Column] = &[
    CATALOG,
    SCHEMA,
    Column::text("name", "A table, view or function."),
    Column::text("args", "The types of what a caller of the function gives; empty: it is none."),
    Column::text("kind", "table, partitioned, foreign, view, matview or function."),
    Column::text("role", "anon or authenticated: who comes in over the API."),
    Column::flag(
        "may_read",
        "Whether the role may select from it, row level security aside; of a function null.",
    )
    .open(),
    Column::flag("may_write", "Whether it may insert, update or delete; of a function null.")
        .open(),
    Column::flag("may_execute", "Whether it may call the function; else null.").open(),
];
/// The columns of `sql_extensions`.
pub const EXTENSIONS: &[Column] = &[
    CATALOG,
    NAME,
    Column::text("schema", "Its schema; null: not said."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_publications`.
pub const PUBLICATIONS: &[Column] = &[
    CATALOG,
    NAME,
    Column::text("schema", "The table's schema; null: no table."),
    Column::text("table_name", "The table; null: none."),
    Column::flag("all_tables", "Whether it is for all tables."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_jobs`.
pub const JOBS: &[Column] = &[
    CATALOG,
    NAME,
    Column::text("schedule", "When."),
    Column::text("body", "What."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_roles`.
pub const ROLES: &[Column] = &[CATALOG, NAME, Column::PATH, Column::LINE];
/// The columns of `sql_comments`.
pub const COMMENTS: &[Column] = &[
    CATALOG,
    Column::text("object_kind", "table, column, function, view, ..."),
    Column::text("schema", "The schema; empty for a schema itself."),
    Column::text("name", "The object, or the table of a column, a policy or a trigger."),
    Column::text("column_name", "The column, policy or trigger; null: none."),
    Column::text("text", "The comment."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_rows`.
pub const ROWS: &[Column] = &[
    CATALOG,
    SCHEMA,
    TABLE_NAME,
    Column::text("key", "The first value."),
    Column::text("text", "The row: column=value, ..."),
    Column::PATH,
    Column::LINE,
];
/// The columns of `sql_blockers`.
pub const BLOCKERS: &[Column] = &[
    CATALOG,
    Column::PATH,
    Column::LINE,
    Column::text(
        "object",
        "What is not in effect, with its schema; a policy as `schema.table: name`.",
    ),
    Column::text(
        "object_kind",
        "table, view, function, policy, index, trigger, schema, type, extension, ...",
    ),
    Column::json("columns", "The columns the statement writes, of a table."),
    Column::int("step", "Its place in the chain, from 1."),
    Column::text(
        "kind",
        "rolled-back, kept-older, already-there, missing-relation, missing-column, missing-schema, missing-function, missing-type, missing-extension, syntax, psql or rejected.",
    ),
    Column::text(
        "at_path",
        "Where this link starts: the file of the statement that is not in effect.",
    ),
    Column::int("at_line", "The line there."),
    Column::text("needs", "What that statement lacks; null where it lacks nothing itself."),
    Column::text("error", "What the server says."),
    Column::text("cause_path", "Where this link leads: the statement to look at next."),
    Column::int("cause_line", "The line there."),
    Column::flag(
        "first",
        "Whether the link leads to the first cause: somebody can edit that line.",
    ),
];

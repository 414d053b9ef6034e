//! Tables of the database that migrations add up to which no linker fills yet.

use super::pending::{NAME, pending};
use crate::base::{Column, Table};

const CATALOG: Column = Column::text("catalog", "The migrations folder.");
const SCHEMA: Column = Column::text("schema", "The schema's name.");
const TABLE_NAME: Column = Column::text("table_name", "The table's name.");
const COLUMNS: Column = Column::json("columns", "The columns, a JSON array.");

/// The tables, in the order of `parity schema`.
pub static PENDING_CATALOG: &[Table] = &[
    pending(
        "sql_blockers",
        "Why something written is not in effect, to its first cause.",
        "object",
        &[
            CATALOG,
            Column::PATH,
            Column::LINE,
            Column::text("object", "What is not in effect."),
            Column::text("needs", "What it lacks."),
            Column::text("error", "What the server says."),
            Column::text("cause_path", "Where that comes from."),
            Column::int("cause_line", "The line there."),
        ],
    ),
    pending(
        "sql_functions",
        "Functions.",
        "schema || '.' || name",
        &[
            CATALOG,
            SCHEMA,
            NAME,
            Column::text("args", "Argument types."),
            Column::text("language", "Its language."),
            Column::flag("security_definer", "Whether it runs as its owner."),
            Column::text("search_path", "Its own search path; null: not set."),
            Column::text("body", "Its body."),
            Column::PATH,
            Column::LINE,
        ],
    ),
    pending(
        "sql_views",
        "Views.",
        "schema || '.' || name",
        &[
            CATALOG,
            SCHEMA,
            NAME,
            Column::text("kind", "view or matview."),
            Column::flag("security_invoker", "Whether it runs as its reader."),
            Column::text("body", "Its query."),
            Column::PATH,
            Column::LINE,
        ],
    ),
    pending(
        "sql_grants",
        "Privileges.",
        "schema || '.' || name",
        &[
            CATALOG,
            SCHEMA,
            NAME,
            Column::text("kind", "What kind of object."),
            Column::text("grantee", "Who."),
            Column::text("privilege", "What."),
            Column::PATH,
            Column::LINE,
        ],
    ),
    pending(
        "sql_indexes",
        "Indexes.",
        "schema || '.' || table_name",
        &[
            CATALOG,
            SCHEMA,
            TABLE_NAME,
            NAME,
            Column::text("method", "Its access method."),
            COLUMNS,
            Column::PATH,
            Column::LINE,
        ],
    ),
    pending(
        "sql_triggers",
        "Triggers.",
        "schema || '.' || table_name",
        &[
            CATALOG,
            SCHEMA,
            TABLE_NAME,
            NAME,
            Column::text("event", "insert, update, delete or truncate."),
            Column::text("timing", "before, after or instead of."),
            Column::text("function", "What it calls."),
            Column::PATH,
            Column::LINE,
        ],
    ),
    pending(
        "sql_extensions",
        "Extensions.",
        "name",
        &[CATALOG, NAME, SCHEMA, Column::PATH, Column::LINE],
    ),
    pending(
        "sql_publications",
        "Tables of publications.",
        "name",
        &[
            CATALOG,
            NAME,
            SCHEMA,
            TABLE_NAME,
            Column::flag("all_tables", "Whether it is for all tables."),
            Column::PATH,
            Column::LINE,
        ],
    ),
    pending(
        "sql_jobs",
        "Scheduled jobs (pg_cron).",
        "name",
        &[
            CATALOG,
            NAME,
            Column::text("schedule", "When."),
            Column::text("body", "What."),
            Column::PATH,
            Column::LINE,
        ],
    ),
    pending("sql_roles", "Roles.", "name", &[CATALOG, NAME, Column::PATH, Column::LINE]),
    pending(
        "sql_comments",
        "Comments on objects.",
        "schema || '.' || name",
        &[
            CATALOG,
            Column::text("object_kind", "What kind of object."),
            SCHEMA,
            NAME,
            Column::text("column_name", "The column."),
            Column::text("text", "The comment."),
            Column::PATH,
            Column::LINE,
        ],
    ),
    pending(
        "sql_rows",
        "Literal rows that migrations insert.",
        "schema || '.' || table_name",
        &[
            CATALOG,
            SCHEMA,
            TABLE_NAME,
            Column::text("key", "The first value."),
            Column::text("text", "The row."),
            Column::PATH,
            Column::LINE,
        ],
    ),
];

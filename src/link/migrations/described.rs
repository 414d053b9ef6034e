//! The tables of the database that migrations add up to, and their columns.

use super::described_objects as objects;
use crate::base::{Column, Table};
use crate::facts::View;
use crate::link::LinkedFacts;

const CATALOG: Column = Column::text("catalog", "The migrations folder.");
const SCHEMA: Column = Column::text("schema", "Its schema.");
const TABLE_NAME: Column = Column::text("table_name", "Its table.");
const NAME: Column = Column::text("name", "Its name.");
const APPLIES: Column =
    Column::flag("applies", "Whether the server takes it and it stays in effect.").open();
const ERROR: Column = Column::text("error", "What the server says.");
const EXPOSED: Column = Column::flag(
    "exposed",
    "Whether the API serves its schema; where the tree does not say, the setting `sql.exposed-schemas` is assumed.",
)
.open();

const MIGRATIONS: &[Column] = &[
    CATALOG,
    Column::PATH,
    Column::text(
        "version",
        "The version its name says; null where it is not named as the tool expects.",
    ),
    Column::text("name", "Its name without version and ending."),
    Column::int("sequence", "Its place in the order files run, from 1."),
    Column::text(
        "tool",
        "Who runs it: supabase, prisma, goose, sql-migrate, dbmate, tern, drizzle, flyway, sqitch, plain.",
    ),
    APPLIES,
    ERROR,
];
const STATEMENTS: &[Column] = &[
    CATALOG,
    Column::PATH,
    Column::LINE,
    Column::int("end_line", "Its last line."),
    Column::text("kind", "Its leading words."),
    Column::text("object", "What it is about."),
    APPLIES,
    ERROR,
];
const CATALOGS: &[Column] = &[
    CATALOG,
    Column::text("runner", "Who runs the files: supabase-cli or psql."),
    Column::text("policy", "What a failure undoes: file-transaction or statement."),
    Column::int("tables", "Tables that certainly exist."),
    Column::int("rls", "Those of them with row level security certainly on."),
    Column::int("policies", "Policies that certainly exist on them."),
    Column::flag("differs", "Whether the other failure policy gives other counts."),
    Column::flag("served", "Whether supabase/config.toml says which schemas the API serves."),
];
const SCHEMAS: &[Column] = &[CATALOG, NAME, EXPOSED, Column::PATH, Column::LINE];
const TABLES: &[Column] = &[
    CATALOG,
    SCHEMA,
    NAME,
    Column::text("kind", "table, partitioned or foreign."),
    Column::flag("rls", "Whether row level security is on.").open(),
    Column::flag("force_rls", "Whether it holds for the owner too.").open(),
    EXPOSED,
    Column::text("parent", "The table it is a part or a child of."),
    Column::PATH,
    Column::LINE,
    Column::text("rls_path", "The file that last switched row level security."),
    Column::int("rls_line", "The line that did."),
];
const COLUMNS: &[Column] = &[
    CATALOG,
    SCHEMA,
    TABLE_NAME,
    NAME,
    Column::text("type", "Its type as PostgreSQL prints it."),
    Column::flag("not_null", "Whether it refuses nulls.").open(),
    Column::PATH,
    Column::LINE,
];
const POLICIES: &[Column] = &[
    CATALOG,
    SCHEMA,
    TABLE_NAME,
    NAME,
    Column::text("command", "all, select, insert, update or delete."),
    Column::flag("permissive", "Whether it adds rights rather than restricts them."),
    Column::json("roles", "The roles it is for, `[\"public\"]` if none is said."),
    Column::text("using_expr", "Which rows are seen, white space collapsed."),
    Column::text("check_expr", "Which rows may be written, white space collapsed."),
    Column::PATH,
    Column::LINE,
];
const CONSTRAINTS: &[Column] = &[
    CATALOG,
    SCHEMA,
    TABLE_NAME,
    Column::text("name", "Its name; null where PostgreSQL chooses one."),
    Column::text("kind", "primary key, unique, foreign key, check, exclude."),
    Column::json("columns", "The columns it stands on."),
    Column::text("target", "The table a foreign key points to, with its schema."),
    Column::json("target_columns", "The columns there, where they are said."),
    Column::PATH,
    Column::LINE,
];

/// Shorthand for the tables below: a table, its columns and the query that shows them.
const fn view(
    name: &'static str,
    doc: &'static str,
    columns: &'static [Column],
    named: &'static str,
    query: &'static str,
) -> View {
    View { table: Table { name, doc, columns, named }, query }
}

/// What the linker writes, in the order of its indexes.
pub static FACTS: &[LinkedFacts] = &[
    LinkedFacts { name: "migrations", columns: MIGRATIONS },
    LinkedFacts { name: "sql_statements", columns: STATEMENTS },
    LinkedFacts { name: "sql_catalogs", columns: CATALOGS },
    LinkedFacts { name: "sql_schemas", columns: SCHEMAS },
    LinkedFacts { name: "sql_tables", columns: TABLES },
    LinkedFacts { name: "sql_columns", columns: COLUMNS },
    LinkedFacts { name: "sql_policies", columns: POLICIES },
    LinkedFacts { name: "sql_constraints", columns: CONSTRAINTS },
    LinkedFacts { name: "sql_functions", columns: objects::FUNCTIONS },
    LinkedFacts { name: "sql_views", columns: objects::VIEWS },
    LinkedFacts { name: "sql_indexes", columns: objects::INDEXES },
    LinkedFacts { name: "sql_triggers", columns: objects::TRIGGERS },
    LinkedFacts { name: "sql_grants", columns: objects::GRANTS },
    LinkedFacts { name: "sql_extensions", columns: objects::EXTENSIONS },
    LinkedFacts { name: "sql_publications", columns: objects::PUBLICATIONS },
    LinkedFacts { name: "sql_jobs", columns: objects::JOBS },
    LinkedFacts { name: "sql_roles", columns: objects::ROLES },
    LinkedFacts { name: "sql_comments", columns: objects::COMMENTS },
    LinkedFacts { name: "sql_rows", columns: objects::ROWS },
    LinkedFacts { name: "sql_blockers", columns: objects::BLOCKERS },
    LinkedFacts { name: "sql_access", columns: objects::ACCESS },
];

/// The tables of the contract.
pub static TABLES_OF_MIGRATIONS: &[View] = &[
    view(
        "migrations",
        "The migrations of every catalog, in the order they run.",
        MIGRATIONS,
        "path",
        "select catalog, path, version, name, sequence, tool, applies, error from link_migrations",
    ),
    view(
        "sql_statements",
        "The statements of migrations.",
        STATEMENTS,
        "object",
        "select catalog, path, line, end_line, kind, object, applies, error from link_sql_statements",
    ),
    view(
        "sql_catalogs",
        "What each folder of migrations adds up to, in numbers.",
        CATALOGS,
        "catalog",
        "select catalog, runner, policy, tables, rls, policies, differs, served from link_sql_catalogs",
    ),
    view(
        "sql_schemas",
        "The schemas migrations make.",
        SCHEMAS,
        "name",
        "select catalog, name, exposed, path, line from link_sql_schemas",
    ),
    view(
        "sql_tables",
        "The tables migrations add up to.",
        TABLES,
        "schema || '.' || name",
        "select catalog, schema, name, kind, rls, force_rls, exposed, parent, path, line, rls_path, rls_line from link_sql_tables",
    ),
    view(
        "sql_columns",
        "The columns of those tables.",
        COLUMNS,
        "schema || '.' || table_name",
        "select catalog, schema, table_name, name, type, not_null, path, line from link_sql_columns",
    ),
    view(
        "sql_policies",
        "The policies on those tables.",
        POLICIES,
        "schema || '.' || table_name",
        "select catalog, schema, table_name, name, command, permissive, roles, using_expr, check_expr, path, line from link_sql_policies",
    ),
    view(
        "sql_constraints",
        "The constraints of those tables.",
        CONSTRAINTS,
        "schema || '.' || table_name",
        "select catalog, schema, table_name, name, kind, columns, target, target_columns, path, line from link_sql_constraints",
    ),
    view(
        "sql_functions",
        "Functions and procedures that certainly are there.",
        objects::FUNCTIONS,
        "schema || '.' || name",
        "select catalog, schema, name, args, kind, returns, language, security_definer, search_path, body, in_effect, lacks, path, line from link_sql_functions",
    ),
    view(
        "sql_views",
        "Views that certainly are there.",
        objects::VIEWS,
        "schema || '.' || name",
        "select catalog, schema, name, kind, security_invoker, body, path, line from link_sql_views",
    ),
    view(
        "sql_indexes",
        "Indexes that certainly are there; those of keys are constraints.",
        objects::INDEXES,
        "schema || '.' || table_name",
        "select catalog, schema, table_name, name, method, columns, is_unique, definition, path, line from link_sql_indexes",
    ),
    view(
        "sql_triggers",
        "Triggers that certainly are there.",
        objects::TRIGGERS,
        "schema || '.' || table_name",
        "select catalog, schema, table_name, name, event, timing, function, path, line from link_sql_triggers",
    ),
    view(
        "sql_grants",
        "Privileges that migrations grant and do not take back.",
        objects::GRANTS,
        "schema || '.' || name",
        "select catalog, schema, name, kind, grantee, privilege, by_column, path, line from link_sql_grants",
    ),
    view(
        "sql_access",
        "What the roles of the API may do with tables, views and functions by their privileges: what they have by default privileges, the platform's included, and what is granted and revoked. Where there are no such roles there are no rows.",
        objects::ACCESS,
        "schema || '.' || name",
        "select catalog, schema, name, args, kind, role, may_read, may_write, may_execute from link_sql_access",
    ),
    view(
        "sql_extensions",
        "Extensions that migrations switch on; those the platform brings are no rows.",
        objects::EXTENSIONS,
        "name",
        "select catalog, name, schema, path, line from link_sql_extensions",
    ),
    view(
        "sql_publications",
        "Tables of publications; of a publication without tables one row.",
        objects::PUBLICATIONS,
        "name",
        "select catalog, name, schema, table_name, all_tables, path, line from link_sql_publications",
    ),
    view(
        "sql_jobs",
        "Jobs that migrations schedule (pg_cron).",
        objects::JOBS,
        "name",
        "select catalog, name, schedule, body, path, line from link_sql_jobs",
    ),
    view(
        "sql_roles",
        "Roles that migrations make.",
        objects::ROLES,
        "name",
        "select catalog, name, path, line from link_sql_roles",
    ),
    view(
        "sql_comments",
        "Comments on objects.",
        objects::COMMENTS,
        "schema || '.' || name",
        "select catalog, object_kind, schema, name, column_name, text, path, line from link_sql_comments",
    ),
    view(
        "sql_rows",
        "Literal rows that migrations insert, at most 100 of a statement.",
        objects::ROWS,
        "schema || '.' || table_name",
        "select catalog, schema, table_name, key, text, path, line from link_sql_rows",
    ),
    view(
        "sql_blockers",
        "Why something written is not in effect: one row for each link of the chain to its first cause. Of an object, order by path, line, step; what holds up most: group the rows with `first` by cause_path, cause_line and count distinct path and object.",
        objects::BLOCKERS,
        "object",
        "select catalog, path, line, object, object_kind, columns, step, kind, at_path, at_line, needs, error, cause_path, cause_line, first from link_sql_blockers",
    ),
];

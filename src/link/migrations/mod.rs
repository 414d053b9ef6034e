//! The database that migrations add up to: what certainly is in it, what may be, and which files do not apply.

mod aggregates;
mod alter;
mod apply;
mod catalog;
mod comments;
mod constraints;
mod drops;
mod effects;
mod emit;
mod failure;
mod files;
mod indexes;
mod inserts;
mod kinds;
mod merge;
mod named_types;
mod objects;
mod operators;
mod policies;
mod privileges;
mod provided;
mod publications;
mod removals;
mod replay;
mod routines;
mod shared;
mod tables;
mod triggers;
mod types;
mod typing;
mod views;

use crate::base::{Column, Table};
use crate::facts::View;
use crate::link::{Linked, LinkedFacts, LinkedFile, Linker, Settings};

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
    Column::text("tool", "Who runs it: supabase, prisma, goose, flyway, plain."),
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
    Column::PATH,
    Column::LINE,
];

/// Adds up migrations.
pub static MIGRATIONS_LINKER: Linker = Linker {
    name: "migrations",
    version: env!("PARITY_LINK_MIGRATIONS"),
    reads: "sql_read",
    selects: |path| crate::facts::sql::catalog(path).is_some(),
    facts: &[
        LinkedFacts { name: "migrations", columns: MIGRATIONS },
        LinkedFacts { name: "sql_statements", columns: STATEMENTS },
        LinkedFacts { name: "sql_catalogs", columns: CATALOGS },
        LinkedFacts { name: "sql_schemas", columns: SCHEMAS },
        LinkedFacts { name: "sql_tables", columns: TABLES },
        LinkedFacts { name: "sql_columns", columns: COLUMNS },
        LinkedFacts { name: "sql_policies", columns: POLICIES },
        LinkedFacts { name: "sql_constraints", columns: CONSTRAINTS },
    ],
    tables: &[
        View {
            table: Table {
                name: "migrations",
                doc: "The migrations of every catalog, in the order they run.",
                columns: MIGRATIONS,
                named: "path",
            },
            query: "select catalog, path, version, name, sequence, tool, applies, error from link_migrations",
        },
        View {
            table: Table {
                name: "sql_statements",
                doc: "The statements of migrations.",
                columns: STATEMENTS,
                named: "object",
            },
            query: "select catalog, path, line, end_line, kind, object, applies, error from link_sql_statements",
        },
        View {
            table: Table {
                name: "sql_catalogs",
                doc: "What each folder of migrations adds up to, in numbers.",
                columns: CATALOGS,
                named: "catalog",
            },
            query: "select catalog, runner, policy, tables, rls, policies, differs from link_sql_catalogs",
        },
        View {
            table: Table {
                name: "sql_schemas",
                doc: "The schemas migrations make.",
                columns: SCHEMAS,
                named: "name",
            },
            query: "select catalog, name, exposed, path, line from link_sql_schemas",
        },
        View {
            table: Table {
                name: "sql_tables",
                doc: "The tables migrations add up to.",
                columns: TABLES,
                named: "schema || '.' || name",
            },
            query: "select catalog, schema, name, kind, rls, force_rls, exposed, parent, path, line, rls_path, rls_line from link_sql_tables",
        },
        View {
            table: Table {
                name: "sql_columns",
                doc: "The columns of those tables.",
                columns: COLUMNS,
                named: "schema || '.' || table_name",
            },
            query: "select catalog, schema, table_name, name, type, not_null, path, line from link_sql_columns",
        },
        View {
            table: Table {
                name: "sql_policies",
                doc: "The policies on those tables.",
                columns: POLICIES,
                named: "schema || '.' || table_name",
            },
            query: "select catalog, schema, table_name, name, command, permissive, roles, using_expr, check_expr, path, line from link_sql_policies",
        },
        View {
            table: Table {
                name: "sql_constraints",
                doc: "The constraints of those tables.",
                columns: CONSTRAINTS,
                named: "schema || '.' || table_name",
            },
            query: "select catalog, schema, table_name, name, kind, columns, path, line from link_sql_constraints",
        },
    ],
    link,
};

fn link(files: &[LinkedFile], settings: &Settings, out: &mut Linked) {
    let migrations = files::read(files);
    let by_statement = settings.sql_failure_policy == "statement";
    for catalog in migrations.chunk_by(|a, b| a.catalog == b.catalog) {
        // Of the other policy only the counts are told, so it runs beside.
        std::thread::scope(|scope| {
            let other = scope
                .spawn(|| emit::count(&replay::replay(catalog, settings, !by_statement).catalog));
            let replayed = replay::replay(catalog, settings, by_statement);
            let other = other.join().expect("a replay does not panic");
            emit::emit(catalog, &replayed, other, settings, out);
        });
    }
}

//! The tables that set a real database beside the static replay.

use std::sync::LazyLock;

use super::tables::FILLED;
use crate::base::{Column, Table};
use crate::facts::View;
use crate::link::migrations::MIGRATIONS_LINKER;

const CATALOG: Column = Column::text("catalog", "The migrations folder.");
const ACCESS_COLUMNS: &[Column] = &[
    CATALOG,
    Column::text("schema", "Its schema."),
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

/// What the roles of the API may do by privileges: those granted by name, and those the platform gives in `public`. What a
/// `revoke` or default privileges may have changed is undecided.
const ACCESS: &str = "
    with platform as materialized (
        select distinct catalog from static_migrations where tool = 'supabase'),
    things as materialized (
        select catalog, schema, name, '' as args, kind from static_sql_tables
        union all select catalog, schema, name, '', kind from static_sql_views
        union all select catalog, schema, name, args, 'function' from static_sql_functions),
    taken as materialized (
        select distinct catalog, object from sql_statements where kind = 'revoke' and applies is not 0),
    given as materialized (
        select catalog, schema, name, kind, grantee,
               max(privilege in ('all', 'select')) as may_read,
               max(privilege in ('all', 'insert', 'update', 'delete')) as may_write,
               max(privilege in ('all', 'execute')) as may_execute
        from static_sql_grants where by_column is not 1 group by catalog, schema, name, kind, grantee),
    later as materialized (
        select distinct catalog, schema, kind, grantee from static_sql_grants where name = '*'),
    roles(role) as (values ('anon'), ('authenticated')),
    judged as (
        select t.*, r.role,
               exists (select 1 from platform p where p.catalog = t.catalog) and t.schema = 'public' as is_platform,
               exists (select 1 from taken x where x.catalog = t.catalog
                       and x.object in (t.schema, t.name, t.schema || '.' || t.name)) as may_be_taken,
               exists (select 1 from later l where l.catalog = t.catalog and l.schema in (t.schema, '') and l.grantee in (r.role, 'public')
                       and l.kind = case t.kind when 'function' then 'default functions' else 'default tables' end) as is_later,
               (select max(g.may_read) from given g where g.catalog = t.catalog and g.schema = t.schema and g.name = t.name
                and g.grantee in (r.role, 'public') and g.kind = 'table') as given_read,
               (select max(g.may_write) from given g where g.catalog = t.catalog and g.schema = t.schema and g.name = t.name
                and g.grantee in (r.role, 'public') and g.kind = 'table') as given_write,
               (select max(g.may_execute) from given g where g.catalog = t.catalog and g.schema = t.schema and g.name = t.name
                and g.grantee in (r.role, 'public') and g.kind in ('function', 'procedure', 'routine')) as given_execute
        from things t cross join roles r)
    select catalog, schema, name, args, kind, role,
           case when kind = 'function' then null when given_read then 1 when may_be_taken or is_later then null
                else is_platform end as may_read,
           case when kind = 'function' then null when given_write then 1 when may_be_taken or is_later then null
                else is_platform end as may_write,
           case when kind <> 'function' then null when given_execute then 1 when may_be_taken or is_later then null
                else 1 end as may_execute
    from judged";

/// The tables, in an order in which each reads those before it.
pub static VIEWS: LazyLock<Vec<View>> = LazyLock::new(|| {
    let mut views = vec![View {
        table: Table {
            name: "sql_databases",
            doc: "The real databases that were read, with `--replay` or `--database`: where there is one, it fills the tables that have a `static_` counterpart.",
            columns: const {
                &[
                    CATALOG,
                    Column::text(
                        "basis",
                        "replay: the migrations were run on a scratch server; live: a running database.",
                    ),
                    Column::text("server", "What the server calls itself."),
                    Column::int(
                        "unsure",
                        "Migrations whose effect the scratch server could not show.",
                    ),
                ]
            },
            named: "catalog",
        },
        query: "select catalog, basis, server, unsure from temp.live_databases",
    }];
    let names = ["migrations"].into_iter().chain(FILLED.iter().map(|filled| filled.table));
    for View { table, query } in names.filter_map(of_linker) {
        let name: &'static str = String::leak(format!("static_{}", table.name));
        let doc: &'static str = String::leak(format!(
            "`{}` as the static replay gives it, whether or not a real database is read.",
            table.name
        ));
        views.push(View { table: Table { name, doc, ..*table }, query });
    }
    views.push(View {
        table: Table {
            name: "static_sql_access",
            doc: "`sql_access` as the static replay gives it, whether or not a real database is read.",
            columns: ACCESS_COLUMNS,
            named: "schema || '.' || name",
        },
        query: ACCESS,
    });
    views.push(View {
        table: Table {
            name: "sql_access",
            doc: "What the roles of the API may do with tables, views and functions by their privileges, those of `public` and of the platform's defaults included.",
            columns: ACCESS_COLUMNS,
            named: "schema || '.' || name",
        },
        query: "select catalog, schema, name, args, kind, role, may_read, may_write, may_execute from static_sql_access",
    });
    views
});

fn of_linker(name: &str) -> Option<&'static View> {
    MIGRATIONS_LINKER.tables.iter().find(|view| view.table.name == name)
}

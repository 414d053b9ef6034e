//! The tables that set a real database beside the static replay.

use std::sync::LazyLock;

use super::tables::FILLED;
use crate::base::{Column, Table};
use crate::facts::View;
use crate::link::migrations::MIGRATIONS_LINKER;

const CATALOG: Column = Column::text("catalog", "The migrations folder.");

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
        query: "select catalog, basis, server, unsure from rev.live_databases",
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
    views
});

fn of_linker(name: &str) -> Option<&'static View> {
    MIGRATIONS_LINKER.tables.iter().find(|view| view.table.name == name)
}

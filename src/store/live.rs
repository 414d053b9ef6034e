//! Shows a real database in the tables it fills; what the static replay says of them stays in theirs, `static_...`.

use super::cache::Store;
use super::error::StoreError;
use super::tables::contract;
use super::views;
use crate::base::Value;
use crate::server::{FILLED, Live};

/// The migrations as a scratch server judged them, beside what the static replay knows of them.
const MIGRATIONS: &str = "select s.catalog, s.path, s.version, s.name, s.sequence, s.tool,
    case when l.path is null then s.applies else l.applies end as applies,
    case when l.path is null then s.error else l.error end as error
    from static_migrations s left join rev.live_migrations l on l.catalog = s.catalog and l.path = s.path";

impl Store {
    /// Shows a real database. Other catalogs stay as the static replay has them.
    ///
    /// # Errors
    /// The database failed.
    pub fn see(&self, live: &Live) -> Result<(), StoreError> {
        self.together(|| {
            self.conn.execute_batch(&shown())?;
            let database: Vec<Value> = vec![
                live.catalog.as_str().into(),
                live.seen.as_str().into(),
                live.server.as_str().into(),
                live.unsure.len().into(),
            ];
            self.insert_live("databases", &database)?;
            live.rows.iter().try_for_each(|(table, cells)| self.insert_live(table, cells))?;
            live.unsure.iter().try_for_each(|(path, why)| {
                self.insert_live(
                    "unsure",
                    &[live.catalog.as_str().into(), path.as_str().into(), why.as_str().into()],
                )
            })
        })
    }

    /// Whether a real database is shown.
    pub(super) fn is_live(&self) -> rusqlite::Result<bool> {
        let any = "select exists (select 1 from rev.live_databases)";
        self.conn.query_row(any, [], |row| row.get(0))
    }

    fn insert_live(&self, table: &str, cells: &[Value]) -> rusqlite::Result<()> {
        let sql =
            format!("insert into rev.live_{table} values (?{})", ", ?".repeat(cells.len() - 1));
        self.conn.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(cells)).map(drop)
    }
}

/// Makes the tables for what is read, if they are not there, and the views over them.
fn shown() -> String {
    let mut script =
        "create table if not exists rev.live_migrations (catalog, path, applies, error);
         create table if not exists rev.live_unsure (catalog, path, reason);
         create table if not exists rev.live_filled (name text primary key);
         insert or ignore into rev.live_filled values ('migrations');"
            .to_owned();
    for filled in FILLED {
        let (table, columns) = (filled.table, quoted(filled.columns.iter()));
        script.push_str(&format!(
            "create table if not exists rev.live_{table} (catalog, {columns}, file);
             insert or ignore into rev.live_filled values ('{table}');"
        ));
    }
    let shows = FILLED
        .iter()
        .map(|filled| (filled.table, filled.shows))
        .chain([("migrations", MIGRATIONS)]);
    for (table, query) in shows {
        let view =
            contract().find(|view| view.table.name == table).expect("what is filled is a table");
        let columns = quoted(view.table.columns.iter().map(|column| &column.name));
        let query = match table {
            "migrations" => query.to_owned(),
            _ => format!(
                "select {columns} from ({query}) union all select {columns} from static_{table}
                 where catalog not in (select catalog from rev.live_databases)"
            ),
        };
        script.push_str(&views::renewed(&view.table, &query));
    }
    script
}

/// Whether a real database fills the table.
pub(super) fn is_filled(table: &str) -> bool {
    table == "migrations" || FILLED.iter().any(|filled| filled.table == table)
}

fn quoted<'a>(names: impl Iterator<Item = &'a &'static str>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

impl Store {
    /// What the static replay is unsure of is no doubt of what a real database fills; what a scratch server could not show is.
    pub(super) fn unsure_of_live(&self) -> rusqlite::Result<()> {
        if !self.is_live()? {
            return Ok(());
        }
        self.conn.execute_batch(
            "update rev.unsure_rows set table_name = 'static_' || table_name
             where table_name in (select name from rev.live_filled)
               and exists (select 1 from rev.live_databases d where unsure_rows.path between d.catalog || '/' and d.catalog || '0');
             insert into rev.unsure_rows
             select f.name, null, u.path, null, u.reason from rev.live_unsure u cross join rev.live_filled f
             where f.name not in ('migrations', 'sql_schemas', 'sql_extensions');",
        )
    }
}

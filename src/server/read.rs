//! Reads a database's catalog as rows of the contract's tables: read-only, in one transaction.

use super::tables::FILLED;
use super::wire::Session;
use crate::base::Value;
use crate::link::migrations::PROVIDED;

/// What a session is told before it is asked.
const BEGIN: &str = "begin transaction isolation level repeatable read, read only;
    set local search_path = pg_catalog; set local statement_timeout = '120s'; set local lock_timeout = '5s'; set local jit = off";
/// The most rows of one table.
const MAX_ROWS: usize = 500_000;

/// How it is known which file made what.
pub enum Origin<'a> {
    /// What was made before the first migration, and up to each; none: the platform.
    Marks(&'a [(i64, Option<String>)]),
    /// It is not known.
    Elsewhere,
}

impl Origin<'_> {
    /// The file that made an object; none: the platform did.
    fn file(&self, oid: Option<i64>) -> Option<Value> {
        let (Origin::Marks(marks), Some(oid)) = (self, oid) else { return Some(Value::Null) };
        let at = marks.partition_point(|(last, _)| *last < oid);
        match marks.get(at) {
            Some((_, path)) => path.clone().map(Value::from),
            None => Some(Value::Null),
        }
    }
}

/// Rows, by table.
pub struct Answers {
    /// The table, and the cells: catalog, columns, the file that made it.
    pub rows: Vec<(&'static str, Vec<Value>)>,
}

/// Asks for all tables.
pub fn answers(
    session: &mut Session,
    catalog: &str,
    exposed: &[String],
    origin: &Origin<'_>,
) -> Result<Answers, String> {
    let told = |error: super::wire::WireError| format!("cannot read the catalog: {error}");
    session.ask(BEGIN).map_err(told)?;
    let mut rows = Vec::new();
    for filled in FILLED {
        let sql = filled.asks.replace("{user}", &users()).replace("{exposed}", &list(exposed));
        let answer =
            session.ask(&sql).map_err(|error| format!("cannot read {}: {error}", filled.table))?;
        if answer.len() > MAX_ROWS {
            return Err(format!("{} has more than {MAX_ROWS} rows", filled.table));
        }
        for mut cells in answer {
            let Some(file) = origin.file(cells.pop().and_then(|oid| oid.as_int())) else {
                continue;
            };
            cells.insert(0, catalog.into());
            cells.push(file);
            rows.push((filled.table, cells));
        }
    }
    session.ask("rollback").map_err(told)?;
    Ok(Answers { rows })
}

/// A schema that is the user's: neither PostgreSQL's nor the platform's.
fn users() -> String {
    let provided: Vec<String> = PROVIDED.iter().map(|it| (*it).to_owned()).collect();
    format!("n.nspname !~ '^(pg_|supabase_)' and n.nspname <> all ({})", list(&provided))
}

/// An array of texts.
fn list(texts: &[String]) -> String {
    let quoted: Vec<String> =
        texts.iter().map(|text| format!("'{}'", text.replace('\'', "''"))).collect();
    format!("array[{}]::text[]", quoted.join(", "))
}

//! A real PostgreSQL beside the static replay: a scratch server that runs the migrations, or a running database that is read.
//!
//! Both give rows of the same tables. The scratch server runs SQL of the audited repository, so only the command line can ask
//! for it: as a role without a superuser's rights, in a private folder, without network, within limits.

mod address;
mod conform;
mod connect;
mod extensions;
mod read;
mod replay;
mod scratch;
mod tables;
mod tls;
mod views;
mod wire;

use std::collections::BTreeMap;

use crate::base::Value;

pub use replay::{File, Folder, Manner, replay};
pub use tables::{FILLED, Filled};
pub use views::VIEWS;

use address::Address;
use read::{Answers, Origin, answers};

/// What a real database says of one catalog.
#[derive(Debug, Clone)]
pub struct Live {
    /// The catalog it is compared with: a folder of migrations.
    pub catalog: String,
    /// How it came to be.
    pub seen: Seen,
    /// What the server calls itself.
    pub server: String,
    /// Rows by table: the catalog, the columns of [`FILLED`], the file that made it. `migrations`: path, applies, error.
    pub rows: Vec<(&'static str, Vec<Value>)>,
    /// Files whose effect the server could not show, and why.
    pub unsure: Vec<(String, String)>,
}

impl Live {
    /// What an example says of a database: by table, the cells of its rows in the order of [`FILLED`], without the catalog.
    ///
    /// # Errors
    /// A table is none that a database fills, or a row has not as many cells as it has columns.
    pub fn told(tables: &BTreeMap<String, Vec<Vec<serde_json::Value>>>) -> Result<Live, String> {
        let catalog = "supabase/migrations";
        let mut rows = Vec::new();
        for (name, told) in tables {
            let filled = FILLED.iter().find(|filled| filled.table == name);
            let filled = filled.ok_or_else(|| format!("no database fills `{name}`"))?;
            for cells in told {
                if cells.len() != filled.columns.len() {
                    return Err(format!(
                        "a row of `{name}` has {} cells: {}",
                        filled.columns.len(),
                        filled.columns.join(", ")
                    ));
                }
                let cells = cells.iter().map(cell);
                rows.push((
                    filled.table,
                    [Value::from(catalog)].into_iter().chain(cells).chain([Value::Null]).collect(),
                ));
            }
        }
        let server = "PostgreSQL".to_owned();
        Ok(Live {
            catalog: catalog.to_owned(),
            seen: Seen::Running,
            server,
            rows,
            unsure: Vec::new(),
        })
    }
}

fn cell(told: &serde_json::Value) -> Value {
    match told {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => (*flag).into(),
        serde_json::Value::Number(number) => number.as_i64().map_or(Value::Null, Value::Int),
        serde_json::Value::String(text) => text.as_str().into(),
        list => list.to_string().into(),
    }
}

/// How a real database came to be what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// We made it of the migrations.
    Replay,
    /// It runs somewhere.
    Running,
}

impl Seen {
    /// The basis of what is said of it.
    pub fn as_str(self) -> &'static str {
        match self {
            Seen::Replay => "replay",
            Seen::Running => "live",
        }
    }
}

/// Reads a running database as `catalog`. Nothing is written: the one transaction is read-only.
///
/// # Errors
/// It cannot be reached or read; the message has no password.
pub fn read(
    url: &str,
    password: Option<&str>,
    catalog: &str,
    exposed: &[String],
) -> Result<Live, String> {
    let address = Address::parse(url)?;
    let place = format!("{}:{}/{}", address.host, address.port, address.database);
    let mut session =
        connect::connect(&address, password).map_err(|error| format!("{place}: {error}"))?;
    let version =
        session.ask("show server_version").map_err(|error| format!("{place}: {error}"))?;
    let version =
        version.first().and_then(|row| row.first()?.as_text()).unwrap_or_default().to_owned();
    let Answers { rows } = answers(&mut session, catalog, exposed, &Origin::Elsewhere)?;
    let server = format!("PostgreSQL {version}");
    Ok(Live { catalog: catalog.to_owned(), seen: Seen::Running, server, rows, unsure: Vec::new() })
}

//! `parity schema`: the tables, read off the code.

use std::fmt::Write as _;

use super::Done;
use super::args::{JsonSchema, Schema};
use super::error::CliError;
use crate::config::{Config, nearest};
use crate::matrix::{Catalogue, Mapping};
use crate::report;
use crate::store::{FUNCTIONS, contract};

pub(super) fn schema(schema: &Schema) -> Result<Done, CliError> {
    match schema.json_schema {
        Some(JsonSchema::Audit) => return Ok(Done::with(report::schema())),
        Some(JsonSchema::Config) => return Ok(Done::with(Config::schema())),
        Some(JsonSchema::Catalogue) => return Ok(Done::with(Catalogue::schema())),
        Some(JsonSchema::Mapping) => return Ok(Done::with(Mapping::schema())),
        None => {}
    }
    let mut out = String::new();
    if schema.functions {
        out.extend(FUNCTIONS.iter().map(|(_, doc)| format!("{doc}\n")));
        return Ok(Done::with(out));
    }
    let wanted = |name: &str| schema.table.as_deref().is_none_or(|table| table == name);
    for described in contract().filter(|described| wanted(described.table.name)) {
        let table = described.table;
        // A string takes any text.
        let _ = writeln!(out, "{}\n    {}", table.name, table.doc);
        for column in table.columns {
            let open = if column.open { "?" } else { "" };
            let _ = writeln!(
                out,
                "  {:<22}{:<9}{}",
                format!("{}{open}", column.name),
                column.kind.word(),
                column.doc
            );
        }
        if schema.examples {
            let columns: Vec<&str> =
                table.columns.iter().take(4).map(|column| column.name).collect();
            let _ = writeln!(
                out,
                "  parity query \"select {} from {} limit 10\"",
                columns.join(", "),
                table.name
            );
        }
        out.push('\n');
    }
    match &schema.table {
        Some(table) if out.is_empty() => {
            let near = nearest(table, contract().map(|described| described.table.name.to_owned()));
            let hint = near.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
            Err(CliError::Usage(format!("there is no table `{table}`{hint}")))
        }
        _ => Ok(Done::with(out)),
    }
}

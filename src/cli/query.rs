//! `parity query`: a question in SQL.

use std::collections::BTreeMap;

use super::Done;
use super::args::{Args, Format, Query};
use super::error::CliError;
use super::prepare::ready;
use crate::base::Value;
use crate::report;
use crate::snapshot::Needs;
use crate::store::Cells;

/// Rows that are printed at most.
const MAX_ROWS: usize = 1_000_000;
/// What makes every table ready.
const EVERYTHING: &str = "select 1 from problems";
/// What makes the tables of git's history ready too.
const HISTORY: &str = "select 1 from commits, tags, md_path_history";

pub(super) fn query(args: &Args, query: &Query) -> Result<Done, CliError> {
    let mut ready = ready(args, false)?;
    let everything = ready.snapshot.prepare(EVERYTHING)?;
    if let Some(path) = &query.export {
        let history = ready.snapshot.prepare(HISTORY)?;
        ready.snapshot.make_ready([&everything, &history].map(Needs::from).iter())?;
        ready.snapshot.export(path)?;
        return Ok(Done::with(format!("wrote {}\n", path.display())));
    }
    let asked = ready.snapshot.prepare(query.sql.as_deref().unwrap_or_default())?;
    if let Some(name) = asked.parameters.first() {
        return Err(CliError::Query(format!(
            "the query has a parameter `:{name}`, which only pages can bind"
        )));
    }
    // What is unsure about one table is told only when all that fills it has run.
    let about_all = asked.reads.contains_key("unsure").then_some(&everything);
    let needs: Vec<Needs> = [&asked].into_iter().chain(about_all).map(Needs::from).collect();
    ready.snapshot.make_ready(needs.iter())?;
    let mut rows = Vec::new();
    ready.snapshot.run(&asked, &BTreeMap::new(), &mut |cells| {
        rows.push(cells);
        rows.len() <= MAX_ROWS
    })?;
    if rows.len() > MAX_ROWS {
        return Err(CliError::Query(format!("the query gives more than {MAX_ROWS} rows")));
    }
    let output = write(args.common.format.unwrap_or(Format::Terminal), &asked.columns, &rows)?;
    ready.say_timings(args);
    Ok(Done::with(output))
}

fn write(format: Format, columns: &[String], rows: &[Cells]) -> Result<String, CliError> {
    let text = |cell: &Value| match cell {
        Value::Null => String::new(),
        Value::Int(number) => number.to_string(),
        Value::Real(text) | Value::Text(text) => text.clone(),
    };
    Ok(match format {
        Format::Terminal => {
            let safe = |row: &Cells| row.iter().map(|cell| report::plain(&text(cell))).collect();
            report::table(columns, &rows.iter().map(safe).collect::<Vec<Vec<String>>>())
        }
        Format::Json => {
            let objects: Vec<_> = rows.iter().map(|row| object(columns, row)).collect();
            serde_json::to_string_pretty(&objects).expect("plain data is JSON") + "\n"
        }
        Format::Jsonl => rows
            .iter()
            .map(|row| serde_json::Value::Object(object(columns, row)).to_string() + "\n")
            .collect(),
        Format::Csv => {
            let line = |cells: &mut dyn Iterator<Item = String>| {
                cells.map(|cell| report::csv(&cell)).collect::<Vec<_>>().join(",") + "\r\n"
            };
            let mut out = line(&mut columns.iter().cloned());
            out.extend(rows.iter().map(|row| line(&mut row.iter().map(text))));
            out
        }
        _ => {
            return Err(CliError::Usage(
                "`query` is written as terminal, json, jsonl or csv".to_owned(),
            ));
        }
    })
}

fn object(columns: &[String], row: &Cells) -> serde_json::Map<String, serde_json::Value> {
    let value = |cell: &Value| match cell {
        Value::Null => serde_json::Value::Null,
        Value::Int(number) => (*number).into(),
        Value::Real(text) => text.parse::<f64>().map_or(serde_json::Value::Null, Into::into),
        Value::Text(text) => text.as_str().into(),
    };
    columns.iter().cloned().zip(row.iter().map(value)).collect()
}

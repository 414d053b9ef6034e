//! `json_at(data, at)` as a table: the values of a document that a path leads to, each with its line.

#![allow(
    unsafe_code,
    reason = "SQLite's interface for tables has a C base; the traits only promise its layout"
)]

use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::marker::PhantomData;

use rusqlite::ffi::{sqlite3_vtab, sqlite3_vtab_cursor};
use rusqlite::vtab::{
    Context, Filters, IndexConstraintOp, IndexInfo, Module, VTab, VTabConfig, VTabConnection,
    VTabCursor,
};
use rusqlite::{Connection, Error, Result};
use serde_json::Value;

use crate::base::JsonPath;
use crate::facts::placed;

/// Columns before the arguments.
const RESULTS: c_int = 5;

/// Makes the table-valued function known.
pub(super) fn register(conn: &Connection) -> Result<()> {
    const MODULE: Module<Documents> = Module::eponymous_only_module();
    conn.create_module(c"json_at", &MODULE, None::<()>)
}

/// The table.
#[repr(C)]
struct Documents {
    base: sqlite3_vtab,
}

// SAFETY: `base` is the first field of a `repr(C)` struct.
unsafe impl<'table> VTab<'table> for Documents {
    type Aux = ();
    type Cursor = Found<'table>;

    fn connect(
        db: &mut VTabConnection,
        _: Option<&()>,
        _: &[u8],
        _: &[u8],
        _: &[u8],
        _: &[&[u8]],
    ) -> Result<(Cow<'static, CStr>, Self)> {
        db.config(VTabConfig::Innocuous)?;
        let columns = c"create table x(pointer, key, value, type, line, data hidden, at hidden)";
        Ok((Cow::Borrowed(columns), Documents { base: sqlite3_vtab::default() }))
    }

    fn best_index(&self, info: &mut IndexInfo) -> Result<bool> {
        let mut arguments = [None; 2];
        for (position, constraint) in info.constraints().enumerate() {
            let is_argument = constraint.column() >= RESULTS
                && constraint.operator() == IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ;
            if is_argument && !constraint.is_usable() {
                return Ok(false);
            }
            if is_argument {
                arguments[usize::try_from(constraint.column() - RESULTS).unwrap_or(0)] =
                    Some(position);
            }
        }
        let [Some(data), Some(at)] = arguments else {
            return Err(Error::ModuleError("json_at takes the data and a path".to_owned()));
        };
        for (argument, position) in [(1, data), (2, at)] {
            let mut usage = info.constraint_usage(position);
            usage.set_argv_index(argument);
            usage.set_omit(true);
        }
        info.set_estimated_cost(1_000.0);
        Ok(true)
    }

    fn open(&'table mut self) -> Result<Found<'table>> {
        Ok(Found::default())
    }
}

/// One value that was found.
struct Row {
    pointer: String,
    key: Option<String>,
    value: Option<String>,
    kind: &'static str,
    line: Option<u32>,
}

/// What was found in one document.
#[derive(Default)]
#[repr(C)]
struct Found<'table> {
    base: sqlite3_vtab_cursor,
    rows: Vec<Row>,
    at: usize,
    table: PhantomData<&'table Documents>,
}

// SAFETY: `base` is the first field of a `repr(C)` struct.
unsafe impl VTabCursor for Found<'_> {
    fn filter(&mut self, _: c_int, _: Option<&str>, arguments: &Filters<'_>) -> Result<()> {
        self.at = 0;
        self.rows.clear();
        let (Some(data), Some(at)) =
            (arguments.get::<Option<String>>(0)?, arguments.get::<Option<String>>(1)?)
        else {
            return Ok(());
        };
        let path = JsonPath::parse(&at).map_err(|error| Error::ModuleError(error.to_string()))?;
        let (value, lines) =
            placed(&data).ok_or_else(|| Error::ModuleError("json_at takes JSON".to_owned()))?;
        self.rows.extend(path.find(&value, &lines).into_iter().map(|hit| Row {
            kind: kind(hit.value),
            value: shown(hit.value),
            pointer: hit.pointer,
            key: hit.key,
            line: hit.line,
        }));
        Ok(())
    }

    fn next(&mut self) -> Result<()> {
        self.at += 1;
        Ok(())
    }

    fn eof(&self) -> bool {
        self.at >= self.rows.len()
    }

    fn column(&self, context: &mut Context, column: c_int) -> Result<()> {
        let row = &self.rows[self.at];
        match column {
            0 => context.set_result(row.pointer.as_str()),
            1 => context.set_result(row.key.as_deref()),
            2 => context.set_result(row.value.as_deref()),
            3 => context.set_result(row.kind),
            4 => context.set_result(row.line),
            _ => context.set_result(None::<i64>),
        }
    }

    fn rowid(&self) -> Result<i64> {
        Ok(i64::try_from(self.at).unwrap_or(i64::MAX))
    }
}

/// The words `document_values.type` knows.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "text",
        Value::Number(number) if number.is_f64() => "real",
        Value::Number(_) => "integer",
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        Value::Null => "null",
    }
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

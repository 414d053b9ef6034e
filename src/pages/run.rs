//! Prepares a page's query once, and checks every row it gives.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use thiserror::Error;

use super::outcome::Row;
use super::page::{Kind, Page};
use crate::base::{Reason, Truth, Value, redact};
use crate::snapshot::Snapshot;
use crate::store::{Cells, Query, StoreError};

/// The message of a row whose query gave none: nobody could act on it, so it decides nothing.
pub const WORDLESS: &str = "the page has no words for it: `message` is null";
/// Rows one page may give.
const MAX_ROWS: usize = 1_000_000;
/// What a query may give; the first five it must.
const COLUMNS: [&str; 9] =
    ["path", "line", "subject", "ok", "message", "end_line", "found", "reason", "mechanism"];
/// Tables that tell of other tables.
const ABOUT: [&str; 2] = ["unsure", "problems"];

static MAYBE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\bmaybe\s*\(\s*'([a-z0-9_]+)'").expect("a valid pattern"));

/// A page whose query is known to be sound.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The page.
    pub page: Page,
    /// Its query.
    pub query: Query,
    /// Where each of [`COLUMNS`] stands in a result row.
    at: [Option<usize>; COLUMNS.len()],
    /// Tables whose unseen rows the query does not consider itself.
    unguarded: BTreeSet<String>,
    /// The query for those.
    unseen: Query,
}

/// Runs a query and hands over its rows until the taker has enough.
pub type Run<'a> = dyn FnMut(&Query, &mut dyn FnMut(Cells) -> bool) -> Result<(), StoreError> + 'a;

/// A page that cannot run: its author must act, and there is no audit.
#[derive(Debug, Error)]
pub enum RowError {
    /// The query cannot be prepared or run.
    #[error("{page}: {error}")]
    Query {
        /// The page.
        page: String,
        /// What SQLite says.
        error: StoreError,
    },
    /// What it gives is not what a page gives.
    #[error("{page}: {message}")]
    Shape {
        /// The page.
        page: String,
        /// What is wrong.
        message: String,
    },
}

impl Prepared {
    /// Prepares the page's query.
    ///
    /// # Errors
    /// The query is unsound, names parameters the page does not declare, or gives other columns than a page gives.
    pub fn new(page: &Page, snapshot: &mut Snapshot) -> Result<Prepared, RowError> {
        let failed = |error| RowError::Query { page: page.file.clone(), error };
        let wrong = |message| RowError::Shape { page: page.file.clone(), message };
        let query = snapshot.prepare(&page.sql).map_err(failed)?;
        for column in &query.columns {
            if !COLUMNS.contains(&column.as_str()) {
                return Err(wrong(format!(
                    "result column `{column}` is none of {}",
                    COLUMNS.join(", ")
                )));
            }
        }
        let at = COLUMNS.map(|name| query.columns.iter().position(|column| column == name));
        if let Some(lacking) = (0..5).find(|index| at[*index].is_none()) {
            return Err(wrong(format!("it gives no column `{}`", COLUMNS[lacking])));
        }
        for name in &query.parameters {
            let is_search = name == "search" && page.search.is_some();
            if !is_search && !page.parameters.contains_key(name) {
                return Err(wrong(format!("`:{name}` is not among its parameters")));
            }
        }
        let unguarded = unguarded(&page.sql, &query);
        let unseen = snapshot.prepare(&unseen_sql(&unguarded)).map_err(failed)?;
        Ok(Prepared { page: page.clone(), query, at, unguarded, unseen })
    }

    /// All rows of the page's query and of what may exist unseen, from wherever `run` takes them.
    ///
    /// # Errors
    /// The query failed, or a row is not what a page gives.
    pub fn gather(&self, run: &mut Run<'_>, rows: &mut Vec<Row>) -> Result<(), RowError> {
        let mut wrong = None;
        let mut take = |cells: Cells| match self.row(cells) {
            Ok(row) if rows.len() < MAX_ROWS => {
                rows.push(row);
                true
            }
            Ok(_) => {
                wrong = Some(format!("it gives more than {MAX_ROWS} rows"));
                false
            }
            Err(message) => {
                wrong = Some(message);
                false
            }
        };
        run(&self.query, &mut take)
            .map_err(|error| RowError::Query { page: self.page.file.clone(), error })?;
        if let Some(message) = wrong {
            return Err(RowError::Shape { page: self.page.file.clone(), message });
        }
        let mut unseen = |cells: Cells| {
            rows.push(unseen_row(&cells));
            rows.len() < MAX_ROWS
        };
        run(&self.unseen, &mut unseen)
            .map_err(|error| RowError::Query { page: self.page.file.clone(), error })
    }

    fn row(&self, mut cells: Cells) -> Result<Row, String> {
        // Moved out, not copied: some pages give a row for every file.
        let mut text = |index: usize| match self.at[index]
            .map(|at| std::mem::replace(&mut cells[at], Value::Null))
        {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(other) => Err(format!("`{}` is {other:?}, not text", COLUMNS[index])),
        };
        let [path, subject, message, word, mechanism] = [0, 2, 4, 7, 8].map(&mut text);
        let cell = |index: usize| self.at[index].map_or(&Value::Null, |at| &cells[at]);
        let line = |index: usize| match cell(index) {
            Value::Null => Ok(None),
            Value::Int(line) => u32::try_from(*line)
                .map(Some)
                .map_err(|_| format!("`{}` is {line}", COLUMNS[index])),
            other => Err(format!("`{}` is {other:?}, not a number", COLUMNS[index])),
        };
        let ok = truth("ok", cell(3))?;
        let found = if self.at[6].is_some() { truth("found", cell(6))? } else { ok };
        let reason = word?.map(|word| {
            serde_json::from_value(serde_json::Value::String(word.clone()))
                .map_err(|_| format!("`{word}` is no reason"))
        });
        let reason = reason.transpose()?;
        let message = message?;
        let (ok, found) =
            if message.is_some() { (ok, found) } else { (Truth::Unknown, Truth::Unknown) };
        // What is written but not in effect is not there.
        let is_idle = ok == Truth::Fails && reason == Some(Reason::NotInEffect);
        let found = if is_idle { Truth::Fails } else { found };
        Ok(Row {
            path: path?,
            line: line(1)?,
            subject: subject?.ok_or("`subject` is null")?,
            end_line: line(5)?,
            ok,
            found: found.max(ok),
            message: match message {
                // What holds is counted; it is redacted where it is kept.
                Some(message) if ok == Truth::Holds => message,
                message => redact(message.as_deref().unwrap_or(WORDLESS)),
            },
            reason,
            mechanism: mechanism?,
        })
    }

    pub(super) fn check_paths(&self, snapshot: &Snapshot, rows: &[Row]) -> Result<(), RowError> {
        let entries = snapshot.source().entries();
        let mut next = 0;
        // Rows mostly come in the order of the tree, so the next entry is the one to look at first.
        let is_stray = |path: &&str| {
            let at = match entries.get(next) {
                Some(entry) if entry.path == **path => Some(next),
                _ => entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok(),
            };
            next = at.map_or(next, |at| at + 1);
            at.is_none()
        };
        let stray = rows.iter().filter_map(|row| row.path.as_deref()).find(is_stray);
        let message = |path| format!("path `{path}` is not in the tree");
        stray.map_or(Ok(()), |path| {
            Err(RowError::Shape { page: self.page.file.clone(), message: message(path) })
        })
    }

    /// Whether the page is a guard.
    pub fn is_guard(&self) -> bool {
        matches!(self.page.kind, Kind::Evidence { guard: true, .. })
    }

    /// The tables whose unseen rows the engine adds, since the query does not ask `maybe` of them.
    pub fn unguarded(&self) -> &BTreeSet<String> {
        &self.unguarded
    }
}

fn truth(name: &str, cell: &Value) -> Result<Truth, String> {
    match cell {
        Value::Int(1) => Ok(Truth::Holds),
        Value::Int(0) => Ok(Truth::Fails),
        Value::Null => Ok(Truth::Unknown),
        other => Err(format!("`{name}` is {other:?}, not 1, 0 or null")),
    }
}

/// The tables a query reads and neither asks `maybe` of nor looks up in `unsure` itself.
fn unguarded(sql: &str, query: &Query) -> BTreeSet<String> {
    if query.reads.contains_key("unsure") {
        return BTreeSet::new();
    }
    let asked: BTreeSet<&str> =
        MAYBE.captures_iter(sql).filter_map(|call| call.get(1)).map(|name| name.as_str()).collect();
    // What the static replay leaves open beside a real database concerns only who asks for it by name.
    let is_beside = |table: &str| table.starts_with("static_") && !sql.contains(table);
    let read = query.reads.keys().filter(|table| {
        !asked.contains(table.as_str()) && !ABOUT.contains(&table.as_str()) && !is_beside(table)
    });
    read.cloned().collect()
}

fn unseen_sql(tables: &BTreeSet<String>) -> String {
    let names: Vec<String> = tables.iter().map(|table| format!("'{table}'")).collect();
    format!(
        "select path, line, table_name, coalesce(name, ''), min(reason) from unsure where table_name in ({}) group by 1, 2, 3, 4",
        names.join(", ")
    )
}

fn unseen_row(cells: &[Value]) -> Row {
    let text = |at: usize| cells[at].as_text().unwrap_or_default().to_owned();
    let (table, name) = (text(2), text(3));
    let subject = if name.is_empty() {
        format!("unseen rows of {table}")
    } else {
        format!("{table} {name}, unseen")
    };
    Row {
        path: cells[0].as_text().map(str::to_owned),
        line: cells[1].as_int().and_then(|line| u32::try_from(line).ok()),
        subject,
        end_line: None,
        ok: Truth::Unknown,
        found: Truth::Unknown,
        message: redact(&text(4)),
        reason: Some(Reason::NotDecidable),
        mechanism: None,
    }
}

//! The rows a declared reading takes: of data files, of tables in Markdown, of CSV.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Reading, csv};
use crate::base::Value;
use crate::snapshot::{Needs, Rows, Snapshot};
use crate::store::{Cells, StoreError, glob};

/// The longest CSV file that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;

const DOCUMENTS: &str = "
    select d.path, j.line, j.pointer, j.value, j.type from documents d, json_at(d.data, :rows) j
    where glob_match(:files, d.path) order by d.path, d.part, j.line, j.pointer";
const TABLES: &str = "
    select path, line, table_no, row_no, header, text from md_cells
    where glob_match(:files, path) and row_no > 0 order by path, table_no, row_no, column_no";

/// A row of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The file.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
    data: Data,
}

#[derive(Debug, Clone, PartialEq)]
enum Data {
    /// Cells by the names of their columns, in small letters.
    Cells(BTreeMap<String, String>),
    /// A value and the keys that lead to it.
    Value { keys: Vec<String>, value: Json },
}

/// The question for the rows of a reading.
pub(in crate::matrix) struct Asked {
    reading: Reading,
    rows: Rows,
}

impl Asked {
    /// Puts it.
    ///
    /// # Errors
    /// The database failed.
    pub fn new(reading: &Reading, snapshot: &mut Snapshot) -> Result<Asked, StoreError> {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut parameters = BTreeMap::from([("files".to_owned(), text(&reading.files))]);
        let sql = match &reading.rows {
            Some(rows) => {
                parameters.insert("rows".to_owned(), text(rows));
                DOCUMENTS
            }
            None => TABLES,
        };
        Ok(Asked { reading: reading.clone(), rows: snapshot.ask_rows(sql, parameters)? })
    }

    /// What must be read before it can be answered.
    pub fn needs(&self) -> &Needs {
        &self.rows.needs
    }

    /// The reading, and the rows.
    ///
    /// # Errors
    /// The database failed.
    pub(in crate::matrix) fn read(
        &self,
        matrix: &crate::matrix::Matrix,
        snapshot: &Snapshot,
    ) -> Result<super::Read, StoreError> {
        let cells = snapshot.rows(&self.rows)?;
        let mut rows = match self.reading.rows {
            Some(_) => cells.iter().filter_map(of_document).collect(),
            None => of_tables(&cells),
        };
        if self.reading.rows.is_none() {
            rows.extend(of_csv(&self.reading.files, snapshot));
        }
        Ok(self.reading.read(&rows, matrix))
    }
}

impl Row {
    /// What a row tells at a place: a column, a path within it, `key`, `parent` or `value`.
    pub(super) fn tell(&self, place: &str) -> Option<String> {
        let told = match (&self.data, place) {
            (Data::Cells(cells), name) => cells.get(&name.to_lowercase()).cloned(),
            (Data::Value { keys, .. }, "key") => keys.last().cloned(),
            // The key of a list is a number, which says nothing.
            (Data::Value { keys, .. }, "parent") => {
                let above = &keys[..keys.len().saturating_sub(1)];
                above.iter().rev().find(|key| key.parse::<usize>().is_err()).cloned()
            }
            (Data::Value { value, .. }, "value") => plain(value),
            (Data::Value { value, .. }, pointer) => value.pointer(pointer).and_then(plain),
        };
        told.map(|told| told.trim().to_owned()).filter(|told| !told.is_empty())
    }
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

fn line_of(cell: &Value) -> Option<u32> {
    cell.as_int().and_then(|line| u32::try_from(line).ok())
}

fn of_document(cells: &Cells) -> Option<Row> {
    let (path, pointer) = (cells[0].as_text()?.to_owned(), cells[2].as_text()?);
    let unescaped = |key: &str| key.replace("~1", "/").replace("~0", "~");
    let keys = pointer.split('/').skip(1).map(unescaped).collect();
    let value = match (cells[4].as_text(), cells[3].as_text()) {
        (Some("text"), Some(text)) => Json::from(text),
        (_, Some(text)) => serde_json::from_str(text).unwrap_or_else(|_| Json::from(text)),
        (Some("true"), None) => Json::from(true),
        (Some("false"), None) => Json::from(false),
        _ => cells[3].as_int().map_or(Json::Null, Json::from),
    };
    Some(Row { path, line: line_of(&cells[1]), data: Data::Value { keys, value } })
}

fn of_tables(cells: &[Cells]) -> Vec<Row> {
    let mut rows: BTreeMap<(String, i64, i64), Row> = BTreeMap::new();
    for cell in cells {
        let (Some(path), Some(header)) = (cell[0].as_text(), cell[4].as_text()) else { continue };
        let numbers = (cell[2].as_int().unwrap_or(0), cell[3].as_int().unwrap_or(0));
        let row = rows.entry((path.to_owned(), numbers.0, numbers.1)).or_insert_with(|| Row {
            path: path.to_owned(),
            line: line_of(&cell[1]),
            data: Data::Cells(BTreeMap::new()),
        });
        if let Data::Cells(cells) = &mut row.data {
            let text = cell[5].as_text().unwrap_or_default();
            cells.insert(header.trim().to_lowercase(), text.to_owned());
        }
    }
    rows.into_values().collect()
}

fn of_csv(files: &str, snapshot: &Snapshot) -> Vec<Row> {
    let Ok(wanted) = glob(files) else { return Vec::new() };
    let is_csv = |path: &str| path.ends_with(".csv") || path.ends_with(".tsv");
    let paths = snapshot.source().entries().iter().map(|entry| &entry.path);
    let paths = paths.filter(|path| is_csv(path) && wanted.is_match(path.as_str()));
    paths.flat_map(|path| of_csv_file(path, snapshot)).collect()
}

fn of_csv_file(path: &str, snapshot: &Snapshot) -> Vec<Row> {
    let bytes = snapshot.read(path, MAX_BYTES).unwrap_or_default();
    let mut lines = csv::rows(&String::from_utf8_lossy(&bytes)).into_iter();
    let Some((_, header)) = lines.next() else { return Vec::new() };
    let header: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let row = |(line, cells): csv::Line| Row {
        path: path.to_owned(),
        line: Some(line),
        data: Data::Cells(header.iter().cloned().zip(cells).collect()),
    };
    lines.map(row).collect()
}

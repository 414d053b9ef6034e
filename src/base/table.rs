//! Descriptions of the tables that pages and `parity query` read.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// A whole number.
    Integer,
    /// 1 or 0.
    Boolean,
    /// JSON as text.
    Json,
}

impl Kind {
    /// The SQLite column type of a strict table.
    pub fn sql(self) -> &'static str {
        match self {
            Kind::Text | Kind::Json => "text",
            Kind::Integer | Kind::Boolean => "integer",
        }
    }

    /// The word `parity schema` prints.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Integer => "integer",
            Kind::Boolean => "boolean",
            Kind::Json => "json",
        }
    }
}

/// One column, described.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether null means "undecided" (marked `?`); elsewhere null means "none".
    pub open: bool,
    /// One sentence.
    pub doc: &'static str,
}

impl Column {
    /// A text column.
    pub const fn text(name: &'static str, doc: &'static str) -> Self {
        Column { name, kind: Kind::Text, open: false, doc }
    }

    /// An integer column.
    pub const fn int(name: &'static str, doc: &'static str) -> Self {
        Column { name, kind: Kind::Integer, open: false, doc }
    }

    /// A boolean column.
    pub const fn flag(name: &'static str, doc: &'static str) -> Self {
        Column { name, kind: Kind::Boolean, open: false, doc }
    }

    /// A JSON column.
    pub const fn json(name: &'static str, doc: &'static str) -> Self {
        Column { name, kind: Kind::Json, open: false, doc }
    }

    /// The same column, but null means "undecided".
    pub const fn open(self) -> Self {
        Column { open: true, ..self }
    }

    /// The `path` column every located table has.
    pub const PATH: Column =
        Column::text("path", "Path of the file, relative to the root, with `/`.");
    /// The `line` column every located table has.
    pub const LINE: Column = Column::int("line", "First line, from 1; null: the whole file.");
}

/// A table of the contract, as pages see it.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its columns in order.
    pub columns: &'static [Column],
    /// An SQL expression over its columns that gives the name `unsure.name` and `maybe()` use for a row.
    pub named: &'static str,
}

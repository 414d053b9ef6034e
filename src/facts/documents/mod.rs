//! Data files as people write them: YAML, JSON and TOML, as JSON with a line for every value.
//!
//! What the three have in common is here: the tables, the limits, and what is said of a file that cannot be read. A value
//! counts as written where its key is; an element of an array, where it starts.

mod json;
mod layout;
mod look;
mod node;
mod scalar;
mod spot;
mod toml;
mod yaml;

use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, Value};

pub use layout::placed;
pub(super) use look::MAX_NAME;
pub(super) use node::Node;
pub(super) use node::Refusal;
pub use spot::Spot;

/// Reads a format: its documents, and apart from them whether it can be read, since most audits ask no more than that.
macro_rules! analyzers {
    ($doc:literal, $documents:ident, $syntax:ident, $name:literal, $is_syntax:literal, $refusal:literal, $format:ident,
     $endings:expr, $tables:expr) => {
        #[doc = $doc]
        pub static $documents: Analyzer = Analyzer {
            name: $name,
            version: env!("PARITY_FACTS_DOCUMENTS"),
            applies: |path| has_extension(path, &$endings),
            facts: &[Facts { name: $name, columns: COLUMNS }],
            tables: $tables,
            extract: |input, rows| read(input, rows, $name, Format::$format),
        };

        #[doc = concat!("Says what of [`", stringify!($documents), "`] cannot be read.")]
        pub static $syntax: Analyzer = Analyzer {
            name: $is_syntax,
            version: env!("PARITY_FACTS_DOCUMENTS"),
            applies: |path| has_extension(path, &$endings),
            facts: &[Facts { name: $refusal, columns: REFUSED }],
            tables: &[],
            extract: |input, rows| judge(input, rows, Format::$format),
        };
    };
}

analyzers!(
    "Reads `.yaml` and `.yml` by the core schema of YAML 1.2: `on`, `yes` and `no` are text, and so is every key. Aliases are \
     expanded; the members of a map under `<<` become members of the map that holds it, as Compose and GitLab do.",
    YAML,
    YAML_SYNTAX,
    "yaml",
    "yaml-syntax",
    "yaml_refusal",
    Yaml,
    ["yaml", "yml"],
    &[]
);
analyzers!(
    "Reads `.json` and `.jsonc`. Comments and trailing commas are accepted in both: `tsconfig.json`, `devcontainer.json` and \
     their like have them.",
    JSON,
    JSON_SYNTAX,
    "json",
    "json-syntax",
    "json_refusal",
    Json,
    ["json", "jsonc"],
    &[]
);
analyzers!(
    "Reads `.toml`, and declares the tables of all three.",
    TOML,
    TOML_SYNTAX,
    "toml",
    "toml-syntax",
    "toml_refusal",
    Toml,
    ["toml"],
    &[DOCUMENTS, DOCUMENT_VALUES, REFUSALS]
);

const PART: Column = Column::int("part", "Number of the document in its file, from 1.");
const FORMAT: Column = Column::text("format", "`yaml`, `json` or `toml`.");
const DATA: Column = Column::json(
    "data",
    "The document as JSON, members in the order of the file, each on the line it has there.",
);

const CODE: Column = Column::text("code", "`unparsable`, `template` or another of `problems`.");
const WHY: Column = Column::text("message", "The same in words.");

const COLUMNS: &[Column] = &[PART, FORMAT, DATA];
const REFUSED: &[Column] = &[Column::LINE, CODE, WHY];

const DOCUMENTS: View = View {
    table: Table {
        name: "documents",
        doc: "Data files, one row per document.",
        columns: &[Column::PATH, PART, FORMAT, DATA],
        named: "path",
    },
    query: "select path, part, format, data from fact_yaml \
            union all select path, part, format, data from fact_json \
            union all select path, part, format, data from fact_toml \
            /* what is said of them: fact_yaml_refusal, fact_json_refusal, fact_toml_refusal */",
};

const DOCUMENT_VALUES: View = View {
    table: Table {
        name: "document_values",
        doc: "Every value of every document; made on demand, so constrain `path`.",
        columns: &[
            Column::PATH,
            PART,
            Column::text(
                "pointer",
                "Where it is in the document: a JSON pointer; empty: all of it.",
            ),
            Column::text(
                "key",
                "Its name or position in what holds it; null: the document itself.",
            ),
            Column::text("value", "The value; of objects and arrays, JSON; null for null."),
            Column::text(
                "type",
                "`object`, `array`, `text`, `integer`, `real`, `true`, `false` or `null`.",
            ),
            Column::LINE,
        ],
        named: "path",
    },
    query: "select d.path, d.part, v.pointer, v.key, v.value, v.type, v.line \
            from documents d, json_at(d.data, '/**') v",
};

/// Of its own: `problems` asks every analyzer there is, and of `documents` most audits ask no more.
const REFUSALS: View = View {
    table: Table {
        name: "document_refusals",
        doc: "Data files that cannot be read to their end, and where that was seen.",
        columns: &[Column::PATH, Column::LINE, CODE, WHY],
        named: "path",
    },
    query: "select path, line, code, message from fact_yaml_refusal \
            union all select path, line, code, message from fact_json_refusal \
            union all select path, line, code, message from fact_toml_refusal",
};

/// Where a reader puts the documents of one file, and the keys that are repeated in it.
#[derive(Default)]
struct Sink {
    documents: Vec<Node>,
    repeated: Vec<(u32, String)>,
    unsaid: u32,
}

impl Sink {
    /// The most rows about repeated keys that one file gives.
    const MAX_REPEATED: usize = 20;

    fn document(&mut self, root: Node) {
        self.documents.push(root);
    }

    fn repeated_key(&mut self, line: u32, key: &str) {
        match self.repeated.len() < Self::MAX_REPEATED {
            true => self.repeated.push((line, shortened(key))),
            false => self.unsaid += 1,
        }
    }
}

fn read(input: &Input<'_>, rows: &mut Rows, name: &'static str, format: Format) {
    let (sink, refusal) = sunk(input.text(), format);
    for (part, root) in (1_u32..).zip(sink.documents) {
        let data = layout::written(&root, matches!(format, Format::Yaml));
        rows.add(0, [part.into(), name.into(), Value::Text(data)]);
    }
    let Some(refusal) = refusal else { return };
    for table in ["documents", "document_values"] {
        rows.unsure(table, None, refusal.line, refusal.message.clone());
    }
}

fn judge(input: &Input<'_>, rows: &mut Rows, format: Format) {
    let (sink, refusal) = sunk(input.text(), format);
    for (line, key) in sink.repeated {
        let message = format!("the key `{key}` is repeated; the last one counts");
        rows.problem(Some(line), "duplicate-key", message);
    }
    if sink.unsaid > 0 {
        let message = format!("{} more keys are repeated", sink.unsaid);
        rows.problem(None, "duplicate-key", message);
    }
    if let Some(refusal) = refusal {
        let message = refusal.message.as_str();
        rows.add(0, [refusal.line.into(), refusal.code.into(), message.into()]);
        rows.problem(refusal.line, refusal.code, refusal.message);
    }
}

/// What a reader gives until the file ends or is refused.
fn sunk(text: &str, format: Format) -> (Sink, Option<Refusal>) {
    let mut sink = Sink::default();
    let read = match format {
        Format::Yaml => yaml::read,
        Format::Json => json::read,
        Format::Toml => toml::read,
    };
    let refusal = read(text, &mut sink).err().map(|refusal| refusal.or_template(text));
    (sink, refusal)
}

/// A document and the line of each of its values in pre-order.
pub type Part = (serde_json::Value, Vec<u32>);

/// The documents of a YAML text, each with the line of every value in pre-order, for analyzers that know what they mean.
///
/// # Errors
/// Why not all of it can be read: line and words.
pub fn yaml_parts(text: &str) -> Result<Vec<Part>, (Option<u32>, String)> {
    let (documents, refusal) = parse(text, Format::Yaml);
    let placed = |root: Node| {
        let mut lines = Vec::new();
        (root.into_value(&mut lines), lines)
    };
    refusal.map_or_else(|| Ok(documents.into_iter().map(placed).collect()), Err)
}

/// A data format, for analyzers that read documents of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    Yaml,
    Json,
    Toml,
}

/// Every document of a text, and where reading ended before the end: the line, and why.
pub(super) fn parse(text: &str, format: Format) -> (Vec<Node>, Option<(Option<u32>, String)>) {
    let (documents, refusal) = documents(text, format);
    (documents, refusal.map(|refusal| (refusal.line, refusal.message)))
}

/// Every document of a text, and what was refused of it.
pub(super) fn documents(text: &str, format: Format) -> (Vec<Node>, Option<Refusal>) {
    let (sink, refusal) = sunk(text, format);
    (sink.documents, refusal)
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| extensions.contains(&extension.as_str()))
}

/// Enough of a key or a message to know it by.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;

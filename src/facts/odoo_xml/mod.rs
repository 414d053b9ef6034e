//! Odoo's data files: records and templates of XML, rows of CSV.

mod csv;
mod tables;
mod xml;

use super::Analyzer;

/// The version of both.
const VERSION: &str = env!("PARITY_FACTS_ODOO_XML");

/// Reads XML that may hold data: what is below `static` is sent to browsers.
pub static XML: Analyzer = Analyzer {
    name: "odoo-xml",
    version: VERSION,
    applies: |path| ends_with(path, ".xml") && !path.contains("/static/") && !path.starts_with('.'),
    facts: tables::XML_FACTS,
    tables: tables::XML_TABLES,
    extract: xml::extract,
};

/// Reads CSV in the folders where addons keep data.
pub static CSV: Analyzer = Analyzer {
    name: "odoo-csv",
    version: VERSION,
    applies: |path| {
        let folders = ["/security/", "/data/", "/datas/", "/demo/", "/demos/"];
        ends_with(path, ".csv") && folders.iter().any(|folder| path.contains(folder))
    },
    facts: tables::CSV_FACTS,
    tables: tables::CSV_TABLES,
    extract: csv::extract,
};

fn ends_with(path: &str, ending: &str) -> bool {
    path.len() > ending.len()
        && path.is_char_boundary(path.len() - ending.len())
        && path[path.len() - ending.len()..].eq_ignore_ascii_case(ending)
}

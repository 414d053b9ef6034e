//! Types by name: PostgreSQL's own, an extension's, the tree's.

use super::apply::Step;
use super::catalog::{Catalog, Found, Key};
use super::failure::{Failure, dotted};
use super::objects::{ExtraKind, What};
use super::provided::{extension_of_type, is_provided};
use super::types;
use super::typing::{Stop, fails, open};
use crate::facts::sql::Name;

/// PostgreSQL's own types of which nothing more is known here.
const OTHERS: [&str; 62] = [
    "trigger",
    "event_trigger",
    "void",
    "record",
    "any",
    "anyelement",
    "anyarray",
    "anynonarray",
    "anyenum",
    "anyrange",
    "anycompatible",
    "anycompatiblearray",
    "cstring",
    "internal",
    "bit",
    "bit varying",
    "varbit",
    "box",
    "circle",
    "line",
    "lseg",
    "path",
    "point",
    "polygon",
    "macaddr",
    "macaddr8",
    "money",
    "tsquery",
    "xml",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
    "int4multirange",
    "int8multirange",
    "nummultirange",
    "tsmultirange",
    "tstzmultirange",
    "datemultirange",
    "regclass",
    "regproc",
    "regprocedure",
    "regtype",
    "regrole",
    "regnamespace",
    "regoper",
    "regoperator",
    "regconfig",
    "regdictionary",
    "refcursor",
    "jsonpath",
    "xid",
    "xid8",
    "cid",
    "tid",
    "aclitem",
    "txid_snapshot",
    "unknown",
    "int2vector",
    "oidvector",
];

/// The name of a type as written; none where it is written oddly.
pub fn name_of(written: &str) -> Option<Name> {
    let base = written.split('(').next()?.trim();
    let mut parts: Vec<String> = Vec::new();
    for part in base.split('.') {
        let part = part.trim();
        let quoted = part.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        let plain = part.chars().all(|it| it.is_alphanumeric() || it == '_');
        parts.push(quoted.or_else(|| (plain && !part.is_empty()).then_some(part))?.to_owned());
    }
    let name = parts.pop()?;
    let schema = parts.pop();
    parts.is_empty().then_some(Name { schema, name })
}

impl Step<'_> {
    /// The name PostgreSQL prints for a type as written, `schema.name` for one of the tree.
    pub fn type_named(&self, written: &str) -> Result<String, Stop> {
        let written = written.trim();
        if let Some(rows) = written.strip_prefix("setof ") {
            return self.type_named(rows).map(|ty| format!("setof {ty}"));
        }
        if let Some(ty) = types::canonical(written) {
            return Ok(ty);
        }
        if let Some(ty) = of_server(written) {
            return Ok(ty);
        }
        if let Some(inner) = written.strip_suffix("[]") {
            return self.type_named(inner).map(|ty| format!("{ty}[]"));
        }
        if OTHERS.contains(&written.split('(').next().unwrap_or("").trim()) {
            return Ok(written.to_owned());
        }
        if let Some(column) = written.strip_suffix("%type") {
            return self.type_of_column(column);
        }
        let Some(name) = name_of(written) else { return open(format!("type `{written}`")) };
        let placed = name.schema.as_deref();
        if placed.is_none_or(|schema| matches!(schema, "extensions" | "public"))
            && let Some(extension) = extension_of_type(&name.name)
        {
            return self.extension_type(written, &name.name, extension);
        }
        let key = self.key(&name)?;
        if is_provided(&key.0) {
            return open(format!("type `{written}` is the platform's"));
        }
        self.type_of_tree(&key, &name)
    }

    fn extension_type(&self, written: &str, name: &str, extension: &str) -> Result<String, Stop> {
        match self.catalog.extra(ExtraKind::Extension, &[extension]) {
            _ if self.catalog.path_open.is_some() => {
                open(format!("`{written}` depends on search_path"))
            }
            Found::Yes(extra)
                if matches!(
                    extra.cells.first().and_then(|it| it.as_text()),
                    None | Some("public" | "extensions")
                ) =>
            {
                Ok(written.to_owned())
            }
            Found::No if self.supabase => fails(
                Failure::new(format!("type \"{name}\" does not exist"))
                    .lacking("extension", extension),
            ),
            _ => open(format!("type `{written}` is an extension's")),
        }
    }

    fn type_of_tree(&self, key: &Key, name: &Name) -> Result<String, Stop> {
        match type_there(self.catalog, key) {
            Found::Yes(()) => Ok(dotted(key)),
            Found::Maybe(reason) => open(format!("type \"{name}\" is not certain ({reason})")),
            Found::No => match self.catalog.schema(&key.0) {
                Found::No => fails(
                    Failure::new(format!("schema \"{}\" does not exist", key.0))
                        .lacking("schema", &key.0),
                ),
                Found::Yes(_) => fails(
                    Failure::new(format!("type \"{name}\" does not exist"))
                        .lacking("type", dotted(key)),
                ),
                Found::Maybe(reason) => open(format!("schema of type \"{name}\" ({reason})")),
            },
        }
    }

    /// `table.column%type`.
    fn type_of_column(&self, written: &str) -> Result<String, Stop> {
        let Some((table, column)) = written.rsplit_once('.') else {
            return open(format!("`{written}%type`"));
        };
        let Some(name) = name_of(table) else { return open(format!("`{written}%type`")) };
        let Some(key) = self.needs(&name, false)? else { return open("a type of a column") };
        match self.catalog.tables[&key].value.column(column) {
            Found::Yes(column) => self.type_named(&column.ty),
            Found::No => fails(
                Failure::new(format!(
                    "column \"{column}\" of relation \"{}\" does not exist",
                    key.1
                ))
                .lacking("column", column)
                .of_table(&key, &self.catalog.tables[&key].value.place),
            ),
            Found::Maybe(reason) => open(format!("column \"{column}\" is not certain ({reason})")),
        }
    }

    /// Whether a type as written is an enum of the tree.
    pub fn is_enum(&self, written: &str) -> bool {
        let key = name_of(written).and_then(|name| self.key(&name).ok());
        let says = key.map(|key| self.catalog.type_of_tree(&key));
        matches!(says, Some(Found::Yes(says)) if says.kind == "enum")
    }

    /// Whether a string is certainly a value of a type of the tree: one of the labels of an enum.
    pub fn is_label(&self, ty: &str, text: &str) -> Option<bool> {
        is_label(self.catalog, ty, text)
    }
}

/// A type of the server's own that is listed.
fn of_server(written: &str) -> Option<String> {
    let name = written.strip_prefix("pg_catalog.").unwrap_or(written);
    let name = super::server::SERVER.aliases.get(name).copied().unwrap_or(name);
    let info = super::server::SERVER.types.get(name)?;
    info.extension.is_empty().then(|| name.to_owned())
}

/// Whether a string is one of the labels of an enum; none where the type is not known to be one.
pub fn is_label(catalog: &Catalog, ty: &str, text: &str) -> Option<bool> {
    let (schema, name) = ty.split_once('.')?;
    match catalog.type_of_tree(&(schema.to_owned(), name.to_owned())) {
        Found::Yes(says) if says.unused.iter().any(|label| label == text) => None,
        Found::Yes(says) if says.kind == "enum" => {
            Some(says.labels.iter().any(|label| label == text))
        }
        _ => None,
    }
}

/// Whether a type of the tree has the name: a type, or the rows of a table or a view.
fn type_there<'a>(catalog: &'a Catalog, key: &Key) -> Found<'a, ()> {
    match (catalog.type_of_tree(key), catalog.table(key), catalog.relation(key)) {
        (Found::Yes(_), _, _) | (_, Found::Yes(_), _) => Found::Yes(&()),
        (Found::Maybe(reason), _, _) | (_, Found::Maybe(reason), _) => Found::Maybe(reason),
        (_, _, Found::Yes(relation)) if matches!(relation.what, What::View(..)) => Found::Yes(&()),
        (_, _, Found::Yes(_)) => Found::Maybe("a relation of that name".to_owned()),
        (_, _, Found::Maybe(reason)) => Found::Maybe(reason),
        (Found::No, Found::No, Found::No) => Found::No,
    }
}

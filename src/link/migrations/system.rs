//! Relations of the server's own catalogs.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::facts::sql::Name;

/// Names and types of the columns of every relation, by its name; of `information_schema` with that before it.
static RELATIONS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    include_str!("server/relations.txt").lines().filter_map(|it| it.split_once('|')).collect()
});

/// The name a system relation is known by; none: it is none.
pub fn relation(name: &Name) -> Option<&'static str> {
    let found = match name.schema.as_deref() {
        None | Some("pg_catalog") => RELATIONS.get_key_value(name.name.as_str()),
        Some("information_schema") => {
            RELATIONS.get_key_value(format!("information_schema.{}", name.name).as_str())
        }
        _ => None,
    };
    let (known, _) = found?;
    // Names without a dot are found by themselves only in the first schema of every path.
    (name.schema.is_some() || known.starts_with("pg_")).then_some(*known)
}

/// Its columns.
pub fn columns(name: &Name) -> Option<Vec<(String, String)>> {
    let columns = RELATIONS[relation(name)?].split(',');
    let columns = columns.filter_map(|it| it.split_once(' '));
    Some(columns.map(|(name, ty)| (name.to_owned(), ty.to_owned())).collect())
}

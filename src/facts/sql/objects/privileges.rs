//! Privileges: granted, revoked, and those of what is made later.

use super::routines::signature;
use crate::facts::sql::cursor::Cursor;
use crate::facts::sql::defined::{Grant, Routine};
use crate::facts::sql::ir::{Name, Statement};

/// What stands between the privileges and the objects.
const KINDS: [&str; 17] = [
    "all tables in schema",
    "all functions in schema",
    "all sequences in schema",
    "all routines in schema",
    "all procedures in schema",
    "function",
    "procedure",
    "routine",
    "schema",
    "sequence",
    "type",
    "domain",
    "database",
    "language",
    "foreign data wrapper",
    "foreign server",
    "table",
];

pub(super) fn grant(cursor: &mut Cursor<'_>, revoke: bool) -> Option<Statement> {
    let option = cursor.eat("grant option for");
    let words = cursor.until(&["on", "to", "from"]);
    let mut grant = Grant {
        revoke,
        privileges: Vec::new(),
        columns: false,
        kind: "role".to_owned(),
        objects: Vec::new(),
        owners: Vec::new(),
        grantees: Vec::new(),
        unread: option.then(|| "grant option for".to_owned()),
    };
    for privilege in Cursor::split(words) {
        let mut inner = Cursor::new(privilege);
        let name = inner.until(&["("]).to_ascii_lowercase();
        grant.columns |= inner.group().is_some();
        grant.privileges.push(name.strip_suffix(" privileges").unwrap_or(&name).to_owned());
    }
    if cursor.eat("on") {
        objects(cursor, &mut grant)?;
    }
    (cursor.eat("to") || cursor.eat("from")).then_some(())?;
    grantees(cursor, &mut grant)?;
    Some(Statement::Grant(Box::new(grant)))
}

fn objects(cursor: &mut Cursor<'_>, grant: &mut Grant) -> Option<()> {
    let kind = cursor.eat_any(&KINDS).unwrap_or("table");
    grant.kind = kind.strip_suffix(" in schema").unwrap_or(kind).to_owned();
    loop {
        grant.objects.push(match kind {
            "function" | "procedure" | "routine" => signature(cursor)?,
            _ => Routine { name: cursor.name()?, args: None },
        });
        if !cursor.eat(",") {
            return Some(());
        }
    }
}

fn grantees(cursor: &mut Cursor<'_>, grant: &mut Grant) -> Option<()> {
    loop {
        cursor.eat("group");
        grant.grantees.push(cursor.part()?);
        if !cursor.eat(",") {
            break;
        }
    }
    let rest = cursor.until(&[]).to_ascii_lowercase();
    if !matches!(rest.as_str(), "" | "cascade" | "restrict" | "with grant option") {
        grant.unread = Some(rest);
    }
    Some(())
}

/// `alter default privileges`.
pub(super) fn default(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let mut owners = Vec::new();
    if cursor.eat_any(&["for role", "for user"]).is_some() {
        owners.push(cursor.part()?);
        while cursor.eat(",") {
            owners.push(cursor.part()?);
        }
    }
    let schemas = if cursor.eat("in schema") { cursor.names()? } else { Vec::new() };
    let revoke = cursor.eat_any(&["grant", "revoke"])? == "revoke";
    let privileges = Cursor::split(cursor.until(&["on"]));
    let words = |it: &&str| it.to_ascii_lowercase().trim_end_matches(" privileges").to_owned();
    let privileges = privileges.iter().map(words).collect();
    cursor.eat("on").then_some(())?;
    let on =
        cursor.eat_any(&["tables", "functions", "routines", "sequences", "types", "schemas"])?;
    (cursor.eat("to") || cursor.eat("from")).then_some(())?;
    let mut grant = Grant {
        revoke,
        privileges,
        columns: false,
        kind: format!("default {on}"),
        objects: schemas.into_iter().map(|name: Name| Routine { name, args: None }).collect(),
        owners,
        grantees: Vec::new(),
        unread: None,
    };
    grantees(cursor, &mut grant)?;
    Some(Statement::Grant(Box::new(grant)))
}

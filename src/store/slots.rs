//! The analyzers and linkers a cache knows, and the tables it stores their rows in.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _};

use super::answers;
use crate::base::Column;
use crate::facts::ANALYZERS;
use crate::link::LINKERS;

/// The tables every cache has.
const SHAPE: &str = "
    create table if not exists blobs (id integer primary key autoincrement, oid blob not null unique, used integer not null,
        is_odd integer not null default 0, read_by text not null default '') strict;
    create table if not exists analyzers (id integer primary key, name text not null, version text not null,
        unique (name, version)) strict;
    create table if not exists problems_of_blobs (blob integer, analyzer integer, seq integer, line integer, code text,
        message text, primary key (blob, analyzer, seq)) strict, without rowid;
    create table if not exists unsure_of_blobs (blob integer, analyzer integer, seq integer, table_name text, name text,
        line integer, reason text, primary key (blob, analyzer, seq)) strict, without rowid;
    create table if not exists links (id integer primary key, linker integer, key text, unique (linker, key)) strict;
    create table if not exists problems_of_links (link integer, seq integer, path text, line integer, linker text, code text,
        message text, primary key (link, seq)) strict, without rowid;
    create table if not exists unsure_of_links (link integer, seq integer, table_name text, name text, path text,
        line integer, reason text, primary key (link, seq)) strict, without rowid;
    create table if not exists searched_blobs (pattern integer, blob integer, primary key (pattern, blob)) strict, without rowid;
    create table if not exists hits_of_blobs (pattern integer, blob integer, seq integer, line integer, end_line integer,
        text text, primary key (pattern, blob, seq)) strict, without rowid;
    pragma user_version = 3;";

/// The tables among them that views look into.
const SHARED: [&str; 6] = [
    "answers",
    "problems_of_blobs",
    "unsure_of_blobs",
    "problems_of_links",
    "unsure_of_links",
    "hits_of_blobs",
];

/// The shape of a cache whose tables are these.
const VERSION: i64 = 3;

/// One analyzer or linker as this cache knows it.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub id: i64,
    pub bit: u64,
    version: &'static str,
}

impl Slot {
    /// The name of a stored table.
    pub(super) fn stored(&self, facts: &str) -> String {
        format!("{facts}_{}", self.version)
    }
}

/// Finds or makes the slots and their stored tables.
pub(super) fn slots(conn: &mut Connection) -> rusqlite::Result<(Vec<Slot>, Vec<Slot>)> {
    if let Some(found) = known_slots(conn)? {
        return Ok(found);
    }
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    transaction.execute_batch(SHAPE)?;
    transaction.execute_batch(answers::SHAPE)?;
    let mut add =
        transaction.prepare("insert or ignore into analyzers (name, version) values (?, ?)")?;
    for (name, version, key, facts) in declared() {
        add.execute([name, version])?;
        for (stored, columns) in facts {
            let columns: String = columns
                .iter()
                .map(|column| format!(", \"{}\" {}", column.name, column.kind.sql()))
                .collect();
            transaction.execute_batch(&format!(
                "create table if not exists {stored}_{version} ({key} integer, seq integer{columns}, primary key ({key}, seq))
                 strict, without rowid"
            ))?;
        }
    }
    drop(add);
    transaction.commit()?;
    known_slots(conn)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

type Declared = (&'static str, &'static str, &'static str, Vec<(&'static str, &'static [Column])>);

fn declared() -> impl Iterator<Item = Declared> {
    let analyzers = ANALYZERS.iter().map(|analyzer| {
        let facts = analyzer.facts.iter().map(|facts| (facts.name, facts.columns)).collect();
        (analyzer.name, analyzer.version, "blob", facts)
    });
    let linkers = LINKERS.iter().map(|linker| {
        let facts = linker.facts.iter().map(|facts| (facts.name, facts.columns)).collect();
        (linker.name, linker.version, "link", facts)
    });
    analyzers.chain(linkers)
}

fn known_slots(conn: &Connection) -> rusqlite::Result<Option<(Vec<Slot>, Vec<Slot>)>> {
    let version: i64 = conn.query_row("pragma user_version", [], |row| row.get(0))?;
    match version {
        0 => return Ok(None),
        VERSION => {}
        // Of another shape: as good as none.
        _ => {
            return Err(rusqlite::Error::InvalidColumnType(
                0,
                "user_version".to_owned(),
                rusqlite::types::Type::Integer,
            ));
        }
    }
    let mut select = conn.prepare("select id from analyzers where name = ? and version = ?")?;
    let mut slots = Vec::new();
    for (index, (name, version, _, _)) in declared().enumerate() {
        let Some(id) = select.query_row([name, version], |row| row.get(0)).optional()? else {
            return Ok(None);
        };
        slots.push(Slot { id, bit: if index < ANALYZERS.len() { 1 << index } else { 0 }, version });
    }
    let mut select = conn.prepare("select name from main.sqlite_schema where type = 'table'")?;
    let tables = select.query_map([], |row| row.get(0))?;
    let tables = tables.collect::<rusqlite::Result<BTreeSet<String>>>()?;
    let stored = declared().flat_map(|(_, version, _, facts)| {
        facts.into_iter().map(move |(name, _)| format!("{name}_{version}"))
    });
    let lacking = stored.chain(SHARED.map(str::to_owned)).find(|name| !tables.contains(name));
    if let Some(name) = lacking {
        // A cache that says it has a table and has not is damaged.
        return Err(rusqlite::Error::InvalidColumnType(0, name, rusqlite::types::Type::Null));
    }
    let linkers = slots.split_off(ANALYZERS.len());
    Ok(Some((slots, linkers)))
}

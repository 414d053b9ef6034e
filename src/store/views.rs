//! Lays the contract's tables over the cache as TEMP views of one connection, and knows what each is made of.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::slots::Slot;
use super::tables::contract;
use crate::base::{Column, Table};
use crate::facts::{ANALYZERS, View};
use crate::link::LINKERS;

/// Creates the views. `analyzers` and `linkers` are the slots of [`ANALYZERS`] and [`LINKERS`].
pub(super) fn create(
    conn: &Connection,
    analyzers: &[Slot],
    linkers: &[Slot],
) -> rusqlite::Result<()> {
    let mut script = String::new();
    for (analyzer, slot) in ANALYZERS.iter().zip(analyzers) {
        for facts in analyzer.facts {
            script.push_str(&format!(
                "create temp view fact_{name} as select e.path, e.oid as blob, f.seq{columns}
                 from rev.tree_rows e cross join main.{stored} f on f.blob = e.blob where e.analyzers & {bit};",
                name = facts.name,
                columns = listed("f", facts.columns),
                stored = slot.stored(facts.name),
                bit = slot.bit,
            ));
        }
    }
    for (linker, slot) in LINKERS.iter().zip(linkers) {
        for facts in linker.facts {
            script.push_str(&format!(
                "create temp view link_{name} as select l.seq{columns}
                 from rev.current c cross join main.{stored} l on l.link = c.link where c.linker = '{linker}';",
                name = facts.name,
                columns = listed("l", facts.columns),
                stored = slot.stored(facts.name),
                linker = linker.name,
            ));
        }
    }
    script.push_str("create temp view tree as select path, oid as blob, kind, is_missing, standing from rev.tree_rows;");
    contract().for_each(|view| script.push_str(&created(&view.table, view.query)));
    conn.execute_batch(&script)
}

/// Creates the view of one table of the contract.
fn created(table: &Table, query: &str) -> String {
    let columns: Vec<String> =
        table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let (name, columns) = (table.name, columns.join(", "));
    format!("create temp view {name} as select {columns} from ({query});")
}

/// Creates it again, whatever it was made of meanwhile.
pub(super) fn renewed(table: &Table, query: &str) -> String {
    format!("drop view if exists temp.{};{}", table.name, created(table, query))
}

/// Shows the rows that were kept of a table in its place.
pub(super) fn kept(table: &str) -> String {
    format!("drop view temp.{table}; create temp view {table} as select * from rev.kept_{table};")
}

/// With an index of the few files an analyzer reads, a view of its facts does not walk all paths. Only for the analyzers
/// that are asked, and not for those that read most files: each index costs a walk itself.
pub(super) fn index(conn: &Connection, slots: &[Slot], asked: u64) -> rusqlite::Result<()> {
    let asked: Vec<_> =
        ANALYZERS.iter().zip(slots).filter(|(_, slot)| slot.bit & asked != 0).collect();
    let sums = asked.iter().map(|(_, slot)| format!(", sum(analyzers & {} <> 0)", slot.bit));
    let sql = format!("select count(*){} from rev.tree_rows", sums.collect::<String>());
    let counts: Vec<i64> = conn.query_row(&sql, [], |row| {
        (0..=asked.len()).map(|at| Ok(row.get::<_, Option<i64>>(at)?.unwrap_or(0))).collect()
    })?;
    for ((analyzer, slot), count) in asked.into_iter().zip(&counts[1..]) {
        if 2 * count < counts[0] {
            conn.execute_batch(&format!(
                "create index if not exists rev.read_by_{name} on tree_rows (path, oid, blob) where analyzers & {bit}",
                name = analyzer.name.replace('-', "_"),
                bit = slot.bit,
            ))?;
        }
    }
    Ok(())
}

fn listed(alias: &str, columns: &[Column]) -> String {
    columns.iter().map(|column| format!(", {alias}.\"{}\"", column.name)).collect()
}

/// What each table of the contract is made of.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Bits of the analyzers behind each table.
    pub analyzers: BTreeMap<String, u64>,
    /// Indexes of the linkers behind each table.
    pub linkers: BTreeMap<String, BTreeSet<usize>>,
}

impl Made {
    /// Reads it off the queries; a query may read contract tables declared before it.
    pub(super) fn of(analyzers: &[Slot]) -> Made {
        let mut made = Made::default();
        for View { table, query } in contract() {
            let name = table.name.to_owned();
            let words: BTreeSet<&str> =
                query.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            let mut bits = 0;
            let mut linkers = BTreeSet::new();
            for (linker_index, linker) in LINKERS.iter().enumerate() {
                if linker
                    .facts
                    .iter()
                    .any(|facts| words.contains(format!("link_{}", facts.name).as_str()))
                {
                    linkers.insert(linker_index);
                }
            }
            for (analyzer, slot) in ANALYZERS.iter().zip(analyzers) {
                let read = analyzer.facts.iter().any(|facts| {
                    let linked =
                        linkers.iter().any(|linker: &usize| LINKERS[*linker].reads == facts.name);
                    linked || words.contains(format!("fact_{}", facts.name).as_str())
                });
                bits |= if read { slot.bit } else { 0 };
            }
            for earlier in made.analyzers.keys().filter(|earlier| words.contains(earlier.as_str()))
            {
                bits |= made.analyzers[earlier];
                linkers.extend(&made.linkers[earlier]);
            }
            made.analyzers.insert(name.clone(), bits);
            made.linkers.insert(name, linkers);
        }
        made
    }

    /// The analyzers and linkers that must have run before a query reads these columns of these tables.
    pub(super) fn behind(
        &self,
        reads: &BTreeMap<String, BTreeSet<String>>,
    ) -> (u64, BTreeSet<usize>) {
        // A page asks `unsure` about the other tables it reads; alone, the question is about all.
        let everything =
            reads.contains_key("problems") || (reads.contains_key("unsure") && reads.len() == 1);
        if everything {
            return (u64::MAX, (0..LINKERS.len()).collect());
        }
        let mut bits = 0;
        let mut linkers = BTreeSet::new();
        for (table, columns) in reads {
            // Listing tells all of `files` but what is in them.
            let listed =
                table == "files" && !columns.contains("is_binary") && !columns.contains("size");
            if !listed {
                bits |= self.analyzers.get(table).copied().unwrap_or_default();
                linkers.extend(self.linkers.get(table).into_iter().flatten());
            }
        }
        (bits, linkers)
    }
}

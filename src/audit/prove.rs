//! Runs a page's examples, and tries what the page does when something cannot be decided or seen.
//!
//! *Nulling*: each undecidable column the page reads is set to null; a row may become undecided, none may vanish or flip.
//! *Unseeing*: a fact whose removal changes a row is replaced by an `unsure` row; the result must be undecided.

use std::collections::{BTreeMap, BTreeSet};

use super::{Request, audit, is_second, second};
use crate::base::{Level, Table, Truth, Value};
use crate::config::Config;
use crate::pages::{Bound, Example, Expectation, Library, Page, Prepared, Row, Use, WORDLESS};
use crate::server::Live;
use crate::snapshot::{Options, Snapshot, Stages};
use crate::source::{self, Sketch};
use crate::store::{Plain, contract};

/// What a page was shown to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Examples run.
    pub examples: usize,
    /// Columns and rows that were made undecided.
    pub nulled: usize,
    /// Facts that were hidden.
    pub unseen: usize,
    /// What is wrong, each a sentence.
    pub faults: Vec<String>,
}

/// Paths are listed and databases named on the command line, not read: they are never unseen.
const LISTED: [&str; 5] = ["files", "searched", "attestations", "sql_databases", "today"];
/// What tells of things not seen is no fact that could be hidden.
const ABOUT: [&str; 3] = ["unsure", "problems", "document_refusals"];
/// Facts of one example that are hidden one by one; more would only be more of the same.
const MOST_FACTS: usize = 40;

type Key = (Option<String>, Option<u32>, String);

/// Runs every example of a page as its tests.
pub fn prove(page: &Page) -> Proof {
    let mut proof = Proof::default();
    for example in &page.examples {
        proof.examples += 1;
        if let Err(fault) = prove_example(page, example, &mut proof) {
            proof.faults.push(format!("{}: {}: {fault}", page.id, example.title));
        }
    }
    proof
}

fn prove_example(page: &Page, example: &Example, proof: &mut Proof) -> Result<(), String> {
    let (mut snapshot, config) = snapshot_of(example)?;
    let prepared = Prepared::new(page, &mut snapshot).map_err(|error| error.to_string())?;
    let bound = prepared.bind(&example.parameters).map_err(|error| error.to_string())?;
    let used = prepared.put(bound.clone(), None, None, &snapshot);
    if is_second(&prepared) {
        show_audit(&mut snapshot, &config)?;
    } else {
        snapshot.make_ready(std::iter::once(used.needs())).map_err(|error| error.to_string())?;
    }
    expect(page, example, &prepared, &used, &snapshot)?;
    let tables: BTreeSet<String> = prepared.query.reads.keys().cloned().collect();
    let mut plain = snapshot.plain(&tables).map_err(|error| error.to_string())?;
    let before = rows(&prepared, &bound, &mut plain)?;
    for table in
        contract().map(|described| described.table).filter(|table| tables.contains(table.name))
    {
        let read = &prepared.query.reads[table.name];
        for column in
            table.columns.iter().filter(|column| column.open && read.contains(column.name))
        {
            null(&table, column.name, &prepared, &bound, &mut plain, &before, proof)?;
        }
        if !LISTED.contains(&table.name) && !ABOUT.contains(&table.name) {
            unsee(&table, &prepared, &bound, &mut plain, &before, proof)?;
        }
    }
    Ok(())
}

/// A ready-to-ask snapshot of a few files in memory, configured by their `parity.toml` if there is one.
fn snapshot_of(example: &Example) -> Result<(Snapshot, Config), String> {
    let files = &example.files;
    let config = files
        .get("parity.toml")
        .map_or(Ok(Config::default()), |text| Config::parse("parity.toml", text));
    let config = config.map_err(|error| error.to_string())?;
    let contents = files.iter().map(|(path, text)| {
        // The target of a link has no line end; a block of a page always has one.
        let link = example.kinds.contains_key(path);
        let text = if link { text.trim_end_matches('\n') } else { text };
        (path.clone(), text.as_bytes().to_vec())
    });
    let sketch = Sketch {
        files: contents.collect(),
        kinds: example.kinds.clone(),
        history: example.history.clone(),
    };
    let options = Options::of(
        &config,
        files.get("parity.toml").map_or("", String::as_str),
        crate::config::day("2026-01-01").unwrap_or(0),
    );
    let mut snapshot = Snapshot::new(source::sketched(sketch), options, Stages::default())
        .map_err(|error| error.to_string())?;
    if !example.database.is_empty() {
        let live = Live::told(&example.database)?;
        snapshot.see(vec![live]).map_err(|error| error.to_string())?;
    }
    Ok((snapshot, config))
}

/// Audits by every built-in rule of the first stage, for a page that reads what was found.
fn show_audit(snapshot: &mut Snapshot, config: &Config) -> Result<(), String> {
    let library = Library::built_in().map_err(|error| error.to_string())?;
    let mut rules = BTreeSet::new();
    for rule in library.rules() {
        if !is_second(&Prepared::new(rule, snapshot).map_err(|error| error.to_string())?) {
            rules.insert(rule.id.clone());
        }
    }
    let waivers: Vec<_> = config.waiver.iter().map(|waiver| (waiver.clone(), 1)).collect();
    let request = Request { rules, waivers: true, ..Request::default() };
    let found =
        audit(snapshot, &library, config, &waivers, &request).map_err(|error| error.to_string())?;
    second::show(snapshot, &found).map_err(|error| error.to_string())
}

fn expect(
    page: &Page,
    example: &Example,
    prepared: &Prepared,
    used: &Use,
    snapshot: &Snapshot,
) -> Result<(), String> {
    let outcome = prepared.run(snapshot, used).map_err(|error| error.to_string())?;
    let counts = format!(
        "{} hold, {} fail, {} are undecided",
        outcome.holds, outcome.fails, outcome.unknown
    );
    let kept = match (page.need(), example.expectation) {
        (None, Expectation::Fails) => outcome.fails > 0,
        (None, Expectation::Passes) => {
            outcome.examined() > 0 && outcome.fails == 0 && outcome.unknown == 0
        }
        (None, Expectation::Unknown) => outcome.unknown > 0 && outcome.fails == 0,
        (Some(need), expectation) => match (need.level(&outcome).decided(), expectation) {
            (Some(level), Expectation::Fails) => level < Level::Verified,
            (level, Expectation::Passes) => level == Some(Level::Verified),
            (level, Expectation::Unknown) => level.is_none(),
            (None, Expectation::Fails) => false,
        },
    };
    if kept { Ok(()) } else { Err(format!("{:?} is promised, but {counts}", example.expectation)) }
}

fn rows(
    prepared: &Prepared,
    bound: &Bound,
    plain: &mut Plain,
) -> Result<BTreeMap<Key, Row>, String> {
    let mut rows = Vec::new();
    let mut run =
        |query: &_, take: &mut dyn FnMut(_) -> bool| plain.run(query, &bound.parameters, take);
    prepared.gather(&mut run, &mut rows).map_err(|error| error.to_string())?;
    if let Some(row) = rows.iter().find(|row| row.message == WORDLESS) {
        return Err(format!("`message` is null for `{}`", row.subject));
    }
    Ok(rows
        .into_iter()
        .map(|row| ((row.path.clone(), row.line, row.subject.clone()), row))
        .collect())
}

/// Sets a column to null, in every row at once and in each alone.
fn null(
    table: &Table,
    column: &str,
    prepared: &Prepared,
    bound: &Bound,
    plain: &mut Plain,
    before: &BTreeMap<Key, Row>,
    proof: &mut Proof,
) -> Result<(), String> {
    let ids = row_ids(plain, table.name)?;
    let each = ids.iter().take(MOST_FACTS).map(|id| format!("rowid = {id}"));
    for which in std::iter::once("true".to_owned()).chain(each) {
        change(plain, "savepoint trial", &[])?;
        change(
            plain,
            &format!("update {} set \"{column}\" = null where {which}", table.name),
            &[],
        )?;
        proof.nulled += 1;
        let after = rows(prepared, bound, plain)?;
        change(plain, "rollback to trial", &[])?;
        change(plain, "release trial", &[])?;
        for (key, row) in before {
            match after.get(key).map(|row| row.ok) {
                None => {
                    return Err(format!(
                        "with `{}.{column}` undecided, the row of `{}` vanishes",
                        table.name, key.2
                    ));
                }
                Some(ok) if ok != row.ok && ok != Truth::Unknown => {
                    return Err(format!(
                        "with `{}.{column}` undecided, `{}` turns from {} to {ok}",
                        table.name, key.2, row.ok
                    ));
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// Hides each fact: by its own name, and by no name.
fn unsee(
    table: &Table,
    prepared: &Prepared,
    bound: &Bound,
    plain: &mut Plain,
    before: &BTreeMap<Key, Row>,
    proof: &mut Proof,
) -> Result<(), String> {
    for id in row_ids(plain, table.name)?.into_iter().take(MOST_FACTS) {
        change(plain, "savepoint trial", &[])?;
        let hidden = hide(table, &id, prepared, bound, plain, before);
        change(plain, "rollback to trial", &[])?;
        change(plain, "release trial", &[])?;
        proof.unseen += usize::from(hidden?);
    }
    Ok(())
}

fn hide(
    table: &Table,
    id: &str,
    prepared: &Prepared,
    bound: &Bound,
    plain: &mut Plain,
    before: &BTreeMap<Key, Row>,
) -> Result<bool, String> {
    let text = |plain: &Plain, expression: &str| -> Result<Value, String> {
        let found =
            plain.column(&format!("select {expression} from {} where rowid = {id}", table.name));
        Ok(found.map_err(|error| error.to_string())?.pop().unwrap_or(Value::Null))
    };
    let has = |name: &str| table.columns.iter().any(|column| column.name == name);
    let name = text(plain, table.named)?;
    let path = if has("path") { text(plain, "path")? } else { Value::Null };
    change(plain, &format!("delete from {} where rowid = {id}", table.name), &[])?;
    let removed = rows(prepared, bound, plain)?;
    let changed: Vec<&Key> = before
        .iter()
        .filter(|(key, row)| removed.get(key).map(|row| row.ok) != Some(row.ok))
        .map(|(key, _)| key)
        .collect();
    let more = removed.keys().any(|key| !before.contains_key(key));
    if changed.is_empty() && !more {
        return Ok(false);
    }
    for name in [name, Value::Null] {
        change(plain, "savepoint name", &[])?;
        if table.name == "hits" {
            // What was not searched has no hits, and is seen not to have been searched.
            change(plain, "delete from hits where path = ?", std::slice::from_ref(&path))?;
            change(
                plain,
                "update searched set ok = null where path = ?",
                std::slice::from_ref(&path),
            )?;
        } else {
            let row = [Value::from(table.name), name, path.clone()];
            change(plain, "insert into unsure values (?, ?, ?, null, 'hidden by a test')", &row)?;
        }
        let after = rows(prepared, bound, plain)?;
        change(plain, "rollback to name", &[])?;
        change(plain, "release name", &[])?;
        let unknown = |rows: &BTreeMap<Key, Row>| {
            rows.values().filter(|row| row.ok == Truth::Unknown).count()
        };
        for key in &changed {
            let was = before[*key].ok;
            let ok = after.get(*key).map(|row| row.ok).or_else(|| moved(&after, key, was));
            let honest = match ok {
                Some(ok) => ok == Truth::Unknown || ok == was,
                None => unknown(&after) + usize::from(was == Truth::Unknown) > unknown(before),
            };
            if !honest {
                return Err(format!(
                    "with a row of `{}` unseen, `{}` is {ok:?} instead of undecided",
                    table.name, key.2
                ));
            }
        }
        let is_new = |key: &Key, row: &Row| {
            !before.contains_key(key) && moved(before, key, row.ok).is_none()
        };
        let appeared = after.iter().find(|(key, row)| row.ok != Truth::Unknown && is_new(key, row));
        if let Some((key, row)) = appeared {
            return Err(format!(
                "with a row of `{}` unseen, `{}` appears and is {:?}",
                table.name, key.2, row.ok
            ));
        }
    }
    Ok(true)
}

/// The same verdict on the same thing, at another line.
fn moved(rows: &BTreeMap<Key, Row>, key: &Key, ok: Truth) -> Option<Truth> {
    let same = |row: &&Row| row.path == key.0 && row.subject == key.2 && row.ok == ok;
    rows.values().find(same).map(|row| row.ok)
}

fn row_ids(plain: &Plain, table: &str) -> Result<Vec<String>, String> {
    let ids = plain
        .column(&format!("select cast(rowid as text) from {table}"))
        .map_err(|error| error.to_string())?;
    Ok(ids.iter().filter_map(|id| id.as_text().map(str::to_owned)).collect())
}

fn change(plain: &Plain, sql: &str, parameters: &[Value]) -> Result<(), String> {
    plain.change(sql, parameters).map(drop).map_err(|error| error.to_string())
}

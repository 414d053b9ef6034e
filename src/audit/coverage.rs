//! Row level security table by table: who may do what by which policy, and how much of each schema is covered at least and
//! at most.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Value;
use crate::snapshot::{Needs, Rows, Snapshot};
use crate::store::{Cells, StoreError};

/// The commands of policies, in the order they are shown.
pub const COMMANDS: [&str; 4] = ["select", "insert", "update", "delete"];

/// One schema of a database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The folder of migrations.
    pub catalog: String,
    /// Its name.
    pub schema: String,
    /// Its tables by name.
    pub tables: Vec<Covered>,
    /// Tables that may be there unseen, by name.
    pub unseen: Vec<String>,
    /// Whether there may be others still, whose names nobody knows.
    pub is_open: bool,
}

/// One table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// Its name.
    pub name: String,
    /// Whether row level security is on.
    pub rls: Option<bool>,
    /// Whether it holds for the owner too.
    pub forced: Option<bool>,
    /// Whether the API serves its schema.
    pub exposed: bool,
    /// The roles with a permissive policy, by command in the order of [`COMMANDS`].
    pub roles: [BTreeSet<String>; 4],
    /// How many policies it has, restrictive ones included.
    pub policies: usize,
    /// Whether it may have others.
    pub is_open: bool,
    /// Where it is written.
    pub place: (String, Option<u32>),
}

impl Coverage {
    /// Tables with row level security: at least, at most, and of how many at most.
    pub fn interval(&self) -> (usize, usize, usize) {
        let on = self.tables.iter().filter(|table| table.rls == Some(true)).count();
        let undecided = self.tables.iter().filter(|table| table.rls.is_none()).count();
        (on, on + undecided + self.unseen.len(), self.tables.len() + self.unseen.len())
    }

    /// The layer of a medallion architecture that its name says.
    pub fn layer(&self) -> Option<&'static str> {
        let mut parts = self.schema.split(['_', '-']);
        let known = ["bronze", "silver", "gold", "platinum"];
        parts.find_map(|part| known.into_iter().find(|layer| *layer == part))
    }
}

/// What is asked for it.
pub(super) struct Asked {
    tables: Rows,
    policies: Rows,
    unseen: Rows,
}

impl Asked {
    pub(super) fn needs(&self) -> impl Iterator<Item = &Needs> {
        [&self.tables, &self.policies, &self.unseen].into_iter().map(|asked| &asked.needs)
    }
}

pub(super) fn prepare(snapshot: &mut Snapshot) -> Result<Asked, StoreError> {
    let mut ask = |sql| snapshot.ask_rows(sql, BTreeMap::new());
    Ok(Asked {
        tables: ask(
            "select t.catalog, t.schema, t.name, t.rls, t.force_rls, t.exposed, t.path, t.line,
                    maybe('sql_policies', t.schema || '.' || t.name)
             from sql_tables t join files f on f.path = t.path and f.standing = 'live'
             where t.kind in ('table', 'partitioned') order by t.catalog, t.schema, t.name",
        )?,
        policies: ask(
            "select p.catalog, p.schema, p.table_name, p.command, p.permissive, p.roles from sql_policies p
             order by p.catalog, p.schema, p.table_name, p.name",
        )?,
        unseen: ask(
            "select distinct u.name, u.path from unsure u join files f on f.path = u.path and f.standing = 'live'
             where u.table_name = 'sql_tables' and (select count(*) from sql_tables) >= 0 order by 1, 2",
        )?,
    })
}

pub(super) fn count(snapshot: &Snapshot, asked: &Asked) -> Result<Vec<Coverage>, StoreError> {
    let mut schemas: BTreeMap<(String, String), Coverage> = BTreeMap::new();
    let mut made = |catalog: &str, schema: &str, change: &mut dyn FnMut(&mut Coverage)| {
        let key = (catalog.to_owned(), schema.to_owned());
        let (catalog, schema) = key.clone();
        change(schemas.entry(key).or_insert_with(|| Coverage {
            catalog,
            schema,
            ..Coverage::default()
        }));
    };
    for cells in snapshot.rows(&asked.tables)? {
        made(text(&cells[0]), text(&cells[1]), &mut |coverage| coverage.tables.push(table(&cells)));
    }
    for cells in snapshot.rows(&asked.policies)? {
        made(text(&cells[0]), text(&cells[1]), &mut |coverage| {
            let name = text(&cells[2]);
            if let Some(table) = coverage.tables.iter_mut().find(|table| table.name == name) {
                add(table, &cells);
            }
        });
    }
    schemas.retain(|_, coverage| !coverage.tables.is_empty());
    for cells in snapshot.rows(&asked.unseen)? {
        let path = text(&cells[1]);
        for coverage in
            schemas.values_mut().filter(|it| path.starts_with(&format!("{}/", it.catalog)))
        {
            match cells[0].as_text().map(|name| name.split_once('.')) {
                None => coverage.is_open = true,
                Some(Some((schema, name))) if schema == coverage.schema => {
                    coverage.unseen.push(name.to_owned());
                }
                Some(_) => {}
            }
        }
    }
    schemas.values_mut().for_each(|coverage| coverage.unseen.dedup());
    Ok(schemas.into_values().collect())
}

fn table(cells: &Cells) -> Covered {
    let flag = |at: usize| cells[at].as_int().map(|number| number == 1);
    Covered {
        name: text(&cells[2]).to_owned(),
        rls: flag(3),
        forced: flag(4),
        exposed: flag(5) != Some(false),
        place: (
            text(&cells[6]).to_owned(),
            cells[7].as_int().and_then(|line| u32::try_from(line).ok()),
        ),
        is_open: cells[8].as_int().is_none(),
        ..Covered::default()
    }
}

fn add(table: &mut Covered, cells: &Cells) {
    table.policies += 1;
    if cells[4].as_int() != Some(1) {
        return;
    }
    let roles: Vec<String> = serde_json::from_str(text(&cells[5])).unwrap_or_default();
    let command = text(&cells[3]);
    for (at, name) in COMMANDS.iter().enumerate() {
        if command == "all" || command == *name {
            table.roles[at].extend(roles.iter().cloned());
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_text().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_undecided_or_unseen_widens_the_interval() {
        let table = |rls| Covered { rls, ..Covered::default() };
        let coverage = Coverage {
            schema: "ipai_silver_sales".to_owned(),
            tables: vec![table(Some(true)), table(Some(false)), table(None)],
            unseen: vec!["later".to_owned()],
            ..Coverage::default()
        };
        assert_eq!(coverage.interval(), (1, 3, 4));
        assert_eq!(coverage.layer(), Some("silver"));
        assert_eq!(Coverage { schema: "golden".to_owned(), ..Coverage::default() }.layer(), None);
    }
}

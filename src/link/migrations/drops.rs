//! What is dropped, and what goes with it.

use super::apply::Step;
use super::catalog::{Catalog, Constraint, Doubt, Doubted, Found, Held, Key, Shared, Table};
use super::failure::Failure;
use super::objects::What;
use super::provided::is_provided;
use super::typing::{Stop, all, fails, open};
use super::views;
use crate::facts::sql::{CreateView, Name};

/// `drop table`.
pub fn drop(
    step: &mut Step<'_>,
    names: &[Name],
    if_exists: bool,
    cascade: bool,
) -> Result<(), Stop> {
    let mut keys = Vec::new();
    let mut checks = Vec::new();
    for name in names {
        let key = step.key(name)?;
        match step.needs(name, if_exists) {
            Ok(None) => continue,
            Err(Stop::Fails(failure)) => {
                let error = format!("table \"{}\" does not exist", name.name);
                return fails(Failure { error, ..failure });
            }
            Err(stop)
                if !if_exists || !step.catalog.tables.contains_key(&key) || is_provided(&key.0) =>
            {
                checks.push(Err(stop))
            }
            _ => {}
        }
        keys.push(key);
    }
    if !cascade {
        checks.extend(
            keys.iter().map(|key| undepended(step.catalog, key, &keys)).collect::<Vec<_>>(),
        );
    }
    let result = all(checks).map(|_: Vec<()>| ());
    let doubt = step.doubt("a table it depends on is dropped");
    step.settle(result, |step| keys.iter().for_each(|key| remove(step.catalog, key, &doubt)))
}

fn undepended(catalog: &Catalog, key: &Key, dropped: &[Key]) -> Result<(), Stop> {
    let others = || catalog.tables.iter().filter(|(other, _)| !dropped.contains(other));
    let points = |held: &Held<Constraint>| held.value.target.as_ref() == Some(key);
    let certainly = |held: &Held<Shared<Table>>| {
        held.doubt.is_none()
            && held.value.constraints.iter().any(|it| points(it) && it.doubt.is_none())
    };
    if others().any(|(_, held)| certainly(held))
        && catalog.tables.get(key).is_some_and(|held| held.doubt.is_none())
    {
        return fails(format!("cannot drop table {} because other objects depend on it", key.1));
    }
    let may = others().any(|(_, held)| {
        held.value.constraints.iter().any(points)
            || held.value.parent.as_ref() == Some(key)
            || mentioned(&held.value, &key.1)
    });
    if may
        || catalog.is_depended_on(&key.1)
        || views::names(catalog, &key.1, key)
        || catalog.relations_open.is_some()
    {
        return open(format!("whether something depends on \"{}\"", key.1));
    }
    Ok(())
}

/// Whether a policy of the table may name another.
fn mentioned(table: &Table, name: &str) -> bool {
    let texts = table
        .policies
        .values()
        .flat_map(|held| held.value.says.using.iter().chain(&held.value.says.check));
    texts
        .into_iter()
        .any(|(text, _)| text.to_ascii_lowercase().contains(&name.to_ascii_lowercase()))
}

/// Takes a table out, with what hangs on it.
pub fn remove(catalog: &mut Catalog, key: &Key, doubt: &Doubt) {
    catalog.tables.remove(key);
    catalog.relations.retain(|_, held| held.value.owner.as_deref() != Some(key));
    catalog.forget(key);
    for held in catalog.tables.values_mut() {
        held.value.constraints.retain(|held| held.value.target.as_ref() != Some(key));
        if mentioned(&held.value, &key.1) {
            held.value.doubt_policies(doubt);
        }
        if held.value.parent.as_ref() == Some(key) {
            held.doubt = Some(doubt.clone());
        }
    }
    let names = |says: &CreateView| says.survey.words.binary_search(&key.1).is_ok();
    let views = catalog.relations.values_mut().filter(|held| match &held.value.what {
        What::View(says, _) => names(says),
        What::Index(_) | What::Sequence => false,
        What::Unread => held.value.owner.is_none(),
    });
    views.for_each(|held| held.doubt = Some(doubt.clone()));
    for (_, held) in catalog.routines.iter_mut() {
        let signature = held.value.says.parameters.iter().any(|it| it.ty.contains(&key.1))
            || held.value.returns.contains(&key.1);
        if signature {
            held.doubt = Some(doubt.clone());
        }
    }
}

impl Step<'_> {
    /// `drop schema`.
    pub fn drop_schema(&mut self, name: &str, if_exists: bool, cascade: bool) -> Result<(), Stop> {
        if is_provided(name) {
            return open(format!("schema \"{name}\" is the platform's"));
        }
        match self.catalog.schema(name) {
            Found::No if if_exists => return Ok(()),
            Found::No => return fails(format!("schema \"{name}\" does not exist")),
            _ => {}
        }
        let held = |open: &Doubted, doubt: &Doubted| open.is_none() && doubt.is_none();
        let certain = self
            .catalog
            .tables
            .iter()
            .any(|(key, table)| key.0 == name && held(&None, &table.doubt));
        if certain
            && !cascade
            && held(&self.catalog.schemas_open, &self.catalog.schemas[name].doubt)
        {
            return fails(format!("cannot drop schema {name} because other objects depend on it"));
        }
        let doubt = self.doubt(format!("schema \"{name}\" is dropped"));
        let tables: Vec<Key> = self
            .catalog
            .tables
            .keys()
            .filter(|key| key.0 == name)
            .map(|key| Key::clone(key))
            .collect();
        tables.iter().for_each(|key| remove(self.catalog, key, &doubt));
        self.catalog.relations.retain(|key, _| key.0 != name);
        self.catalog.types.retain(|key, _| key.0 != name);
        self.catalog.routines.retain(|key, _| key.0 != name);
        self.catalog.schemas.remove(name);
        // Functions and types of the schema may carry columns and policies elsewhere.
        for table in self.catalog.tables.values_mut() {
            table.value.doubt_policies(&doubt);
            table.value.doubt_shape(&doubt);
        }
        open("what a dropped schema takes along is not decided")
    }
}

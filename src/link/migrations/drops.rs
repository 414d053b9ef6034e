//! What is dropped, and what goes with it.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Catalog, Constraint, Doubted, Found, Held, Key};
use super::depends;
use super::failure::{Failure, dotted};
use super::objects::ExtraKind;
use super::provided::is_provided;
use super::row_fits::quiet;
use super::typing::{Stop, Used, all, fails, open};
use crate::facts::sql::Name;

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
    step.settle(result, |step| keys.iter().for_each(|key| remove(step, key)))
}

fn undepended(catalog: &Catalog, key: &Key, dropped: &[Key]) -> Result<(), Stop> {
    let mut others = catalog.tables.iter().filter(|(other, _)| !dropped.contains(other));
    if let Some((child, held)) = others.find(|(_, held)| held.value.parent.as_ref() == Some(key)) {
        let error =
            format!("cannot drop table {} because other objects depend on it: {}", key.1, child.1);
        return match held.doubt {
            None => fails(error),
            Some(_) => open(format!("whether something depends on \"{}\"", key.1)),
        };
    }
    if catalog.tables.get(key).is_none_or(|held| held.doubt.is_some()) {
        return depends::free(
            catalog,
            &Used::Relation(key.clone()),
            dropped,
            &format!("table {}", key.1),
        )
        .or_else(|_| open(format!("whether something depends on \"{}\"", key.1)));
    }
    depends::free(catalog, &Used::Relation(key.clone()), dropped, &format!("table {}", key.1))?;
    depends::free(catalog, &Used::Type(dotted(key)), dropped, &format!("table {}", key.1))
}

/// Takes a table out, with what hangs on it.
pub fn remove(step: &mut Step<'_>, key: &Key) {
    let children =
        step.catalog.tables.iter().filter(|(_, held)| held.value.parent.as_ref() == Some(key));
    let children: Vec<Key> = children.map(|(it, _)| Key::clone(it)).collect();
    step.catalog.tables.remove(key);
    step.catalog.relations.retain(|_, held| held.value.owner.as_deref() != Some(key));
    step.catalog.forget(key);
    depends::cascade(step, &Used::Relation(key.clone()));
    depends::cascade(step, &Used::Type(dotted(key)));
    children.iter().for_each(|child| remove(step, child));
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
            .any(|(key, table)| key.0 == name && held(&None, &table.doubt))
            || self.catalog.relations.iter().any(|(key, it)| key.0 == name && it.doubt.is_none())
            || self.catalog.routines.iter().any(|(key, it)| key.0 == name && it.doubt.is_none())
            || self.catalog.types.iter().any(|(key, it)| key.0 == name && it.doubt.is_none());
        if certain
            && !cascade
            && held(&self.catalog.schemas_open, &self.catalog.schemas[name].doubt)
        {
            return fails(format!("cannot drop schema {name} because other objects depend on it"));
        }
        let tables: Vec<Key> = self
            .catalog
            .tables
            .keys()
            .filter(|key| key.0 == name)
            .map(|key| Key::clone(key))
            .collect();
        tables.iter().for_each(|key| remove(self, key));
        let views: Vec<Key> = self
            .catalog
            .relations
            .keys()
            .filter(|key| key.0 == name)
            .map(|key| Key::clone(key))
            .collect();
        for key in views {
            self.catalog.relations.remove(&key);
            self.catalog.forget(&key);
            depends::cascade(self, &Used::Relation(key));
        }
        let types: Vec<Key> = self
            .catalog
            .types
            .keys()
            .filter(|key| key.0 == name)
            .map(|key| Key::clone(key))
            .collect();
        for key in types {
            self.catalog.types.remove(&key);
            depends::cascade(self, &Used::Type(dotted(&key)));
        }
        let routines: Vec<_> =
            self.catalog.routines.keys().filter(|key| key.0 == name).cloned().collect();
        for key in routines {
            self.catalog.routines.remove(&key);
            depends::cascade(self, &Used::Routine((*key).clone()));
        }
        let mut inside = self.catalog.extras[ExtraKind::Extension as usize].values();
        let extension =
            inside.any(|it| it.value.cells.first().and_then(|it| it.as_text()) == Some(name));
        let sure = self.catalog.schemas.remove(name).is_some_and(|it| it.doubt.is_none());
        match (extension, sure || if_exists) {
            (false, true) => Ok(()),
            _ => open("what a dropped schema takes along is not decided"),
        }
    }
}

/// Whether no other table points to rows that are deleted.
pub(super) fn unpointed(step: &Step<'_>, key: &Key) -> Result<(), Stop> {
    let points = |it: &Held<Constraint>| it.value.target.as_ref() == Some(key);
    let mut others =
        step.catalog.tables.iter().filter(|(_, held)| held.value.constraints.iter().any(points));
    match others.any(|(other, _)| step.empty(other).is_err() || other.as_ref() == key) {
        true => open("whether other rows point to what is deleted"),
        false => Ok(()),
    }
}

/// Empties tables; those that point to them must be among them, or go along.
pub fn truncate(step: &mut Step<'_>, names: &[Name], cascade: bool) -> Result<(), Stop> {
    let mut keys = Vec::new();
    for name in names {
        keys.extend(step.needs(name, false)?);
    }
    let points =
        |it: &Held<Constraint>| it.value.target.as_ref().is_some_and(|it| keys.contains(it));
    let others = step.catalog.tables.iter().filter(|it| !keys.contains(it.0));
    let pointing: Vec<_> = others
        .filter(|it| it.1.value.constraints.iter().any(points))
        .map(|it| Key::clone(it.0))
        .collect();
    let certain = |key: &Key| {
        let held = &step.catalog.tables[key];
        held.doubt.is_none()
            && held.value.constraints.iter().any(|it| points(it) && it.doubt.is_none())
    };
    if !cascade && pointing.iter().any(certain) {
        return fails("cannot truncate a table referenced in a foreign key constraint");
    }
    let mut checks: Vec<_> =
        keys.iter().map(|key| quiet(step, &step.catalog.tables[key].value, "truncate")).collect();
    if !pointing.is_empty() {
        checks.push(open("what points to a table that is emptied"));
    }
    let epoch = step.catalog.rows_epoch;
    for key in &keys {
        let table = &mut step.catalog.tables.get_mut(key).expect("it is there").value;
        (table.rows, table.known, table.born) = (None, Some(Rc::default()), epoch);
        // Whether the numbers of its sequences start again is not followed.
        table.numbered = true;
    }
    let doubt = step.doubt("rows go with those they point to");
    for key in &pointing {
        let table = &mut step.catalog.tables.get_mut(key).expect("it is there").value;
        (table.rows, table.known) = (Some(doubt.clone()), None);
    }
    all(checks).map(|_| ())
}

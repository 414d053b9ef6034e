//! Triggers: their table, and the function they call.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Found, Held, Table, found};
use super::failure::{Failure, dotted};
use super::objects::Trigger;
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::{CreateTrigger, Routine};

impl Table {
    /// Whether it has the trigger.
    pub fn trigger(&self, name: &str) -> Found<'_, Trigger> {
        found(self.triggers.get(name), |value| value, &self.triggers_open)
    }
}

/// `create trigger`.
pub fn create(step: &mut Step<'_>, said: &CreateTrigger) -> Result<(), Stop> {
    let key = match step.needs(&said.table, false) {
        Ok(key) => key.expect("a table that must be there is there"),
        Err(stop) => return on_unsure(step, said, stop),
    };
    let table = &step.catalog.tables[&key].value;
    let mut checks = vec![function(step, said)];
    checks.push(match table.trigger(&said.name) {
        Found::Yes(_) if said.or_replace => Ok(()),
        Found::Yes(old) => {
            let failure = Failure::new(format!(
                "trigger \"{}\" for relation \"{}\" already exists",
                said.name, key.1
            ));
            fails(
                failure
                    .lacking("there", format!("{}.{}", dotted(&key), said.name))
                    .behind(&old.place),
            )
        }
        Found::Maybe(_) if said.or_replace => Ok(()),
        Found::Maybe(reason) => {
            open(format!("trigger \"{}\" is not certain ({reason})", said.name))
        }
        Found::No => Ok(()),
    });
    for column in &said.columns {
        checks.push(match table.column(column) {
            Found::Yes(_) => Ok(()),
            Found::No => {
                let error = format!("column \"{column}\" of relation \"{}\" does not exist", key.1);
                let failure = Failure::new(error).lacking("column", column);
                fails(failure.of_table(&key, &table.place))
            }
            Found::Maybe(reason) => open(reason),
        });
    }
    if let Some(when) = &said.when {
        let seen = |event: &str| !said.events.iter().any(|it| it == event);
        let rows = [("old", seen("insert")), ("new", seen("delete"))];
        let rows = rows.into_iter().filter(|it| it.1);
        let frame = rows.map(|(name, _)| (name.to_owned(), &**table)).collect();
        checks.push(step.with_scope(vec![frame], |scope| scope.condition(when)));
    }
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}` of a trigger")));
    }
    if said.timing == "instead of" {
        checks.push(fails(format!("\"{}\" is a table", key.1)));
    }
    if table.kind != "table" || table.parent.is_some() || (table.provided && !step.supabase) {
        checks.push(open("a trigger on such a table"));
    }
    step.settle(all(checks).map(|_| ()), |step| put(step, &key, said))
}

fn on_unsure(step: &mut Step<'_>, said: &CreateTrigger, stop: Stop) -> Result<(), Stop> {
    if let (Stop::Open(reason), Ok(key)) = (&stop, step.key(&said.table))
        && step.catalog.tables.contains_key(&key)
    {
        let doubt = step.doubt(reason.clone());
        put(step, &key, said);
        let table = &mut step.catalog.tables.get_mut(&key).expect("it is there").value;
        table.triggers.values_mut().for_each(|held| held.doubt = Some(doubt.clone()));
    }
    Err(stop)
}

fn put(step: &mut Step<'_>, key: &super::catalog::Key, said: &CreateTrigger) {
    let function = step.key(&said.function).unwrap_or_default();
    let value = Trigger { says: Rc::new(said.clone()), function, place: step.place.clone() };
    let table = &mut step.catalog.tables.get_mut(key).expect("the table was found").value;
    table.triggers.insert(said.name.clone(), Held::certain(value));
}

/// The function must be there, take nothing and return `trigger`.
fn function(step: &Step<'_>, said: &CreateTrigger) -> Result<(), Stop> {
    let named = Routine { name: said.function.clone(), args: Some(Vec::new()) };
    let schema = said.function.schema.as_deref();
    if schema.is_none()
        && ["moddatetime", "tsvector_update_trigger"].contains(&said.function.name.as_str())
    {
        return open("a function of an extension");
    }
    match step.routine(&named)? {
        Some(routine) if routine.returns == "trigger" => Ok(()),
        Some(_) => fails(format!("function {} must return type trigger", said.function.name)),
        None => open("a function that is not read"),
    }
}

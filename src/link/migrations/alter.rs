//! `alter table`.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Found, Key, Shared, Table};
use super::constraints::{add_constraint, drop_constraint, own_index};
use super::depends;
use super::failure::{Failure, dotted, taken_relation};
use super::generated::generates;
use super::indexes::adopt;
use super::tables::{add_column, taken};
use super::typing::{Stop, Used, all, fails, open};
use crate::facts::sql::{Action, Column as SaidColumn, Constraint as SaidConstraint, Name, Survey};

/// `alter table`.
pub fn alter(
    step: &mut Step<'_>,
    name: &Name,
    if_exists: bool,
    actions: &[Action],
) -> Result<(), Stop> {
    let (mut key, unsure) = match step.needs(name, if_exists) {
        Ok(None) => return Ok(()),
        Ok(Some(key)) => (key, Ok(())),
        Err(Stop::Fails(error)) => return fails(error),
        Err(stop) => match step.key(name) {
            Ok(key) if step.catalog.tables.contains_key(&key) => (key, Err(stop)),
            _ => return Err(stop),
        },
    };
    // One action changes nothing unless it is taken; several are taken together.
    let before = (actions.len() > 1).then(|| step.catalog.clone());
    let mut checks = vec![unsure];
    for action in actions {
        let checked = act(step, &mut key, action);
        if let Err(Stop::Fails(error)) = checked {
            if let Some(before) = before {
                *step.catalog = before;
            }
            return if checks[0].is_ok() { fails(error) } else { open(error.error) };
        }
        checks.push(checked);
    }
    all(checks).map(|_| ())
}

fn act(step: &mut Step<'_>, key: &mut Key, action: &Action) -> Result<(), Stop> {
    let place = step.place.clone();
    let doubt = step.doubt("`alter table` that is not read");
    let inherited =
        step.catalog.tables.values().any(|held| held.value.parent.as_ref() == Some(key));
    let table = &mut step.catalog.tables.get_mut(key).expect("the table was found").value;
    if table.provided && !matches!(action, Action::Rls(_) | Action::Force(_)) {
        return open("a table of the platform");
    }
    match action {
        Action::Rls(_) | Action::Force(_) if table.kind == "foreign" => {
            open("row level security of a foreign table")
        }
        Action::Rls(on) => {
            (table.rls, table.rls_place) = (Some(*on), Some(place));
            Ok(())
        }
        Action::Force(on) => {
            table.force = Some(*on);
            Ok(())
        }
        Action::AddColumn { .. } | Action::RenameColumn { .. } | Action::DropColumn { .. }
            if inherited =>
        {
            step.catalog
                .tables
                .values_mut()
                .filter(|held| held.value.parent.is_some())
                .for_each(|held| held.value.doubt_shape(&doubt));
            step.catalog
                .tables
                .get_mut(key)
                .expect("the table was found")
                .value
                .doubt_shape(&doubt);
            open("a table with children")
        }
        Action::AddColumn { column, constraints, if_not_exists } => {
            alter_add_column(step, key, column, constraints, *if_not_exists)
        }
        Action::AddConstraint(constraint) => {
            let rows = if constraint.not_valid { Ok(()) } else { step.empty(key) };
            let adopted = constraint.index.as_ref().map(|it| adopt(step, key, constraint, it));
            let constraint = match adopted.transpose()? {
                Some(adopted) => &adopted.clone(),
                None => constraint,
            };
            let mut table = Table::clone(&step.catalog.tables[key].value);
            let checked = add_constraint(step, &mut table, key, constraint);
            if !matches!(checked, Err(Stop::Fails(_))) {
                if let Some(made) = table.constraints.last() {
                    own_index(step.catalog, key, &made.value);
                }
                put(step, key, table);
            }
            all([rows, checked]).map(|_| ())
        }
        Action::DropColumn { name, if_exists, cascade } => {
            drop_column(step, key, name, *if_exists, *cascade)
        }
        Action::RenameColumn { from, to } => {
            let result = rename_column(table, from, to, &key.1);
            if result.is_ok() {
                let renamed = |it: &Used| match it {
                    Used::Column(of, name) if of == key && name == from => {
                        Some(Used::Column(key.clone(), to.clone()))
                    }
                    _ => None,
                };
                step.catalog.renamed(&renamed);
                step.catalog.reword(key, from, to);
            }
            result
        }
        Action::Rename(to) => rename(step, key, (key.0.clone(), to.clone())),
        Action::SetSchema(schema) => {
            let usable = step.usable_schema(schema);
            if let Err(Stop::Fails(_)) = usable {
                return usable;
            }
            let to = (schema.clone(), key.1.clone());
            all([usable, rename(step, key, to)]).map(|_| ())
        }
        Action::Unseen => Ok(()),
        Action::AlterColumn { name, change } => super::columns::change(step, key, name, change),
        Action::RenameConstraint { from, to } => {
            super::columns::rename_constraint(step, key, from, to)
        }
        Action::Validate(_) => step.empty(key),
        Action::Partition { .. } => {
            table.doubt_shape(&doubt);
            open("`attach partition`")
        }
        Action::Other(words) if words.starts_with("drop constraint ") => {
            drop_constraint(step, key, words)
        }
        Action::Other(words) if words.starts_with("owner to ") => {
            step.role(words.trim_start_matches("owner to ").trim_matches('"'))
        }
        Action::Other(words) => {
            if words.contains("trigger") {
                table.doubt_triggers(&doubt);
            } else if !words.starts_with("owner to") {
                table.doubt_shape(&doubt);
            }
            open(format!(
                "`alter table ... {}`",
                words.split(' ').take(2).collect::<Vec<_>>().join(" ")
            ))
        }
    }
}

fn alter_add_column(
    step: &mut Step<'_>,
    key: &Key,
    column: &SaidColumn,
    constraints: &[SaidConstraint],
    if_not_exists: bool,
) -> Result<(), Stop> {
    let mut table = Table::clone(&step.catalog.tables[key].value);
    let there = match table.column(&column.name) {
        Found::Yes(_) if if_not_exists => return Ok(()),
        Found::Yes(_) => {
            let older = table.columns.iter().find(|it| it.value.0.name == column.name);
            let failure = Failure::new(format!(
                "column \"{}\" of relation \"{}\" already exists",
                column.name, key.1
            ))
            .lacking("there", format!("{}.{}", dotted(key), column.name));
            return fails(match older {
                Some(held) => failure.behind(&held.value.1),
                None => failure,
            });
        }
        Found::Maybe(reason) => {
            open(format!("column \"{}\" is not certain ({reason})", column.name))
        }
        Found::No => Ok(()),
    };
    let needs_rows = (column.not_null && column.default.is_none())
        || column.generated.is_some()
        || !constraints.is_empty();
    let rows = if needs_rows { step.empty(key) } else { Ok(()) };
    let old = table
        .columns
        .iter()
        .position(|held| held.value.0.name == column.name)
        .map(|at| table.columns.remove(at));
    let perhaps = there.is_err();
    let mut checks = vec![there, rows, add_column(step, &mut table, column)];
    checks.push(generates(step, &table, key, column));
    checks.extend(
        constraints
            .iter()
            .map(|constraint| add_constraint(step, &mut table, key, constraint))
            .collect::<Vec<_>>(),
    );
    if let (Some(held), Some(_)) = (table.columns.last_mut(), old) {
        held.doubt = Some(step.doubt("an older column of this name may stay"));
    }
    let result = match all(checks).map(|_| ()) {
        // If the column is there, nothing is asked of the new one.
        Err(Stop::Fails(failure)) if perhaps && if_not_exists => open(failure.error),
        other => other,
    };
    if !matches!(result, Err(Stop::Fails(_))) {
        for made in &table.constraints {
            own_index(step.catalog, key, &made.value);
        }
        put(step, key, table);
    }
    result
}

fn put(step: &mut Step<'_>, key: &Key, table: Table) {
    step.catalog.tables.get_mut(key).expect("the table was found").value = Shared::new(table);
}

fn drop_column(
    step: &mut Step<'_>,
    key: &Key,
    name: &str,
    if_exists: bool,
    cascade: bool,
) -> Result<(), Stop> {
    let table = &step.catalog.tables[key].value;
    let there = match table.column(name) {
        Found::No if if_exists => return Ok(()),
        Found::No => {
            let error = format!("column \"{name}\" of relation \"{}\" does not exist", key.1);
            let failure = Failure::new(error).lacking("column", name);
            return fails(failure.of_table(key, &table.place));
        }
        Found::Maybe(reason) if !if_exists => {
            open(format!("column \"{name}\" is not certain ({reason})"))
        }
        _ => Ok(()),
    };
    let _ = table;
    let gone = Used::Column(key.clone(), name.to_owned());
    let mut checks = vec![there];
    if cascade {
        depends::cascade(step, &gone);
    } else {
        // What stands on the column in its own table goes with it, but for policies, views and what is computed from it.
        let what = format!("column {name} of table {}", key.1);
        checks.push(depends::free(step.catalog, &gone, &[], &what));
    }
    let result = all(checks).map(|_: Vec<()>| ());
    step.settle(result, |step| {
        let indexes = step.catalog.relations.iter().filter(|(_, held)| {
            held.value.owner.as_deref() == Some(key) && held.value.used.contains(&gone)
        });
        let indexes: Vec<Key> = indexes.map(|(it, _)| Key::clone(it)).collect();
        indexes.iter().for_each(|it| drop(step.catalog.relations.remove(it)));
        let table = &mut step.catalog.tables.get_mut(key).expect("the table was found").value;
        depends::drop_column(table, name);
    })
}

fn rename_column(table: &mut Table, from: &str, to: &str, name: &str) -> Result<(), Stop> {
    let there = match (table.column(from), table.column(to)) {
        (Found::No, _) => {
            let failure = Failure::new(format!("column \"{from}\" does not exist"));
            return fails(failure.lacking("column", from));
        }
        (_, Found::Yes(_)) => {
            return fails(format!("column \"{to}\" of relation \"{name}\" already exists"));
        }
        (Found::Yes(_), Found::No) => Ok(()),
        _ => open(format!("columns \"{from}\" and \"{to}\" are not certain")),
    };
    let columns = table.columns.iter_mut().map(|held| &mut held.value.0.name);
    let keys = table.constraints.iter_mut().flat_map(|held| &mut held.value.columns);
    columns.chain(keys).filter(|column| *column == from).for_each(|column| *column = to.to_owned());
    there
}

/// Gives a table another name.
pub fn rename(step: &mut Step<'_>, key: &mut Key, to: Key) -> Result<(), Stop> {
    let free = match taken(step.catalog, &to) {
        Ok(true) => return fails(taken_relation(&to, step.place_of(&to).as_ref())),
        Ok(false) => Ok(()),
        Err(stop) => Err(stop),
    };
    let mut held = step.catalog.tables.remove(key).expect("the table was found");
    // Names that PostgreSQL chose stay those of the old name.
    if held.value.constraints.iter().any(|it| it.value.name.is_none()) {
        for it in held.value.constraints.iter_mut().filter(|it| it.value.name.is_none()) {
            if !it.value.kind.contains("index") {
                it.value.name = super::constraints::chosen(&it.value, key);
            }
        }
    }
    step.catalog.tables.insert(to.clone().into(), held);
    for held in step.catalog.tables.values_mut() {
        let table: &mut Table = &mut held.value;
        let targets = table.constraints.iter_mut().filter_map(|held| held.value.target.as_mut());
        let named = targets.chain(table.parent.as_mut()).filter(|target| **target == *key);
        named.for_each(|target| *target = to.clone());
    }
    let owned: Vec<Key> = step
        .catalog
        .relations
        .iter()
        .filter(|(_, held)| held.value.owner.as_deref() == Some(key))
        .map(|(name, _)| Key::clone(name))
        .collect();
    for name in owned {
        let mut held = step.catalog.relations.remove(&name).expect("it was listed");
        held.value.owner = Some(to.clone().into());
        step.catalog.relations.insert((to.0.clone(), name.1).into(), held);
    }
    let renamed = |it: &Used| match it {
        Used::Relation(of) if of == key => Some(Used::Relation(to.clone())),
        Used::Column(of, name) if of == key => Some(Used::Column(to.clone(), name.clone())),
        _ => None,
    };
    step.catalog.renamed(&renamed);
    // What depends on the old name's words depends on the new one's.
    if step.catalog.is_depended_on(&key.1) {
        let survey = Survey { words: vec![to.1.clone()], ..Survey::default() };
        step.catalog.dependents.push(Rc::new(survey));
    }
    *key = to;
    free
}

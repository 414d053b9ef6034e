//! Constraints: what a server asks of keys, checks and foreign keys.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Catalog, Constraint, Doubted, Found, Held, Key, Table};
use super::failure::Failure;
use super::objects::{Relation, What};
use super::tables::taken;
use super::types;
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::{Constraint as SaidConstraint, Expr, Name};

/// Adds a constraint, and says whether a server certainly takes it.
pub fn add_constraint(
    step: &Step<'_>,
    table: &mut Table,
    key: &Key,
    said: &SaidConstraint,
) -> Result<(), Stop> {
    let mut checks: Vec<Result<(), Stop>> =
        said.columns.iter().map(|column| key_column(step, table, column, &said.kind)).collect();
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}`")));
    }
    if said.kind == "primary key" {
        let second = table
            .constraints
            .iter()
            .any(|held| held.value.kind == "primary key" && held.doubt.is_none());
        checks.push(if second {
            fails(format!("multiple primary keys for table \"{}\" are not allowed", key.1))
        } else {
            certain(&table.constraints_open)
        });
        let columns =
            table.columns.iter_mut().filter(|held| said.columns.contains(&held.value.0.name));
        columns.for_each(|held| held.value.0.not_null = true);
    }
    checks.push(constraint_name(step, table, key, said));
    if let Some(check) = &said.check {
        checks.push(blame(
            step.with_scope(vec![vec![(key.1.clone(), table)]], |scope| scope.condition(check)),
            key,
            table,
        ));
        checks.push(without_query(check));
    }
    let target = said.target.as_ref().map(|(target, columns)| {
        checks.push(foreign_key(step, table, key, said, target, columns));
        step.key(target).unwrap_or_else(|_| (String::new(), target.name.clone()))
    });
    let made = Constraint {
        name: said.name.clone(),
        kind: said.kind.clone(),
        columns: said.columns.clone(),
        target,
        target_columns: said
            .target
            .as_ref()
            .map(|(_, columns)| columns.clone())
            .unwrap_or_default(),
        check: said.check.clone().map(Rc::new),
        deferrable: said.deferrable,
        place: step.place.clone(),
    };
    table.constraints.push(Held::certain(made));
    all(checks).map(|_| ())
}

impl Step<'_> {
    /// Whether a table certainly has no rows.
    pub fn empty(&self, key: &Key) -> Result<(), Stop> {
        let Some(held) = self.catalog.tables.get(key) else { return Ok(()) };
        if held.value.born < self.catalog.rows_epoch {
            certain(&self.catalog.rows_open)?;
        }
        certain(&held.value.rows)
    }
}

/// Names the table a missing column is missing from.
pub fn blame<T>(result: Result<T, Stop>, key: &Key, table: &Table) -> Result<T, Stop> {
    match result {
        Err(Stop::Fails(failure)) => fails(failure.of_table(key, &table.place)),
        other => other,
    }
}

/// Whether nothing leaves it open.
pub fn certain(doubt: &Doubted) -> Result<(), Stop> {
    doubt.as_ref().map_or(Ok(()), |doubt| open(doubt.reason.to_string()))
}

fn key_column(step: &Step<'_>, table: &Table, column: &str, kind: &str) -> Result<(), Stop> {
    match table.column(column) {
        Found::Yes(_) if !matches!(kind, "primary key" | "unique") => Ok(()),
        Found::Yes(column) => match types::canonical(&column.ty) {
            Some(ty) if types::is_ordered(&types::base(&ty)) => Ok(()),
            _ if step.is_enum(&column.ty) => Ok(()),
            _ => open(format!("whether type `{}` can be a key", column.ty)),
        },
        Found::No => {
            let failure = Failure::new(format!("column \"{column}\" named in key does not exist"));
            fails(failure.lacking("column", column))
        }
        Found::Maybe(reason) => open(format!("column \"{column}\" is not certain ({reason})")),
    }
}

fn constraint_name(
    step: &Step<'_>,
    table: &Table,
    key: &Key,
    said: &SaidConstraint,
) -> Result<(), Stop> {
    let Some(name) = &said.name else { return Ok(()) };
    let same = table.constraints.iter().find(|held| {
        held.value.name.as_ref() == Some(name)
            && held.value.kind != "unique index"
            && held.value.kind != "index"
    });
    match same {
        Some(Held { doubt: None, .. }) if matches!(said.kind.as_str(), "check" | "foreign key") => {
            return fails(format!(
                "constraint \"{name}\" for relation \"{}\" already exists",
                key.1
            ));
        }
        Some(_) => return open(format!("whether constraint \"{name}\" is there")),
        None => certain(&table.constraints_open)?,
    }
    // A name PostgreSQL gave to another constraint may be this one; names that are taken it numbers.
    let given = table
        .constraints
        .iter()
        .filter(|held| held.value.name.is_none() && !held.value.kind.contains("index"));
    let may = given.into_iter().any(|held| match chosen(&held.value, key) {
        Some(it) => {
            let rest = name.strip_prefix(it.as_str());
            rest.is_some_and(|rest| rest.bytes().all(|it| it.is_ascii_digit()))
        }
        None => name.starts_with(&key.1),
    });
    if may {
        return open(format!("whether constraint name \"{name}\" is taken"));
    }
    if matches!(said.kind.as_str(), "primary key" | "unique")
        && taken(step.catalog, &(key.0.clone(), name.clone()))?
    {
        return fails(format!("relation \"{name}\" already exists"));
    }
    Ok(())
}

fn foreign_key(
    step: &Step<'_>,
    own: &Table,
    key: &Key,
    said: &SaidConstraint,
    target: &Name,
    columns: &[String],
) -> Result<(), Stop> {
    let to = step.key(target)?;
    let table = if to == *key {
        own
    } else {
        &step.catalog.tables
            [&step.needs(target, false)?.expect("a table that must be there is there")]
            .value
    };
    let columns =
        if columns.is_empty() { primary_key(table, &target.name)? } else { columns.to_vec() };
    if columns.len() != said.columns.len() {
        return open("a foreign key whose columns do not pair");
    }
    let pairs =
        said.columns.iter().zip(&columns).map(|(from, pointed)| {
            blame(pair(own, from, table, pointed, &target.name), &to, table)
        });
    all(pairs.collect::<Vec<_>>())?;
    let sorted = |columns: &[String]| {
        let mut columns = columns.to_vec();
        columns.sort();
        columns
    };
    let is_key = |held: &&Held<Constraint>| {
        matches!(held.value.kind.as_str(), "primary key" | "unique" | "unique index")
            && sorted(&held.value.columns) == sorted(&columns)
    };
    let keys: Vec<_> = table.constraints.iter().filter(is_key).collect();
    let leant_on = keys.iter().find(|held| !held.value.deferrable).or(keys.first());
    match leant_on {
        Some(Held { doubt: None, value }) if value.deferrable => fails(format!(
            "cannot use a deferrable unique constraint for referenced table \"{}\"",
            target.name
        )),
        Some(Held { doubt: None, .. }) => Ok(()),
        Some(_) => open(format!("whether \"{}\" has the key", target.name)),
        None if table.constraints_open.is_some() || to == *key => {
            open(format!("whether \"{}\" has the key", target.name))
        }
        None => fails(format!(
            "there is no unique constraint matching given keys for referenced table \"{}\"",
            target.name
        )),
    }
}

fn primary_key(table: &Table, name: &str) -> Result<Vec<String>, Stop> {
    match table.constraints.iter().find(|held| held.value.kind == "primary key") {
        Some(Held { doubt: None, value }) if value.deferrable => {
            fails(format!("cannot use a deferrable primary key for referenced table \"{name}\""))
        }
        Some(Held { doubt: None, value }) => Ok(value.columns.clone()),
        Some(_) => open(format!("whether \"{name}\" has a primary key")),
        None => certain(&table.constraints_open).and_then(|()| {
            fails(format!("there is no primary key for referenced table \"{name}\""))
        }),
    }
}

fn pair(own: &Table, from: &str, table: &Table, to: &str, name: &str) -> Result<(), Stop> {
    let (from_type, to_type) = match (own.column(from), table.column(to)) {
        (_, Found::No) => {
            let failure = Failure::new(format!(
                "column \"{to}\" referenced in foreign key constraint does not exist"
            ));
            return fails(failure.lacking("column", to));
        }
        (Found::Yes(from), Found::Yes(to)) => {
            (types::canonical(&from.ty), types::canonical(&to.ty))
        }
        _ => return open(format!("columns of the foreign key to \"{name}\" are not certain")),
    };
    let (Some(a), Some(b)) = (from_type, to_type) else { return open("types of a foreign key") };
    let (a, b) = (types::base(&a), types::base(&b));
    let numbers = |name: &str| types::number(name).is_some();
    match a == b || (numbers(&a) && numbers(&b)) || (types::is_text(&a) && types::is_text(&b)) {
        true => Ok(()),
        false
            if matches!(
                (a.as_str(), b.as_str()),
                ("uuid", "text" | "integer" | "bigint") | ("text" | "integer" | "bigint", "uuid")
            ) =>
        {
            fails(format!(
                "foreign key constraint to \"{name}\" cannot be implemented: {a} and {b}"
            ))
        }
        false => open("types of a foreign key"),
    }
}

/// Refuses to decide on a query where the server takes none.
pub fn without_query(expr: &Expr) -> Result<(), Stop> {
    if expr.any(&|it| it.asks().is_some()) { fails("cannot use subquery here") } else { Ok(()) }
}

/// A named key makes an index of its name.
pub fn own_index(catalog: &mut Catalog, key: &Key, constraint: &Constraint) {
    if let (Some(name), "primary key" | "unique" | "exclude") =
        (&constraint.name, constraint.kind.as_str())
    {
        let made =
            Relation::plain(What::Unread, Some(key.clone().into()), constraint.place.clone());
        catalog.relations.insert((key.0.clone(), name.clone()).into(), Held::certain(made));
    }
}

/// `alter table ... drop constraint`, by its words.
pub fn drop_constraint(step: &mut Step<'_>, key: &Key, words: &str) -> Result<(), Stop> {
    let rest = words.trim_start_matches("drop constraint ");
    let (if_exists, rest) = match rest.strip_prefix("if exists ") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (name, tail) = rest.split_once(' ').unwrap_or((rest, ""));
    let name = name.trim_matches('"');
    let table = &step.catalog.tables[key].value;
    let named = |held: &Held<Constraint>| {
        held.value.kind != "unique index"
            && match &held.value.name {
                Some(given) => given == name,
                None => chosen(&held.value, key).as_deref() == Some(name),
            }
    };
    let found: Vec<usize> = table
        .constraints
        .iter()
        .enumerate()
        .filter(|(_, it)| named(it))
        .map(|(at, _)| at)
        .collect();
    // A case that was folded away, or a name PostgreSQL had to number, could be this one.
    let unclear = table.constraints_open.is_some()
        || table.constraints.iter().any(|held| match &held.value.name {
            Some(given) => given != name && given.eq_ignore_ascii_case(name),
            None => chosen(&held.value, key).is_none_or(|it| name.starts_with(&it) && name != it),
        });
    let doubt = step.doubt("a constraint is dropped");
    match found.as_slice() {
        [] if unclear => doubtful(step, key, &doubt),
        [] if if_exists => Ok(()),
        [] => fails(format!("constraint \"{name}\" of relation \"{}\" does not exist", key.1)),
        [at] if table.constraints[*at].doubt.is_none() => {
            let is_key =
                !matches!(table.constraints[*at].value.kind.as_str(), "check" | "foreign key");
            let pointed = step.catalog.tables.values().any(|held| {
                held.value.constraints.iter().any(|it| it.value.target.as_ref() == Some(key))
            });
            if is_key && (pointed || !tail.is_empty()) {
                return doubtful(step, key, &doubt);
            }
            let held = step.catalog.tables.get_mut(key).expect("the table was found");
            held.value.constraints.remove(*at);
            step.catalog.relations.remove(&(key.0.clone(), name.to_owned()));
            Ok(())
        }
        _ => doubtful(step, key, &doubt),
    }
}

fn doubtful(step: &mut Step<'_>, key: &Key, doubt: &super::catalog::Doubt) -> Result<(), Stop> {
    step.catalog.tables.get_mut(key).expect("the table was found").value.doubt_shape(doubt);
    open("`alter table ... drop constraint`")
}

/// A name of at most 63 bytes: the longer of its parts is cut until it fits.
pub fn shortened(table: &str, column: &str, label: &str) -> String {
    let (mut table, mut column) = (table.to_owned(), column.to_owned());
    let joints = 1 + usize::from(!column.is_empty());
    while table.len() + column.len() + label.len() + joints > 63 {
        let longer = if table.len() > column.len() { &mut table } else { &mut column };
        longer.pop();
    }
    match column.as_str() {
        "" => format!("{table}_{label}"),
        column => format!("{table}_{column}_{label}"),
    }
}

/// The columns a check names.
fn named(check: &Expr) -> Vec<String> {
    let mut found: Vec<String> = match check {
        Expr::Column(parts) => parts.last().cloned().into_iter().collect(),
        other => other.parts().into_iter().flat_map(named).collect(),
    };
    found.sort();
    found.dedup();
    found
}

/// The name PostgreSQL chooses for a constraint without one; none where that is not said easily.
pub fn chosen(constraint: &Constraint, key: &Key) -> Option<String> {
    let columns = constraint.columns.join("_");
    let name = match constraint.kind.as_str() {
        "primary key" => shortened(&key.1, "", "pkey"),
        "unique" => shortened(&key.1, &columns, "key"),
        "foreign key" => shortened(&key.1, &columns, "fkey"),
        "check" => match named(constraint.check.as_deref()?).as_slice() {
            [one] => shortened(&key.1, one, "check"),
            _ => shortened(&key.1, "", "check"),
        },
        _ => return None,
    };
    name.is_ascii().then_some(name)
}

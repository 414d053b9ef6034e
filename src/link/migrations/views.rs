//! Views: what their queries name must be there.

use std::rc::Rc;

use super::aggregates::{has_aggregate, is_grouped};
use super::apply::Step;
use super::catalog::{Catalog, Found, Held, Key, Place, Table};
use super::failure::{Failure, dotted, taken_relation};
use super::objects::{Relation, What};
use super::tables::{taken, type_taken};
use super::types;
use super::typing::{Source, Stop, Type, all, fails, open};
use crate::facts::sql::{Column, CreateFunction, CreateView, Expr, Query};

/// `create view` and `create materialized view`.
pub fn create(step: &mut Step<'_>, said: &CreateView) -> Result<(), Stop> {
    let key = match step.key(&said.name) {
        Ok(key) => key,
        Err(stop) => {
            step.catalog.relations_open = Some(step.doubt("a view whose schema is not certain"));
            return Err(stop);
        }
    };
    if let Err(Stop::Fails(failure)) = step.usable_schema(&key.0) {
        return fails(failure);
    }
    let given = step.with_scope(Vec::new(), |scope| scope.gives(&said.query));
    let columns = given.clone().and_then(|given| named(said, given));
    let mut checks =
        vec![step.usable_schema(&key.0), given.map(|_| ()), columns.clone().map(|_| ())];
    match there(step, said, &key, columns.as_deref().ok()) {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(stop) => checks.push(Err(stop)),
    }
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}` of a view")));
    }
    step.settle(all(checks).map(|_| ()), |step| {
        let table = columns.ok().map(|columns| Rc::new(as_table(step, columns)));
        let what = What::View(Rc::new(said.clone()), table);
        let made = Relation::plain(what, None, step.place.clone());
        step.catalog.relations.insert(key.into(), Held::certain(made));
    })
}

/// Whether `if not exists` finds one there already; what is in the way is a failure.
fn there(
    step: &Step<'_>,
    said: &CreateView,
    key: &Key,
    columns: Option<&[(String, String)]>,
) -> Result<bool, Stop> {
    if !said.or_replace {
        type_taken(step.catalog, key)?;
        return match taken(step.catalog, key) {
            Ok(true) if said.if_not_exists => Ok(true),
            Ok(true) => fails(taken_relation(key, step.place_of(key).as_ref())),
            Ok(false) => Ok(false),
            Err(stop) => Err(stop),
        };
    }
    match (step.catalog.relation(key), step.catalog.table(key)) {
        (Found::No, Found::No) => type_taken(step.catalog, key).map(|()| false),
        (_, Found::Yes(table)) => fails(
            Failure::new(format!("\"{}\" is not a view", key.1))
                .lacking("there", dotted(key))
                .behind(&table.place),
        ),
        (Found::Maybe(reason), _) | (_, Found::Maybe(reason)) => open(reason),
        (Found::Yes(relation), Found::No) => match (&relation.what, columns) {
            (What::View(_, Some(old)), Some(columns)) => {
                replaces(old, columns, &relation.place, key)
            }
            _ => open("whether a view has the columns of the one it replaces"),
        },
    }
}

/// A view may be replaced by one with the same columns, and more behind them.
fn replaces(
    old: &Table,
    columns: &[(String, String)],
    place: &Place,
    key: &Key,
) -> Result<bool, Stop> {
    let failure =
        |error: String| fails(Failure::new(error).lacking("there", dotted(key)).behind(place));
    if columns.len() < old.columns.len() {
        return failure("cannot drop columns from view".to_owned());
    }
    for (held, (name, ty)) in old.columns.iter().zip(columns) {
        let column = &held.value.0;
        if column.name != *name {
            return failure(format!(
                "cannot change name of view column \"{}\" to \"{name}\"",
                column.name
            ));
        }
        if column.ty != *ty {
            return failure(format!("cannot change data type of view column \"{name}\""));
        }
    }
    Ok(false)
}

/// The columns by the names the view gives them.
fn named(
    said: &CreateView,
    mut given: Vec<(String, String)>,
) -> Result<Vec<(String, String)>, Stop> {
    if said.columns.len() > given.len() {
        return fails("CREATE VIEW specifies more column names than columns");
    }
    for (column, name) in given.iter_mut().zip(&said.columns) {
        column.0.clone_from(name);
    }
    let twice =
        given.iter().enumerate().find(|(at, it)| given[..*at].iter().any(|other| other.0 == it.0));
    match twice {
        Some((_, (name, _))) => fails(format!("column \"{name}\" specified more than once")),
        None => Ok(given),
    }
}

fn as_table(step: &Step<'_>, columns: Vec<(String, String)>) -> Table {
    made(&step.place, columns)
}

fn made(place: &Place, columns: Vec<(String, String)>) -> Table {
    let mut table = Table::new("view", place.clone());
    table.columns = columns
        .into_iter()
        .map(|(name, ty)| {
            let column = Column { name, ty, ..Column::default() };
            Held::certain((column, place.clone()))
        })
        .collect();
    table
}

/// The body of a function in SQL: a query in which its parameters are columns of last resort.
pub fn sql_body(step: &Step<'_>, said: &CreateFunction, query: &Query) -> Result<(), Stop> {
    let mut columns = Vec::new();
    for parameter in said.parameters.iter().filter(|it| it.is_input()) {
        let Some(name) = &parameter.name else { continue };
        columns.push((name.clone(), step.type_named(&parameter.ty)?));
    }
    let parameters = as_table(step, columns);
    let frame = vec![(said.name.name.clone(), &parameters)];
    let given = step.with_scope(vec![frame], |scope| scope.gives(query))?;
    let returns = said.returns.as_deref().unwrap_or("");
    let expected = match returns {
        "void" => return Ok(()),
        "table" => {
            let columns = said.parameters.iter().filter(|it| it.mode == "table");
            all(columns.map(|it| step.type_named(&it.ty)))?
        }
        ty => vec![step.type_named(ty.strip_prefix("setof ").unwrap_or(ty))?],
    };
    let same =
        given.len() == expected.len() && given.iter().zip(&expected).all(|((_, a), b)| a == b);
    if same { Ok(()) } else { open("the result of a function in SQL") }
}

impl<'a> super::typing::Scope<'a> {
    /// The names and types of what a query gives.
    pub fn gives(&mut self, query: &Query) -> Result<Vec<(String, String)>, Stop> {
        let frame = self.sources(query)?;
        if query.unread.is_some() {
            return open("a clause of a query");
        }
        self.frames.push(frame);
        let outer = self.groups.take();
        let columns = self.columns_of(query);
        self.groups = outer;
        self.frames.pop();
        columns
    }

    /// What a query reads from.
    pub fn sources(&mut self, query: &Query) -> Result<Vec<(String, Source<'a>)>, Stop> {
        let mut frame = Vec::new();
        let mut stops = Vec::new();
        for (name, alias) in &query.from {
            match self.relation(name) {
                Ok(table) => {
                    let alias = alias.clone().unwrap_or_else(|| name.name.clone());
                    frame.push((alias, Source::Held(table)));
                }
                Err(stop) => stops.push(Err(stop)),
            }
        }
        for (inner, alias) in &query.derived {
            match self.gives(inner) {
                Ok(columns) => {
                    let place = (Rc::from(""), 0);
                    frame.push((alias.clone(), Source::Made(Rc::new(made(&place, columns)))));
                }
                Err(stop) => stops.push(Err(stop)),
            }
        }
        all(stops).map(|_: Vec<()>| frame)
    }

    fn columns_of(&mut self, query: &Query) -> Result<Vec<(String, String)>, Stop> {
        let conditions: Vec<_> = query.conditions.iter().map(|it| self.condition(it)).collect();
        all(conditions)?;
        if query.conditions.iter().any(has_aggregate) {
            return open("an aggregate in a condition");
        }
        let adds = !query.groups.is_empty() || query.items.iter().any(has_aggregate);
        if adds {
            let groups: Vec<Expr> = query.groups.iter().map(|it| self.meant(it, query)).collect();
            let types: Vec<_> = groups.iter().map(|it| self.type_of(it)).collect();
            all(types)?;
            let fits = |it: &Expr| is_grouped(it, &groups);
            let sorts: Vec<Expr> = query.sorts.iter().map(|it| self.meant(it, query)).collect();
            if !query.items.iter().all(fits) || !sorts.iter().all(fits) {
                return open("what is not grouped by");
            }
            self.groups = Some(groups);
        }
        self.sorted(query)?;
        let mut columns = Vec::new();
        let mut doubts = Vec::new();
        for (at, item) in query.items.iter().enumerate() {
            let name = query.names.get(at).cloned().flatten();
            match self.item(item, name) {
                Ok(found) => columns.extend(found),
                Err(stop) => doubts.push(Err(stop)),
            }
        }
        all(doubts).map(|_: Vec<()>| columns)
    }

    /// What a query groups by: a number is an item's place, and a name no source has is the name of an item.
    fn meant(&mut self, group: &Expr, query: &Query) -> Expr {
        let at = match group {
            Expr::Number(text) => text.parse::<usize>().ok().and_then(|at| at.checked_sub(1)),
            Expr::Column(parts)
                if parts.len() == 1 && matches!(self.type_of(group), Err(Stop::Fails(_))) =>
            {
                query.names.iter().position(|name| name.as_ref() == parts.first())
            }
            _ => None,
        };
        at.and_then(|at| query.items.get(at)).unwrap_or(group).clone()
    }

    /// What a query sorts by: a column it gives, or what it could give.
    fn sorted(&mut self, query: &Query) -> Result<(), Stop> {
        let leads = query.distinct_on.iter().zip(&query.sorts).all(|(on, sort)| on == sort);
        let short = query.distinct_on.len() > query.sorts.len() && !query.sorts.is_empty();
        if !leads || short {
            return open("`distinct on` and the order do not agree");
        }
        let mut checks = Vec::new();
        for sort in query.sorts.iter().chain(&query.distinct_on) {
            let given = match sort {
                Expr::Column(parts) => query
                    .names
                    .iter()
                    .flatten()
                    .any(|it| parts.as_slice() == std::slice::from_ref(it)),
                Expr::Number(text) => {
                    text.parse::<usize>().is_ok_and(|at| at > 0 && at <= query.items.len())
                }
                _ => false,
            };
            if !given {
                checks.push(match self.type_of(sort) {
                    Ok(Type::Known(ty)) if types::is_ordered(&ty) => Ok(()),
                    Ok(_) => open("what is sorted by"),
                    Err(stop) => Err(stop),
                });
            }
        }
        all(checks).map(|_: Vec<()>| ())
    }

    fn item(&mut self, item: &Expr, name: Option<String>) -> Result<Vec<(String, String)>, Stop> {
        if *item == Expr::Column(vec!["*".to_owned()]) {
            let tables = self.frames.last().into_iter().flatten();
            return all(tables.map(|(_, table)| every_column(table))).map(|lists| lists.concat());
        }
        let usual = match item {
            Expr::Column(parts) => parts.last().cloned(),
            Expr::Call(name, _) => Some(name.name.clone()),
            _ => None,
        };
        let ty = match self.type_of(item)? {
            Type::Known(ty) => self.exact(item).unwrap_or(ty),
            Type::Literal(_) => "text".to_owned(),
            _ => return open("a column without a type"),
        };
        match name.or(usual) {
            Some(name) => Ok(vec![(name, ty)]),
            None => Ok(vec![("?column?".to_owned(), ty)]),
        }
    }

    /// The type of a plain column with its modifier.
    fn exact(&self, item: &Expr) -> Option<String> {
        let Expr::Column(parts) = item else { return None };
        let name = parts.last()?;
        let qualifier = parts.len().checked_sub(2).map(|at| &parts[at]);
        let tables = self.frames.iter().rev().flatten();
        let mut tables = tables.filter(|(alias, _)| qualifier.is_none_or(|it| it == alias));
        tables.find_map(|(_, table)| match table.column(name) {
            Found::Yes(column) => types::canonical(&column.ty),
            _ => None,
        })
    }
}

fn every_column(table: &Table) -> Result<Vec<(String, String)>, Stop> {
    if table.columns_open.is_some() || table.columns.iter().any(|held| held.doubt.is_some()) {
        return open("the columns of a table");
    }
    let columns = table.columns.iter().map(|held| {
        let column = &held.value.0;
        let ty = types::canonical(&column.ty).unwrap_or_else(|| column.ty.clone());
        (column.name.clone(), ty)
    });
    Ok(columns.collect())
}

/// Whether a view that is read may name something.
pub fn names(catalog: &Catalog, name: &str, but: &Key) -> bool {
    catalog.relations.iter().any(|(key, held)| match &held.value.what {
        What::View(says, _) => {
            **key != *but && says.survey.words.binary_search_by(|it| it.as_str().cmp(name)).is_ok()
        }
        _ => false,
    })
}

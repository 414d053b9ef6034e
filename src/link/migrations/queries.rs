//! Queries: what they name must be there, and what they give.

use std::rc::Rc;

use super::aggregates::{has_aggregate, is_grouped};
use super::catalog::{Found, Held, Place, Table};
use super::coercion::common;
use super::types;
use super::typing::{Scope, Stop, Type, all, fails, open};
use crate::facts::sql::{Column, Command, Cte, Expr, Query};

/// Names and types.
pub type Columns = Vec<(String, String)>;

/// A relation with these columns.
pub fn made(columns: Columns) -> Table {
    made_at(&(Rc::from(""), 0), columns)
}

/// The same, written somewhere.
pub fn made_at(place: &Place, columns: Columns) -> Table {
    let mut table = Table::new("view", place.clone());
    let columns = columns.into_iter().map(|(name, ty)| {
        let column = Column { name, ty, ..Column::default() };
        Held::certain((column, place.clone()))
    });
    table.columns = columns.collect();
    table
}
impl<'a> Scope<'a> {
    /// The names and types of what a query gives.
    pub fn gives(&mut self, query: &Query) -> Result<Columns, Stop> {
        let before = self.named.len();
        let mut checks = Vec::new();
        for cte in &query.with {
            if let Err(stop) = self.cte(cte) {
                checks.push(Err(stop));
                let unread = Table { columns_open: Some(unsure()), ..made(Vec::new()) };
                self.named.push((cte.name.clone(), Rc::new(unread)));
            }
        }
        let given = self.with_sets(query);
        self.named.truncate(before);
        checks.push(given.as_ref().map(|_| ()).map_err(Stop::clone));
        all(checks)?;
        given
    }

    /// A query named beforehand; a recursive one is known by its first part.
    pub(super) fn cte(&mut self, cte: &Cte) -> Result<(), Stop> {
        let columns = match &*cte.body {
            Command::Query(query) if cte.recursive && !query.sets.is_empty() => {
                let first = Query { sets: Vec::new(), ..query.clone() };
                let columns = renamed(self.gives(&first)?, &cte.columns)?;
                self.named.push((cte.name.clone(), Rc::new(made(columns.clone()))));
                let checked = self.gives(query).map(|_| ());
                self.named.pop();
                checked?;
                columns
            }
            Command::Query(query) => renamed(self.gives(query)?, &cte.columns)?,
            command => renamed(self.written(command)?, &cte.columns)?,
        };
        self.named.push((cte.name.clone(), Rc::new(made(columns))));
        Ok(())
    }

    pub(super) fn with_sets(&mut self, query: &Query) -> Result<Columns, Stop> {
        if let Some(clause) = &query.unread {
            return open(format!("`{clause}` of a query"));
        }
        if query.sets.is_empty() {
            return self.simple(query);
        }
        let first = Query {
            sets: Vec::new(),
            sorts: Vec::new(),
            limits: Vec::new(),
            with: Vec::new(),
            ..query.clone()
        };
        let mut lists = vec![self.simple_types(&first)?];
        for (_, other) in &query.sets {
            lists.push(self.simple_types(other)?);
        }
        let names: Vec<String> = lists[0].iter().map(|it| it.0.clone()).collect();
        if lists.iter().any(|it| it.len() != names.len()) {
            return fails("each UNION query must have the same number of columns");
        }
        let columns = names.into_iter().enumerate().map(|(at, name)| {
            let column: Vec<Type> = lists.iter().map(|it| it[at].1.clone()).collect();
            match common(self.catalog, &column) {
                Some(ty) => Ok((name, ty)),
                None => fails("UNION types cannot be matched"),
            }
        });
        let columns = all(columns.collect::<Vec<_>>())?;
        let known = |it: &Expr| match it {
            Expr::Column(parts) => columns.iter().any(|column| parts.last() == Some(&column.0)),
            Expr::Number(_) => true,
            _ => false,
        };
        match query.sorts.iter().all(|it| known(&it.0)) {
            true => Ok(columns),
            false => open("what a union is sorted by"),
        }
    }

    /// The same, with literals still literals.
    pub(super) fn simple_types(&mut self, query: &Query) -> Result<Vec<(String, Type)>, Stop> {
        let columns = self.gives(query)?;
        let stars = query.items.iter().any(
            |it| matches!(it, Expr::Column(parts) if parts.last().is_some_and(|it| it == "*")),
        );
        let plain = !stars && query.items.len() == columns.len();
        let literal = |at: usize| match query.items.get(at) {
            Some(Expr::Null) if plain => Some(Type::Null),
            Some(Expr::Text(text)) if plain => Some(Type::Literal(text.clone())),
            _ => None,
        };
        let columns = columns.into_iter().enumerate();
        Ok(columns
            .map(|(at, (name, ty))| (name, literal(at).unwrap_or(Type::Known(types::base(&ty)))))
            .collect())
    }

    pub(super) fn simple(&mut self, query: &Query) -> Result<Columns, Stop> {
        if !query.values.is_empty() {
            return self.values(&query.values);
        }
        let frame = self.sources(&query.from)?;
        self.frames.push(frame);
        let aggregates = std::mem::replace(&mut self.aggregates, false);
        let columns = self.columns_of(query);
        self.aggregates = aggregates;
        self.frames.pop();
        columns
    }

    pub(super) fn values(&mut self, rows: &[Vec<Expr>]) -> Result<Columns, Stop> {
        let width = rows.first().map_or(0, Vec::len);
        if rows.iter().any(|it| it.len() != width) {
            return fails("VALUES lists must all be the same length");
        }
        let mut columns = Vec::new();
        for at in 0..width {
            let types = rows.iter().map(|row| self.type_of(&row[at])).collect::<Vec<_>>();
            let Type::Known(ty) = self.common(&all(types)?, "VALUES")? else {
                return open("a row among values");
            };
            columns.push((format!("column{}", at + 1), ty));
        }
        Ok(columns)
    }

    pub(super) fn columns_of(&mut self, query: &Query) -> Result<Columns, Stop> {
        let conditions: Vec<_> = query.conditions.iter().map(|it| self.condition(it)).collect();
        all(conditions)?;
        if query.conditions.iter().any(has_aggregate) {
            return fails("aggregate functions are not allowed in WHERE");
        }
        self.grouped(query)?;
        self.aggregates = true;
        self.sorted(query)?;
        for (_, limit) in &query.limits {
            self.type_of(limit)?;
        }
        let having: Vec<_> = query.having.iter().map(|it| self.condition(it)).collect();
        all(having)?;
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

    pub(super) fn grouped(&mut self, query: &Query) -> Result<(), Stop> {
        let sorts = query.sorts.iter().map(|it| &it.0);
        let adds = !query.groups.is_empty()
            || !query.having.is_empty()
            || query.items.iter().chain(sorts.clone()).any(has_aggregate);
        if !adds {
            return Ok(());
        }
        let groups: Vec<Expr> = query.groups.iter().map(|it| self.meant(it, query)).collect();
        let types: Vec<_> = groups.iter().map(|it| self.type_of(it)).collect();
        all(types)?;
        let sorts: Vec<Expr> = sorts.map(|it| self.meant(it, query)).collect();
        let named = |it: &Expr| matches!(it, Expr::Column(parts) if parts.len() == 1 && query.names.iter().flatten().any(|name| *name == parts[0]));
        let mut all = Some(true);
        for it in
            query.items.iter().chain(sorts.iter().filter(|it| !named(it))).chain(&query.having)
        {
            match is_grouped(self, it, &groups) {
                Some(true) => {}
                Some(false) => {
                    return fails(
                        "column must appear in the GROUP BY clause or be used in an aggregate function",
                    );
                }
                None => all = None,
            }
        }
        if all.is_none() { open("what is not grouped by") } else { Ok(()) }
    }

    /// What a query groups by: a number is an item's place, and a name no source has is the name of an item.
    pub(super) fn meant(&mut self, group: &Expr, query: &Query) -> Expr {
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
    pub(super) fn sorted(&mut self, query: &Query) -> Result<(), Stop> {
        let mut pairs = query.distinct_on.iter().zip(&query.sorts);
        let leads = pairs.all(|(on, sort)| *on == sort.0);
        let short = query.distinct_on.len() > query.sorts.len() && !query.sorts.is_empty();
        if !leads || short {
            return open("`distinct on` and the order do not agree");
        }
        let mut checks = Vec::new();
        for sort in query.sorts.iter().map(|it| &it.0).chain(&query.distinct_on) {
            let given = match sort {
                Expr::Column(parts) => query.items.iter().zip(&query.names).any(|(item, name)| {
                    let name = name.clone().unwrap_or_else(|| usual_name(item));
                    parts.as_slice() == std::slice::from_ref(&name) && name != "*"
                }),
                Expr::Number(text) => {
                    text.parse::<usize>().is_ok_and(|at| at > 0 && at <= query.items.len())
                }
                _ => false,
            };
            let item = query.items.contains(sort);
            if query.distinct && !given && !item && !self.is_starred(query, sort) {
                return open("what a distinct query is sorted by");
            }
            if !given {
                checks.push(match self.type_of(sort) {
                    Ok(Type::Known(ty)) if types::is_ordered(&ty) || ty.ends_with("[]") => Ok(()),
                    Ok(Type::Literal(_) | Type::Null) => Ok(()),
                    Ok(_) => open("what is sorted by"),
                    Err(stop) => Err(stop),
                });
            }
        }
        all(checks).map(|_: Vec<()>| ())
    }

    /// What one item of a query gives.
    pub fn item(&mut self, item: &Expr, name: Option<String>) -> Result<Columns, Stop> {
        if let Expr::Column(parts) = item
            && parts.last().is_some_and(|it| it == "*")
        {
            return self.star(&parts[..parts.len() - 1]);
        }
        let ty = match self.type_of(item)? {
            Type::Known(ty) => self.exact(item).unwrap_or(ty),
            Type::Literal(_) | Type::Null => "text".to_owned(),
            Type::Row => "record".to_owned(),
        };
        Ok(vec![(name.unwrap_or_else(|| usual_name(item)), ty)])
    }

    /// The type of a plain column with its modifier.
    pub(super) fn exact(&self, item: &Expr) -> Option<String> {
        let Expr::Column(parts) = item else { return None };
        let name = parts.last()?;
        let qualifier = parts.len().checked_sub(2).map(|at| &parts[at]);
        let sources = self.frames.iter().rev().flat_map(|it| &it.sources);
        let mut sources = sources.filter(|it| qualifier.is_none_or(|alias| *alias == it.alias));
        sources.find_map(|it| match it.table.column(name) {
            Found::Yes(column) => (self.types)(&column.ty).ok(),
            _ => None,
        })
    }
}

pub(super) fn unsure() -> super::catalog::Doubt {
    super::catalog::Doubt { path: Rc::from(""), line: 0, reason: "a query that is not read".into() }
}

/// The name the server gives a column that is given none.
pub fn usual_name(item: &Expr) -> String {
    match item {
        Expr::Column(parts) => parts.last().cloned().unwrap_or_default(),
        Expr::Call(name, _) => name.name.clone(),
        Expr::Field(_, name) => name.clone(),
        Expr::Filter(inner, _)
        | Expr::Distinct(inner)
        | Expr::Sorted(inner, _)
        | Expr::Over(inner, _) => usual_name(inner),
        Expr::Index(inner, _) | Expr::Slice(inner, _) => usual_name(inner),
        Expr::Cast(inner, ty) => match usual_name(inner) {
            name if name == "?column?" => {
                let base = types::base(ty);
                let short = super::server::SERVER.aliases.iter().find(|it| *it.1 == base);
                short.map_or(base, |it| (*it.0).to_owned())
            }
            name => name,
        },
        Expr::Case(..) => "case".to_owned(),
        Expr::Array(_) | Expr::ArrayOf(_) => "array".to_owned(),
        Expr::Row(_) => "row".to_owned(),
        Expr::Exists(_) => "exists".to_owned(),
        Expr::Bool(_) => "bool".to_owned(),
        Expr::Query(query) => match query.items.as_slice() {
            [item] => query.names.first().cloned().flatten().unwrap_or_else(|| usual_name(item)),
            _ => "?column?".to_owned(),
        },
        _ => "?column?".to_owned(),
    }
}

/// Columns by the names an alias gives them.
pub fn renamed(mut columns: Columns, names: &[String]) -> Result<Columns, Stop> {
    if names.len() > columns.len() {
        return fails("more column names than columns");
    }
    for (column, name) in columns.iter_mut().zip(names) {
        column.0.clone_from(name);
    }
    Ok(columns)
}

/// All columns of a table, if they are certain.
pub fn every_column(table: &Table) -> Result<Columns, Stop> {
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

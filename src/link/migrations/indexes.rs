//! Indexes: what they stand on must be there.

use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Constraint, Held, Key};
use super::constraints::blame;
use super::failure::taken_relation;
use super::objects::{Relation, What};
use super::tables;
use super::types;
use super::typing::{Stop, Type, all, fails, open};
use crate::facts::sql::{CreateIndex, Expr};

impl Step<'_> {
    /// `create index`.
    pub fn create_index(&mut self, index: &CreateIndex) -> Result<(), Stop> {
        let Some(key) = self.needs(&index.table, false)? else { return Ok(()) };
        let table = &self.catalog.tables[&key].value;
        let items = index.items.iter().chain(&index.include).map(|item| {
            let typed =
                self.with_scope(vec![vec![(key.1.clone(), table)]], |scope| scope.type_of(item));
            let typed = blame(typed, &key, table);
            typed.and_then(|ty| indexable(item, &ty, &index.method))
        });
        let predicate = index.predicate.iter().map(|expr| {
            let checked =
                self.with_scope(vec![vec![(key.1.clone(), table)]], |scope| scope.condition(expr));
            blame(checked, &key, table)?;
            if is_immutable(expr) { Ok(()) } else { open("whether the condition is immutable") }
        });
        let clauses = [
            index.unread.as_ref().map(|clause| format!("`{clause}` of an index")),
            index.concurrently.then(|| "`concurrently`".to_owned()),
            (table.provided || table.kind == "foreign")
                .then(|| "an index on such a table".to_owned()),
            self.catalog
                .rows_open
                .as_ref()
                .or(table.rows.as_ref())
                .filter(|_| index.unique)
                .map(|_| "whether rows are unique".to_owned()),
        ];
        let clauses = clauses.into_iter().flatten().map(open::<()>);
        let checks: Vec<_> = items.chain(predicate).chain(clauses).collect();
        let checked = all(checks).map(|_| ());
        let name = index.name.clone().map(|name| (key.0.clone(), name));
        let exists = name.as_ref().map_or(Ok(false), |name| tables::taken(self.catalog, name));
        let exists = match exists {
            Ok(true) if index.if_not_exists => return checked,
            Ok(true) => {
                let name = name.clone().unwrap_or_default();
                fails(taken_relation(&name, self.place_of(&name).as_ref()))
            }
            Ok(false) => Ok(()),
            Err(stop) => Err(stop),
        };
        let result = all([checked, exists]).map(|_| ());
        self.settle(result, |step| add_index(step, &key, index, name))
    }
}

/// Whether an index certainly takes an item.
fn indexable(item: &Expr, ty: &Type, method: &str) -> Result<(), Stop> {
    let Type::Known(base) = ty else { return open("what is indexed") };
    let plain = matches!(item, Expr::Column(_));
    let fits = match method {
        "btree" | "hash" => types::is_ordered(base),
        "gin" => base == "jsonb" || base == "tsvector" || base.ends_with("[]"),
        _ => false,
    };
    if plain && fits { Ok(()) } else { open("whether the index takes this") }
}

/// Adds an index and, if it is a key, what a foreign key may point to.
fn add_index(step: &mut Step<'_>, key: &Key, index: &CreateIndex, name: Option<Key>) {
    let columns = index.items.iter().filter_map(|item| {
        if let Expr::Column(parts) = item { parts.last().cloned() } else { None }
    });
    let columns: Vec<String> = columns.collect();
    let place = step.place.clone();
    let doubt = step.doubt("a name PostgreSQL chose");
    let what = What::Index(Rc::new(index.clone()));
    let made = Relation::plain(what, Some(key.clone().into()), place.clone());
    match name {
        Some(name) => step.catalog.relations.insert(name.into(), Held::certain(made)),
        None => {
            let name = (key.0.clone(), format!("{}_{}_idx", key.1, columns.join("_")));
            step.catalog.relations.insert(name.into(), Held { value: made, doubt: Some(doubt) })
        }
    };
    let whole = index.predicate.is_none() && columns.len() == index.items.len();
    if index.unique && whole {
        let made = Constraint {
            name: index.name.clone(),
            kind: "unique index".to_owned(),
            columns,
            target: None,
            check: None,
            place,
        };
        step.catalog
            .tables
            .get_mut(key)
            .expect("the table was found")
            .value
            .constraints
            .push(Held::certain(made));
    }
}

/// Whether an expression certainly gives the same for the same row: it calls and casts nothing.
fn is_immutable(expr: &Expr) -> bool {
    match expr {
        Expr::Column(_) | Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null => true,
        Expr::Prefix(_, operand) | Expr::Is(operand) => is_immutable(operand),
        Expr::Binary(operator, left, right) => {
            operator != "||" && is_immutable(left) && is_immutable(right)
        }
        Expr::Among(operand, others) => is_immutable(operand) && others.iter().all(is_immutable),
        _ => false,
    }
}

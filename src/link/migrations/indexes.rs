//! Indexes: what they stand on must be there.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::apply::Step;
use super::catalog::{Constraint, Found, Held, Key};
use super::constraints::blame;
use super::failure::{Failure, dotted, taken_relation};
use super::objects::{ExtraKind, Relation, What};
use super::provided::operator_class;
use super::server::SERVER;
use super::tables;
use super::types;
use super::typing::{Stop, Type, Used, all, fails, open};
use crate::facts::sql::{Constraint as SaidConstraint, CreateIndex, Expr};

impl Step<'_> {
    /// `create index`.
    pub fn create_index(&mut self, index: &CreateIndex) -> Result<(), Stop> {
        if index.concurrently {
            self.outside("CREATE INDEX CONCURRENTLY")?;
        }
        let Some(key) = self.needs(&index.table, false)? else { return Ok(()) };
        let table = &self.catalog.tables[&key].value;
        let used = RefCell::new(BTreeSet::new());
        let items = index.items.iter().chain(&index.include).map(|item| {
            let typed = self.with_scope(vec![vec![(key.1.clone(), &**table)]], |scope| {
                let typed = scope.type_of(item);
                used.borrow_mut().append(&mut scope.used);
                typed
            });
            let typed = blame(typed, &key, table);
            typed.and_then(|ty| indexable(self, item, &ty, index))
        });
        let predicate = index.predicate.iter().map(|expr| {
            let checked = self.with_scope(vec![vec![(key.1.clone(), &**table)]], |scope| {
                let checked = scope.condition(expr);
                used.borrow_mut().append(&mut scope.used);
                checked
            });
            blame(checked, &key, table)?;
            match (is_immutable(expr), reads_clock(expr)) {
                (true, _) => Ok(()),
                (_, true) => fails("functions in index predicate must be marked IMMUTABLE"),
                _ => open("whether the condition is immutable"),
            }
        });
        let clauses = [
            index.unread.as_ref().map(|clause| format!("`{clause}` of an index")),
            (table.provided || table.kind == "foreign")
                .then(|| "an index on such a table".to_owned()),
            self.empty(&key)
                .err()
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
        let used = used.into_inner();
        self.settle(result, |step| add_index(step, &key, index, name, used))
    }
}

/// Whether an index certainly takes an item.
fn indexable(step: &Step<'_>, item: &Expr, ty: &Type, index: &CreateIndex) -> Result<(), Stop> {
    let Type::Known(base) = ty else { return open("what is indexed") };
    if !index.classes.is_empty() {
        return classed(step, item, base, index);
    }
    let fits = match index.method.as_str() {
        "btree" => Some(is_sortable(step, base)),
        "hash" => Some(is_sortable(step, base) || base == "jsonb"),
        "gin" => match base.as_str() {
            "jsonb" | "tsvector" => Some(true),
            it if it.ends_with("[]") => Some(true),
            _ => None,
        },
        "gist" => (base == "ltree" || base.ends_with("range")).then_some(true),
        _ => None,
    };
    let stable = match is_immutable(item) {
        true => Ok(()),
        false if reads_clock(item) => {
            fails("functions in index expression must be marked IMMUTABLE")
        }
        false => open("whether what is indexed is immutable"),
    };
    let fits = match fits {
        Some(true) => Ok(()),
        Some(false) => fails(format!(
            "data type {base} has no default operator class for access method \"{}\"",
            index.method
        )),
        None => open("whether the index takes this"),
    };
    all([stable, fits]).map(|_| ())
}

/// Whether values of a type have an order of their own.
fn is_sortable(step: &Step<'_>, base: &str) -> bool {
    let base = super::coercion::base_of(step.catalog, base);
    let element = base.trim_end_matches("[]");
    let unsorted = [
        "json",
        "xml",
        "point",
        "line",
        "lseg",
        "box",
        "path",
        "polygon",
        "circle",
        "xid",
        "cid",
        "aclitem",
        "txid_snapshot",
        "jsonpath",
        "pg_snapshot",
    ];
    !unsorted.contains(&element)
}

/// An operator class must be there, and be for the type and the access method.
fn classed(step: &Step<'_>, item: &Expr, base: &str, index: &CreateIndex) -> Result<(), Stop> {
    let [class] = index.classes.as_slice() else { return open("operator classes") };
    let Some((extension, methods, ty)) = operator_class(class) else {
        return open(format!("operator class `{class}`"));
    };
    let there = extension.is_empty()
        || matches!(step.catalog.extra(ExtraKind::Extension, &[extension]), Found::Yes(_));
    let name = base.split('(').next().unwrap_or(base);
    let narrow = ty != "vector" || dimensions(step, item, index).is_some_and(|it| it <= 2000);
    let same = name == ty || (ty == "text" && types::is_text(name));
    match there
        && same
        && narrow
        && methods.contains(&index.method.as_str())
        && index.items.len() == 1
    {
        true => Ok(()),
        false => open(format!("operator class `{class}`")),
    }
}

/// The dimensions of a vector column.
fn dimensions(step: &Step<'_>, item: &Expr, index: &CreateIndex) -> Option<u32> {
    let Expr::Column(parts) = item else { return None };
    let key = step.key(&index.table).ok()?;
    match step.catalog.tables.get(&key)?.value.column(parts.last()?) {
        Found::Yes(column) => column.ty.split(['(', ')']).nth(1)?.trim().parse().ok(),
        _ => None,
    }
}

/// Adds an index and, if it is a key, what a foreign key may point to.
fn add_index(
    step: &mut Step<'_>,
    key: &Key,
    index: &CreateIndex,
    name: Option<Key>,
    used: BTreeSet<Used>,
) {
    let columns = index.items.iter().filter_map(|item| {
        if let Expr::Column(parts) = item { parts.last().cloned() } else { None }
    });
    let columns: Vec<String> = columns.collect();
    let place = step.place.clone();
    let doubt = step.doubt("a name PostgreSQL chose");
    let what = What::Index(Rc::new(index.clone()));
    let mut made = Relation::plain(what, Some(key.clone().into()), place.clone());
    made.used = Rc::new(used);
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
            target_columns: Vec::new(),
            check: None,
            deferrable: false,
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

/// The constraint that an index becomes: it takes its columns, and its name if it is given none. The index is one no more.
pub(super) fn adopt(
    step: &mut Step<'_>,
    key: &Key,
    said: &SaidConstraint,
    name: &str,
) -> Result<SaidConstraint, Stop> {
    let mut said = SaidConstraint { index: None, ..said.clone() };
    said.name.get_or_insert_with(|| name.to_owned());
    let index = (key.0.clone(), name.to_owned());
    let columns = match step.catalog.relation(&index) {
        Found::Yes(relation) => match &relation.what {
            What::Index(it) if relation.owner.as_deref() == Some(key) => plain_key(it),
            _ => None,
        },
        Found::No => {
            let failure = Failure::new(format!("index \"{name}\" does not exist"));
            return fails(failure.lacking("relation", dotted(&index)));
        }
        Found::Maybe(_) => None,
    };
    match columns {
        Some(columns) => said.columns = columns,
        None => said.unread = Some(format!("using index {name}")),
    }
    step.catalog.relations.remove(&index);
    if let Some(held) = step.catalog.tables.get_mut(key) {
        let own = |it: &Constraint| it.kind == "unique index" && it.name.as_deref() == Some(name);
        held.value.constraints.retain(|it| !own(&it.value));
    }
    Ok(said)
}

/// The columns of an index that a key may take over.
fn plain_key(index: &CreateIndex) -> Option<Vec<String>> {
    let column = |it: &Expr| match it {
        Expr::Column(parts) => parts.last().cloned(),
        _ => None,
    };
    let plain = index.unique && index.predicate.is_none() && index.method == "btree";
    index.items.iter().map(column).collect::<Option<Vec<_>>>().filter(|_| plain)
}

/// Whether an index that is not one of plain columns is about one of these: it may be unique, and what it computes may fail.
pub(super) fn is_indexed(step: &Step<'_>, key: &Key, columns: &[String]) -> bool {
    let named = |it: &Expr| matches!(it, Expr::Column(parts) if parts.last().is_some_and(|it| columns.contains(it)));
    step.catalog.relations.values().any(|held| {
        let What::Index(index) = &held.value.what else { return false };
        let plain = index.items.iter().all(|it| matches!(it, Expr::Column(_)));
        held.value.owner.as_deref() == Some(key)
            && (index.unique && index.predicate.is_some() || !plain)
            && index.items.iter().chain(&index.predicate).any(|it| it.any(&named))
    })
}

/// Whether an expression whose types are known certainly gives the same for the same row.
pub fn is_immutable(expr: &Expr) -> bool {
    let itself = match expr {
        Expr::Call(name, arguments) if name.schema.is_none() && name.name == "to_tsvector" => {
            arguments.len() == 2 && matches!(&arguments[0], Expr::Text(_) | Expr::Cast(..))
        }
        Expr::Call(name, _) if name.schema.as_deref().is_none_or(|it| it == "pg_catalog") => {
            let functions = SERVER.functions(&name.name);
            let grammar = ["coalesce", "nullif", "greatest", "least"].contains(&name.name.as_str());
            grammar || (!functions.is_empty() && functions.iter().all(|it| it.immutable))
        }
        Expr::Cast(inner, ty) => {
            matches!(&**inner, Expr::Text(_) | Expr::Number(_) | Expr::Null)
                || matches!(
                    ty.as_str(),
                    "text"
                        | "int"
                        | "integer"
                        | "bigint"
                        | "numeric"
                        | "uuid"
                        | "boolean"
                        | "jsonb"
                )
        }
        Expr::Binary(operator, ..) => operator != "at time zone",
        Expr::Other(_) | Expr::Over(..) | Expr::Call(..) => false,
        other => other.asks().is_none(),
    };
    itself && expr.parts().into_iter().all(is_immutable)
}

/// Whether an expression certainly gives another value later.
fn reads_clock(expr: &Expr) -> bool {
    match expr {
        Expr::Call(name, _) => {
            let clocks = ["now", "current_timestamp", "current_date", "clock_timestamp"];
            name.schema.is_none() && clocks.contains(&name.name.as_str())
        }
        Expr::Binary(_, left, right) => reads_clock(left) || reads_clock(right),
        Expr::Prefix(_, inner) | Expr::Is(inner, _) => reads_clock(inner),
        _ => false,
    }
}

//! Calls: aggregates, and functions of the tree.

use std::rc::Rc;

use super::catalog::{Found, Held};
use super::failure::{Failure, dotted};
use super::objects::Routine;
use super::types;
use super::typing::{Scope, Type, Typed, all, fails, open};
use crate::facts::sql::{Expr, Name};

const AGGREGATES: [&str; 12] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "jsonb_agg",
    "json_agg",
    "array_agg",
    "string_agg",
    "bool_or",
    "bool_and",
    "every",
];

/// Whether a function adds rows up.
pub fn is_aggregate(name: &str) -> bool {
    AGGREGATES.contains(&name)
}

/// Whether an expression holds an aggregate of its own query.
pub fn has_aggregate(expr: &Expr) -> bool {
    match expr {
        Expr::Call(name, arguments) => {
            (name.schema.is_none() && is_aggregate(&name.name))
                || arguments.iter().any(has_aggregate)
        }
        Expr::Filter(..) => true,
        Expr::Binary(_, left, right) => has_aggregate(left) || has_aggregate(right),
        Expr::Prefix(_, inner) | Expr::Is(inner) | Expr::Cast(inner, _) => has_aggregate(inner),
        Expr::Among(inner, others) => has_aggregate(inner) || others.iter().any(has_aggregate),
        Expr::Array(items) => items.iter().any(has_aggregate),
        Expr::Case(conditions, results) => conditions.iter().chain(results).any(has_aggregate),
        _ => false,
    }
}

/// Whether an expression is made of aggregates and of what is grouped by.
pub fn is_grouped(expr: &Expr, groups: &[Expr]) -> bool {
    if groups.contains(expr) {
        return true;
    }
    let all = |items: &[Expr]| items.iter().all(|it| is_grouped(it, groups));
    match expr {
        Expr::Call(name, _) if name.schema.is_none() && is_aggregate(&name.name) => true,
        Expr::Filter(aggregate, _) => is_grouped(aggregate, groups),
        Expr::Call(_, arguments) => all(arguments),
        Expr::Binary(_, left, right) => is_grouped(left, groups) && is_grouped(right, groups),
        Expr::Prefix(_, inner) | Expr::Is(inner) | Expr::Cast(inner, _) => {
            is_grouped(inner, groups)
        }
        Expr::Among(inner, others) => is_grouped(inner, groups) && all(others),
        Expr::Array(items) => all(items),
        Expr::Case(conditions, results) => all(conditions) && all(results),
        Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Null => true,
        Expr::Column(_) | Expr::Exists(_) | Expr::Query(_) | Expr::Other(_) => false,
    }
}

impl Scope<'_> {
    /// The type of an aggregate, where one may stand.
    pub fn aggregate(&mut self, name: &str, arguments: &[Expr]) -> Typed {
        if self.groups.is_none() || arguments.iter().any(has_aggregate) {
            return open(format!("aggregate `{name}` here"));
        }
        let given = all(arguments.iter().map(|it| self.type_of(it)).collect::<Vec<_>>())?;
        let base = match given.first() {
            Some(Type::Known(base)) => Some(base.as_str()),
            _ => None,
        };
        let result = match (name, given.as_slice()) {
            ("count", [] | [_]) => Some("bigint".to_owned()),
            ("jsonb_agg", [_]) => Some("jsonb".to_owned()),
            ("json_agg", [_]) => Some("json".to_owned()),
            ("bool_or" | "bool_and" | "every", [_]) if base == Some("boolean") => {
                base.map(str::to_owned)
            }
            ("sum", [_]) => match base {
                Some("smallint" | "integer") => Some("bigint".to_owned()),
                Some("bigint" | "numeric") => Some("numeric".to_owned()),
                Some(it @ ("double precision" | "real" | "interval")) => Some(it.to_owned()),
                _ => None,
            },
            ("avg", [_]) => match base {
                Some("smallint" | "integer" | "bigint" | "numeric") => Some("numeric".to_owned()),
                Some("double precision") => base.map(str::to_owned),
                _ => None,
            },
            ("min" | "max", [_]) => base
                .filter(|it| types::number(it).is_some() || types::is_time(it) || *it == "text")
                .map(str::to_owned),
            _ => None,
        };
        result.map_or_else(|| open(format!("aggregate `{name}`")), |it| Ok(Type::Known(it)))
    }

    /// The result of a function of the tree, where exactly one can be meant.
    pub fn own_call(&self, name: &Name, arguments: &[Type]) -> Typed {
        let key = (self.resolve)(name)?;
        let held: Vec<&Held<Rc<Routine>>> =
            self.catalog.routines_named(&key).map(|(_, held)| held).collect();
        let unknown = || open(format!("function `{name}` is not known"));
        if self.catalog.routine_open(&key).is_some() || held.iter().any(|it| it.doubt.is_some()) {
            return unknown();
        }
        let [one] = held.as_slice() else {
            let missing = held.is_empty() && name.schema.is_some();
            return match self.catalog.schema(&key.0) {
                Found::Yes(_) if missing => fails(
                    Failure::new(format!("function {name} does not exist"))
                        .lacking("function", dotted(&key)),
                ),
                Found::No if missing => fails(
                    Failure::new(format!("schema \"{}\" does not exist", key.0))
                        .lacking("schema", &key.0),
                ),
                _ => unknown(),
            };
        };
        let routine = &one.value;
        let inputs: Vec<_> = routine.says.parameters.iter().filter(|it| it.is_input()).collect();
        let needed = inputs.iter().filter(|it| it.default.is_none()).count();
        if arguments.len() < needed || arguments.len() > inputs.len() {
            return unknown();
        }
        let fits = arguments.iter().zip(&routine.inputs).all(|(given, ty)| match given {
            Type::Known(name) => *name == types::base(ty),
            Type::Literal(text) => types::takes(ty, text),
            Type::Null => true,
            Type::Row => false,
        });
        let scalar = types::canonical(&routine.returns).is_some();
        match fits && scalar && !routine.says.procedure {
            true => Ok(Type::Known(types::base(&routine.returns))),
            false => unknown(),
        }
    }
}

//! Aggregates: what a query that adds rows up may give.

use super::server::SERVER;
use super::typing::{Frame, Scope};
use crate::facts::sql::{Expr, Name};

/// Whether a function adds rows up.
fn is_aggregate(name: &str) -> bool {
    SERVER.functions(name).iter().any(|it| it.kind == 'a' && it.extension.is_empty())
}

/// Whether a name means such a function of the server.
pub fn adds_up(name: &Name) -> bool {
    name.schema.as_deref().is_none_or(|it| it == "pg_catalog") && is_aggregate(&name.name)
}

/// Whether an expression holds an aggregate of its own query.
pub fn has_aggregate(expr: &Expr) -> bool {
    match expr {
        Expr::Call(name, _) if adds_up(name) => true,
        // The function of a window adds nothing up; its arguments may.
        Expr::Over(inner, window) => given(inner).into_iter().chain(window).any(has_aggregate),
        other => other.parts().into_iter().any(has_aggregate),
    }
}

/// What the function of a window is given: its arguments, and the condition of those that count.
fn given(inner: &Expr) -> Vec<&Expr> {
    match inner {
        Expr::Filter(call, condition) => call.parts().into_iter().chain([&**condition]).collect(),
        call => call.parts().into_iter().collect(),
    }
}

/// Whether an expression is made of aggregates and of what is grouped by; none: not decided.
pub fn is_grouped(scope: &Scope<'_>, expr: &Expr, groups: &[Expr]) -> Option<bool> {
    let same = |a: &Expr, b: &Expr| whole(scope, a) == whole(scope, b);
    if groups.iter().any(|it| same(it, expr)) {
        return Some(true);
    }
    match expr {
        Expr::Call(name, _) if adds_up(name) => Some(true),
        Expr::Filter(inner, _) | Expr::Distinct(inner) | Expr::Sorted(inner, _) => {
            is_grouped(scope, inner, groups)
        }
        Expr::Over(inner, window) => every(scope, given(inner).into_iter().chain(window), groups),
        Expr::Column(_) => of_key(scope, expr, groups),
        Expr::Exists(_) | Expr::Query(_) | Expr::ArrayOf(_) | Expr::Other(_) => None,
        other => every(scope, other.parts().into_iter(), groups),
    }
}

fn every<'e>(
    scope: &Scope<'_>,
    items: impl Iterator<Item = &'e Expr>,
    groups: &[Expr],
) -> Option<bool> {
    let mut all = Some(true);
    for item in items {
        match is_grouped(scope, item, groups) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

/// A column belongs to a group if the key of its table is grouped by, or if it comes from outside.
fn of_key(scope: &Scope<'_>, expr: &Expr, groups: &[Expr]) -> Option<bool> {
    let Expr::Column(parts) = whole(scope, expr) else { return None };
    if parts.last().is_some_and(|it| it == "*") {
        return None;
    }
    let [alias, _] = parts.as_slice() else { return Some(true) };
    let inner = scope.frames.last()?;
    let Some(source) = inner.sources.iter().find(|it| it.alias == *alias) else {
        return Some(true);
    };
    let key = source.table.constraints.iter().find(|it| it.value.kind == "primary key");
    let Some(key) = key else {
        return source.table.constraints_open.is_none().then_some(false);
    };
    let grouped = key.value.columns.iter().all(|column| {
        let wanted = Expr::Column(vec![alias.clone(), column.clone()]);
        groups.iter().any(|it| whole(scope, it) == wanted)
    });
    Some(grouped && key.doubt.is_none())
}

/// The expression with every column named with its source; one from outside stays as it is.
fn whole(scope: &Scope<'_>, expr: &Expr) -> Expr {
    match expr {
        Expr::Column(parts) => match (parts.as_slice(), scope.frames.last()) {
            ([name], Some(frame)) => alias_of(frame, name)
                .map_or_else(|| expr.clone(), |alias| Expr::Column(vec![alias, name.clone()])),
            _ => expr.clone(),
        },
        Expr::Binary(operator, a, b) => {
            Expr::Binary(operator.clone(), Box::new(whole(scope, a)), Box::new(whole(scope, b)))
        }
        Expr::Call(name, arguments) => {
            Expr::Call(name.clone(), arguments.iter().map(|it| whole(scope, it)).collect())
        }
        Expr::Cast(inner, ty) => Expr::Cast(Box::new(whole(scope, inner)), ty.clone()),
        Expr::Case(a, b) => Expr::Case(
            a.iter().map(|it| whole(scope, it)).collect(),
            b.iter().map(|it| whole(scope, it)).collect(),
        ),
        Expr::Prefix(operator, inner) => {
            Expr::Prefix(operator.clone(), Box::new(whole(scope, inner)))
        }
        other => other.clone(),
    }
}

fn alias_of(frame: &Frame<'_>, name: &str) -> Option<String> {
    let has = |it: &&super::typing::InSight<'_>| {
        matches!(it.table.column(name), super::catalog::Found::Yes(_))
    };
    frame.sources.iter().find(has).map(|it| it.alias.clone())
}

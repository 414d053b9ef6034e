//! Conditions of literal rows: whether they hold.

use std::cmp::Ordering;

use crate::facts::sql::Expr;

/// A value, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
}

/// Whether a check certainly lets a row in, or not; what is null breaks none.
pub fn holds<'a>(check: &Expr, value: &impl Fn(&str) -> Option<&'a Expr>) -> Option<bool> {
    match known(check, value)? {
        Known::Bool(it) => Some(it),
        Known::Null => Some(true),
        _ => None,
    }
}

/// Whether a condition certainly does not hold: where it is null it does not.
pub fn fails<'a>(condition: &Expr, value: &impl Fn(&str) -> Option<&'a Expr>) -> bool {
    matches!(known(condition, value), Some(Known::Bool(false) | Known::Null))
}

fn known<'a>(expr: &Expr, value: &dyn Fn(&str) -> Option<&'a Expr>) -> Option<Known> {
    let of = |it: &Expr| known(it, value);
    match expr {
        Expr::Column(parts) => known(value(parts.last()?)?, &|_: &str| None),
        Expr::Text(text) => Some(Known::Text(text.clone())),
        Expr::Number(text) => text.parse().ok().map(Known::Number),
        Expr::Bool(it) => Some(Known::Bool(*it)),
        Expr::Null => Some(Known::Null),
        Expr::Cast(inner, ty) => match (of(inner)?, super::types::canonical(ty)?.as_str()) {
            (it @ (Known::Text(_) | Known::Null), "text" | "character varying") => Some(it),
            (it @ Known::Number(_), "integer" | "numeric" | "bigint") => Some(it),
            _ => None,
        },
        Expr::Prefix(operator, inner) if operator == "not" => match of(inner)? {
            Known::Bool(it) => Some(Known::Bool(!it)),
            Known::Null => Some(Known::Null),
            _ => None,
        },
        Expr::Is(inner, what) => {
            let null = of(inner)? == Known::Null;
            match what.as_str() {
                "null" => Some(Known::Bool(null)),
                "not null" => Some(Known::Bool(!null)),
                _ => None,
            }
        }
        Expr::Binary(operator, a, b) if operator == "and" => match (of(a), of(b)) {
            (Some(Known::Bool(false)), _) | (_, Some(Known::Bool(false))) => {
                Some(Known::Bool(false))
            }
            (Some(Known::Bool(true)), it) | (it, Some(Known::Bool(true))) => it,
            (Some(Known::Null), Some(Known::Null)) => Some(Known::Null),
            _ => None,
        },
        Expr::Binary(operator, a, b) if operator == "or" => match (of(a), of(b)) {
            (Some(Known::Bool(true)), _) | (_, Some(Known::Bool(true))) => Some(Known::Bool(true)),
            (Some(Known::Bool(false)), it) | (it, Some(Known::Bool(false))) => it,
            (Some(Known::Null), Some(Known::Null)) => Some(Known::Null),
            _ => None,
        },
        Expr::Binary(operator, a, b) if matches!(operator.as_str(), "~" | "!~" | "~*" | "!~*") => {
            let (Known::Text(text), Known::Text(pattern)) = (of(a)?, of(b)?) else { return None };
            let found = super::patterns::found(&text, &pattern, operator.ends_with('*'))?;
            Some(Known::Bool(found != operator.starts_with('!')))
        }
        Expr::Binary(operator, a, b) => compared(operator, &of(a)?, &of(b)?),
        Expr::Between(it, low, high) => {
            let it = of(it)?;
            let low = compared(">=", &it, &of(low)?)?;
            let high = compared("<=", &it, &of(high)?)?;
            match (low, high) {
                (Known::Bool(a), Known::Bool(b)) => Some(Known::Bool(a && b)),
                _ => Some(Known::Null),
            }
        }
        Expr::Among(it, others) => {
            among(&of(it)?, others.iter().map(of).collect::<Option<Vec<_>>>()?)
        }
        Expr::Any(operator, false, it, array) if operator == "=" => {
            let inner = match &**array {
                Expr::Cast(inner, _) => inner,
                other => other,
            };
            match inner {
                Expr::Array(items) => {
                    among(&of(it)?, items.iter().map(of).collect::<Option<Vec<_>>>()?)
                }
                _ => None,
            }
        }
        Expr::Call(name, arguments) if name.schema.is_none() => {
            match (name.name.as_str(), arguments.as_slice()) {
                ("length" | "char_length", [it]) => match of(it)? {
                    Known::Text(text) => Some(Known::Number(text.chars().count() as f64)),
                    Known::Null => Some(Known::Null),
                    _ => None,
                },
                ("lower", [it]) => match of(it)? {
                    Known::Text(text) => Some(Known::Text(text.to_lowercase())),
                    it => Some(it),
                },
                _ => None,
            }
        }
        _ => None,
    }
}

fn among(it: &Known, others: Vec<Known>) -> Option<Known> {
    if *it == Known::Null {
        return Some(Known::Null);
    }
    let mut found = Some(Known::Bool(false));
    for other in others {
        match compared("=", it, &other)? {
            Known::Bool(true) => return Some(Known::Bool(true)),
            Known::Null => found = Some(Known::Null),
            _ => {}
        }
    }
    found
}

/// What a comparison gives; strings are only compared for equality, since their order is the server's.
fn compared(operator: &str, a: &Known, b: &Known) -> Option<Known> {
    if *a == Known::Null || *b == Known::Null {
        return Some(Known::Null);
    }
    let order = match (a, b) {
        (Known::Number(a), Known::Number(b)) => a.partial_cmp(b)?,
        (Known::Number(a), Known::Text(b)) => a.partial_cmp(&b.trim().parse().ok()?)?,
        (Known::Text(a), Known::Number(b)) => a.trim().parse::<f64>().ok()?.partial_cmp(b)?,
        (Known::Text(a), Known::Text(b)) if matches!(operator, "=" | "<>") => a.cmp(b),
        (Known::Bool(a), Known::Bool(b)) => a.cmp(b),
        _ => return None,
    };
    Some(Known::Bool(match operator {
        "=" => order == Ordering::Equal,
        "<>" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        ">" => order == Ordering::Greater,
        "<=" => order != Ordering::Greater,
        ">=" => order != Ordering::Less,
        _ => return None,
    }))
}

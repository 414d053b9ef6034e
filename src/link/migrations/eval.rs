//! Evaluates expressions of blocks: what is not known stays so.

use std::collections::HashMap;

use super::apply::Step;
use super::tuples::{Found, Row, Tuple};
use super::values::{Datum, calculated, compared, concatenated, joined, matches, negated};
use crate::facts::sql::Expr;

/// Where an expression is evaluated.
pub struct Eval<'s, 'a> {
    /// The catalog.
    pub step: &'s Step<'a>,
    /// The rows in sight, innermost last.
    pub rows: Vec<Tuple>,
    /// Variables.
    pub variables: &'s dyn Fn(&[String]) -> Option<Datum>,
    /// `$1`, `$2`, ...
    pub parameters: &'s [Datum],
    /// Queries named beforehand.
    pub named: Vec<(String, super::select::Answer)>,
    /// How many rows may still be looked at.
    pub fuel: usize,
    /// Relations that were read.
    pub read: HashMap<String, Found>,
}
impl<'s, 'a> Eval<'s, 'a> {
    /// Where nothing is in sight but the catalog and variables.
    pub fn new(
        step: &'s Step<'a>,
        variables: &'s dyn Fn(&[String]) -> Option<Datum>,
        fuel: usize,
    ) -> Self {
        let (rows, named, read) = (Vec::new(), Vec::new(), HashMap::new());
        Eval { step, rows, variables, parameters: &[], named, fuel, read }
    }
}

impl Eval<'_, '_> {
    /// The value of an expression.
    pub fn value(&mut self, expr: &Expr) -> Datum {
        match expr {
            Expr::Column(parts) => self.column(parts),
            Expr::Text(text) => Datum::text(text.as_str()),
            Expr::Number(text) => match text.parse::<i64>() {
                Ok(it) => Datum::Int(it),
                Err(_) => text.parse().map_or(Datum::Unknown, Datum::Number),
            },
            Expr::Bool(it) => Datum::Bool(*it),
            Expr::Null => Datum::Null,
            Expr::Parameter(at) => {
                self.parameters.get(at.wrapping_sub(1)).cloned().unwrap_or(Datum::Unknown)
            }
            Expr::Named(_, inner) | Expr::Variadic(inner) => self.value(inner),
            Expr::Prefix(operator, inner) if operator == "not" => negated(&self.value(inner)),
            Expr::Prefix(operator, inner) if operator == "-" => {
                calculated("-", &Datum::Int(0), &self.value(inner))
            }
            Expr::Is(inner, what) => self.is(inner, what),
            Expr::Cast(inner, ty) => {
                let value = self.value(inner);
                self.cast(value, ty)
            }
            Expr::Binary(operator, a, b) => self.binary(operator, a, b),
            Expr::Between(it, low, high) => {
                let it = self.value(it);
                let low = compared(">=", &it, &self.value(low));
                let high = compared("<=", &it, &self.value(high));
                joined(true, &low, &high)
            }
            Expr::Among(it, others) => self.among(it, others),
            Expr::Any(operator, every, it, others) => {
                let it = self.value(it);
                match self.elements(others) {
                    Some(items) => self.each(operator, *every, &it, &items),
                    None => Datum::Unknown,
                }
            }
            Expr::Call(name, arguments) => self.call(name, arguments),
            Expr::Array(items) => Datum::Array(items.iter().map(|it| self.value(it)).collect()),
            Expr::ArrayOf(query) => {
                self.elements(&Expr::Query(query.clone())).map_or(Datum::Unknown, Datum::Array)
            }
            Expr::Index(of, at) => match (self.value(of), self.value(at)) {
                (Datum::Array(items), Datum::Int(at)) => usize::try_from(at - 1)
                    .ok()
                    .and_then(|at| items.get(at).cloned())
                    .unwrap_or(Datum::Null),
                (Datum::Null, _) => Datum::Null,
                _ => Datum::Unknown,
            },
            Expr::Field(of, name) => match self.value(of) {
                Datum::Row(fields) => field(&fields, name),
                _ => Datum::Unknown,
            },
            Expr::Case(conditions, results) => self.case(conditions, results),
            Expr::Exists(query) => match self.select(query) {
                Some(answer) => answer.exists(),
                None => Datum::Unknown,
            },
            Expr::Query(query) => match self.select(query) {
                Some(answer) => answer.single(),
                None => Datum::Unknown,
            },
            _ => Datum::Unknown,
        }
    }

    pub(super) fn column(&self, parts: &[String]) -> Datum {
        for tuple in self.rows.iter().rev() {
            let under = |alias: &str| tuple.iter().find(|it| *it.0 == *alias).map(|it| &it.1);
            let found = match parts {
                [name] => tuple.iter().find_map(|(_, columns)| columns.get(name)),
                [alias, name] | [_, alias, name] => under(alias).and_then(|it| it.get(name)),
                _ => None,
            };
            if let Some(found) = found {
                return found.clone();
            }
            if let [name] = parts
                && let Some(row) = under(name)
            {
                return whole(row);
            }
        }
        (self.variables)(parts).unwrap_or(Datum::Unknown)
    }

    pub(super) fn is(&mut self, inner: &Expr, what: &str) -> Datum {
        let value = self.value(inner);
        let (negative, what) = match what.strip_prefix("not ") {
            Some(rest) => (true, rest),
            None => (false, what),
        };
        let is = match (what, &value) {
            ("null", Datum::Definition | Datum::Condition) => false,
            (_, it) if it.is_unknown() => return Datum::Unknown,
            ("null" | "unknown", Datum::Row(fields)) => fields.iter().all(|it| it.1 == Datum::Null),
            ("null" | "unknown", it) => *it == Datum::Null,
            ("true", it) => *it == Datum::Bool(true),
            ("false", it) => *it == Datum::Bool(false),
            _ => return Datum::Unknown,
        };
        Datum::Bool(is != negative)
    }

    pub(super) fn binary(&mut self, operator: &str, a: &Expr, b: &Expr) -> Datum {
        if matches!(operator, "and" | "or") {
            let left = self.value(a);
            if left == Datum::Bool(operator == "or") {
                return left;
            }
            return joined(operator == "and", &left, &self.value(b));
        }
        let (a, b) = (self.value(a), self.value(b));
        match operator {
            "=" | "<>" | "<" | ">" | "<=" | ">=" => compared(operator, &a, &b),
            _ if operator.starts_with("is ") => compared(operator, &a, &b),
            "+" | "-" | "*" | "/" | "%" => calculated(operator, &a, &b),
            "||" => concatenated(&a, &b),
            "like" | "~~" | "ilike" | "~~*" => match (&a, &b) {
                (Datum::Null, _) | (_, Datum::Null) => Datum::Null,
                (Datum::Text(a), Datum::Text(b))
                    if operator.contains(['i', '*']) && operator != "like" =>
                {
                    Datum::Bool(matches(&a.to_lowercase(), &b.to_lowercase()))
                }
                (Datum::Text(a), Datum::Text(b)) => Datum::Bool(matches(a, b)),
                _ => Datum::Unknown,
            },
            "~" | "!~" | "~*" | "!~*" => match (&a, &b) {
                (Datum::Null, _) | (_, Datum::Null) => Datum::Null,
                (Datum::Text(a), Datum::Text(b)) => searched(a, b, operator),
                _ => Datum::Unknown,
            },
            "@>" | "<@" | "&&" => match (&a, &b) {
                (Datum::Array(a), Datum::Array(b)) if !a.iter().chain(b).any(Datum::is_unknown) => {
                    Datum::Bool(match operator {
                        "@>" => b.iter().all(|it| a.contains(it)),
                        "<@" => a.iter().all(|it| b.contains(it)),
                        _ => a.iter().any(|it| b.contains(it)),
                    })
                }
                _ => Datum::Unknown,
            },
            _ => Datum::Unknown,
        }
    }

    pub(super) fn among(&mut self, it: &Expr, others: &[Expr]) -> Datum {
        if let (Expr::Row(items), [Expr::Query(query)]) = (it, others) {
            let items: Vec<Datum> = items.iter().map(|it| self.value(it)).collect();
            let Some(answer) = self.select(query) else { return Datum::Unknown };
            return answer.contains(&items);
        }
        if let Expr::Row(items) = it {
            let items: Vec<Datum> = items.iter().map(|it| self.value(it)).collect();
            let mut any = Datum::Bool(false);
            for other in others {
                let Expr::Row(other) = other else { return Datum::Unknown };
                let mut all = Datum::Bool(true);
                for (a, b) in items.iter().zip(other) {
                    all = joined(true, &all, &compared("=", a, &self.value(b)));
                }
                any = joined(false, &any, &all);
            }
            return any;
        }
        let it = self.value(it);
        if let [Expr::Query(query)] = others {
            let Some(answer) = self.select(query) else { return Datum::Unknown };
            return answer.contains(&[it]);
        }
        let others: Vec<Datum> = others.iter().map(|it| self.value(it)).collect();
        self.each("=", false, &it, &others)
    }

    pub(super) fn each(&self, operator: &str, every: bool, it: &Datum, others: &[Datum]) -> Datum {
        let mut result = Datum::Bool(every);
        for other in others {
            let one = match operator {
                "like" | "~~" | "ilike" | "~~*" => match (it, other) {
                    (Datum::Text(a), Datum::Text(b)) if operator == "like" || operator == "~~" => {
                        Datum::Bool(matches(a, b))
                    }
                    (Datum::Text(a), Datum::Text(b)) => {
                        Datum::Bool(matches(&a.to_lowercase(), &b.to_lowercase()))
                    }
                    _ => Datum::Unknown,
                },
                operator => compared(operator, it, other),
            };
            result = joined(every, &result, &one);
        }
        result
    }

    /// The elements of an array, or what a query of one column gives.
    pub fn elements(&mut self, of: &Expr) -> Option<Vec<Datum>> {
        if let Expr::Query(query) = of {
            return self.select(query)?.column();
        }
        match self.value(of) {
            Datum::Array(items) => Some(items),
            Datum::Null => Some(Vec::new()),
            Datum::Text(text) => array(&text),
            _ => None,
        }
    }

    pub(super) fn case(&mut self, conditions: &[Expr], results: &[Expr]) -> Datum {
        for (condition, result) in conditions.iter().zip(results) {
            match self.value(condition).holds() {
                Some(true) => return self.value(result),
                Some(false) => {}
                None => return Datum::Unknown,
            }
        }
        results.get(conditions.len()).map_or(Datum::Null, |it| self.value(it))
    }

    pub(super) fn cast(&self, value: Datum, ty: &str) -> Datum {
        let base = super::types::canonical(ty).unwrap_or_else(|| ty.to_owned());
        match (base.as_str(), value) {
            (_, Datum::Null) => Datum::Null,
            (_, it) if it.is_unknown() => it,
            ("text" | "name" | "character varying" | "\"char\"", it) => {
                it.printed().map_or(Datum::Unknown, Datum::Text)
            }
            ("integer" | "bigint" | "smallint", Datum::Text(text)) => {
                text.trim().parse().map_or(Datum::Unknown, Datum::Int)
            }
            ("integer" | "bigint" | "smallint", Datum::Bool(it)) => Datum::Int(i64::from(it)),
            ("integer" | "bigint" | "smallint" | "numeric", it @ Datum::Int(_)) => it,
            ("boolean", Datum::Text(text)) => {
                Datum::Bool(text.starts_with(['t', 'T', 'y', 'Y', '1']))
            }
            ("boolean", it @ Datum::Bool(_)) => it,
            ("oid", it) => it,
            (
                "regclass" | "regprocedure" | "regproc" | "regrole" | "regtype" | "regnamespace",
                Datum::Text(text),
            ) => self.registered(&base, &text),
            (ty, Datum::Text(text)) if ty.ends_with("[]") => {
                array(&text).map_or(Datum::Unknown, Datum::Array)
            }
            (ty, it @ Datum::Array(_)) if ty.ends_with("[]") => it,
            _ => Datum::Unknown,
        }
    }

    /// What a name that is registered stands for: its name again, with its schema, where that is certain.
    pub(super) fn registered(&self, ty: &str, text: &str) -> Datum {
        match ty {
            "regclass" => match self.relation(text) {
                Some(Some(name)) => Datum::Text(name),
                _ => Datum::Unknown,
            },
            "regprocedure" => self.procedure(text).unwrap_or(Datum::Unknown),
            "regtype" => self.step.type_named(text).map_or(Datum::Unknown, Datum::Text),
            "regrole" => Datum::text(text),
            "regnamespace" => Datum::text(text.trim_matches('"')),
            _ => Datum::Unknown,
        }
    }
}

/// A row as a value: of one column its value.
fn whole(row: &Row) -> Datum {
    match &*row.values {
        [one] => one.clone(),
        all => Datum::Row(row.names.iter().cloned().zip(all.iter().cloned()).collect()),
    }
}

/// A field of a row.
pub fn field(fields: &[(String, Datum)], name: &str) -> Datum {
    fields.iter().find(|it| it.0 == name).map_or(Datum::Unknown, |it| it.1.clone())
}

/// Whether a text has what a pattern says; of patterns that are not common nothing is said.
pub(super) fn searched(text: &str, pattern: &str, operator: &str) -> Datum {
    let plain = |it: &str| it.chars().all(|it| it.is_alphanumeric() || "_ -".contains(it));
    let found = match pattern.strip_prefix('^') {
        _ if operator.ends_with('*') => None,
        Some(start) if plain(start) => Some(text.starts_with(start)),
        None if plain(pattern) => Some(text.contains(pattern)),
        _ => None,
    };
    let found = found.or_else(|| super::patterns::found(text, pattern, operator.ends_with('*')));
    found.map_or(Datum::Unknown, |it| Datum::Bool(it != operator.starts_with('!')))
}

/// The elements of `{a,b}`.
pub(super) fn array(text: &str) -> Option<Vec<Datum>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    if inner.contains(['{', '"', '\\']) {
        return None;
    }
    let items = inner.split(',').map(str::trim).filter(|it| !it.is_empty());
    Some(items.map(Datum::text).collect())
}

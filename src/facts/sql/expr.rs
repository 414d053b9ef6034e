//! Expressions and queries, in words that do not change with the parser.

use serde::{Deserialize, Serialize};

use super::ir::Name;

/// An expression, as far as it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expr {
    /// A column: the parts of its name; the last may be `*`.
    Column(Vec<String>),
    /// A string, its quotes taken off.
    Text(String),
    /// A number as written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// `$1`.
    Parameter(usize),
    /// A function and its arguments.
    Call(Name, Vec<Expr>),
    /// An argument by its name.
    Named(String, Box<Expr>),
    /// `variadic` before an argument.
    Variadic(Box<Expr>),
    /// `distinct` before the arguments of an aggregate.
    Distinct(Box<Expr>),
    /// An aggregate and what its rows are sorted by.
    Sorted(Box<Expr>, Vec<Expr>),
    /// An operator between two operands, lower-cased.
    Binary(String, Box<Expr>, Box<Expr>),
    /// `not`, `-`, `+`.
    Prefix(String, Box<Expr>),
    /// `is null`, `is not true` and the like: the operand and the words after `is`.
    Is(Box<Expr>, String),
    /// A cast to a type.
    Cast(Box<Expr>, String),
    /// `in (...)`: the operand and what it is compared with.
    Among(Box<Expr>, Vec<Expr>),
    /// `between`: the operand and both ends.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `= any (...)` and its kin: the operator, whether all must, the operands.
    Any(String, bool, Box<Expr>, Box<Expr>),
    /// `array[...]`.
    Array(Vec<Expr>),
    /// `array(select ...)`.
    ArrayOf(Box<Query>),
    /// `row(...)` and `(a, b)`.
    Row(Vec<Expr>),
    /// An element of an array.
    Index(Box<Expr>, Box<Expr>),
    /// Some elements of an array.
    Slice(Box<Expr>, Vec<Expr>),
    /// A field of a row.
    Field(Box<Expr>, String),
    /// `case`: the conditions and the results.
    Case(Vec<Expr>, Vec<Expr>),
    /// An aggregate and its `filter (where ...)`.
    Filter(Box<Expr>, Box<Expr>),
    /// A window function, and what its window names.
    Over(Box<Expr>, Vec<Expr>),
    /// `exists (...)`.
    Exists(Box<Query>),
    /// A query that gives one value; also what stands right of `in` and `any`.
    Query(Box<Query>),
    /// What is not read, by its text.
    Other(String),
}

/// A query: what it gives, from where, under which conditions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Query {
    /// Queries it names beforehand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Cte>,
    /// What it gives; `select *` is a column named `*`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Expr>,
    /// The names it gives them, where it says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Option<String>>,
    /// The rows of `values`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Vec<Expr>>,
    /// What it reads from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Source>,
    /// Its `where`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Expr>,
    /// What it groups by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Expr>,
    /// Its `having`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub having: Vec<Expr>,
    /// What it sorts by, and whether downwards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sorts: Vec<(Expr, bool)>,
    /// `distinct`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub distinct: bool,
    /// What `distinct on` names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub distinct_on: Vec<Expr>,
    /// `limit` and `offset`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<(String, Expr)>,
    /// `union`, `intersect`, `except` and what follows, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<(String, Query)>,
    /// `for update` and the like.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub locks: bool,
    /// A clause whose effect is not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// A query with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cte {
    /// Its name.
    pub name: String,
    /// The names of its columns, where they are said.
    pub columns: Vec<String>,
    /// Whether it may name itself.
    pub recursive: bool,
    /// What it is: a query, or a write with what it returns.
    pub body: Box<Command>,
}

/// What a query may read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum From {
    /// A table, a view or a query named beforehand.
    Relation(Name),
    /// A query in parentheses.
    Query(Box<Query>),
    /// A function.
    Call(Box<Expr>),
    /// A join in parentheses.
    Join(Vec<Source>),
}

/// One thing a query reads from, and how it is joined to those before it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// What.
    pub what: From,
    /// Its alias.
    pub alias: Option<String>,
    /// The names and types given to its columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<(String, Option<String>)>,
    /// `with ordinality`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ordinality: bool,
    /// `,`, `cross`, `inner`, `left`, `right`, `full`, and `natural` before it.
    pub join: String,
    /// What it is joined on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Expr>,
    /// The columns of `using`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub using: Vec<String>,
}

/// A statement about rows.
#[allow(clippy::large_enum_variant, reason = "most are queries")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// `select`, `values`, `table`.
    Query(Query),
    /// `insert`.
    Insert(Box<Insert>),
    /// `update` and `delete`.
    Change(Box<Change>),
}

/// `insert`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Insert {
    /// Queries it names beforehand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Cte>,
    /// The table.
    pub table: Name,
    /// Its alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The columns, if said.
    pub columns: Vec<String>,
    /// What goes in; none: `default values`.
    pub source: Option<Query>,
    /// `overriding system value`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overriding: bool,
    /// `on conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// What it returns, with names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returning: Vec<(Expr, Option<String>)>,
}

/// `on conflict`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// The columns of the key; empty: any, or a constraint.
    pub columns: Vec<Expr>,
    /// The condition of a partial key.
    pub predicate: Option<Expr>,
    /// The constraint.
    pub constraint: Option<String>,
    /// What `do update` sets; none: `do nothing`.
    pub sets: Option<Vec<(Vec<String>, Expr)>>,
    /// The condition of `do update`.
    pub condition: Option<Expr>,
}

/// `update` and `delete`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Queries it names beforehand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Cte>,
    /// The table.
    pub table: Name,
    /// Its alias.
    pub alias: Option<String>,
    /// What is set: columns and the value; none: `delete`.
    pub sets: Option<Vec<(Vec<String>, Expr)>>,
    /// `from` and `using`.
    pub from: Vec<Source>,
    /// `where`.
    pub condition: Option<Expr>,
    /// What it returns, with names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returning: Vec<(Expr, Option<String>)>,
}

impl Expr {
    /// The expressions it is made of; queries in it are not looked into.
    pub fn parts(&self) -> Vec<&Expr> {
        match self {
            Expr::Call(_, items) | Expr::Array(items) | Expr::Row(items) => items.iter().collect(),
            Expr::Named(_, one)
            | Expr::Variadic(one)
            | Expr::Distinct(one)
            | Expr::Prefix(_, one)
            | Expr::Is(one, _)
            | Expr::Cast(one, _)
            | Expr::Field(one, _) => vec![one],
            Expr::Binary(_, a, b)
            | Expr::Any(_, _, a, b)
            | Expr::Index(a, b)
            | Expr::Filter(a, b) => {
                vec![a, b]
            }
            Expr::Between(a, b, c) => vec![a, b, c],
            Expr::Among(one, more)
            | Expr::Sorted(one, more)
            | Expr::Over(one, more)
            | Expr::Slice(one, more) => std::iter::once(&**one).chain(more).collect(),
            Expr::Case(a, b) => a.iter().chain(b).collect(),
            Expr::Column(_)
            | Expr::Text(_)
            | Expr::Number(_)
            | Expr::Bool(_)
            | Expr::Null
            | Expr::Parameter(_)
            | Expr::ArrayOf(_)
            | Expr::Exists(_)
            | Expr::Query(_)
            | Expr::Other(_) => Vec::new(),
        }
    }

    /// Whether something holds for it or for a part of it.
    pub fn any(&self, holds: &dyn Fn(&Expr) -> bool) -> bool {
        holds(self) || self.parts().into_iter().any(|it| it.any(holds))
    }

    /// The same, with a column of another name.
    #[must_use]
    pub fn renamed(&self, from: &str, to: &str) -> Expr {
        let one = |it: &Expr| Box::new(it.renamed(from, to));
        let all = |it: &[Expr]| it.iter().map(|it| it.renamed(from, to)).collect::<Vec<_>>();
        match self {
            Expr::Column(parts) if parts.last().is_some_and(|it| it == from) => {
                let mut parts = parts.clone();
                parts.pop();
                parts.push(to.to_owned());
                Expr::Column(parts)
            }
            Expr::Call(name, items) => Expr::Call(name.clone(), all(items)),
            Expr::Array(items) => Expr::Array(all(items)),
            Expr::Row(items) => Expr::Row(all(items)),
            Expr::Prefix(operator, a) => Expr::Prefix(operator.clone(), one(a)),
            Expr::Is(a, what) => Expr::Is(one(a), what.clone()),
            Expr::Cast(a, ty) => Expr::Cast(one(a), ty.clone()),
            Expr::Binary(operator, a, b) => Expr::Binary(operator.clone(), one(a), one(b)),
            Expr::Any(operator, every, a, b) => Expr::Any(operator.clone(), *every, one(a), one(b)),
            Expr::Between(a, b, c) => Expr::Between(one(a), one(b), one(c)),
            Expr::Among(a, more) => Expr::Among(one(a), all(more)),
            Expr::Index(a, b) => Expr::Index(one(a), one(b)),
            Expr::Case(a, b) => Expr::Case(all(a), all(b)),
            other => other.clone(),
        }
    }

    /// The query it is or asks, if it is one that does.
    pub fn asks(&self) -> Option<&Query> {
        match self {
            Expr::ArrayOf(query) | Expr::Exists(query) | Expr::Query(query) => Some(query),
            _ => None,
        }
    }
}

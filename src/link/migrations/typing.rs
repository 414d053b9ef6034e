//! Whether PostgreSQL certainly accepts an expression, and of which type it is.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::rc::Rc;

use super::catalog::{Catalog, Key, Table};
use super::coercion::{Context, base_of, category, coerces, common};
use super::failure::Failure;
use super::objects::RoutineKey;
use super::types;
use crate::facts::sql::{Expr, Name};

/// Why a statement is not certain to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It certainly fails.
    Fails(Failure),
    /// It is not decided.
    Open(String),
}

/// What an expression gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A value of a type, without modifier.
    Known(String),
    /// A string literal: it takes the type of its neighbour.
    Literal(String),
    /// `null`.
    Null,
    /// A row.
    Row,
}

/// The type of an expression, or why it is not certain.
pub type Typed = Result<Type, Stop>;

/// A built-in type.
pub fn known(name: &str) -> Type {
    Type::Known(name.to_owned())
}

/// Shorthand for a certain failure.
pub fn fails<T>(failure: impl Into<Failure>) -> Result<T, Stop> {
    Err(Stop::Fails(failure.into()))
}

/// Shorthand for a reason that decides nothing.
pub fn open<T>(reason: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Open(reason.into()))
}

/// Of several reasons the one that decides: a certain failure before a doubt.
pub fn all<T>(results: impl IntoIterator<Item = Result<T, Stop>>) -> Result<Vec<T>, Stop> {
    let (mut values, mut doubt) = (Vec::new(), None);
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(Stop::Fails(error)) => return fails(error),
            Err(stop) => doubt = doubt.or(Some(stop)),
        }
    }
    doubt.map_or(Ok(values), Err)
}

/// What an expression depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Used {
    /// A relation as a whole.
    Relation(Key),
    /// A column of one.
    Column(Key, String),
    /// A function of the tree.
    Routine(RoutineKey),
    /// A type of the tree, as `schema.name`.
    Type(String),
}

/// What names mean where an expression stands.
pub struct Scope<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// From a name as written to the table meant; an error where that is not certain.
    pub resolve: &'a dyn Fn(&Name) -> Result<Key, Stop>,
    /// From a type as written to the one meant.
    pub types: &'a dyn Fn(&str) -> Result<String, Stop>,
    /// Whether the platform's functions are there.
    pub supabase: bool,
    /// The relations in sight, innermost last.
    pub frames: Vec<Frame<'a>>,
    /// Queries named beforehand.
    pub named: Vec<(String, Rc<Table>)>,
    /// The types of `$1`, `$2`, ...
    pub parameters: Vec<String>,
    /// Whether aggregates may stand here.
    pub aggregates: bool,
    /// What is depended on.
    pub used: BTreeSet<Used>,
}

/// The relations of one query.
#[derive(Debug, Clone, Default)]
pub struct Frame<'a> {
    /// What it reads from.
    pub sources: Vec<InSight<'a>>,
    /// Columns that joins made one.
    pub merged: Vec<String>,
}

/// A relation in sight.
#[derive(Debug, Clone)]
pub struct InSight<'a> {
    /// Its alias.
    pub alias: String,
    /// Its name in the catalog.
    pub key: Option<Key>,
    /// What it has.
    pub table: Source<'a>,
}

/// Where the columns of a relation in sight come from.
#[derive(Debug, Clone)]
pub enum Source<'a> {
    /// A table or a view.
    Held(&'a Table),
    /// What a query gives.
    Made(Rc<Table>),
}
impl Deref for Source<'_> {
    type Target = Table;

    fn deref(&self) -> &Table {
        match self {
            Source::Held(table) => table,
            Source::Made(table) => table,
        }
    }
}
impl<'a> Scope<'a> {
    /// A condition: it must give a boolean.
    pub fn condition(&mut self, expr: &Expr) -> Result<(), Stop> {
        match self.type_of(expr)? {
            Type::Literal(text) => self.literal("boolean", &text),
            Type::Null => Ok(()),
            Type::Known(ty) if base_of(self.catalog, &ty) == "boolean" => Ok(()),
            Type::Known(ty) => fails(format!("argument must be type boolean, not type {ty}")),
            Type::Row => open("a condition that is a row"),
        }
    }

    /// The type of an expression.
    pub fn type_of(&mut self, expr: &Expr) -> Typed {
        match expr {
            Expr::Column(parts) => self.column(parts),
            Expr::Text(text) => Ok(Type::Literal(text.clone())),
            Expr::Number(text) => Ok(number(text)),
            Expr::Bool(_) => Ok(known("boolean")),
            Expr::Null => Ok(Type::Null),
            Expr::Parameter(at) => match self.parameters.get(at.wrapping_sub(1)) {
                Some(ty) => Ok(Type::Known(types::base(ty))),
                None => open("a parameter"),
            },
            Expr::Prefix(operator, operand) if operator == "not" => {
                self.condition(operand).map(|()| known("boolean"))
            }
            Expr::Prefix(operator, operand) => {
                let operand = self.type_of(operand)?;
                self.prefix(operator, &operand)
            }
            Expr::Is(operand, what) => {
                if !what.ends_with("null") {
                    return self.condition(operand).map(|()| known("boolean"));
                }
                self.type_of(operand).map(|_| known("boolean"))
            }
            Expr::Cast(operand, ty) => self.cast(operand, ty),
            Expr::Binary(operator, left, right) => self.binary(operator, left, right),
            Expr::Among(operand, others) => self.among(operand, others),
            Expr::Between(operand, low, high) => {
                let sides = all([self.type_of(operand), self.type_of(low), self.type_of(high)])?;
                all([
                    self.operator(">=", &sides[0], &sides[1]),
                    self.operator("<=", &sides[0], &sides[2]),
                ])?;
                Ok(known("boolean"))
            }
            Expr::Any(operator, _, left, right) => self.any(operator, left, right),
            Expr::Call(..)
            | Expr::Distinct(_)
            | Expr::Sorted(..)
            | Expr::Filter(..)
            | Expr::Over(..) => self.called(expr).map(|it| it.ty),
            Expr::Named(_, value) | Expr::Variadic(value) => self.type_of(value),
            Expr::Array(items) => self.array(items),
            Expr::ArrayOf(query) => match self.single(query)? {
                Type::Known(ty) if !ty.ends_with("[]") => Ok(Type::Known(format!("{ty}[]"))),
                Type::Literal(_) => Ok(known("text[]")),
                _ => open("an array of a query"),
            },
            Expr::Row(items) => {
                all(items.iter().map(|it| self.type_of(it)).collect::<Vec<_>>()).map(|_| Type::Row)
            }
            Expr::Index(of, at) => self.index(of, at),
            Expr::Slice(of, ends) => {
                all(ends.iter().map(|it| self.type_of(it)).collect::<Vec<_>>())?;
                match self.type_of(of)? {
                    Type::Known(ty) if ty.ends_with("[]") => Ok(Type::Known(ty)),
                    _ => open("some elements of what is no array"),
                }
            }
            Expr::Field(of, name) => self.field(of, name),
            Expr::Case(conditions, results) => self.case(conditions, results),
            Expr::Exists(query) => self.gives(query).map(|_| known("boolean")),
            Expr::Query(query) => self.single(query),
            Expr::Other(text) => open(format!("`{}` is not read", shortened(text))),
        }
    }

    /// What a query of one column gives.
    pub(super) fn single(&mut self, query: &crate::facts::sql::Query) -> Typed {
        match self.gives(query)?.as_slice() {
            [(_, ty)] if ty == "record" => Ok(Type::Row),
            [(_, ty)] => Ok(Type::Known(types::base(ty))),
            _ => Ok(Type::Row),
        }
    }

    pub(super) fn index(&mut self, of: &Expr, at: &Expr) -> Typed {
        let of = self.type_of(of)?;
        let at = self.type_of(at)?;
        match of {
            Type::Known(ty) if ty == "jsonb" => Ok(known("jsonb")),
            Type::Known(ty) => match ty.strip_suffix("[]") {
                Some(element) if coerces(self.catalog, &at, "integer", Context::Assignment) => {
                    Ok(known(element))
                }
                Some(_) => open("what an array is subscripted with"),
                None if matches!(ty.as_str(), "int2vector" | "oidvector" | "point" | "name") => {
                    open("an element")
                }
                None => fails(format!(
                    "cannot subscript type {ty} because it does not support subscripting"
                )),
            },
            _ => open("an element of what is no array"),
        }
    }

    pub(super) fn cast(&mut self, operand: &Expr, ty: &str) -> Typed {
        let target = (self.types)(ty)?;
        let base = types::base(&target);
        if super::coercion::key_of(&base).is_some() {
            self.used.insert(Used::Type(base.trim_end_matches("[]").to_owned()));
        }
        if matches!(operand, Expr::Array(items) if items.is_empty()) && base.ends_with("[]") {
            return Ok(Type::Known(base));
        }
        match self.type_of(operand)? {
            Type::Literal(text) => {
                self.literal(&target, &text)?;
                // The relation a literal names is depended on as a column's default does.
                if base == "regclass"
                    && let Some(name) = super::named_types::name_of(&text)
                    && let Ok(key) = (self.resolve)(&name)
                {
                    self.used.insert(Used::Relation(key));
                }
                Ok(Type::Known(base))
            }
            from if coerces(self.catalog, &from, &base, Context::Explicit) => Ok(Type::Known(base)),
            Type::Known(from) => {
                let enums = category(self.catalog, &from).0 == 'E'
                    || category(self.catalog, &base).0 == 'E';
                match enums || from.ends_with("[]") || base.ends_with("[]") {
                    true => open(format!("a cast from {from} to {base}")),
                    false => fails(format!("cannot cast type {from} to {base}")),
                }
            }
            _ => open(format!("a cast to `{ty}`")),
        }
    }

    pub(super) fn array(&mut self, items: &[Expr]) -> Typed {
        let items = all(items.iter().map(|item| self.type_of(item)).collect::<Vec<_>>())?;
        if items.is_empty() {
            return fails("cannot determine type of empty array");
        }
        match common(self.catalog, &items) {
            Some(ty) if ty.ends_with("[]") => Ok(Type::Known(ty)),
            Some(ty) => self.literals_fit(&ty, &items).map(|()| Type::Known(format!("{ty}[]"))),
            None => fails("ARRAY types cannot be matched"),
        }
    }

    pub(super) fn case(&mut self, conditions: &[Expr], results: &[Expr]) -> Typed {
        all(conditions.iter().map(|condition| self.condition(condition)).collect::<Vec<_>>())?;
        let results = all(results.iter().map(|result| self.type_of(result)).collect::<Vec<_>>())?;
        self.common(&results, "CASE")
    }

    /// The type several values have in common.
    pub fn common(&self, values: &[Type], what: &str) -> Typed {
        if values.iter().all(|it| *it == Type::Null) {
            return Ok(known("text"));
        }
        match common(self.catalog, values) {
            Some(ty) if ty == "record" => Ok(Type::Row),
            Some(ty) => self.literals_fit(&ty, values).map(|()| Type::Known(ty)),
            None => fails(format!("{what} types cannot be matched")),
        }
    }

    /// Literals among values must be of the type the others have.
    pub(super) fn literals_fit(&self, ty: &str, values: &[Type]) -> Result<(), Stop> {
        let literals = values.iter().map(|it| match it {
            Type::Literal(text) => self.literal(ty, text),
            _ => Ok(()),
        });
        all(literals.collect::<Vec<_>>()).map(|_| ())
    }
}

/// The type of a number as written.
pub(super) fn number(text: &str) -> Type {
    match text.parse::<i64>() {
        Ok(value) if i32::try_from(value).is_ok() => known("integer"),
        Ok(_) => known("bigint"),
        Err(_) => known("numeric"),
    }
}

pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

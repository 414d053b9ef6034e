//! Whether PostgreSQL certainly accepts an expression, and of which type it is.

use std::ops::Deref;
use std::rc::Rc;

use super::aggregates::has_aggregate;
use super::catalog::{Catalog, Found, Key, Table};
use super::failure::{Failure, dotted, missing_relation};
use super::named_types::{is_label, name_of};
use super::objects::{Relation, What};
use super::operators::{arithmetic, common, compare, concatenate, member, number};
use super::provided::is_provided;
use super::types;
use crate::facts::sql::{Expr, Name, Query};

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
    /// A value of a built-in type, without modifier.
    Known(String),
    /// A string literal: it takes the type of its neighbour.
    Literal(String),
    /// `null`.
    Null,
    /// `select *` or a query of several columns: only good for `exists`.
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

/// What names mean where an expression stands.
pub struct Scope<'a> {
    /// The catalog.
    pub catalog: &'a Catalog,
    /// From a name as written to the table meant; an error where that is not certain.
    pub resolve: &'a dyn Fn(&Name) -> Result<Key, Stop>,
    /// Whether the platform's functions are there.
    pub supabase: bool,
    /// The relations in sight, innermost last: alias and table.
    pub frames: Vec<Vec<(String, Source<'a>)>>,
    /// Where aggregates may stand: what the query groups by.
    pub groups: Option<Vec<Expr>>,
}

/// A relation in sight.
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
            Type::Known(name) if name == "boolean" => Ok(()),
            Type::Literal(text) if types::takes("boolean", &text) => Ok(()),
            Type::Null => Ok(()),
            _ => open("a condition that is not known to be boolean"),
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
            Expr::Prefix(operator, operand) => self.prefix(operator, operand),
            Expr::Is(operand) => self.type_of(operand).map(|_| known("boolean")),
            Expr::Cast(operand, ty) => self.cast(operand, ty),
            Expr::Binary(operator, left, right) => self.binary(operator, left, right),
            Expr::Among(operand, others) => self.among(operand, others),
            Expr::Call(name, arguments) => self.call(name, arguments),
            Expr::Array(items) => self.array(items),
            Expr::Case(conditions, results) => self.case(conditions, results),
            Expr::Filter(aggregate, condition) => {
                if has_aggregate(condition) {
                    return open("an aggregate in a filter");
                }
                self.condition(condition)?;
                self.type_of(aggregate)
            }
            Expr::Exists(query) => self.query(query).map(|_| known("boolean")),
            Expr::Query(query) => self.query(query),
            Expr::Other(text) => open(format!("`{}` is not read", shortened(text))),
        }
    }

    fn column(&self, parts: &[String]) -> Typed {
        let (name, qualifier) = match parts {
            [name] => (name, None),
            [qualifier, name] => (name, Some(qualifier)),
            _ => return open(format!("`{}` is not resolved", parts.join("."))),
        };
        for frame in self.frames.iter().rev() {
            let sources = frame.iter().filter(|(alias, _)| qualifier.is_none_or(|it| it == alias));
            let hits: Vec<_> = sources.map(|(_, table)| table.column(name)).collect();
            if let Some(Found::Maybe(reason)) =
                hits.iter().find(|hit| matches!(hit, Found::Maybe(_)))
            {
                return open(format!("column \"{name}\" is not certain ({reason})"));
            }
            let found: Vec<_> = hits
                .iter()
                .filter_map(|hit| if let Found::Yes(column) = hit { Some(column) } else { None })
                .collect();
            match found.as_slice() {
                [column] => {
                    return types::canonical(&column.ty)
                        .or_else(|| self.named_type(&column.ty))
                        .map_or_else(
                            || open(format!("type `{}` is not built in", column.ty)),
                            |ty| Ok(Type::Known(types::base(&ty))),
                        );
                }
                [] => {}
                _ => return open(format!("column \"{name}\" is in several tables")),
            }
        }
        self.missing(name, qualifier)
    }

    /// A type of the tree, or an extension's.
    fn named_type(&self, written: &str) -> Option<String> {
        if matches!(written.split('(').next(), Some("vector" | "citext" | "ltree" | "hstore")) {
            return Some(written.to_owned());
        }
        let key = (self.resolve)(&name_of(written)?).ok()?;
        match self.catalog.type_of_tree(&key) {
            Found::Yes(says) if says.kind == "enum" => Some(dotted(&key)),
            _ => None,
        }
    }

    /// A name nothing in sight has. Names of system columns and whole rows are left open.
    fn missing(&self, name: &str, qualifier: Option<&String>) -> Typed {
        let system = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"].contains(&name);
        let row = self.frames.iter().flatten().any(|(alias, _)| alias == name);
        if row && qualifier.is_none() {
            return Ok(Type::Row);
        }
        if system || row || name == "*" {
            return open(format!("`{name}` is not read"));
        }
        match qualifier {
            None => fails(
                Failure::new(format!("column \"{name}\" does not exist")).lacking("column", name),
            ),
            Some(qualifier)
                if self.frames.iter().flatten().any(|(alias, _)| alias == qualifier) =>
            {
                fails(
                    Failure::new(format!("column {qualifier}.{name} does not exist"))
                        .lacking("column", name),
                )
            }
            Some(qualifier) => open(format!("`{qualifier}.{name}` is not resolved")),
        }
    }

    fn prefix(&mut self, operator: &str, operand: &Expr) -> Typed {
        if operator == "not" {
            return self.condition(operand).map(|()| known("boolean"));
        }
        match self.type_of(operand)? {
            Type::Known(name) if types::number(&name).is_some() && operator == "-" => {
                Ok(Type::Known(name))
            }
            _ => open(format!("operator `{operator}`")),
        }
    }

    fn cast(&mut self, operand: &Expr, ty: &str) -> Typed {
        let Some(target) = types::canonical(ty) else {
            return open(format!("type `{ty}` is not built in"));
        };
        let base = types::base(&target);
        if matches!(operand, Expr::Array(items) if items.is_empty()) && base.ends_with("[]") {
            return Ok(Type::Known(base));
        }
        let fits = match self.type_of(operand)? {
            Type::Null => true,
            Type::Literal(text) => types::takes(&target, &text),
            Type::Known(from) => {
                from == base
                    || types::is_text(&base)
                    || (types::is_text(&from) && !base.ends_with("[]"))
                    || (types::number(&from).is_some() && types::number(&base).is_some())
                    || (types::is_time(&from) && types::is_time(&base))
            }
            Type::Row => false,
        };
        if fits { Ok(Type::Known(base)) } else { open(format!("a cast to `{ty}`")) }
    }

    fn binary(&mut self, operator: &str, left: &Expr, right: &Expr) -> Typed {
        if matches!(operator, "and" | "or") {
            all([self.condition(left), self.condition(right)])?;
            return Ok(known("boolean"));
        }
        let sides = all([self.type_of(left), self.type_of(right)])?;
        let [left, right] = [&sides[0], &sides[1]];
        if let (Type::Known(ty), Type::Literal(text)) | (Type::Literal(text), Type::Known(ty)) =
            (left, right)
            && matches!(operator, "=" | "<>" | "!=")
            && let Some(is) = is_label(self.catalog, ty, text)
        {
            return match is {
                true => Ok(known("boolean")),
                false => fails(format!("invalid input value for enum {ty}: \"{text}\"")),
            };
        }
        match operator {
            "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=" => compare(operator, left, right),
            "+" | "-" | "*" | "/" | "%" => arithmetic(operator, left, right),
            "||" => concatenate(left, right),
            "->" | "->>" => member(operator, left, right),
            "at time zone" => match (left, right) {
                (Type::Known(from), Type::Literal(_)) if from == "timestamp with time zone" => {
                    Ok(known("timestamp without time zone"))
                }
                (Type::Known(from), Type::Literal(_)) if from == "timestamp without time zone" => {
                    Ok(known("timestamp with time zone"))
                }
                _ => open("operator `at time zone`"),
            },
            "like" | "not like" | "ilike" | "not ilike" | "~" | "~*" | "!~" | "!~*" => {
                let text = |side: &Type| {
                    matches!(side, Type::Literal(_))
                        || matches!(side, Type::Known(name) if types::is_text(name))
                };
                // A pattern that does not compile fails when it is run, not here.
                if text(left) && text(right) {
                    Ok(known("boolean"))
                } else {
                    open(format!("operator `{operator}`"))
                }
            }
            _ => open(format!("operator `{operator}`")),
        }
    }

    fn among(&mut self, operand: &Expr, others: &[Expr]) -> Typed {
        let operand = self.type_of(operand)?;
        let others = all(others.iter().map(|other| self.type_of(other)).collect::<Vec<_>>())?;
        if let Type::Known(ty) = &operand
            && others.iter().all(|other| {
                matches!(other, Type::Literal(text) if is_label(self.catalog, ty, text) == Some(true))
            })
        {
            return Ok(known("boolean"));
        }
        all(others.iter().map(|other| compare("=", &operand, other)).collect::<Vec<_>>())?;
        Ok(known("boolean"))
    }

    fn array(&mut self, items: &[Expr]) -> Typed {
        let items = all(items.iter().map(|item| self.type_of(item)).collect::<Vec<_>>())?;
        let text = |item: &Type| matches!(item, Type::Literal(_)) || *item == known("text");
        match items.as_slice() {
            [] => open("an array without items"),
            items if items.iter().all(text) => Ok(known("text[]")),
            [Type::Known(first), rest @ ..] if rest.iter().all(|item| *item == known(first)) => {
                Ok(Type::Known(format!("{first}[]")))
            }
            _ => open("an array of several types"),
        }
    }

    fn case(&mut self, conditions: &[Expr], results: &[Expr]) -> Typed {
        all(conditions.iter().map(|condition| self.condition(condition)).collect::<Vec<_>>())?;
        let results = all(results.iter().map(|result| self.type_of(result)).collect::<Vec<_>>())?;
        common(&results)
    }

    fn query(&mut self, query: &Query) -> Typed {
        let aggregates = !query.groups.is_empty() || query.items.iter().any(has_aggregate);
        if query.unread.is_none() && (aggregates || !query.derived.is_empty()) {
            let given = self.gives(query)?;
            return match given.as_slice() {
                [(_, ty)] => Ok(Type::Known(types::base(ty))),
                _ => Ok(Type::Row),
            };
        }
        let frame = self.sources(query)?;
        // What is not read may bring names into sight.
        if let Some(clause) = &query.unread {
            return open(format!("`{}` is not read", shortened(clause)));
        }
        self.frames.push(frame);
        let result = self.in_query(query);
        self.frames.pop();
        result
    }

    fn in_query(&mut self, query: &Query) -> Typed {
        let conditions: Vec<_> = query.conditions.iter().map(|it| self.condition(it)).collect();
        all(conditions)?;
        if query.items == [Expr::Column(vec!["*".to_owned()])] {
            return Ok(Type::Row);
        }
        let items = all(query.items.iter().map(|item| self.type_of(item)).collect::<Vec<_>>())?;
        match items.as_slice() {
            // A literal that a query gives is text to what surrounds it.
            [Type::Literal(_)] => Ok(known("text")),
            [item] => Ok(item.clone()),
            _ => Ok(Type::Row),
        }
    }

    /// The table or view a name means.
    pub fn relation(&self, name: &Name) -> Result<&'a Table, Stop> {
        let key = (self.resolve)(name)?;
        match self.catalog.table(&key) {
            Found::Yes(table) => Ok(table),
            Found::Maybe(reason) => open(format!("relation \"{name}\" is not certain ({reason})")),
            Found::No => match self.catalog.relation(&key) {
                Found::No if is_provided(&key.0) => {
                    open(format!("relation \"{name}\" is the platform's"))
                }
                Found::Yes(Relation { what: What::View(_, Some(table)), .. }) => Ok(table),
                Found::No => fails(missing_relation(name, &key)),
                _ => open(format!("relation \"{name}\" is not a table")),
            },
        }
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    short
}

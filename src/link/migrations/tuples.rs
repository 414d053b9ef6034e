//! The rows the sources of a query give together.

use std::rc::Rc;

use super::eval::Eval;
use super::sought::Sought;
use super::values::{Datum, compared, joined};
use crate::facts::sql::{Expr, From, Name, Source};

/// A row of a relation: its columns are named once for all rows.
#[derive(Debug, Clone)]
pub struct Row {
    /// The names of the columns.
    pub names: Rc<[String]>,
    /// A value for each.
    pub values: Rc<[Datum]>,
}
impl Row {
    /// What a column holds.
    pub fn get(&self, name: &str) -> Option<&Datum> {
        self.names.iter().zip(&*self.values).find(|it| it.0 == name).map(|it| it.1)
    }
}

/// The rows a name in sight may stand for: alias, columns.
pub type Tuple = Vec<(Rc<str>, Row)>;

/// The rows of a source, and of each whether it certainly is there.
#[derive(Debug, Clone)]
pub struct Found {
    /// The names of the columns.
    pub names: Rc<[String]>,
    /// The values.
    pub rows: Rc<[(bool, Rc<[Datum]>)]>,
}
impl Found {
    /// What a relation holds.
    pub fn new(names: Vec<String>, rows: Vec<(bool, Vec<Datum>)>) -> Self {
        Found {
            names: names.into(),
            rows: rows.into_iter().map(|(sure, row)| (sure, row.into())).collect(),
        }
    }

    fn row(&self, values: &Rc<[Datum]>) -> Row {
        Row { names: Rc::clone(&self.names), values: Rc::clone(values) }
    }

    fn nulls(&self) -> Row {
        let values = self.names.iter().map(|_| Datum::Null).collect();
        Row { names: Rc::clone(&self.names), values }
    }
}

/// The most rows a query may look at.
const MAX_ROWS: usize = 20_000;

impl Eval<'_, '_> {
    /// The rows of all sources together. What surely fails one of the conditions may be left out.
    pub(super) fn from(
        &mut self,
        sources: &[Source],
        conditions: &[Expr],
    ) -> Option<Vec<(bool, Tuple)>> {
        let mut tuples: Vec<(bool, Tuple)> = vec![(true, Vec::new())];
        for source in sources {
            if source.join.starts_with("natural") || source.join == "right" || source.join == "full"
            {
                return None;
            }
            if tuples.is_empty() {
                break;
            }
            // The catalog has thousands of columns, and a guard seeks one of them by name.
            let conditions = conditions.iter().chain(&source.on);
            let sought = Sought::of(self, conditions, source, sources.len() == 1);
            // What does not look at the rows before it is asked once.
            let once = match source.what {
                From::Relation(_) => Some(self.rows_of(source, &sought)?),
                _ => None,
            };
            let mut next = Vec::new();
            for (sure, tuple) in tuples {
                let found = match &once {
                    Some(found) => found.clone(),
                    None => {
                        self.rows.push(tuple.clone());
                        let found = self.rows_of(source, &sought);
                        self.rows.pop();
                        found?
                    }
                };
                self.joined(source, &sought, &found, (sure, tuple), &mut next)?;
            }
            tuples = next;
        }
        Some(tuples)
    }

    /// A tuple with each of the rows of one more source.
    fn joined(
        &mut self,
        source: &Source,
        sought: &Sought,
        found: &Found,
        (sure, tuple): (bool, Tuple),
        next: &mut Vec<(bool, Tuple)>,
    ) -> Option<()> {
        let alias: Rc<str> = alias(source).into();
        let places = sought.places(&found.names);
        let mut any = Datum::Bool(false);
        for (certain, values) in found.rows.iter().filter(|it| !places.exclude(&it.1)) {
            self.fuel = self.fuel.checked_sub(1)?;
            let row = found.row(values);
            let mut holds = Datum::Bool(true);
            for name in &source.using {
                let left = tuple.iter().find_map(|(_, it)| it.get(name))?;
                let right = row.get(name).unwrap_or(&Datum::Unknown);
                holds = joined(true, &holds, &compared("=", left, right));
            }
            let mut tuple = tuple.clone();
            tuple.push((Rc::clone(&alias), row));
            if let Some(on) = &source.on {
                self.rows.push(tuple);
                holds = self.value(on);
                tuple = self.rows.pop()?;
            }
            let held = holds.holds();
            if held != Some(false) {
                let surely = held == Some(true) && *certain;
                let one = if surely { Datum::Bool(true) } else { Datum::Unknown };
                any = joined(false, &any, &one);
                next.push((sure && surely, tuple));
            }
            if next.len() > MAX_ROWS {
                return None;
            }
        }
        if source.join == "left" && any != Datum::Bool(true) {
            let mut tuple = tuple;
            tuple.push((alias, found.nulls()));
            next.push((sure && any == Datum::Bool(false), tuple));
        }
        Some(())
    }

    /// The rows of one source, at least those that are sought, and the names of its columns.
    fn rows_of(&mut self, source: &Source, sought: &Sought) -> Option<Found> {
        let mut found = match &source.what {
            From::Relation(name) => {
                let named =
                    self.named.iter().rev().find(|it| name.schema.is_none() && it.0 == name.name);
                match named {
                    Some((_, answer)) => Found::new(answer.names.clone(), answer.rows.clone()),
                    None => self.relation_rows(name, sought)?,
                }
            }
            From::Query(query) => {
                let answer = self.select(query)?;
                Found::new(answer.names, answer.rows)
            }
            From::Call(call) => self.called_rows(call, source)?,
            From::Join(_) => return None,
        };
        if !source.columns.is_empty() {
            let mut names = found.names.to_vec();
            for (name, (new, _)) in names.iter_mut().zip(&source.columns) {
                name.clone_from(new);
            }
            found.names = names.into();
        }
        Some(found)
    }

    /// The rows of a relation of the catalog: all of them, and once, if it may be asked for again.
    fn relation_rows(&mut self, name: &Name, sought: &Sought) -> Option<Found> {
        if self.rows.is_empty() {
            let (names, rows) = super::relations::rows(self.step, name, sought)?;
            return Some(Found::new(names, rows));
        }
        let known = name.to_string();
        if let Some(found) = self.read.get(&known) {
            return Some(found.clone());
        }
        let (names, rows) = super::relations::rows(self.step, name, &Sought::default())?;
        let found = Found::new(names, rows);
        self.read.insert(known, found.clone());
        Some(found)
    }

    fn called_rows(&mut self, call: &Expr, source: &Source) -> Option<Found> {
        let Expr::Call(name, _) = call else { return None };
        let own = source.alias.clone().unwrap_or_else(|| name.name.clone());
        let items = self.set_of(call)?;
        let mut names = vec![own];
        if source.ordinality {
            names.push("ordinality".to_owned());
        }
        let rows = items.into_iter().enumerate().map(|(at, it)| {
            let mut row = vec![it];
            if source.ordinality {
                row.push(Datum::Int(i64::try_from(at + 1).unwrap_or(i64::MAX)));
            }
            (true, row)
        });
        Some(Found::new(names, rows.collect()))
    }

    /// What a function that gives rows of one value gives; none: it is another, or not known.
    pub(super) fn set_of(&mut self, call: &Expr) -> Option<Vec<Datum>> {
        let Expr::Call(name, arguments) = call else { return None };
        Some(match (name.name.as_str(), arguments.as_slice()) {
            ("unnest", [array]) => self.elements(array)?,
            ("generate_series", [first, last]) => match (self.value(first), self.value(last)) {
                (Datum::Int(first), Datum::Int(last)) if last - first < 1000 => {
                    (first..=last).map(Datum::Int).collect()
                }
                _ => return None,
            },
            ("regexp_split_to_table" | "string_to_table", [text, by]) => {
                match (self.value(text), self.value(by)) {
                    (Datum::Text(text), Datum::Text(by))
                        if by.chars().all(|it| ", ;|".contains(it)) =>
                    {
                        text.split(&by).map(Datum::text).collect()
                    }
                    _ => return None,
                }
            }
            _ => return None,
        })
    }
}

/// What the rows of a source are called.
pub(super) fn alias(source: &Source) -> String {
    source.alias.clone().unwrap_or_else(|| match &source.what {
        From::Relation(name) => name.name.clone(),
        From::Call(call) => match &**call {
            Expr::Call(name, _) => name.name.clone(),
            _ => String::new(),
        },
        _ => String::new(),
    })
}

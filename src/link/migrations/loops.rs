//! Loops of blocks.

use std::collections::BTreeMap;

use super::blocks::{Flow, Halt, Machine, Ran};
use super::select::Answer;
use super::values::Datum;
use crate::facts::sql::{BlockAction as Action, Command, Expr, Over, Statement, statements};

/// The most rows of a loop that may not be there: each is gone with and without.
const MAX_UNSURE: usize = 64;

/// The rows a loop goes over, and of each whether it certainly is there.
type Items = Vec<(bool, Vec<Datum>)>;

impl Machine<'_, '_> {
    pub(super) fn repeat(&mut self, names: &[String], over: &Over, actions: &[Action]) -> Ran {
        let items: Vec<Vec<Datum>> = match over {
            Over::While(condition) => return self.endless(condition.as_ref(), actions),
            Over::Range(first, last, down) => match (self.value(first), self.value(last)) {
                (Datum::Int(a), Datum::Int(b)) if *down && a - b < 1000 => {
                    (b..=a).rev().map(|it| vec![Datum::Int(it)]).collect()
                }
                (Datum::Int(a), Datum::Int(b)) if !*down && b - a < 1000 => {
                    (a..=b).map(|it| vec![Datum::Int(it)]).collect()
                }
                _ => return Err(Halt::Lost("the ends of a loop".to_owned())),
            },
            Over::Array(array) => {
                let items = self.evaluated(&[], |it| it.elements(array));
                let items =
                    items.ok_or_else(|| Halt::Lost("the elements of an array".to_owned()))?;
                items.into_iter().map(|it| vec![it]).collect()
            }
            Over::Query(query) => {
                self.typed(|scope| scope.gives(query).map(|_| ()))?;
                // What is not read may be what the server refuses.
                if query.conditions.iter().any(|it| it.any(&|it| matches!(it, Expr::Other(_)))) {
                    self.doubts("a condition that is not read");
                }
                let answer = self.evaluated(&[], |it| it.select(query));
                return self.over_rows(names, answer, actions);
            }
            Over::Text(text, using) => {
                let Datum::Text(text) = self.value(text) else {
                    return Err(Halt::Lost("a text that is not known".to_owned()));
                };
                let using: Vec<Datum> = using.iter().map(|it| self.value(it)).collect();
                let read = statements(&text);
                let query = match read.as_deref() {
                    Some([(_, _, Statement::Rows { command, .. })]) => match &**command {
                        Command::Query(query) => query.clone(),
                        _ => return Err(Halt::Lost("a loop over a write".to_owned())),
                    },
                    _ => return Err(Halt::Lost("a text that is not read".to_owned())),
                };
                let answer = self.evaluated(&using, |it| it.select(&query));
                return self.over_rows(names, answer, actions);
            }
        };
        let items = items.into_iter().map(|it| (true, it)).collect();
        self.turns(names, &[], items, actions)
    }

    pub(super) fn over_rows(
        &mut self,
        names: &[String],
        answer: Option<Answer>,
        actions: &[Action],
    ) -> Ran {
        let few = |it: &Answer| it.rows.iter().filter(|it| !it.0).count() <= MAX_UNSURE;
        let Some(answer) = answer.filter(few) else {
            // None, or any: what a turn does is done or not, and twice is where it leans on itself.
            self.doubts("the rows of a query");
            let unknown = (false, names.iter().map(|_| Datum::Unknown).collect());
            return self.turns(names, &[], vec![unknown; 2], actions);
        };
        self.turns(names, &answer.names, answer.rows, actions)
    }

    pub(super) fn turns(
        &mut self,
        names: &[String],
        columns: &[String],
        items: Items,
        actions: &[Action],
    ) -> Ran {
        self.found = match items.iter().any(|it| it.0) {
            false if !items.is_empty() => Datum::Unknown,
            any => Datum::Bool(any),
        };
        self.scopes.push(BTreeMap::new());
        let (from, mut left, mut on) = (self.ways.len(), Vec::new(), true);
        for (sure, item) in items {
            self.burn()?;
            let values = match (names, item) {
                ([name], mut item) => {
                    let record = !columns.is_empty() && !self.is_scalar(name);
                    let value = match record {
                        true => Datum::Row(columns.iter().cloned().zip(item).collect()),
                        false => item.swap_remove(0),
                    };
                    vec![(name.clone(), value)]
                }
                (names, item) => names.iter().cloned().zip(item).collect(),
            };
            for (name, value) in values {
                let held = self.scopes.iter_mut().rev().find_map(|it| it.get_mut(&name));
                match held {
                    Some(held) => *held = value,
                    None => drop(self.scopes.last_mut().and_then(|it| it.insert(name, value))),
                }
            }
            let flow = match sure {
                true => self.actions(actions),
                false => self.both(|it| it.actions(actions), |_| Ok(Flow::On)),
            }?;
            on = self.turned(flow, from, &mut left);
            if !on {
                break;
            }
        }
        let ran = self.looped(on, left);
        self.scopes.pop();
        ran
    }

    /// Whether a variable is declared with a type of one value.
    pub(super) fn is_scalar(&self, name: &str) -> bool {
        self.scalars.contains(name)
    }

    pub(super) fn endless(&mut self, condition: Option<&Expr>, actions: &[Action]) -> Ran {
        let (from, mut left) = (self.ways.len(), Vec::new());
        loop {
            self.burn()?;
            let goes_on = condition.map_or(Some(true), |it| self.value(it).holds());
            match goes_on {
                Some(true) => {}
                Some(false) => return self.looped(true, left),
                None => return Err(Halt::Lost("when a loop ends".to_owned())),
            }
            let flow = self.actions(actions)?;
            if !self.turned(flow, from, &mut left) {
                return self.looped(false, left);
            }
        }
    }
}

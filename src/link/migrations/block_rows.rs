//! What blocks run: statements about rows and texts they put together.

use super::apply::Step;
use super::blocks::{Flow, Halt, Machine, Ran};
use super::effects;
use super::failure::Failure;
use super::inserts;
use super::select::Answer;
use super::typing::Stop;
use super::values::Datum;
use crate::facts::sql::{Command, Expr, Statement, Survey, statements};

impl Machine<'_, '_> {
    pub(super) fn execute(&mut self, text: &Expr, into: &[Vec<String>], using: &[Expr]) -> Ran {
        let text = match self.value(text) {
            Datum::Text(text) => text,
            // It is made again with another body.
            Datum::Definition => {
                self.doubts("a function that is made again");
                return Ok(Flow::On);
            }
            _ => return Err(Halt::Lost("a text that is not known".to_owned())),
        };
        let using: Vec<Datum> = using.iter().map(|it| self.value(it)).collect();
        let read = statements(&text)
            .ok_or_else(|| Halt::Raised(Failure::new("syntax error").lacking("syntax", "")));
        for (kind, object, says) in read? {
            if let (Statement::Rows { command, .. }, false) = (&says, into.is_empty())
                && let Command::Query(query) = &**command
            {
                let answer = self.evaluated(&using, |it| it.select(query));
                self.fill(into, answer, false)?;
                continue;
            }
            if !into.is_empty() {
                self.fill(into, None, false)?;
            }
            self.sql(&kind, object.as_deref(), &says)?;
        }
        Ok(Flow::On)
    }

    /// Puts what a query gives into variables.
    pub(super) fn fill(
        &mut self,
        into: &[Vec<String>],
        answer: Option<Answer>,
        strict: bool,
    ) -> Result<(), Halt> {
        let row = match &answer {
            Some(answer) if answer.rows.is_empty() && strict => {
                return Err(Halt::Raised(Failure::new("query returned no rows")));
            }
            Some(answer) => match answer.rows.first() {
                None => Some(None),
                Some((true, row)) if answer.rows.len() == 1 => Some(Some(row.clone())),
                _ => None,
            },
            None => None,
        };
        self.found = match &row {
            Some(row) => Datum::Bool(row.is_some()),
            None => answer.as_ref().map_or(Datum::Unknown, Answer::exists),
        };
        let record = matches!(into, [one] if one.len() == 1 && answer.as_ref().is_some_and(|it| it.names.len() > 1));
        for (at, target) in into.iter().enumerate() {
            let value = match (&row, &answer) {
                (Some(Some(row)), Some(answer)) if record => {
                    Datum::Row(answer.names.iter().cloned().zip(row.iter().cloned()).collect())
                }
                (Some(Some(row)), _) => row.get(at).cloned().unwrap_or(Datum::Null),
                (Some(None), Some(answer)) if record => {
                    Datum::Row(answer.names.iter().map(|it| (it.clone(), Datum::Null)).collect())
                }
                (Some(None), _) => Datum::Null,
                (None, _) => Datum::Unknown,
            };
            self.assign(target, value)?;
        }
        Ok(())
    }

    pub(super) fn rows(
        &mut self,
        command: &Command,
        into: &[Vec<String>],
        strict: bool,
        survey: &Survey,
    ) -> Ran {
        if let Command::Query(query) = command {
            self.typed(|scope| scope.gives(query).map(|_| ()))?;
            let answer = self.evaluated(&[], |it| it.select(query));
            // What is called may do anything, and what is not known may fail.
            if let Err(stop) = effects::call(self.step, survey) {
                self.stopped(stop)?;
            } else if answer.is_none() {
                self.doubts("a query of a block");
            }
            self.fill(into, answer, strict)?;
            return Ok(Flow::On);
        }
        for target in into {
            self.assign(target, Datum::Unknown)?;
        }
        (self.found, self.count) = (Datum::Unknown, Datum::Unknown);
        let variables = self.variables();
        let result = inserts::run_among(self.step, command, survey, &variables);
        if result == Ok(()) && inserts::changes_nothing(self.step, command) {
            (self.found, self.count) = (Datum::Bool(false), Datum::Int(0));
        }
        match result {
            Err(stop) => self.stopped(stop).map(|()| Flow::On),
            Ok(()) => Ok(Flow::On),
        }
    }

    pub(super) fn variables(&self) -> inserts::Variables {
        let held = self.scopes.iter().flatten();
        let typed = held.map(|(name, value)| {
            let ty = self.types.get(name).cloned().unwrap_or_else(|| "unknown".to_owned());
            (name.clone(), (ty, value.clone()))
        });
        typed.collect()
    }

    pub(super) fn stopped(&mut self, stop: Stop) -> Result<(), Halt> {
        match stop {
            Stop::Fails(failure) => Err(Halt::Raised(failure)),
            Stop::Open(reason) => {
                self.doubts(&reason);
                Ok(())
            }
        }
    }

    pub(super) fn sql(&mut self, kind: &str, object: Option<&str>, says: &Statement) -> Ran {
        let mut step = Step {
            catalog: self.step.catalog,
            place: self.step.place.clone(),
            kind,
            object,
            supabase: self.step.supabase,
            is_alone: Some(false),
            kept: None,
        };
        match step.run(says) {
            Ok(()) => Ok(Flow::On),
            Err(stop) => self.stopped(stop).map(|()| Flow::On),
        }
    }
}

//! Where it is not known which way a block goes: both are gone, and what both come to is certain.

use std::collections::BTreeMap;

use super::blocks::{Flow, Halt, Machine, Ran};
use super::catalog::Catalog;
use super::inserts;
use super::typing::{Scope, Stop};
use super::values::Datum;
use crate::facts::sql::{BlockAction as Action, Expr, Program};

/// The most ways that are followed beside each other.
const MAX_WAYS: usize = 64;

/// A way a block may have gone: how it ended, and what was so then.
pub(super) struct Way {
    flow: Flow,
    catalog: Catalog,
    scopes: Vec<BTreeMap<String, Datum>>,
}

impl Machine<'_, '_> {
    pub(super) fn branch(&mut self, branches: &[(Expr, Vec<Action>)], other: &[Action]) -> Ran {
        let Some(((condition, actions), rest)) = branches.split_first() else {
            return self.actions(other);
        };
        self.asks(condition)?;
        match self.value(condition).holds() {
            Some(true) => self.actions(actions),
            Some(false) => self.branch(rest, other),
            None => self.both(|it| it.actions(actions), |it| it.branch(rest, other)),
        }
    }

    pub(super) fn both(
        &mut self,
        one: impl FnOnce(&mut Self) -> Ran,
        two: impl FnOnce(&mut Self) -> Ran,
    ) -> Ran {
        let (before, scopes) = (self.step.catalog.clone(), self.scopes.clone());
        let first = one(self);
        let after_one = Way {
            flow: Flow::On,
            catalog: std::mem::replace(self.step.catalog, before),
            scopes: std::mem::replace(&mut self.scopes, scopes),
        };
        let second = two(self);
        match (first, second) {
            (Err(Halt::Lost(reason)), _) | (_, Err(Halt::Lost(reason))) => Err(Halt::Lost(reason)),
            (Err(Halt::Raised(_)), Err(Halt::Raised(failure))) => Err(Halt::Raised(failure)),
            (Err(Halt::Raised(_)), Ok(flow)) => {
                self.doubts("a condition of a block");
                Ok(flow)
            }
            (Ok(flow), Err(Halt::Raised(_))) => {
                self.resume(after_one);
                self.doubts("a condition of a block");
                Ok(flow)
            }
            (Ok(a), Ok(b)) if a == b => {
                self.join(after_one);
                Ok(a)
            }
            (Ok(a), Ok(Flow::On)) => {
                self.aside(Way { flow: a, ..after_one })?;
                Ok(Flow::On)
            }
            (Ok(a), Ok(b)) => {
                let other = self.swap(after_one);
                self.aside(Way { flow: b, ..other })?;
                Ok(a)
            }
        }
    }

    fn aside(&mut self, way: Way) -> Result<(), Halt> {
        if self.ways.len() >= MAX_WAYS {
            return Err(Halt::Lost("a condition of a block".to_owned()));
        }
        self.ways.push(way);
        Ok(())
    }

    fn swap(&mut self, way: Way) -> Way {
        let catalog = std::mem::replace(self.step.catalog, way.catalog);
        let scopes = std::mem::replace(&mut self.scopes, way.scopes);
        Way { flow: Flow::On, catalog, scopes }
    }

    fn resume(&mut self, way: Way) {
        drop(self.swap(way));
    }

    /// What is so if it is not known which of two ways was gone.
    fn join(&mut self, way: Way) {
        let doubt = self.step.doubt("a condition of a block");
        let ours = std::mem::take(self.step.catalog);
        *self.step.catalog = way.catalog.merge(ours, &doubt);
        for (ours, theirs) in self.scopes.iter_mut().zip(way.scopes) {
            for (name, value) in theirs {
                match ours.get_mut(&name) {
                    Some(held) if *held != value => *held = Datum::Unknown,
                    _ => {}
                }
            }
        }
    }

    /// The end of a turn of a loop: `from` on, ways are its own. What leaves the loop is put into `left`; whether it
    /// goes on.
    pub(super) fn turned(&mut self, flow: Flow, from: usize, left: &mut Vec<Way>) -> bool {
        let depth = self.scopes.len();
        let (mut ends, on) = match flow {
            Flow::On | Flow::Continue => (Vec::new(), true),
            flow => {
                let here =
                    Way { flow, catalog: self.step.catalog.clone(), scopes: self.scopes.clone() };
                (vec![here], false)
            }
        };
        let mut goes_on = on;
        ends.extend(self.ways.drain(from..).collect::<Vec<_>>());
        for mut way in ends {
            way.scopes.truncate(depth);
            match way.flow {
                Flow::On | Flow::Continue if goes_on => self.join(way),
                Flow::On | Flow::Continue => {
                    self.resume(way);
                    goes_on = true;
                }
                Flow::Exit | Flow::Return => left.push(way),
            }
        }
        goes_on
    }

    /// The end of a loop: `on` says whether the last turn was followed by another or by nothing.
    pub(super) fn looped(&mut self, on: bool, left: Vec<Way>) -> Ran {
        let (exits, returns): (Vec<Way>, Vec<Way>) =
            left.into_iter().partition(|it| it.flow == Flow::Exit);
        let mut here = on;
        for way in exits {
            if here {
                self.join(way);
            } else {
                self.resume(way);
                here = true;
            }
        }
        let mut returns = returns.into_iter();
        if !here {
            let Some(way) = returns.next() else { return Ok(Flow::On) };
            self.resume(way);
        }
        returns.try_for_each(|it| self.aside(it))?;
        Ok(if here { Flow::On } else { Flow::Return })
    }

    /// An error that may not be the first: an earlier one may be what the handler takes.
    pub(super) fn perhaps_handled(&mut self, program: &Program, before: Catalog, ran: Ran) -> Ran {
        let [(_, actions)] = program.handlers.as_slice() else {
            return Err(Halt::Lost("which handler takes an error".to_owned()));
        };
        self.both(
            |it| {
                *it.step.catalog = before;
                it.actions(actions)
            },
            |_| ran,
        )
    }

    /// The end of a block: what all its ways come to.
    pub(super) fn rejoined(&mut self, ran: Ran) -> Ran {
        let mut ways = std::mem::take(&mut self.ways).into_iter();
        let ran = match ran {
            Err(Halt::Raised(failure)) => {
                let Some(way) = ways.next() else { return Err(Halt::Raised(failure)) };
                self.resume(way);
                self.doubts("a condition of a block");
                Ok(Flow::Return)
            }
            ran => ran,
        };
        if ran.is_ok() {
            ways.for_each(|it| self.join(it));
        }
        ran
    }

    /// What an expression names must be there.
    pub(super) fn asks(&mut self, expr: &Expr) -> Result<(), Halt> {
        self.typed(|scope| scope.type_of(expr).map(|_| ()))
    }

    /// An error where something in sight of the variables certainly lacks what it names; a doubt where it may fail
    /// otherwise.
    pub(super) fn typed(
        &mut self,
        then: impl FnOnce(&mut Scope<'_>) -> Result<(), Stop>,
    ) -> Result<(), Halt> {
        let variables = self.variables();
        let tables = inserts::in_sight(&variables);
        let frame = tables.iter().map(|(name, table)| (name.clone(), table)).collect();
        match self.step.with_scope(vec![frame], then) {
            Err(Stop::Fails(failure))
                if matches!(failure.kind, "relation" | "column" | "schema" | "function") =>
            {
                Err(Halt::Raised(failure))
            }
            Err(Stop::Fails(failure)) => {
                self.doubts(&failure.error);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

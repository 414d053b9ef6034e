//! Runs blocks of PL/pgSQL, within a budget of steps; what cannot be decided is what the block could do by its words.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::apply::Step;
use super::branches::Way;
use super::effects;
use super::eval::Eval;
use super::failure::Failure;
use super::typing::{Stop, fails, open};
use super::values::Datum;
use crate::facts::sql::{BlockAction as Action, Expr, Program, Survey};

/// The most steps of one block, and rows its queries look at.
pub(super) const FUEL: u32 = 20_000;
pub(super) const ROWS: usize = 200_000;

/// How a list of actions ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flow {
    On,
    Exit,
    Continue,
    Return,
}

/// Why running ends early.
pub(super) enum Halt {
    /// An error that a handler may take.
    Raised(Failure),
    /// It cannot be followed.
    Lost(String),
}

pub(super) type Ran = Result<Flow, Halt>;

/// `do $$ ... $$`.
pub fn run(step: &mut Step<'_>, program: &Program, survey: &Survey) -> Result<(), Stop> {
    let before = step.catalog.clone();
    let mut machine = Machine {
        step,
        scopes: Vec::new(),
        scalars: BTreeSet::new(),
        types: BTreeMap::new(),
        fuel: FUEL,
        unsure: None,
        found: Datum::Bool(false),
        count: Datum::Int(0),
        ways: Vec::new(),
        parted: false,
    };
    let ran = machine.program(program);
    let ran = machine.rejoined(ran);
    let (unsure, parted) = (machine.unsure.take(), machine.parted);
    match (ran, unsure) {
        (Ok(_), None) => Ok(()),
        (Ok(_), Some(reason)) => open(reason),
        // What is not certain to succeed before it fails as well.
        (Err(Halt::Raised(failure)), unsure) if unsure.is_none() || !parted => {
            *step.catalog = before;
            fails(failure)
        }
        // After a step that is not certain the block may have gone another way.
        (Err(Halt::Raised(failure)), _) => {
            *step.catalog = before;
            lost(step, survey, &failure.error)
        }
        (Err(Halt::Lost(reason)), _) => {
            *step.catalog = before;
            lost(step, survey, &reason)
        }
    }
}

pub(super) fn lost(step: &mut Step<'_>, survey: &Survey, reason: &str) -> Result<(), Stop> {
    effects::unfollowed(step, survey, format!("a block that is not followed: {reason}"))
}

pub(super) struct Machine<'s, 'a> {
    pub(super) step: &'s mut Step<'a>,
    pub(super) scopes: Vec<BTreeMap<String, Datum>>,
    /// Variables of one value.
    pub(super) scalars: BTreeSet<String>,
    pub(super) types: BTreeMap<String, String>,
    pub(super) fuel: u32,
    /// The first thing that was not certain.
    pub(super) unsure: Option<String>,
    pub(super) found: Datum,
    pub(super) count: Datum,
    /// Other ways it may have gone, that have ended.
    pub(super) ways: Vec<Way>,
    /// Whether what follows a step that is not certain may have been left out.
    pub(super) parted: bool,
}
impl Machine<'_, '_> {
    pub(super) fn program(&mut self, program: &Program) -> Ran {
        self.scopes.push(BTreeMap::new());
        for variable in &program.variables {
            if let Some(default) = &variable.default {
                self.asks(default)?;
            }
            let value = variable.default.as_ref().map_or(Datum::Null, |it| self.value(it));
            let ty = self.step.type_named(&variable.ty).unwrap_or_else(|_| "unknown".to_owned());
            self.types.insert(variable.name.clone(), ty);
            if variable.ty != "record" && !variable.ty.ends_with("%rowtype") {
                self.scalars.insert(variable.name.clone());
            }
            if let Some(scope) = self.scopes.last_mut() {
                scope.insert(variable.name.clone(), value);
            }
        }
        let (before, unsure) = (self.step.catalog.clone(), self.unsure.clone());
        let depth = self.scopes.len();
        let mut ran = self.actions(&program.steps);
        self.scopes.truncate(depth);
        if let Err(Halt::Raised(failure)) = &ran {
            match self.handler(program, failure, self.unsure == unsure) {
                Some(Some(actions)) => {
                    *self.step.catalog = before;
                    ran = self.actions(actions);
                }
                Some(None) => {}
                None => ran = self.perhaps_handled(program, before, ran),
            }
        } else if ran.is_ok() && self.unsure != unsure && !program.handlers.is_empty() {
            // What is not certain to succeed may be undone.
            let doubt = self.step.doubt("a block that may be undone");
            let after = std::mem::take(self.step.catalog);
            *self.step.catalog = before.merge(after, &doubt);
            let all = program.handlers.iter().any(|it| it.0.iter().any(|it| it == "others"));
            let quiet = program
                .handlers
                .iter()
                .all(|it| it.1.iter().all(|it| matches!(it, Action::Raise(false, _))));
            if all && quiet {
                self.unsure = unsure;
            }
            self.parted |= !quiet;
        }
        self.scopes.pop();
        ran
    }

    /// The handler that takes an error: its actions, none at all, or not known.
    pub(super) fn handler<'p>(
        &self,
        program: &'p Program,
        failure: &Failure,
        sure: bool,
    ) -> Option<Option<&'p [Action]>> {
        for (conditions, actions) in &program.handlers {
            if conditions.iter().any(|it| it == "others") {
                return Some(Some(actions));
            }
            let raised = condition(&failure.error);
            match raised {
                Some(raised) if sure => {
                    if conditions.iter().any(|it| it == raised) {
                        return Some(Some(actions));
                    }
                }
                _ => return None,
            }
        }
        Some(None)
    }

    pub(super) fn burn(&mut self) -> Result<(), Halt> {
        self.fuel =
            self.fuel.checked_sub(1).ok_or_else(|| Halt::Lost("too many steps".to_owned()))?;
        Ok(())
    }

    pub(super) fn actions(&mut self, actions: &[Action]) -> Ran {
        for action in actions {
            self.burn()?;
            match self.action(action)? {
                Flow::On => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::On)
    }

    pub(super) fn evaluated<T>(
        &self,
        parameters: &[Datum],
        then: impl FnOnce(&mut Eval<'_, '_>) -> T,
    ) -> T {
        let found = &self.found;
        let variables = |parts: &[String]| {
            let first = parts.first()?;
            let held = self.scopes.iter().rev().find_map(|it| it.get(first));
            match (held, parts) {
                (Some(it), [_]) => Some(it.clone()),
                (Some(Datum::Row(fields)), [_, name]) => Some(super::eval::field(fields, name)),
                (Some(_), _) => Some(Datum::Unknown),
                (None, _) if first == "found" => Some(found.clone()),
                (None, _) => None,
            }
        };
        then(&mut Eval {
            step: self.step,
            rows: Vec::new(),
            variables: &variables,
            parameters,
            named: Vec::new(),
            fuel: ROWS,
            read: HashMap::new(),
        })
    }

    pub(super) fn value(&self, expr: &Expr) -> Datum {
        self.evaluated(&[], |it| it.value(expr))
    }

    pub(super) fn action(&mut self, action: &Action) -> Ran {
        match action {
            Action::Block(program) => self.program(program),
            Action::If(branches, other) => self.branch(branches, other),
            Action::Assign(target, value) => {
                self.asks(value)?;
                let value = self.value(value);
                self.assign(target, value)?;
                Ok(Flow::On)
            }
            Action::Ends => Err(Halt::Lost("`commit` or `rollback` in a block".to_owned())),
            Action::Loop(names, over, actions) => self.repeat(names, over, actions),
            Action::Leave { exit, when } => {
                let leaves = when.as_ref().map_or(Some(true), |it| self.value(it).holds());
                let leave = if *exit { Flow::Exit } else { Flow::Continue };
                match leaves {
                    Some(true) => Ok(leave),
                    Some(false) => Ok(Flow::On),
                    None => self.both(|_| Ok(leave), |_| Ok(Flow::On)),
                }
            }
            Action::Return => Ok(Flow::Return),
            Action::Raise(false, _) => Ok(Flow::On),
            Action::Raise(true, _) => Err(Halt::Raised(Failure::new("an exception is raised"))),
            Action::Execute { text, into, using } => self.execute(text, into, using),
            Action::Rows { command, into, strict, survey } => {
                self.rows(command, into, *strict, survey)
            }
            Action::Diagnostics(items) => {
                for (name, item) in items {
                    let value =
                        if item == "row_count" { self.count.clone() } else { Datum::Unknown };
                    self.assign(std::slice::from_ref(name), value)?;
                }
                Ok(Flow::On)
            }
            Action::Sql { kind, object, says } => self.sql(kind, object.as_deref(), says),
        }
    }

    pub(super) fn assign(&mut self, target: &[String], value: Datum) -> Result<(), Halt> {
        let lost = || Halt::Lost(format!("`{}` is no variable", target.join(".")));
        let scope = self.scopes.iter_mut().rev().find(|it| it.contains_key(&target[0]));
        let held = scope.and_then(|it| it.get_mut(&target[0])).ok_or_else(lost)?;
        match (target, held) {
            ([_], held) => *held = value,
            ([_, name], Datum::Row(fields)) => {
                fields.retain(|it| it.0 != *name);
                fields.push((name.clone(), value));
            }
            _ => return Err(lost()),
        }
        Ok(())
    }

    pub(super) fn doubts(&mut self, reason: &str) {
        self.unsure.get_or_insert_with(|| reason.to_owned());
    }
}

/// The name PostgreSQL has for an error.
pub(super) fn condition(error: &str) -> Option<&'static str> {
    let there = error.contains("already exists");
    let missing = error.ends_with("does not exist");
    let violated = [
        ("check constraint", "check_violation"),
        ("not-null constraint", "not_null_violation"),
        ("unique constraint", "unique_violation"),
        ("foreign key constraint", "foreign_key_violation"),
    ];
    if error.contains(" violates ") {
        return violated.iter().find(|it| error.ends_with(it.0)).map(|it| it.1);
    }
    match error.split(' ').next()? {
        "column" if there => Some("duplicate_column"),
        "relation" if there => Some("duplicate_table"),
        "schema" if there => Some("duplicate_schema"),
        "function" if there => Some("duplicate_function"),
        "type" | "policy" | "trigger" | "constraint" | "role" | "extension" | "publication"
        | "enum"
            if there =>
        {
            Some("duplicate_object")
        }
        "relation" if error.contains("is already member") => Some("duplicate_object"),
        "relation" | "table" if missing && !error.contains(" of ") => Some("undefined_table"),
        "column" if missing => Some("undefined_column"),
        "function" if missing => Some("undefined_function"),
        "type" | "policy" | "trigger" | "role" | "publication" | "constraint" if missing => {
            Some("undefined_object")
        }
        "an" => Some("raise_exception"),
        _ => None,
    }
}

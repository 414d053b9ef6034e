//! Blocks: what their statements do, if their conditions hold.

use super::apply::Step;
use super::conditions::holds;
use super::failure::Failure;
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::Block;

/// `do $$ begin ... end $$` and `if ... then ... end if`.
pub fn run(step: &mut Step<'_>, said: &Block) -> Result<(), Stop> {
    let asked = said.condition.as_ref().map_or(Ok(Some(true)), |it| holds(step, it));
    if asked == Ok(Some(false)) {
        return Ok(());
    }
    let before = step.catalog.clone();
    let mut results = Vec::new();
    for statement in &said.steps {
        let result = step.run(statement);
        if let Err(Stop::Fails(failure)) = result {
            *step.catalog = before;
            let first = results.iter().all(Result::is_ok);
            return match is_forgiven(said, &failure, first) {
                _ if asked != Ok(Some(true)) => open("a condition of a block"),
                Some(true) => Ok(()),
                Some(false) => fails(failure),
                None => open("an exception of a block"),
            };
        }
        results.push(result);
    }
    step.kept = None;
    let done = all(results).map(|_: Vec<()>| ());
    let all_forgiven = said.forgives.iter().any(|it| it == "others");
    let may_be_undone = done.is_err() && !said.forgives.is_empty();
    if may_be_undone || asked != Ok(Some(true)) {
        let doubt = step.doubt("a block that may do nothing");
        let after = std::mem::take(step.catalog);
        *step.catalog = before.merge(after, &doubt);
    }
    asked?;
    if all_forgiven { Ok(()) } else { done }
}

/// Whether the handler takes a failure. After a step that is not certain it may already have taken another.
fn is_forgiven(said: &Block, failure: &Failure, first: bool) -> Option<bool> {
    let forgives = |condition: &str| said.forgives.iter().any(|it| it == condition);
    if said.forgives.is_empty() || forgives("others") {
        return Some(!said.forgives.is_empty());
    }
    condition(&failure.error).filter(|_| first).map(forgives)
}

/// The name PostgreSQL has for an error.
fn condition(error: &str) -> Option<&'static str> {
    let there = error.ends_with("already exists");
    match error.split(' ').next()? {
        "column" if there => Some("duplicate_column"),
        "relation" if there => Some("duplicate_table"),
        "type" | "policy" | "trigger" | "constraint" | "role" if there => Some("duplicate_object"),
        "relation" if error.ends_with("does not exist") && !error.contains(" of ") => {
            Some("undefined_table")
        }
        _ => None,
    }
}

//! Functions and procedures: made and looked up.

use std::rc::Rc;

use super::acl::Class;
use super::apply::Step;
use super::catalog::{Found, Held, Key, found};
use super::failure::{Failure, dotted};
use super::objects::{Routine, RoutineKey};
use super::provided::is_provided;
use super::types;
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::{Body, CreateFunction, Parameter, Routine as Named};

/// `create function` and `create procedure`.
pub fn create(step: &mut Step<'_>, said: &CreateFunction) -> Result<(), Stop> {
    let survey = Rc::new(said.survey.clone());
    let key = step.key(&said.name);
    if let Ok(key) = &key
        && let Err(Stop::Fails(failure)) = step.usable_schema(&key.0)
    {
        return fails(failure);
    }
    let inputs = said.parameters.iter().filter(|it| it.is_input());
    // A signature knows no modifiers: `numeric(10, 2)` is `numeric`.
    let types: Vec<Result<String, Stop>> =
        inputs.map(|it| step.type_named(&it.ty).map(|ty| types::base(&ty))).collect();
    let returns = returns(step, said);
    let mut checks = vec![step.usable(&key), returns.clone().map(|_| ())];
    checks.extend(said.parameters.iter().map(|it| parameter(step, it)));
    checks.push(signature(said));
    checks.push(body(step, said));
    let made = match (key, all(types), returns) {
        (Ok(key), Ok(inputs), Ok(returns)) => Some((key, inputs, returns)),
        _ => None,
    };
    if let Some((key, inputs, returns)) = &made {
        checks.push(replaced(step, said, key, inputs, returns));
    } else {
        checks.push(open("the signature of a function"));
    }
    let named = step.key(&said.name).ok();
    step.settle(all(checks).map(|_| ()), |step| put(step, said, named, made, survey))
}

fn put(
    step: &mut Step<'_>,
    said: &CreateFunction,
    named: Option<Key>,
    made: Option<(Key, Vec<String>, String)>,
    survey: Rc<crate::facts::sql::Survey>,
) {
    step.catalog.functions.entry(said.name.name.clone()).or_default().push(survey);
    let Some((key, inputs, returns)) = made else {
        let doubt = step.doubt("a function whose signature is not certain");
        match named {
            Some(key) => {
                step.catalog.routine_names_open.insert(key, doubt);
            }
            None => step.catalog.routines_open = Some(doubt),
        }
        return;
    };
    let named: RoutineKey = (key.0, key.1, inputs.join(", "));
    let fresh = step.catalog.fresh_acl(Class::Routines, &named.0);
    let acl = match step.catalog.routines.get(&named) {
        Some(old) if old.doubt.is_none() => old.value.acl,
        Some(old) => old.value.acl.merge(fresh),
        None => fresh,
    };
    let routine = Routine {
        acl,
        says: Rc::new(said.clone()),
        returns,
        security_definer: said.security_definer,
        search_path: said.search_path.clone(),
        altered: None,
        place: step.place.clone(),
        inputs,
    };
    step.catalog.routines.insert(named.into(), Held::certain(Rc::new(routine)));
}

/// What it returns: what is said, or what its results say.
fn returns(step: &Step<'_>, said: &CreateFunction) -> Result<String, Stop> {
    let outs = said.parameters.iter().filter(|it| it.mode != "in" && it.mode != "variadic");
    let outs: Vec<String> = all(outs.map(|it| step.type_named(&it.ty)))?;
    match (said.returns.as_deref(), outs.as_slice()) {
        (Some("table"), outs) => Ok(format!("table({})", outs.join(", "))),
        (Some(ty), []) => step.type_named(ty),
        (Some(ty), _) if ty.ends_with("record") => Ok(format!("{ty}({})", outs.join(", "))),
        (Some(_), _) => open("a result beside `out` parameters"),
        (None, [one]) => Ok(one.clone()),
        (None, []) if said.procedure => Ok("procedure".to_owned()),
        (None, []) => fails("function result type must be specified"),
        (None, outs) => Ok(format!("record({})", outs.join(", "))),
    }
}

fn parameter(step: &Step<'_>, said: &Parameter) -> Result<(), Stop> {
    let ty = step.type_named(&said.ty)?;
    let Some(default) = &said.default else { return Ok(()) };
    let from = step.with_scope(Vec::new(), |scope| scope.type_of(default))?;
    match &from {
        super::typing::Type::Literal(text) => match step.is_label(&ty, text) {
            Some(true) => Ok(()),
            Some(false) => fails(format!("invalid input value for enum {}: \"{text}\"", said.ty)),
            None => step.with_scope(Vec::new(), |scope| scope.assigns(&ty, &from)),
        },
        _ => step.with_scope(Vec::new(), |scope| scope.assigns(&ty, &from)),
    }
}

/// Names twice, and parameters without a default after one with.
fn signature(said: &CreateFunction) -> Result<(), Stop> {
    let names: Vec<&String> = said.parameters.iter().filter_map(|it| it.name.as_ref()).collect();
    if names.iter().enumerate().any(|(at, name)| names[..at].contains(name)) {
        return open("a parameter name used twice");
    }
    let inputs: Vec<&Parameter> = said.parameters.iter().filter(|it| it.is_input()).collect();
    let first = inputs.iter().position(|it| it.default.is_some());
    if first.is_some_and(|first| inputs[first..].iter().any(|it| it.default.is_none())) {
        return fails("input parameters after one with a default value must also have defaults");
    }
    if said.returns.as_deref() == Some("trigger") && !said.parameters.is_empty() {
        return fails("trigger functions cannot have declared arguments");
    }
    if said.parameters.iter().any(|it| it.mode == "variadic") {
        return open("`variadic`");
    }
    Ok(())
}

/// What stands there already: it is replaced, or in the way.
fn replaced(
    step: &Step<'_>,
    said: &CreateFunction,
    key: &Key,
    inputs: &[String],
    returns: &str,
) -> Result<(), Stop> {
    let named: RoutineKey = (key.0.clone(), key.1.clone(), inputs.join(", "));
    let held = step.catalog.routines.get(&named);
    let old = match found(held, |value| &**value, &step.catalog.routine_open(key)) {
        Found::No => return Ok(()),
        Found::Maybe(reason) => {
            return open(format!("function \"{}\" is not certain ({reason})", key.1));
        }
        Found::Yes(old) => old,
    };
    let failure =
        |error: String| fails(Failure::new(error).lacking("there", dotted(key)).behind(&old.place));
    if !said.or_replace {
        return failure(format!("function \"{}\" already exists with same argument types", key.1));
    }
    if old.says.procedure != said.procedure {
        return failure("cannot change routine kind".to_owned());
    }
    if old.returns != returns {
        return failure("cannot change return type of existing function".to_owned());
    }
    let pairs = old.says.parameters.iter().zip(&said.parameters);
    let mut pairs = pairs.filter(|(a, b)| a.name != b.name || a.mode != b.mode);
    if let Some((old_parameter, _)) = pairs.next() {
        let input = old_parameter.is_input() && old_parameter.name.is_some();
        return match input && old.says.parameters.len() == said.parameters.len() {
            true => failure(format!(
                "cannot change name of input parameter \"{}\"",
                old_parameter.name.as_deref().unwrap_or("")
            )),
            false => open("other parameters than the function there has"),
        };
    }
    let defaults =
        |it: &CreateFunction| it.parameters.iter().filter(|it| it.default.is_some()).count();
    if defaults(said) < defaults(&old.says) {
        return failure("cannot remove parameter defaults from existing function".to_owned());
    }
    Ok(())
}

/// What the server asks of a body when the function is made.
fn body(step: &Step<'_>, said: &CreateFunction) -> Result<(), Stop> {
    if step.catalog.bodies_unchecked {
        return Ok(());
    }
    match &said.asks {
        Body::Sound { types, rows } => {
            let types = types.iter().map(|ty| step.type_named(ty).map(|_| ()));
            let rows = rows.iter().map(|row| match step.type_named(&row.to_string()) {
                Err(Stop::Fails(failure)) if failure.kind == "type" => {
                    let needs = failure.needs.unwrap_or_default();
                    fails(
                        Failure::new(format!("relation \"{row}\" does not exist"))
                            .lacking("relation", needs),
                    )
                }
                other => other.map(|_| ()),
            });
            all(types.chain(rows).collect::<Vec<_>>()).map(|_| ())
        }
        Body::Commands(commands) => super::views::sql_body(step, said, commands),
        Body::Unread(reason) => open(reason.clone()),
    }
}

impl Step<'_> {
    fn usable(&self, key: &Result<Key, Stop>) -> Result<(), Stop> {
        match key {
            Ok(key) => self.usable_schema(&key.0),
            Err(stop) => Err(stop.clone()),
        }
    }

    /// The function a statement names; none where it may be one that is not known.
    pub fn routine(&self, named: &Named) -> Result<Option<Rc<Routine>>, Stop> {
        let key = self.key(&named.name)?;
        if is_provided(&key.0) && self.catalog.routines_named(&key).next().is_none() {
            return open("a function of the platform");
        }
        let inputs = match &named.args {
            Some(args) => Some(all(args.iter().map(|ty| self.type_named(ty)))?),
            None => None,
        };
        let fits = |it: &&Held<Rc<Routine>>| {
            let found = &it.value.inputs;
            inputs.as_ref().is_none_or(|inputs| same(inputs, found))
        };
        let held: Vec<&Held<Rc<Routine>>> =
            self.catalog.routines_named(&key).map(|(_, held)| held).filter(fits).collect();
        let may =
            self.catalog.routine_open(&key).is_some() || held.iter().any(|it| it.doubt.is_some());
        match held.as_slice() {
            [one] if one.doubt.is_none() => Ok(Some(Rc::clone(&one.value))),
            [] if !may => {
                let words = match &inputs {
                    Some(inputs) => {
                        format!("function {}({}) does not exist", named.name, inputs.join(", "))
                    }
                    None => format!("could not find a function named \"{}\"", named.name),
                };
                match self.catalog.schema(&key.0) {
                    Found::No => fails(
                        Failure::new(format!("schema \"{}\" does not exist", key.0))
                            .lacking("schema", &key.0),
                    ),
                    Found::Yes(_) if named.name.schema.is_some() => {
                        fails(Failure::new(words).lacking("function", dotted(&key)))
                    }
                    Found::Yes(_) if !self.supabase || !is_common(&key.1) => {
                        fails(Failure::new(words).lacking("function", dotted(&key)))
                    }
                    _ => open(format!("function \"{}\" is not known", named.name)),
                }
            }
            _ if may => open(format!("function \"{}\" is not certain", named.name)),
            _ => fails(format!("function name \"{}\" is not unique", named.name)),
        }
    }
}

/// Types as the server tells them apart in a signature: without modifiers.
fn same(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| types::base(a) == types::base(b))
}

/// Names functions of PostgreSQL and of extensions may have, so that an unqualified one may mean those.
fn is_common(name: &str) -> bool {
    !name.contains('_') || name.starts_with("pg_") || name.starts_with("uuid_")
}

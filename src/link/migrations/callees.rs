//! Functions a call may mean.

use super::calls::{Called, Callee, Place};
use super::catalog::{Found, Held};
use super::failure::{Failure, dotted};
use super::objects::{ExtraKind, Routine};
use super::operators::{brought, described};
use super::provided::is_provided;
use super::server::SERVER;
use super::types;
use super::typing::{Scope, Stop, Type, fails, open};
use crate::facts::sql::{Expr, Name};

impl Scope<'_> {
    /// Functions of PostgreSQL and of extensions.
    pub(super) fn of_server<'b>(
        &self,
        name: &Name,
        arguments: &[Expr],
        callees: &mut Vec<Callee<'b>>,
        unsure: &mut Option<String>,
    ) {
        for function in SERVER.functions(&name.name) {
            let there = match (function.extension, name.schema.as_deref()) {
                ("", None | Some("pg_catalog")) => Some(true),
                ("", _) => Some(false),
                (extension, schema) => match (brought(self.catalog, extension), schema) {
                    (Some(false), _) => Some(false),
                    (it, Some(schema)) => {
                        it.map(|_| self.schema_of(extension).as_deref() == Some(schema))
                    }
                    (it, None) => it.map(|_| {
                        matches!(
                            self.schema_of(extension).as_deref(),
                            Some("public" | "extensions")
                        )
                    }),
                },
            };
            if there == Some(false) {
                continue;
            }
            let wanted: Vec<String> = function.inputs.iter().map(|it| (*it).to_owned()).collect();
            let named = arguments.iter().any(|it| matches!(it, Expr::Named(..)));
            let Some(inputs) =
                paired(&wanted, function.defaults, function.variadic, arguments, named)
            else {
                continue;
            };
            if there.is_none() || named {
                *unsure = Some(format!("function `{name}` is not certain"));
            }
            callees.push(Callee { place: Place::Server(function), inputs });
        }
    }

    /// The schema an extension was put into.
    pub(super) fn schema_of(&self, extension: &str) -> Option<String> {
        let own = match extension {
            "pg_cron" => Some("cron"),
            "pg_net" => Some("net"),
            "pgmq" => Some("pgmq"),
            _ => None,
        };
        if let Some(own) = own {
            return Some(own.to_owned());
        }
        match self.catalog.extra(ExtraKind::Extension, &[extension]) {
            Found::Yes(it) => {
                Some(it.cells.first().and_then(|it| it.as_text()).unwrap_or("public").to_owned())
            }
            _ => None,
        }
    }

    /// Functions of the tree and of the platform.
    pub(super) fn of_tree<'b>(
        &self,
        catalog: &'b super::catalog::Catalog,
        name: &Name,
        arguments: &[Expr],
        callees: &mut Vec<Callee<'b>>,
        unsure: &mut Option<String>,
    ) {
        if name.schema.as_deref() == Some("pg_catalog") {
            return;
        }
        let key = match (self.resolve)(name) {
            Ok(key) => key,
            Err(_) if !callees.is_empty() && self.catalog.functions.get(&name.name).is_none() => {
                return;
            }
            Err(_) => {
                *unsure = Some(format!("`{name}` depends on search_path"));
                return;
            }
        };
        let held: Vec<(&super::objects::RoutineKey, &Held<std::rc::Rc<Routine>>)> =
            catalog.routines_named(&key).map(|(key, held)| (&**key, held)).collect();
        if self.catalog.routine_open(&key).is_some() && (callees.is_empty() || !held.is_empty()) {
            *unsure = Some(format!("function `{name}` is not certain"));
        }
        for (key, held) in held {
            let routine = &held.value;
            let parameters: Vec<_> =
                routine.says.parameters.iter().filter(|it| it.is_input()).collect();
            let defaults = parameters.iter().filter(|it| it.default.is_some()).count();
            let variadic = parameters.last().is_some_and(|it| it.mode == "variadic");
            let names: Vec<Option<&String>> =
                parameters.iter().map(|it| it.name.as_ref()).collect();
            let wanted: Vec<String> = routine.inputs.iter().map(|it| types::base(it)).collect();
            let inputs = match arguments.iter().any(|it| matches!(it, Expr::Named(..))) {
                true => by_name(&wanted, &names, defaults, arguments),
                false => paired(&wanted, defaults, variadic, arguments, false),
            };
            let Some(inputs) = inputs else { continue };
            if held.doubt.is_some() {
                *unsure = Some(format!("function `{name}` is not certain"));
            }
            callees.push(Callee { place: Place::Tree(routine, key.clone()), inputs });
        }
    }

    pub(super) fn no_function(
        &self,
        name: &Name,
        given: &[Type],
        several: bool,
    ) -> Result<Called, Stop> {
        let unknown = || open(format!("function `{name}` is not known"));
        let words: Vec<String> = given.iter().map(described).collect();
        let Ok(key) = (self.resolve)(name) else { return unknown() };
        if several || given.contains(&Type::Row) {
            return match several && !given.contains(&Type::Row) {
                true => fails(format!("function {name}({}) is not unique", words.join(", "))),
                false => unknown(),
            };
        }
        let foreign = name.schema.as_deref().is_some_and(is_provided);
        let hidden = name.schema.is_none()
            && (name.name.starts_with("pg_")
                || name.name.starts_with("xml")
                || self.may_be_brought(&name.name));
        if foreign || hidden {
            return unknown();
        }
        match self.catalog.schema(&key.0) {
            Found::No => fails(
                Failure::new(format!("schema \"{}\" does not exist", key.0))
                    .lacking("schema", &key.0),
            ),
            Found::Maybe(_) => unknown(),
            Found::Yes(_) => fails(
                Failure::new(format!("function {name}({}) does not exist", words.join(", ")))
                    .lacking("function", dotted(&key)),
            ),
        }
    }

    /// Whether an extension whose functions are not listed may have brought it.
    pub(super) fn may_be_brought(&self, name: &str) -> bool {
        let spatial = name.starts_with("st_");
        let extensions = &self.catalog.extras[ExtraKind::Extension as usize];
        let unlisted = [
            "postgis",
            "timescaledb",
            "pgroonga",
            "plv8",
            "pgtap",
            "pgsodium",
            "wrappers",
            "rum",
            "pg_partman",
            "plpgsql_check",
        ];
        let others = extensions.keys().any(|it| unlisted.contains(&it[0].as_str()));
        let open = self.catalog.extras_open[ExtraKind::Extension as usize].is_some();
        spatial || others || open
    }
}

/// The types of as many arguments as are given; none where that many are not taken.
pub(super) fn paired(
    wanted: &[String],
    defaults: usize,
    variadic: bool,
    arguments: &[Expr],
    named: bool,
) -> Option<Vec<String>> {
    let spread = arguments.iter().any(|it| matches!(it, Expr::Variadic(_)));
    if variadic && !spread && arguments.len() >= wanted.len() {
        let last = wanted.last()?;
        let element = match last.as_str() {
            "\"any\"" | "any" => last.clone(),
            "anyarray" => "anyelement".to_owned(),
            "anycompatiblearray" => "anycompatible".to_owned(),
            other => other.strip_suffix("[]")?.to_owned(),
        };
        let mut inputs = wanted[..wanted.len() - 1].to_vec();
        inputs.resize(arguments.len(), element);
        return Some(inputs);
    }
    let fits = arguments.len() <= wanted.len() && arguments.len() + defaults >= wanted.len();
    (fits || named).then(|| wanted[..arguments.len().min(wanted.len())].to_vec())
}

/// The types of arguments some of which are named.
pub(super) fn by_name(
    wanted: &[String],
    names: &[Option<&String>],
    defaults: usize,
    arguments: &[Expr],
) -> Option<Vec<String>> {
    let mut given = vec![false; wanted.len()];
    let mut inputs = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        let at = match argument {
            Expr::Named(name, _) => names.iter().position(|it| *it == Some(name))?,
            _ => at,
        };
        if at >= wanted.len() || given[at] {
            return None;
        }
        given[at] = true;
        inputs.push(wanted[at].clone());
    }
    let needed = wanted.len() - defaults.min(wanted.len());
    given[..needed].iter().all(|it| *it).then_some(inputs)
}

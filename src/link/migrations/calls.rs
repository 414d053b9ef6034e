//! Calls of functions: the platform's, PostgreSQL's, the tree's.

use super::candidates::{Candidate, Choice, agree, choose, result};
use super::objects::Routine;
use super::server::SERVER;
use super::types;
use super::typing::{Scope, Stop, Type, Typed, Used, all, fails, known, open};
use crate::facts::sql::{Expr, Name};

/// What a call gives.
#[derive(Debug, Clone)]
pub struct Called {
    /// The type of a value, or of a row.
    pub ty: Type,
    /// The columns of a row, where they are known.
    pub outs: Vec<(String, String)>,
}
impl Called {
    pub(super) fn value(ty: Type) -> Self {
        Called { ty, outs: Vec::new() }
    }
}

/// Where a function is found.
pub(super) enum Place<'a> {
    Server(&'a super::server::Function),
    Tree(&'a Routine, super::objects::RoutineKey),
}

/// A function that may be meant.
pub(super) struct Callee<'a> {
    pub(super) place: Place<'a>,
    pub(super) inputs: Vec<String>,
}

/// Functions the parser of the server knows.
pub(super) const GRAMMAR: [&str; 15] = [
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "grouping",
    "xmlelement",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtimestamp",
    "localtime",
    "current_user",
    "session_user",
    "current_role",
    "user",
];
impl Scope<'_> {
    /// A call, with what stands around it.
    pub fn called(&mut self, expr: &Expr) -> Result<Called, Stop> {
        match expr {
            Expr::Call(name, arguments) => self.call(name, arguments, false),
            Expr::Distinct(inner) => self.called(inner),
            Expr::Sorted(inner, sorts) => self.sorted_call(inner, sorts),
            Expr::Filter(inner, condition) => {
                self.inside_aggregate(|it| it.condition(condition))?;
                self.called(inner)
            }
            Expr::Over(inner, window) => {
                all(window.iter().map(|it| self.type_of(it)).collect::<Vec<_>>())?;
                let (inner, condition) = match &**inner {
                    Expr::Filter(inner, condition) => (&**inner, Some(condition)),
                    other => (other, None),
                };
                if let Some(condition) = condition {
                    self.condition(condition)?;
                }
                match inner {
                    Expr::Call(name, arguments) => self.call(name, arguments, true),
                    _ => open("a window function"),
                }
            }
            other => self.type_of(other).map(Called::value),
        }
    }

    /// `percentile_cont(0.5) within group (order by x)` takes what it sorts by along.
    pub(super) fn sorted_call(&mut self, inner: &Expr, sorts: &[Expr]) -> Result<Called, Stop> {
        let sorted = sorts.iter().map(|it| self.inside_aggregate(|scope| scope.type_of(it)));
        let sorted = all(sorted.collect::<Vec<_>>())?;
        let whole = match inner {
            Expr::Call(name, _) => {
                matches!(name.name.as_str(), "percentile_cont" | "percentile_disc" | "mode")
            }
            _ => false,
        };
        match (whole, sorted.first()) {
            (true, Some(Type::Known(ty))) => {
                let continuous =
                    matches!(inner, Expr::Call(name, _) if name.name == "percentile_cont");
                let number = super::types::number(ty).is_some();
                Ok(Called::value(known(if continuous && number { "double precision" } else { ty })))
            }
            _ => self.called(inner),
        }
    }

    pub(super) fn inside_aggregate<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.aggregates, false);
        let result = read(self);
        self.aggregates = before;
        result
    }

    pub(super) fn call(
        &mut self,
        name: &Name,
        arguments: &[Expr],
        window: bool,
    ) -> Result<Called, Stop> {
        let bare = name.schema.is_none();
        if bare && GRAMMAR.contains(&name.name.as_str()) {
            return self.grammar(&name.name, arguments).map(Called::value);
        }
        if matches!(name.name.as_str(), "enum_range" | "enum_first" | "enum_last")
            && self.catalog.types.values().any(|it| !it.value.unused.is_empty())
        {
            return open("a label of an enum that is too new to be used");
        }
        let is_aggregate = super::aggregates::adds_up(name);
        if is_aggregate && !window && !self.aggregates {
            return fails(format!("aggregate functions are not allowed here ({name})"));
        }
        let types = match is_aggregate && !window {
            true => self.inside_aggregate(|it| it.types_of(arguments)),
            false => self.types_of(arguments),
        }?;
        self.chosen(name, arguments, &types, window)
    }

    pub(super) fn types_of(&mut self, arguments: &[Expr]) -> Result<Vec<Type>, Stop> {
        all(arguments.iter().map(|it| self.type_of(it)).collect::<Vec<_>>())
    }

    pub(super) fn grammar(&mut self, name: &str, arguments: &[Expr]) -> Typed {
        let types = self.types_of(arguments)?;
        match (name, types.as_slice()) {
            ("current_timestamp", []) => Ok(known("timestamp with time zone")),
            ("current_date", []) => Ok(known("date")),
            ("current_time", []) => Ok(known("time with time zone")),
            ("localtimestamp", []) => Ok(known("timestamp without time zone")),
            ("localtime", []) => Ok(known("time without time zone")),
            ("current_user" | "session_user" | "current_role" | "user", []) => Ok(known("name")),
            ("current_timestamp" | "localtimestamp", [_]) => Ok(known("timestamp with time zone")),
            ("nullif", [a, b]) => {
                self.operator("=", a, b)?;
                Ok(if matches!(a, Type::Literal(_)) { known("text") } else { a.clone() })
            }
            ("coalesce" | "greatest" | "least", [_, ..]) => {
                self.common(&types, &name.to_uppercase())
            }
            _ => open(format!("`{name}`")),
        }
    }

    /// A function of the server's own by the types it is given.
    pub fn function(&self, name: &str, given: &[Type]) -> Typed {
        let callees: Vec<Callee<'_>> = SERVER
            .functions(name)
            .iter()
            .filter(|it| it.extension.is_empty() && it.inputs.len() == given.len())
            .map(|it| Callee {
                place: Place::Server(it),
                inputs: it.inputs.iter().map(|it| (*it).to_owned()).collect(),
            })
            .collect();
        match self.choose(&callees, given) {
            Choice::One(at) => {
                self.arguments_fit(&callees[at].inputs, given)?;
                let Place::Server(function) = &callees[at].place else {
                    return open(format!("function `{name}`"));
                };
                let result = result(self.catalog, function.returns, &callees[at].inputs, given);
                result.map_or_else(|| open(format!("function `{name}`")), |it| Ok(Type::Known(it)))
            }
            _ => open(format!("function `{name}`")),
        }
    }

    pub(super) fn choose(&self, callees: &[Callee<'_>], given: &[Type]) -> Choice {
        let candidates = callees.iter().enumerate();
        let candidates =
            candidates.map(|(index, it)| Candidate { inputs: it.inputs.clone(), index });
        choose(self.catalog, given, candidates.collect())
    }

    pub(super) fn chosen(
        &mut self,
        name: &Name,
        arguments: &[Expr],
        given: &[Type],
        window: bool,
    ) -> Result<Called, Stop> {
        let (mut callees, mut unsure) = (Vec::new(), None);
        self.of_server(name, arguments, &mut callees, &mut unsure);
        let catalog = self.catalog;
        self.of_tree(catalog, name, arguments, &mut callees, &mut unsure);
        let agreeing: Vec<Callee<'_>> =
            callees.into_iter().filter(|it| agree(self.catalog, &it.inputs, given)).collect();
        // An argument by its name may stand anywhere: only one candidate can be told then.
        let choice = match self.choose(&agreeing, given) {
            Choice::Several if agreeing.len() > 1 && same_inputs(&agreeing) => Choice::One(0),
            other => other,
        };
        if let Some(reason) = unsure {
            return open(reason);
        }
        let Choice::One(at) = choice else {
            return self.no_function(name, given, choice == Choice::Several);
        };
        let callee = &agreeing[at];
        self.arguments_fit(&callee.inputs, given)?;
        match &callee.place {
            Place::Server(function) => {
                if function.kind == 'w' && !window {
                    return fails(format!("window function {} requires an OVER clause", name.name));
                }
                let outs =
                    function.outs.iter().map(|(name, ty)| ((*name).to_owned(), (*ty).to_owned()));
                let ty = match function.returns {
                    "record" => Type::Row,
                    returns => match result(self.catalog, returns, &callee.inputs, given) {
                        Some(ty) if ty == "record" => Type::Row,
                        Some(ty) => Type::Known(ty),
                        None => return open(format!("what function `{name}` gives")),
                    },
                };
                Ok(Called { ty, outs: outs.collect() })
            }
            Place::Tree(routine, key) => {
                let used = Used::Routine(key.clone());
                let called = called(routine);
                self.used.insert(used);
                match called {
                    Some(called) if !routine.says.procedure => Ok(called),
                    _ => open(format!("what function `{name}` gives")),
                }
            }
        }
    }
}

/// What a function of the tree gives; none where that is not said.
pub(super) fn called(routine: &Routine) -> Option<Called> {
    let outs = routine.says.parameters.iter().filter(|it| it.mode != "in" && it.mode != "variadic");
    let outs: Vec<(String, String)> = outs
        .map(|it| (it.name.clone().unwrap_or_else(|| "column1".to_owned()), it.ty.clone()))
        .collect();
    let returns = routine.returns.strip_prefix("setof ").unwrap_or(&routine.returns);
    if outs.len() > 1 || returns.starts_with("table(") || returns.starts_with("record") {
        return Some(Called { ty: Type::Row, outs });
    }
    Some(Called::value(Type::Known(types::base(returns))))
}

/// Of functions with the same arguments the first in the path is meant.
pub(super) fn same_inputs(callees: &[Callee<'_>]) -> bool {
    callees.windows(2).all(|pair| pair[0].inputs == pair[1].inputs)
}

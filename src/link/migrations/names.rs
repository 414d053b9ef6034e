//! What names in expressions mean.

use std::rc::Rc;

use super::catalog::Found;
use super::coercion::base_of;
use super::failure::{Failure, missing_relation};
use super::literals;
use super::named_types::is_label;
use super::objects::{Relation, What};
use super::provided::is_provided;
use super::types;
use super::typing::{InSight, Scope, Source, Stop, Type, Typed, Used, fails, known, open};
use crate::facts::sql::{Expr, Name};

impl<'a> Scope<'a> {
    /// A literal where a type is wanted.
    pub fn literal(&self, ty: &str, text: &str) -> Result<(), Stop> {
        let base = base_of(self.catalog, ty);
        if matches!(
            base.as_str(),
            "regclass"
                | "regprocedure"
                | "regproc"
                | "regtype"
                | "regrole"
                | "regnamespace"
                | "regconfig"
        ) {
            return self.registered(&base, text);
        }
        match is_label(self.catalog, &base, text).or_else(|| literals::fits(&base, text)) {
            Some(true) => Ok(()),
            Some(false) => fails(format!("invalid input syntax for type {ty}: \"{text}\"")),
            None => open(format!("a literal of type {ty}")),
        }
    }

    /// `'schema.table'::regclass` must name something.
    pub(super) fn registered(&self, ty: &str, text: &str) -> Result<(), Stop> {
        let languages = [
            "simple",
            "english",
            "spanish",
            "german",
            "french",
            "portuguese",
            "italian",
            "dutch",
            "russian",
        ];
        if ty == "regconfig" && languages.contains(&text.trim_start_matches("pg_catalog.")) {
            return Ok(());
        }
        if ty == "regnamespace" || ty == "regrole" {
            let there = match ty {
                "regnamespace" => matches!(self.catalog.schema(text), Found::Yes(_)),
                _ => super::provided::ROLES.contains(&text) && self.supabase,
            };
            return if there { Ok(()) } else { open(format!("a literal of type {ty}")) };
        }
        if ty == "regprocedure" || ty == "regproc" {
            return self.registered_routine(ty, text);
        }
        if ty != "regclass" {
            return open(format!("a literal of type {ty}"));
        }
        let Some(name) = super::named_types::name_of(text) else {
            return open("a name in a literal");
        };
        let key = (self.resolve)(&name)?;
        match (self.catalog.table(&key), self.catalog.relation(&key)) {
            (Found::Yes(_), _) | (_, Found::Yes(_)) => Ok(()),
            (Found::No, Found::No) if !is_provided(&key.0) => fails(missing_relation(&name, &key)),
            _ => open(format!("relation \"{name}\" is not certain")),
        }
    }

    /// `'name(types)'::regprocedure` and `'name'::regproc` must name one function.
    fn registered_routine(&self, ty: &str, text: &str) -> Result<(), Stop> {
        let (name, arguments) = match text.split_once('(') {
            Some((name, rest)) => (name, rest.strip_suffix(')')),
            None => (text, None),
        };
        let Some(name) = super::named_types::name_of(name.trim()) else {
            return open("a name in a literal");
        };
        let key = (self.resolve)(&name)?;
        let held: Vec<_> = self.catalog.routines_named(&key).collect();
        let open_name = self.catalog.routine_open(&key).is_some();
        if open_name || held.iter().any(|it| it.1.doubt.is_some()) || is_provided(&key.0) {
            return open(format!("function \"{name}\" is not certain"));
        }
        let server = !super::server::SERVER.functions(&name.name).is_empty();
        if server && name.schema.is_none() {
            return open(format!("function \"{name}\" may be the server's"));
        }
        let missing = || {
            let failure = Failure::new(format!("function \"{text}\" does not exist"));
            fails(failure.lacking("function", super::failure::dotted(&key)))
        };
        let Some(arguments) = arguments.filter(|_| ty == "regprocedure") else {
            return match held.len() {
                0 => missing(),
                1 => Ok(()),
                _ => open(format!("function \"{name}\" is more than one")),
            };
        };
        let types = arguments.split(',').map(str::trim).filter(|it| !it.is_empty());
        let types = super::typing::all(types.map(|it| (self.types)(it)))?;
        let base = |it: &[String]| it.iter().map(|it| types::base(it)).collect::<Vec<_>>();
        match held.iter().any(|it| base(&it.1.value.inputs) == base(&types)) {
            true => Ok(()),
            false => missing(),
        }
    }

    pub(super) fn field(&mut self, of: &Expr, name: &str) -> Typed {
        if let Expr::Column(parts) = of
            && parts.len() < 3
        {
            let mut whole = parts.clone();
            whole.push(name.to_owned());
            if let Ok(found) = self.column(&whole) {
                return Ok(found);
            }
        }
        let ty = self.type_of(of)?;
        let Type::Known(ty) = ty else { return open("a field of a row") };
        let table = super::coercion::key_of(&ty).and_then(|key| match self.catalog.table(&key) {
            Found::Yes(table) => Some(table),
            _ => None,
        });
        match table.map(|table| table.column(name)) {
            Some(Found::Yes(column)) => self.named_type(&column.ty),
            _ => open("a field of a row"),
        }
    }

    pub(super) fn column(&mut self, parts: &[String]) -> Typed {
        let (name, qualifier, schema) = match parts {
            [name] => (name, None, None),
            [qualifier, name] => (name, Some(qualifier), None),
            [schema, qualifier, name] => (name, Some(qualifier), Some(schema)),
            _ => return open(format!("`{}` is not resolved", parts.join("."))),
        };
        let fits = |it: &InSight<'_>| {
            let placed =
                schema.is_none_or(|schema| it.key.as_ref().is_some_and(|key| key.0 == *schema));
            qualifier.is_none_or(|alias| *alias == it.alias) && placed
        };
        // Of what the platform made there may be more than is known here; what is known to have the name is meant.
        let mut platform = None;
        for frame in self.frames.iter().rev() {
            let sources: Vec<&InSight<'_>> = frame.sources.iter().filter(|it| fits(it)).collect();
            let mut hits = Vec::new();
            for source in &sources {
                match source.table.column(name) {
                    Found::Yes(column) => hits.push((source.key.clone(), column.ty.clone())),
                    Found::Maybe(reason) => {
                        let reason = format!("column \"{name}\" is not certain ({reason})");
                        if qualifier.is_some() || !source.table.provided {
                            return open(reason);
                        }
                        platform = Some(reason);
                    }
                    Found::No => {}
                }
            }
            let merged = qualifier.is_none() && frame.merged.contains(name);
            match hits.len() {
                0 if qualifier.is_some() && !sources.is_empty() => break,
                0 => continue,
                count if count > 1 && !merged => {
                    return fails(format!("column reference \"{name}\" is ambiguous"));
                }
                _ => {}
            }
            if qualifier.is_none() && self.is_variable(name, frame) {
                return open(format!("`{name}` is a column and a variable"));
            }
            let (key, ty) = hits.swap_remove(0);
            if let Some(key) = key {
                self.used.insert(Used::Column(key, name.clone()));
            }
            return self.named_type(&ty);
        }
        match platform {
            Some(reason) => open(reason),
            None => self.missing(name, qualifier),
        }
    }

    /// Whether a name is a variable's in another frame.
    fn is_variable(&self, name: &str, but: &super::typing::Frame<'_>) -> bool {
        let others = self.frames.iter().filter(|it| !std::ptr::eq(*it, but));
        let mut variables =
            others.flat_map(|it| &it.sources).filter(|it| it.alias == super::inserts::VARIABLES);
        variables.any(|it| matches!(it.table.column(name), Found::Yes(_)))
    }

    /// Whether something in sight may have a column of this name.
    pub(super) fn has_column(&self, name: &str) -> bool {
        let mut sources = self.frames.iter().flat_map(|it| &it.sources);
        sources.any(|it| !matches!(it.table.column(name), Found::No))
    }

    /// The type of a column by what is held of it.
    pub(super) fn named_type(&self, held: &str) -> Typed {
        if held == "unknown" {
            return open("a column without a type");
        }
        (self.types)(held).map(|ty| Type::Known(types::base(&ty)))
    }

    /// A name nothing in sight has.
    pub(super) fn missing(&self, name: &str, qualifier: Option<&String>) -> Typed {
        let system = match name {
            "ctid" => Some("tid"),
            "xmin" | "xmax" => Some("xid"),
            "tableoid" => Some("oid"),
            _ => None,
        };
        let aliases = || self.frames.iter().flat_map(|it| &it.sources);
        if let Some(ty) = system
            && aliases().any(|it| it.key.is_some())
        {
            return Ok(known(ty));
        }
        if let (Some(row), None) = (aliases().find(|it| it.alias == name), qualifier) {
            let scalar = row.key.is_none() && row.table.columns.len() == 1;
            return match row.table.columns.first() {
                Some(column) if scalar => self.named_type(&column.value.0.ty),
                _ => Ok(Type::Row),
            };
        }
        if name == "*" {
            return Ok(Type::Row);
        }
        match qualifier {
            None => fails(
                Failure::new(format!("column \"{name}\" does not exist")).lacking("column", name),
            ),
            Some(qualifier) if aliases().any(|it| it.alias == *qualifier) => fails(
                Failure::new(format!("column {qualifier}.{name} does not exist"))
                    .lacking("column", name),
            ),
            // A field of a parameter that is a row.
            Some(qualifier) if self.has_column(qualifier) => open("a field of a row"),
            Some(qualifier) => {
                fails(Failure::new(format!("missing FROM-clause entry for table \"{qualifier}\"")))
            }
        }
    }

    /// The table or view a name means.
    pub fn relation(&mut self, name: &Name) -> Result<InSight<'a>, Stop> {
        if name.schema.is_none()
            && let Some((_, table)) = self.named.iter().rev().find(|it| it.0 == name.name)
        {
            let table = Source::Made(Rc::clone(table));
            return Ok(InSight { alias: name.name.clone(), key: None, table });
        }
        if let Some(columns) = super::system::columns(name) {
            let table = Source::Made(Rc::new(super::queries::made(columns)));
            return Ok(InSight { alias: name.name.clone(), key: None, table });
        }
        let key = (self.resolve)(name)?;
        let catalog = self.catalog;
        let table = match catalog.table(&key) {
            Found::Yes(table) => table,
            Found::Maybe(reason) => {
                return open(format!("relation \"{name}\" is not certain ({reason})"));
            }
            Found::No => match catalog.relation(&key) {
                Found::No if is_provided(&key.0) => {
                    return open(format!("relation \"{name}\" is the platform's"));
                }
                Found::Yes(Relation { what: What::View(_, Some(table)), .. }) => &**table,
                Found::No => return fails(missing_relation(name, &key)),
                _ => return open(format!("relation \"{name}\" is not a table")),
            },
        };
        self.used.insert(Used::Relation(key.clone()));
        Ok(InSight { alias: name.name.clone(), key: Some(key), table: Source::Held(table) })
    }
}

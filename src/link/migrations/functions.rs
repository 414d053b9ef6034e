//! Functions of the server that blocks compute with.

use super::catalog::Found;
use super::eval::Eval;
use super::objects::Routine;
use super::values::{Datum, formatted, quoted_name, quoted_text};
use crate::facts::sql::{Expr, Name};

impl Eval<'_, '_> {
    /// The relation a text names: it, none, or not known.
    pub(super) fn relation(&self, text: &str) -> Option<Option<String>> {
        let name = super::named_types::name_of(&text.to_ascii_lowercase())
            .filter(|_| !text.contains('"'))
            .or_else(|| super::named_types::name_of(text))?;
        let key = self.step.key(&name).ok()?;
        match (self.step.catalog.table(&key), self.step.catalog.relation(&key)) {
            (Found::Yes(_), _) | (_, Found::Yes(_)) => Some(Some(format!("{}.{}", key.0, key.1))),
            (Found::No, Found::No) if !super::provided::is_provided(&key.0) => Some(None),
            _ => None,
        }
    }

    pub(super) fn call(&mut self, name: &Name, arguments: &[Expr]) -> Datum {
        if name.schema.as_deref().is_some_and(|it| it != "pg_catalog") {
            return Datum::Unknown;
        }
        if name.name == "coalesce" {
            for argument in arguments {
                match self.value(argument) {
                    Datum::Null => {}
                    it => return it,
                }
            }
            return Datum::Null;
        }
        let values: Vec<Datum> = arguments.iter().map(|it| self.value(it)).collect();
        self.function(&name.name, &values).unwrap_or(Datum::Unknown)
    }

    pub(super) fn function(&self, name: &str, values: &[Datum]) -> Option<Datum> {
        let text = |at: usize| match values.get(at)? {
            Datum::Text(it) => Some(it.as_str()),
            _ => None,
        };
        if name == "pg_get_functiondef" && values.iter().all(|it| *it != Datum::Null) {
            return Some(Datum::Definition);
        }
        if matches!(name, "replace" | "regexp_replace" | "overlay" | "btrim")
            && values.first() == Some(&Datum::Definition)
        {
            return Some(Datum::Definition);
        }
        let strict = !matches!(
            name,
            "format"
                | "concat"
                | "concat_ws"
                | "to_regclass"
                | "to_regprocedure"
                | "to_regtype"
                | "array_length"
                | "quote_nullable"
        );
        if strict && values.contains(&Datum::Null) {
            return Some(Datum::Null);
        }
        Some(match (name, values) {
            ("format", _) => Datum::Text(formatted(values)?),
            ("quote_ident", [it]) => Datum::Text(quoted_name(&it.printed()?)),
            ("quote_literal", [it]) => Datum::Text(quoted_text(&it.printed()?)),
            ("concat", _) => {
                Datum::Text(values.iter().map(Datum::printed).collect::<Option<Vec<_>>>()?.concat())
            }
            ("lower", [_]) => Datum::Text(text(0)?.to_lowercase()),
            ("upper", [_]) => Datum::Text(text(0)?.to_uppercase()),
            ("length" | "char_length", [_]) => {
                Datum::Int(i64::try_from(text(0)?.chars().count()).ok()?)
            }
            ("replace", [_, _, _]) => Datum::Text(text(0)?.replace(text(1)?, text(2)?)),
            ("btrim" | "trim", [_]) => Datum::text(text(0)?.trim_matches(' ')),
            ("split_part", [_, _, Datum::Int(at)]) => {
                let mut parts = text(0)?.split(text(1)?);
                Datum::text(parts.nth(usize::try_from(at - 1).ok()?).unwrap_or(""))
            }
            ("left", [_, Datum::Int(count)]) => {
                Datum::Text(text(0)?.chars().take(usize::try_from(*count).ok()?).collect())
            }
            ("position" | "strpos", [_, _]) => {
                let (of, it) =
                    if name == "position" { (text(1)?, text(0)?) } else { (text(0)?, text(1)?) };
                Datum::Int(
                    i64::try_from(of.find(it).map_or(0, |at| of[..at].chars().count() + 1)).ok()?,
                )
            }
            ("array_length" | "cardinality", [Datum::Array(items), ..]) => {
                match (items.len(), name) {
                    (0, "array_length") => Datum::Null,
                    (count, _) => Datum::Int(i64::try_from(count).ok()?),
                }
            }
            ("array_length", [Datum::Null, ..]) => Datum::Null,
            ("array_to_string", [Datum::Array(items), Datum::Text(by)]) => {
                let items: Option<Vec<String>> =
                    items.iter().filter(|it| **it != Datum::Null).map(Datum::printed).collect();
                Datum::Text(items?.join(by))
            }
            ("string_to_array", [_, _]) => {
                Datum::Array(text(0)?.split(text(1)?).map(Datum::text).collect())
            }
            ("to_regclass", [Datum::Text(name)]) => match self.relation(name)? {
                Some(name) => Datum::Text(name),
                None => Datum::Null,
            },
            ("to_regprocedure", [Datum::Text(signature)]) => self.procedure(signature)?,
            ("to_regtype", [Datum::Text(name)]) => match self.step.type_named(name) {
                Ok(name) => Datum::Text(name),
                Err(super::typing::Stop::Fails(_)) => Datum::Null,
                Err(_) => return None,
            },
            ("pg_get_function_identity_arguments", [Datum::Text(id)]) => {
                Datum::Text(self.identity(id)?)
            }
            ("pg_get_function_result", [Datum::Text(id)]) => {
                // Only the first word is as the server prints it.
                let (first, rest) = self.routine(id)?.returns.split_once(['(', ' ']).map_or_else(
                    || (self.routine(id).map(|it| it.returns.clone()), ""),
                    |(first, _)| (Some(first.to_uppercase()), " ..."),
                );
                Datum::Text(format!("{}{rest}", first?))
            }
            ("current_schema", []) if self.step.catalog.path_open.is_none() => {
                Datum::text("public")
            }
            ("current_database", []) => return None,
            ("pg_has_role", _) if self.step.supabase => Datum::Bool(true),
            _ => return None,
        })
    }

    /// The function an id stands for.
    fn routine(&self, id: &str) -> Option<&Routine> {
        let (name, types) = id.strip_suffix(')')?.split_once('(')?;
        let (schema, name) = name.split_once('.')?;
        let key = (schema.to_owned(), name.to_owned());
        let mut named = self.step.catalog.routines_named(&key);
        named.find(|(_, it)| it.value.inputs.join(",") == types).map(|(_, held)| &*held.value)
    }

    /// The parameters of a function as the server prints them.
    fn identity(&self, id: &str) -> Option<String> {
        let routine = self.routine(id)?;
        let said = &routine.says.parameters;
        if said.len() != routine.inputs.len() || !said.iter().all(|it| it.mode == "in") {
            return None;
        }
        let pairs = said.iter().zip(&routine.inputs).map(|(said, ty)| {
            let ty = ty.strip_prefix("public.").unwrap_or(ty);
            match &said.name {
                Some(name) => format!("{} {ty}", super::values::quoted_name(name)),
                None => ty.to_owned(),
            }
        });
        Some(pairs.collect::<Vec<_>>().join(", "))
    }

    /// The function a signature names, or null.
    pub(super) fn procedure(&self, signature: &str) -> Option<Datum> {
        let mut cursor = signature.split(['(', ')']);
        let name = super::named_types::name_of(cursor.next()?.trim())?;
        let args: Vec<String> = cursor
            .next()?
            .split(',')
            .map(|it| it.trim().to_owned())
            .filter(|it| !it.is_empty())
            .collect();
        let key = self.step.key(&name).ok()?;
        let named = crate::facts::sql::Routine { name, args: Some(args) };
        match self.step.routine(&named) {
            Ok(Some(routine)) => {
                Some(Datum::Text(format!("{}.{}({})", key.0, key.1, routine.inputs.join(","))))
            }
            Err(super::typing::Stop::Fails(_)) => Some(Datum::Null),
            _ => None,
        }
    }
}

//! Calls of functions: the platform's, PostgreSQL's, the tree's.

use super::aggregates::is_aggregate;
use super::operators::builtin;
use super::provided::is_provided;
use super::typing::{Scope, Typed, all, known, open};
use crate::facts::sql::{Expr, Name};

impl Scope<'_> {
    /// The type of a call.
    pub fn call(&mut self, name: &Name, arguments: &[Expr]) -> Typed {
        if name.schema.is_none() && is_aggregate(&name.name) {
            return self.aggregate(&name.name, arguments);
        }
        let arguments =
            all(arguments.iter().map(|argument| self.type_of(argument)).collect::<Vec<_>>())?;
        let unknown = || open(format!("function `{name}` is not known"));
        match name.schema.as_deref() {
            Some(schema) if !is_provided(schema) => self.own_call(name, &arguments),
            Some("auth") if self.supabase && arguments.is_empty() => match name.name.as_str() {
                "uid" => Ok(known("uuid")),
                "role" | "email" => Ok(known("text")),
                "jwt" => Ok(known("jsonb")),
                _ => unknown(),
            },
            Some("extensions")
                if self.supabase && arguments.is_empty() && name.name == "uuid_generate_v4" =>
            {
                Ok(known("uuid"))
            }
            None if self.supabase
                && arguments.is_empty()
                && name.name == "uuid_generate_v4"
                && (self.resolve)(name).is_ok() =>
            {
                Ok(known("uuid"))
            }
            // A function of the same name may hide the built-in one only by other argument types.
            None if self.supabase
                && name.name == "gen_random_bytes"
                && arguments == [known("integer")]
                && (self.resolve)(name).is_ok() =>
            {
                Ok(known("bytea"))
            }
            None | Some("pg_catalog") if !self.catalog.functions.contains_key(&name.name) => {
                builtin(&name.name, &arguments).map_or_else(unknown, Ok)
            }
            None if builtin(&name.name, &arguments).is_none() => self.own_call(name, &arguments),
            _ => unknown(),
        }
    }
}

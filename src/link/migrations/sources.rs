//! What queries read from.

use std::rc::Rc;

use super::catalog::Found;
use super::queries::{Columns, every_column, made, renamed};
use super::typing::{Frame, InSight, Scope, Source, Stop, Type, all, fails, open};
use crate::facts::sql::{Expr, From, Source as Said};

impl<'a> Scope<'a> {
    /// What a query reads from.
    pub fn sources(&mut self, said: &[Said]) -> Result<Frame<'a>, Stop> {
        self.frames.push(Frame::default());
        let mut stops = Vec::new();
        for source in said {
            match self.source(source) {
                // What stands before it may be what it lacks.
                Err(Stop::Fails(failure)) if !stops.is_empty() && failure.kind != "relation" => {
                    stops.push(open(failure.error));
                }
                Err(stop) => stops.push(Err(stop)),
                Ok(()) => {}
            }
        }
        let frame = self.frames.pop().unwrap_or_default();
        all(stops).map(|_: Vec<()>| frame)
    }

    /// Adds a source to the innermost frame; those before it are in sight of it.
    pub(super) fn source(&mut self, said: &Said) -> Result<(), Stop> {
        let mut found = match &said.what {
            From::Relation(name) => self.relation(name)?,
            From::Query(query) => {
                let columns = self.gives(query)?;
                let alias = said.alias.clone().unwrap_or_default();
                if said.alias.is_none() {
                    return fails("subquery in FROM must have an alias");
                }
                InSight { alias, key: None, table: Source::Made(Rc::new(made(columns))) }
            }
            From::Call(call) => self.function_source(call, said)?,
            From::Join(inner) => {
                for it in inner {
                    self.source(it)?;
                }
                return match said.alias {
                    None => self.joined(said, None),
                    Some(_) => open("the alias of a join"),
                };
            }
        };
        if let Some(alias) = &said.alias {
            found.alias.clone_from(alias);
        }
        let call = matches!(said.what, From::Call(_));
        if !call && !said.columns.is_empty() {
            let columns = every_column(&found.table)?;
            let names: Vec<String> = said.columns.iter().map(|it| it.0.clone()).collect();
            found.table = Source::Made(Rc::new(made(renamed(columns, &names)?)));
        }
        self.joined(said, Some(found))
    }

    /// Checks how a source is joined.
    pub(super) fn joined(&mut self, said: &Said, found: Option<InSight<'a>>) -> Result<(), Stop> {
        let frame = self.frames.last_mut().expect("a frame is open");
        let mut merged = said.using.clone();
        if said.join.starts_with("natural") {
            let Some(found) = &found else { return open("a natural join") };
            let names = found.table.columns.iter().map(|it| &it.value.0.name);
            let both = |name: &&String| {
                frame.sources.iter().any(|it| matches!(it.table.column(name), Found::Yes(_)))
            };
            merged.extend(names.filter(both).cloned());
        }
        for name in &said.using {
            let there = |it: &InSight<'_>| !matches!(it.table.column(name), Found::No);
            let left = frame.sources.iter().any(there);
            let right = found.as_ref().is_none_or(there);
            if !left || !right {
                return fails(format!(
                    "column \"{name}\" specified in USING clause does not exist"
                ));
            }
        }
        if let Some(found) = found {
            if frame.sources.iter().any(|it| it.alias == found.alias) {
                return fails(format!("table name \"{}\" specified more than once", found.alias));
            }
            frame.sources.push(found);
        }
        frame.merged.extend(merged);
        said.on.as_ref().map_or(Ok(()), |on| self.condition(on))
    }

    /// A function that gives rows.
    pub(super) fn function_source(
        &mut self,
        call: &Expr,
        said: &Said,
    ) -> Result<InSight<'a>, Stop> {
        let called = self.called(call)?;
        let name = match call {
            Expr::Call(name, _) => name.name.clone(),
            _ => return open("a function to read from"),
        };
        let alias = said.alias.clone().unwrap_or_else(|| name.clone());
        let typed = said.columns.iter().any(|it| it.1.is_some());
        let mut columns: Columns = if typed {
            let columns = said.columns.iter().map(|(name, ty)| {
                let ty = (self.types)(ty.as_deref().unwrap_or("text"))?;
                Ok((name.clone(), ty))
            });
            all(columns.collect::<Vec<_>>())?
        } else if !called.outs.is_empty() && called.ty == Type::Row {
            let outs = called.outs.iter().map(|(name, ty)| Ok((name.clone(), (self.types)(ty)?)));
            all(outs.collect::<Vec<_>>())?
        } else {
            match &called.ty {
                Type::Known(ty) => match self.composite(ty)? {
                    Some(columns) => columns,
                    None => {
                        let own = called.outs.first().map(|it| it.0.clone());
                        vec![(said.alias.clone().or(own).unwrap_or(name), ty.clone())]
                    }
                },
                Type::Literal(_) => vec![(alias.clone(), "text".to_owned())],
                _ => {
                    return fails(
                        "a column definition list is required for functions returning \"record\"",
                    );
                }
            }
        };
        if said.ordinality {
            columns.push(("ordinality".to_owned(), "bigint".to_owned()));
        }
        if !typed && !said.columns.is_empty() {
            let names: Vec<String> = said.columns.iter().map(|it| it.0.clone()).collect();
            columns = renamed(columns, &names)?;
        }
        Ok(InSight { alias, key: None, table: Source::Made(Rc::new(made(columns))) })
    }

    /// The columns of a row type.
    pub(super) fn composite(&self, ty: &str) -> Result<Option<Columns>, Stop> {
        let Some(key) = super::coercion::key_of(ty) else { return Ok(None) };
        match self.catalog.table(&key) {
            Found::Yes(table) => return every_column(table).map(Some),
            Found::Maybe(reason) => return open(reason),
            Found::No => {}
        }
        match self.catalog.type_of_tree(&key) {
            Found::Yes(says) if says.kind == "composite" => Ok(Some(says.fields.clone())),
            Found::Yes(_) => Ok(None),
            _ => open("a row type"),
        }
    }
}

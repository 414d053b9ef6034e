//! Statements that write rows: what they name must be there, and fit.

use super::catalog::{Found, Table};
use super::queries::Columns;
use super::types;
use super::typing::{Frame, InSight, Scope, Stop, all, fails, known, open};
use crate::facts::sql::{Command, Cte, Expr, Query};

impl<'a> Scope<'a> {
    /// What a write gives back, and whether its parts mean something.
    pub fn written(&mut self, command: &Command) -> Result<Columns, Stop> {
        let before = self.named.len();
        let result = match command {
            Command::Query(query) => self.gives(query),
            Command::Insert(insert) => self.inserted(insert),
            Command::Change(change) => self.changed(change),
        };
        self.named.truncate(before);
        result
    }

    pub(super) fn with(&mut self, with: &[Cte]) -> Result<(), Stop> {
        with.iter().try_for_each(|it| self.cte(it))
    }

    pub(super) fn returned(
        &mut self,
        returning: &[(Expr, Option<String>)],
    ) -> Result<Columns, Stop> {
        let columns = returning.iter().map(|(item, name)| self.item(item, name.clone()));
        all(columns.collect::<Vec<_>>()).map(|it| it.concat())
    }

    pub(super) fn target(
        &mut self,
        name: &crate::facts::sql::Name,
        alias: Option<&String>,
    ) -> Result<InSight<'a>, Stop> {
        let named = std::mem::take(&mut self.named);
        let found = self.relation(name);
        self.named = named;
        let mut found = found?;
        if let Some(alias) = alias {
            found.alias.clone_from(alias);
        }
        Ok(found)
    }

    pub(super) fn changed(&mut self, said: &crate::facts::sql::Change) -> Result<Columns, Stop> {
        self.with(&said.with)?;
        let target = self.target(&said.table, said.alias.as_ref())?;
        self.frames.push(Frame { sources: vec![target.clone()], merged: Vec::new() });
        let result = (|| {
            let others = self.sources(&said.from)?;
            self.frames.last_mut().expect("the frame was pushed").sources.extend(others.sources);
            for (columns, value) in said.sets.iter().flatten() {
                self.set(&target.table, columns, value)?;
            }
            if let Some(condition) = &said.condition {
                self.condition(condition)?;
            }
            self.returned(&said.returning)
        })();
        self.frames.pop();
        result
    }

    /// `column = value` of an update.
    pub(super) fn set(
        &mut self,
        table: &Table,
        columns: &[String],
        value: &Expr,
    ) -> Result<(), Stop> {
        let targets = columns.iter().map(|name| match table.column(name) {
            Found::Yes(column) if column.generated.is_some() => {
                fails(format!("column \"{name}\" can only be updated to DEFAULT"))
            }
            Found::Yes(column) => (self.types)(&column.ty),
            Found::No => fails(
                super::failure::Failure::new(format!("column \"{name}\" does not exist"))
                    .lacking("column", name),
            ),
            Found::Maybe(reason) => open(reason),
        });
        let targets = all(targets.collect::<Vec<_>>())?;
        if matches!(value, Expr::Column(parts) if *parts == ["default"]) {
            return Ok(());
        }
        let values = match (value, targets.len()) {
            (Expr::Row(items), count) if items.len() == count => {
                all(items.iter().map(|it| self.type_of(it)).collect::<Vec<_>>())?
            }
            (Expr::Query(query), count) if count > 1 => {
                self.gives(query)?.into_iter().map(|it| known(&types::base(&it.1))).collect()
            }
            (value, 1) => vec![self.type_of(value)?],
            _ => return open("columns that are set together"),
        };
        all(targets
            .iter()
            .zip(&values)
            .map(|(to, from)| self.assigns(to, from))
            .collect::<Vec<_>>())
        .map(|_| ())
    }

    pub(super) fn inserted(&mut self, said: &crate::facts::sql::Insert) -> Result<Columns, Stop> {
        self.with(&said.with)?;
        let target = self.target(&said.table, said.alias.as_ref())?;
        if let Some(source) = &said.source {
            self.row_fits(&target.table, said, source)?;
        }
        let excluded = InSight { alias: "excluded".to_owned(), ..target.clone() };
        let conflict = said.conflict.as_ref();
        let sets = conflict.and_then(|it| it.sets.as_ref());
        self.frames.push(Frame { sources: vec![target.clone()], merged: Vec::new() });
        let result = (|| {
            if let Some(conflict) = conflict {
                all(conflict.columns.iter().map(|it| self.type_of(it)).collect::<Vec<_>>())?;
            }
            self.frames.last_mut().expect("the frame was pushed").sources.push(excluded);
            for (columns, value) in sets.into_iter().flatten() {
                self.set(&target.table, columns, value)?;
            }
            if let Some(condition) = conflict.and_then(|it| it.condition.as_ref()) {
                self.condition(condition)?;
            }
            self.frames.last_mut().expect("the frame was pushed").sources.pop();
            self.returned(&said.returning)
        })();
        self.frames.pop();
        result
    }

    /// Whether what is inserted has as many columns as it goes to, and of types that go there.
    pub(super) fn row_fits(
        &mut self,
        table: &Table,
        said: &crate::facts::sql::Insert,
        source: &Query,
    ) -> Result<(), Stop> {
        let targets = super::inserts::targets(table, &said.columns, &said.table.name)?;
        let targets: Vec<String> =
            all(targets.iter().map(|it| (self.types)(&it.ty)).collect::<Vec<_>>())?;
        let width = |count: usize| {
            if count > targets.len() {
                fails("INSERT has more expressions than target columns")
            } else if count < targets.len() && !said.columns.is_empty() {
                fails("INSERT has more target columns than expressions")
            } else {
                Ok(())
            }
        };
        if !source.values.is_empty() && source.sets.is_empty() {
            for row in &source.values {
                width(row.len())?;
                for (value, to) in row.iter().zip(&targets) {
                    if !matches!(value, Expr::Column(parts) if *parts == ["default"]) {
                        let from = self.type_of(value)?;
                        self.assigns(to, &from)?;
                    }
                }
            }
            return Ok(());
        }
        let given = if source.sets.is_empty() && source.with.is_empty() {
            self.simple_types(source)?
        } else {
            self.gives(source)?
                .into_iter()
                .map(|(name, ty)| (name, known(&types::base(&ty))))
                .collect()
        };
        width(given.len())?;
        all(targets
            .iter()
            .zip(&given)
            .map(|(to, (_, from))| self.assigns(to, from))
            .collect::<Vec<_>>())
        .map(|_| ())
    }
}

//! `insert`, `update`, `delete`.

use super::tokens::Reader;
use crate::facts::sql::expr::{Change, Command, Conflict, Cte, Expr, Insert};

impl Reader<'_> {
    pub(super) fn insert(&mut self, with: Vec<Cte>) -> Option<Command> {
        self.needs("insert into")?;
        let table = self.name()?;
        let alias = if self.eat("as") { Some(self.part()?) } else { None };
        let mut insert = Insert { with, table, alias, ..Insert::default() };
        if !self.starts_query() && self.eat("(") {
            insert.columns = self.columns()?;
        }
        let _ = self.eat("overriding user value");
        insert.overriding = self.eat("overriding system value");
        if !self.eat("default values") {
            insert.source = Some(self.query()?);
        }
        if self.eat("on conflict") {
            insert.conflict = Some(self.conflict()?);
        }
        insert.returning = self.returning()?;
        Some(Command::Insert(Box::new(insert)))
    }

    fn conflict(&mut self) -> Option<Conflict> {
        let mut conflict = Conflict {
            columns: Vec::new(),
            predicate: None,
            constraint: None,
            sets: None,
            condition: None,
        };
        if self.eat("(") {
            conflict.columns = self.list(|it| it.expr(0))?;
            self.needs(")")?;
            if self.eat("where") {
                conflict.predicate = Some(self.expr(0)?);
            }
        } else if self.eat("on constraint") {
            conflict.constraint = Some(self.part()?);
        }
        if self.eat("do nothing") {
            return Some(conflict);
        }
        self.needs("do update set")?;
        conflict.sets = Some(self.assignments()?);
        if self.eat("where") {
            conflict.condition = Some(self.expr(0)?);
        }
        Some(conflict)
    }

    fn assignments(&mut self) -> Option<Vec<(Vec<String>, Expr)>> {
        self.list(|it| {
            let columns = if it.eat("(") { it.columns()? } else { vec![it.part()?] };
            it.needs("=")?;
            Some((columns, it.expr(0)?))
        })
    }

    fn returning(&mut self) -> Option<Vec<(Expr, Option<String>)>> {
        if self.eat("returning") { self.items() } else { Some(Vec::new()) }
    }

    pub(super) fn update(&mut self, with: Vec<Cte>) -> Option<Command> {
        self.needs("update")?;
        let (table, alias) = self.changed("set")?;
        self.needs("set")?;
        let sets = Some(self.assignments()?);
        let from = if self.eat("from") { self.from()? } else { Vec::new() };
        self.change(Change {
            with,
            table,
            alias,
            sets,
            from,
            condition: None,
            returning: Vec::new(),
        })
    }

    pub(super) fn delete(&mut self, with: Vec<Cte>) -> Option<Command> {
        self.needs("delete from")?;
        let (table, alias) = self.changed("using")?;
        let from = if self.eat("using") { self.from()? } else { Vec::new() };
        self.change(Change {
            with,
            table,
            alias,
            sets: None,
            from,
            condition: None,
            returning: Vec::new(),
        })
    }

    fn changed(&mut self, next: &str) -> Option<(crate::facts::sql::ir::Name, Option<String>)> {
        self.eat("only");
        let table = self.name()?;
        self.eat("*");
        let ends = [next, "where", "returning", "set", "using", ";", ""];
        let named = self.eat("as") || !ends.contains(&self.word(0));
        let alias = if named { Some(self.part()?) } else { None };
        Some((table, alias))
    }

    fn change(&mut self, mut change: Change) -> Option<Command> {
        if self.eat("where") {
            change.condition = Some(self.expr(0)?);
        }
        change.returning = self.returning()?;
        Some(Command::Change(Box::new(change)))
    }
}

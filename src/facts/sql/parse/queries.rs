//! `select`, `values`, `with`, and what they read from.

use super::tokens::{Reader, Token};
use crate::facts::sql::expr::{Command, Cte, Expr, From, Query, Source};

/// Words that end an item or a source, so that they are no alias.
const ENDS: [&str; 33] = [
    "from",
    "where",
    "group",
    "having",
    "order",
    "limit",
    "offset",
    "union",
    "intersect",
    "except",
    "on",
    "join",
    "left",
    "right",
    "inner",
    "full",
    "cross",
    "natural",
    "using",
    "as",
    "window",
    "fetch",
    "for",
    "into",
    "returning",
    "set",
    "then",
    "else",
    "end",
    "when",
    "loop",
    "tablesample",
    "do",
];

impl Reader<'_> {
    /// A query with all its clauses.
    pub(super) fn query(&mut self) -> Option<Query> {
        self.deeper(|it| {
            let with = it.with()?;
            let mut query = it.sets()?;
            query.with.splice(0..0, with);
            it.tail(&mut query)?;
            Some(query)
        })
    }

    /// `with ...`.
    pub(super) fn with(&mut self) -> Option<Vec<Cte>> {
        if !self.eat("with") {
            return Some(Vec::new());
        }
        let recursive = self.eat("recursive");
        self.list(|it| {
            let name = it.part()?;
            let columns = if it.eat("(") { it.columns()? } else { Vec::new() };
            it.needs("as")?;
            let _ = it.eat("materialized") || it.eat("not materialized");
            it.needs("(")?;
            let body = Box::new(it.deeper(Reader::command)?);
            it.needs(")")?;
            Some(Cte { name, columns, recursive, body })
        })
    }

    /// Names between parentheses, the first of which is taken.
    pub(super) fn columns(&mut self) -> Option<Vec<String>> {
        let columns = self.list(Reader::part)?;
        self.needs(")")?;
        Some(columns)
    }

    fn sets(&mut self) -> Option<Query> {
        let mut query = self.simple()?;
        while let Some(operator) =
            ["union", "intersect", "except"].into_iter().find(|it| self.eat(it))
        {
            let all = if self.eat("all") { " all" } else { "" };
            self.eat("distinct");
            let right = self.simple()?;
            query.sets.push((format!("{operator}{all}"), right));
        }
        Some(query)
    }

    fn simple(&mut self) -> Option<Query> {
        if self.eat("(") {
            let query = self.query()?;
            self.needs(")")?;
            // What is sorted or limited inside stays inside.
            let plain = query.sorts.is_empty() && query.limits.is_empty() && query.sets.is_empty();
            return Some(if plain && query.with.is_empty() { query } else { wrapped(query) });
        }
        if self.eat("values") {
            let values = self.list(|it| {
                it.needs("(")?;
                let row = it.list(|it| it.expr(0))?;
                it.needs(")")?;
                Some(row)
            })?;
            return Some(Query { values, ..Query::default() });
        }
        if self.eat("table") {
            let what = From::Relation(self.name()?);
            let items = vec![Expr::Column(vec!["*".to_owned()])];
            return Some(Query {
                items,
                names: vec![None],
                from: vec![source(what)],
                ..Query::default()
            });
        }
        self.needs("select")?;
        let mut query = Query::default();
        self.eat("all");
        if self.eat("distinct on (") {
            query.distinct_on = self.list(|it| it.expr(0))?;
            self.needs(")")?;
        } else {
            query.distinct = self.eat("distinct");
        }
        if !ENDS.contains(&self.word(0)) && !self.is_done() && !self.closes() {
            for (item, name) in self.items()? {
                query.items.push(item);
                query.names.push(name);
            }
        }
        if self.eat("from") {
            query.from = self.from()?;
        }
        if self.eat("where") {
            query.conditions.push(self.expr(0)?);
        }
        if self.eat("group by") {
            self.groups(&mut query)?;
        }
        if self.eat("having") {
            query.having.push(self.expr(0)?);
        }
        if self.eat("window") {
            self.list(|it| {
                it.part()?;
                it.needs("as (")?;
                it.window()
            })?;
        }
        Some(query)
    }

    fn closes(&self) -> bool {
        matches!(self.token(0), Some(Token::Sign(it)) if it == ")" || it == ";")
    }

    fn groups(&mut self, query: &mut Query) -> Option<()> {
        if matches!(self.word(0), "rollup" | "cube" | "grouping") {
            return None;
        }
        for group in self.list(|it| it.expr(0))? {
            match group {
                Expr::Row(items) => query.groups.extend(items),
                one => query.groups.push(one),
            }
        }
        Some(())
    }

    /// Items and the names they are given.
    pub(super) fn items(&mut self) -> Option<Vec<(Expr, Option<String>)>> {
        self.list(|it| {
            let item = it.expr(0)?;
            let named = it.eat("as");
            let name = if named || it.is_alias() { Some(it.part()?) } else { None };
            Some((item, name))
        })
    }

    fn is_alias(&self) -> bool {
        match self.token(0) {
            Some(Token::Word(word)) => !ENDS.contains(&word.as_str()),
            Some(Token::Name(_)) => true,
            _ => false,
        }
    }

    fn tail(&mut self, query: &mut Query) -> Option<()> {
        loop {
            if self.eat("order by") {
                query.sorts = self.sorts()?;
            } else if self.eat("limit") {
                if !self.eat("all") {
                    let limit = self.expr(0)?;
                    query.limits.push(("limit".to_owned(), limit));
                }
            } else if self.eat("offset") {
                let offset = self.expr(0)?;
                let _ = self.eat("rows") || self.eat("row");
                query.limits.push(("offset".to_owned(), offset));
            } else if self.eat("fetch") {
                let _ = self.eat("first") || self.eat("next");
                let one = matches!(self.word(0), "row" | "rows");
                let limit = if one { Expr::Number("1".to_owned()) } else { self.expr(0)? };
                let _ = self.eat("rows only") || self.eat("row only");
                query.limits.push(("limit".to_owned(), limit));
            } else if self.eat("for") {
                query.locks = true;
                while matches!(
                    self.word(0),
                    "update" | "share" | "no" | "key" | "of" | "skip" | "locked" | "nowait"
                ) {
                    let names = self.eat("of");
                    if names {
                        self.list(Reader::name)?;
                    } else {
                        self.at += 1;
                    }
                }
            } else {
                return Some(());
            }
        }
    }

    /// What is sorted by, and whether downwards.
    pub(super) fn sorts(&mut self) -> Option<Vec<(Expr, bool)>> {
        self.list(|it| {
            let expr = it.expr(0)?;
            let down = it.eat("desc");
            it.eat("asc");
            let _ = it.eat("nulls first") || it.eat("nulls last");
            Some((expr, down))
        })
    }

    /// What stands after `from`.
    pub(super) fn from(&mut self) -> Option<Vec<Source>> {
        let mut sources = Vec::new();
        loop {
            let mut chain = self.joined()?;
            if let (Some(first), false) = (chain.first_mut(), sources.is_empty()) {
                first.join = ",".to_owned();
            }
            sources.append(&mut chain);
            if !self.eat(",") {
                return Some(sources);
            }
        }
    }

    /// Sources with `join` between them.
    fn joined(&mut self) -> Option<Vec<Source>> {
        let mut sources = vec![self.source()?];
        while let Some((join, natural)) = self.join() {
            let mut next = self.source()?;
            // A join on the right side binds first where its condition comes first.
            next.join = if natural { format!("natural {join}") } else { join.to_owned() };
            if self.eat("on") {
                next.on = Some(self.expr(0)?);
            } else if self.eat("using (") {
                next.using = self.columns()?;
                if self.eat("as") {
                    self.part()?;
                }
            } else if join != "cross" && !natural {
                return None;
            }
            sources.push(next);
        }
        Some(sources)
    }

    fn join(&mut self) -> Option<(&'static str, bool)> {
        let start = self.at;
        let natural = self.eat("natural");
        let join = ["cross", "inner", "left", "right", "full"].into_iter().find(|it| self.eat(it));
        self.eat("outer");
        if self.eat("join") {
            return Some((join.unwrap_or("inner"), natural));
        }
        self.at = start;
        None
    }

    fn source(&mut self) -> Option<Source> {
        self.eat("lateral");
        self.eat("only");
        let direct = matches!(self.token(0), Some(Token::Sign(it)) if it == "(")
            && matches!(self.word(1), "select" | "with" | "values");
        let what =
            if direct || (self.starts_query() && matches!(self.token(0), Some(Token::Sign(_)))) {
                self.needs("(")?;
                let query = self.query()?;
                self.needs(")")?;
                From::Query(Box::new(query))
            } else if self.eat("(") {
                let inner = self.deeper(Reader::joined)?;
                self.needs(")")?;
                From::Join(inner)
            } else if self.eat("rows from (") {
                return None;
            } else {
                self.relation_or_call()?
            };
        let mut source = source(what);
        source.ordinality = self.eat("with ordinality");
        self.alias(&mut source)?;
        if self.word(0) == "tablesample" {
            return None;
        }
        Some(source)
    }

    fn relation_or_call(&mut self) -> Option<From> {
        let start = self.at;
        let name = self.name()?;
        if matches!(self.token(0), Some(Token::Sign(it)) if it == "(") {
            self.at = start;
            return Some(From::Call(Box::new(self.postfixed()?)));
        }
        self.eat("*");
        Some(From::Relation(name))
    }

    fn alias(&mut self, source: &mut Source) -> Option<()> {
        let named = self.eat("as");
        if named || self.is_alias() {
            let bare = matches!(self.token(0), Some(Token::Sign(it)) if it == "(");
            if !bare {
                source.alias = Some(self.part()?);
            }
        } else {
            return Some(());
        }
        if self.eat("(") {
            source.columns = self.list(|it| {
                let name = it.part()?;
                let typed =
                    !matches!(it.token(0), Some(Token::Sign(sign)) if sign == "," || sign == ")");
                let ty = if typed { Some(it.ty()?) } else { None };
                Some((name, ty))
            })?;
            self.needs(")")?;
        }
        Some(())
    }

    /// A statement about rows.
    pub(super) fn command(&mut self) -> Option<Command> {
        let start = self.at;
        let with = self.with()?;
        match self.word(0) {
            "insert" => self.insert(with),
            "update" => self.update(with),
            "delete" => self.delete(with),
            _ => {
                self.at = start;
                self.query().map(Command::Query)
            }
        }
    }
}

fn source(what: From) -> Source {
    Source {
        what,
        alias: None,
        columns: Vec::new(),
        ordinality: false,
        join: String::new(),
        on: None,
        using: Vec::new(),
    }
}

/// A query that gives all of another.
fn wrapped(query: Query) -> Query {
    Query {
        items: vec![Expr::Column(vec!["*".to_owned()])],
        names: vec![None],
        from: vec![Source { alias: Some("*".to_owned()), ..source(From::Query(Box::new(query))) }],
        ..Query::default()
    }
}

//! What operators stand between: literals, names, calls, casts.

use super::tokens::{Reader, Token};
use crate::facts::sql::expr::Expr;
use crate::facts::sql::ir::Name;

/// Words that are functions without parentheses.
const BARE: [&str; 9] = [
    "current_user",
    "session_user",
    "current_role",
    "user",
    "current_date",
    "current_timestamp",
    "current_time",
    "localtime",
    "localtimestamp",
];

/// Words no expression begins with.
const STOPS: [&str; 34] = [
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
    "inner",
    "cross",
    "natural",
    "using",
    "as",
    "when",
    "then",
    "else",
    "end",
    "and",
    "or",
    "is",
    "in",
    "returning",
    "window",
    "fetch",
    "into",
    "asc",
    "desc",
    "loop",
    "do",
    "to",
];

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    Expr::Call(Name { schema: None, name: name.to_owned() }, arguments)
}

impl Reader<'_> {
    /// An atom and what hangs on it: casts, subscripts, fields.
    pub(super) fn postfixed(&mut self) -> Option<Expr> {
        let mut read = self.atom()?;
        loop {
            if self.eat("::") {
                read = Expr::Cast(Box::new(read), self.ty()?);
            } else if self.eat("[") {
                read = self.subscript(read)?;
            } else if self.eat(".") {
                if self.eat("*") {
                    read = Expr::Field(Box::new(read), "*".to_owned());
                } else {
                    read = Expr::Field(Box::new(read), self.part()?);
                }
            } else {
                return Some(read);
            }
        }
    }

    fn subscript(&mut self, of: Expr) -> Option<Expr> {
        if self.eat(":") {
            let ends = if self.eat("]") { Vec::new() } else { self.last_subscript()? };
            return Some(Expr::Slice(Box::new(of), ends));
        }
        let first = self.expr(0)?;
        if self.eat(":") {
            let mut ends = vec![first];
            if !self.eat("]") {
                ends.extend(self.last_subscript()?);
            }
            return Some(Expr::Slice(Box::new(of), ends));
        }
        self.needs("]")?;
        Some(Expr::Index(Box::new(of), Box::new(first)))
    }

    fn last_subscript(&mut self) -> Option<Vec<Expr>> {
        let last = self.expr(0)?;
        self.needs("]")?;
        Some(vec![last])
    }

    fn atom(&mut self) -> Option<Expr> {
        let token = self.peek()?.clone();
        match token {
            Token::Text(text) => self.took(Expr::Text(text)),
            Token::Number(text) => self.took(Expr::Number(text)),
            Token::Parameter(number) => self.took(Expr::Parameter(number)),
            Token::Sign(sign) if sign == "(" => self.parenthesised(),
            Token::Sign(sign) if sign == "*" => self.took(Expr::Column(vec![sign])),
            Token::Word(word) => self.worded(&word),
            Token::Name(_) => self.named(),
            Token::Sign(_) | Token::Odd => None,
        }
    }

    fn took(&mut self, read: Expr) -> Option<Expr> {
        self.at += 1;
        Some(read)
    }

    fn opens(&self, ahead: usize, sign: &str) -> bool {
        matches!(self.token(ahead), Some(Token::Sign(it)) if it == sign)
    }

    fn worded(&mut self, word: &str) -> Option<Expr> {
        let opens = self.opens(1, "(");
        match word {
            "true" | "false" => self.took(Expr::Bool(word == "true")),
            "null" => self.took(Expr::Null),
            "case" => self.case(),
            "exists" if opens => {
                self.at += 2;
                let query = self.query()?;
                self.needs(")")?;
                Some(Expr::Exists(Box::new(query)))
            }
            "array" if opens => {
                self.at += 2;
                let query = self.query()?;
                self.needs(")")?;
                Some(Expr::ArrayOf(Box::new(query)))
            }
            "array" if self.opens(1, "[") => {
                self.at += 1;
                self.array()
            }
            "row" if opens => {
                self.at += 2;
                let items =
                    if self.opens(0, ")") { Vec::new() } else { self.list(|it| it.expr(0))? };
                self.needs(")")?;
                Some(Expr::Row(items))
            }
            "cast" if opens => {
                self.at += 2;
                let inner = self.expr(0)?;
                self.needs("as")?;
                let ty = self.ty()?;
                self.needs(")")?;
                Some(Expr::Cast(Box::new(inner), ty))
            }
            "extract" | "substring" | "position" | "trim" | "overlay" if opens => {
                self.worded_call(word)
            }
            _ if BARE.contains(&word) && !opens => {
                self.at += 1;
                Some(call(word, Vec::new()))
            }
            _ if STOPS.contains(&word) => None,
            _ => self.typed_literal().or_else(|| self.named()),
        }
    }

    /// `interval '1 day'`, `date '2020-01-01'`.
    fn typed_literal(&mut self) -> Option<Expr> {
        let start = self.at;
        let known = matches!(
            self.word(0),
            "interval"
                | "date"
                | "time"
                | "timestamp"
                | "timestamptz"
                | "jsonb"
                | "json"
                | "uuid"
                | "inet"
                | "bool"
                | "numeric"
                | "text"
                | "varchar"
                | "regclass"
        );
        if known
            && let Some(ty) = self.ty()
            && let Some(Token::Text(text)) = self.peek().cloned()
        {
            self.at += 1;
            if ty == "interval"
                && matches!(self.word(0), "year" | "month" | "day" | "hour" | "minute" | "second")
            {
                self.at += 1;
            }
            return Some(Expr::Cast(Box::new(Expr::Text(text)), ty));
        }
        self.at = start;
        None
    }

    fn array(&mut self) -> Option<Expr> {
        self.needs("[")?;
        if self.eat("]") {
            return Some(Expr::Array(Vec::new()));
        }
        let items =
            self.list(|it| if it.opens(0, "[") { it.deeper(Reader::array) } else { it.expr(0) })?;
        self.needs("]")?;
        Some(Expr::Array(items))
    }

    fn case(&mut self) -> Option<Expr> {
        self.at += 1;
        let operand = if self.word(0) == "when" { None } else { Some(self.expr(0)?) };
        let (mut conditions, mut results) = (Vec::new(), Vec::new());
        while self.eat("when") {
            let condition = self.expr(0)?;
            conditions.push(match &operand {
                Some(operand) => {
                    Expr::Binary("=".to_owned(), Box::new(operand.clone()), Box::new(condition))
                }
                None => condition,
            });
            self.needs("then")?;
            results.push(self.expr(0)?);
        }
        if self.eat("else") {
            results.push(self.expr(0)?);
        }
        self.needs("end")?;
        (!conditions.is_empty()).then_some(Expr::Case(conditions, results))
    }

    /// Functions whose arguments are parted by words.
    fn worded_call(&mut self, word: &str) -> Option<Expr> {
        self.at += 2;
        let mut arguments = Vec::new();
        let mut name = word;
        if word == "extract" {
            arguments.push(Expr::Text(match self.peek()?.clone() {
                Token::Text(it) | Token::Word(it) => it,
                _ => return None,
            }));
            self.at += 1;
            self.needs("from")?;
        } else if word == "trim" {
            name = if self.eat("leading") {
                "ltrim"
            } else if self.eat("trailing") {
                "rtrim"
            } else {
                self.eat("both");
                "btrim"
            };
            self.eat("from");
        }
        // `in` parts the arguments of `position`, so it must not be read as an operator.
        arguments.push(self.expr(if word == "position" { 7 } else { 0 })?);
        let mut turned = false;
        while let Some(by) = [",", "from", "for", "in", "placing", "similar", "escape"]
            .into_iter()
            .find(|it| self.eat(it))
        {
            turned |= (by == "from" && word == "trim") || by == "in";
            arguments.push(self.expr(0)?);
        }
        self.needs(")")?;
        if turned {
            arguments.reverse();
        }
        Some(call(name, arguments))
    }

    /// A column, or a call.
    fn named(&mut self) -> Option<Expr> {
        let mut parts = vec![self.part()?];
        while self.eat(".") {
            if self.eat("*") {
                parts.push("*".to_owned());
                return Some(Expr::Column(parts));
            }
            parts.push(self.part()?);
        }
        if !self.opens(0, "(") {
            return Some(Expr::Column(parts));
        }
        let name = parts.pop()?;
        let schema = parts.pop();
        if !parts.is_empty() {
            return None;
        }
        self.call(Name { schema, name })
    }

    fn call(&mut self, name: Name) -> Option<Expr> {
        self.needs("(")?;
        let distinct = self.eat("distinct");
        self.eat("all");
        let mut arguments = Vec::new();
        if self.opens(0, "*") && self.opens(1, ")") {
            self.at += 1;
        } else if !self.opens(0, ")") && self.word(0) != "order" {
            arguments = self.list(Reader::argument)?;
        }
        let sorts = if self.eat("order by") { self.sorts()? } else { Vec::new() };
        self.needs(")")?;
        let mut read = Expr::Call(name, arguments);
        if distinct {
            read = Expr::Distinct(Box::new(read));
        }
        if !sorts.is_empty() {
            read = Expr::Sorted(Box::new(read), sorts.into_iter().map(|it| it.0).collect());
        }
        if self.eat("within group ( order by") {
            let sorts = self.sorts()?;
            self.needs(")")?;
            read = Expr::Sorted(Box::new(read), sorts.into_iter().map(|it| it.0).collect());
        }
        if self.eat("filter ( where") {
            let condition = self.expr(0)?;
            self.needs(")")?;
            read = Expr::Filter(Box::new(read), Box::new(condition));
        }
        if self.eat("over") {
            let window =
                if self.eat("(") { self.window()? } else { self.part().map(|_| Vec::new())? };
            read = Expr::Over(Box::new(read), window);
        }
        Some(read)
    }

    fn argument(&mut self) -> Option<Expr> {
        if self.eat("variadic") {
            return Some(Expr::Variadic(Box::new(self.expr(0)?)));
        }
        let names = self.opens(1, "=>") || self.opens(1, ":=");
        if names {
            let name = self.part()?;
            self.at += 1;
            return Some(Expr::Named(name, Box::new(self.expr(0)?)));
        }
        self.expr(0)
    }

    /// What stands between the parentheses of a window.
    pub(super) fn window(&mut self) -> Option<Vec<Expr>> {
        let mut named = Vec::new();
        if !matches!(self.word(0), "partition" | "order" | "rows" | "range" | "groups")
            && !self.opens(0, ")")
        {
            self.part()?;
        }
        if self.eat("partition by") {
            named.extend(self.list(|it| it.expr(0))?);
        }
        if self.eat("order by") {
            named.extend(self.sorts()?.into_iter().map(|it| it.0));
        }
        if matches!(self.word(0), "rows" | "range" | "groups") {
            while !self.is_done() && !self.opens(0, ")") {
                self.at += 1;
            }
        }
        self.needs(")")?;
        Some(named)
    }
}

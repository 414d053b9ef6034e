//! Blocks of PL/pgSQL.

use super::tokens::{Reader, Token};
use crate::facts::sql::expr::{Command, Expr};
use crate::facts::sql::program::{Action, Over, Program, Variable};
use crate::facts::sql::survey::survey;

/// The block a text is.
pub fn program(text: &str) -> Option<Program> {
    let mut reader = Reader::new(text);
    let program = reader.block()?;
    reader.eat(";");
    reader.is_done().then_some(program)
}

impl Reader<'_> {
    fn block(&mut self) -> Option<Program> {
        self.deeper(|it| {
            let mut program = Program::default();
            if it.eat("declare") {
                while it.word(0) != "begin" {
                    program.variables.push(it.variable()?);
                }
            }
            it.needs("begin")?;
            program.steps = it.actions(&["end", "exception"])?;
            if it.eat("exception") {
                while it.eat("when") {
                    let mut conditions = vec![it.part()?];
                    while it.eat("or") {
                        conditions.push(it.part()?);
                    }
                    it.needs("then")?;
                    program.handlers.push((conditions, it.actions(&["when", "end"])?));
                }
            }
            it.needs("end")?;
            Some(program)
        })
    }

    fn variable(&mut self) -> Option<Variable> {
        let name = self.part()?;
        self.eat("constant");
        let ty = self.ty()?;
        self.eat("not null");
        if ty == "cursor" || ty == "alias" {
            return None;
        }
        let assigned = self.eat(":=") || self.eat("=") || self.eat("default");
        let default = if assigned { Some(self.expr(0)?) } else { None };
        self.needs(";")?;
        Some(Variable { name, ty, default })
    }

    fn actions(&mut self, ends: &[&str]) -> Option<Vec<Action>> {
        let mut actions = Vec::new();
        while !ends.contains(&self.word(0)) {
            if self.is_done() {
                return None;
            }
            if self.eat("null ;") || self.eat(";") {
                continue;
            }
            actions.push(self.deeper(Reader::action)?);
        }
        Some(actions)
    }

    fn action(&mut self) -> Option<Action> {
        match self.word(0) {
            "declare" | "begin" => {
                let block = self.block()?;
                self.needs(";")?;
                Some(Action::Block(block))
            }
            "if" => self.branch(),
            "loop" | "while" | "for" | "foreach" => self.repeated(),
            "exit" | "continue" => {
                let exit = self.eat("exit");
                if !exit {
                    self.at += 1;
                }
                let when = if self.eat("when") { Some(self.expr(0)?) } else { None };
                self.needs(";")?;
                Some(Action::Leave { exit, when })
            }
            "return" => {
                self.at += 1;
                self.needs(";")?;
                Some(Action::Return)
            }
            "raise" => self.raise(),
            "execute" => self.execute(),
            "get" => self.diagnostics(),
            "perform" => {
                let start = self.at + 1;
                self.skip_statement();
                let text = format!("select {}", self.since(start));
                self.needs(";")?;
                let command = super::command(&text)?;
                Some(Action::Rows {
                    command,
                    into: Vec::new(),
                    strict: false,
                    survey: survey(&text),
                })
            }
            "select" | "with" | "insert" | "update" | "delete" => self.rows(),
            "assert" => {
                self.at += 1;
                let condition = self.expr(0)?;
                self.skip_statement();
                self.needs(";")?;
                Some(Action::If(
                    vec![(condition, Vec::new())],
                    vec![Action::Raise(true, Vec::new())],
                ))
            }
            "case" => self.chosen(),
            "commit" | "rollback" => {
                self.skip_statement();
                self.needs(";")?;
                Some(Action::Ends)
            }
            "open" | "fetch" | "close" => None,
            _ => self.assignment(),
        }
    }

    /// Goes to the semicolon that ends a statement.
    fn skip_statement(&mut self) {
        let semicolon = Token::Sign(";".to_owned());
        while !self.is_done() && self.peek() != Some(&semicolon) {
            self.at += 1;
        }
    }

    fn branch(&mut self) -> Option<Action> {
        self.needs("if")?;
        let mut branches = Vec::new();
        let mut other = Vec::new();
        loop {
            let condition = self.expr(0)?;
            self.needs("then")?;
            let actions = self.actions(&["elsif", "elseif", "else", "end"])?;
            branches.push((condition, actions));
            if self.eat("elsif") || self.eat("elseif") {
                continue;
            }
            if self.eat("else") {
                other = self.actions(&["end"])?;
            }
            self.needs("end if")?;
            self.needs(";")?;
            return Some(Action::If(branches, other));
        }
    }

    /// `case ... end case`: an error where no branch is taken.
    fn chosen(&mut self) -> Option<Action> {
        self.needs("case")?;
        let operand = if self.word(0) == "when" { None } else { Some(self.expr(0)?) };
        let (mut branches, mut other) = (Vec::new(), vec![Action::Raise(true, Vec::new())]);
        while self.eat("when") {
            let mut values = self.list(|it| it.expr(0))?;
            self.needs("then")?;
            let condition = match &operand {
                Some(operand) => Expr::Among(Box::new(operand.clone()), values),
                None => values.pop().filter(|_| values.is_empty())?,
            };
            branches.push((condition, self.actions(&["when", "else", "end"])?));
        }
        if self.eat("else") {
            other = self.actions(&["end"])?;
        }
        self.needs("end case")?;
        self.needs(";")?;
        Some(Action::If(branches, other))
    }

    fn repeated(&mut self) -> Option<Action> {
        let (names, over) = if self.eat("foreach") {
            let names = vec![self.part()?];
            self.needs("in array")?;
            (names, Over::Array(self.expr(0)?))
        } else if self.eat("while") {
            (Vec::new(), Over::While(Some(self.expr(0)?)))
        } else if self.eat("for") {
            let names = self.list(Reader::part)?;
            self.needs("in")?;
            (names, self.over()?)
        } else {
            (Vec::new(), Over::While(None))
        };
        self.needs("loop")?;
        let actions = self.actions(&["end"])?;
        self.needs("end loop")?;
        self.needs(";")?;
        Some(Action::Loop(names, over, actions))
    }

    fn over(&mut self) -> Option<Over> {
        if self.starts_query() {
            return self.query().map(Over::Query);
        }
        if self.eat("execute") {
            let text = self.expr(0)?;
            let using = if self.eat("using") { self.list(|it| it.expr(0))? } else { Vec::new() };
            return Some(Over::Text(text, using));
        }
        let down = self.eat("reverse");
        let first = self.expr(0)?;
        self.needs(". .")?;
        let last = self.expr(0)?;
        (self.word(0) == "loop").then_some(Over::Range(first, last, down))
    }

    fn raise(&mut self) -> Option<Action> {
        self.needs("raise")?;
        let level = ["debug", "log", "info", "notice", "warning"];
        let quiet = level.iter().any(|it| self.eat(it));
        self.eat("exception");
        let mut arguments = Vec::new();
        if matches!(self.peek(), Some(Token::Text(_))) {
            self.at += 1;
            while self.eat(",") {
                arguments.push(self.expr(0)?);
            }
        }
        self.skip_statement();
        self.needs(";")?;
        Some(Action::Raise(!quiet, arguments))
    }

    fn execute(&mut self) -> Option<Action> {
        self.needs("execute")?;
        let text = self.expr(0)?;
        let (mut into, mut using) = (Vec::new(), Vec::new());
        loop {
            if self.eat("into") {
                self.eat("strict");
                into = self.list(Reader::target)?;
            } else if self.eat("using") {
                using = self.list(|it| it.expr(0))?;
            } else {
                self.needs(";")?;
                return Some(Action::Execute { text, into, using });
            }
        }
    }

    fn target(&mut self) -> Option<Vec<String>> {
        let mut parts = vec![self.part()?];
        while self.eat(".") {
            parts.push(self.part()?);
        }
        Some(parts)
    }

    fn diagnostics(&mut self) -> Option<Action> {
        self.needs("get")?;
        let _ = self.eat("current") || self.eat("stacked");
        self.needs("diagnostics")?;
        let items = self.list(|it| {
            let name = it.part()?;
            let _ = it.eat(":=") || it.eat("=");
            Some((name, it.part()?))
        })?;
        self.needs(";")?;
        Some(Action::Diagnostics(items))
    }

    /// A statement about rows; what `into` names is taken out of its text.
    fn rows(&mut self) -> Option<Action> {
        let start = self.at;
        let (mut depth, mut cut) = (0usize, None);
        let mut seen_insert = false;
        while !self.is_done() {
            match self.peek()? {
                Token::Sign(it) if it == "(" => depth += 1,
                Token::Sign(it) if it == ")" => depth = depth.saturating_sub(1),
                Token::Sign(it) if it == ";" => break,
                Token::Word(it) if it == "insert" => seen_insert = true,
                Token::Word(it) if it == "into" && depth == 0 => {
                    let target = std::mem::take(&mut seen_insert);
                    cut = cut.or((!target).then_some(self.at));
                }
                _ => {}
            }
            self.at += 1;
        }
        let end = self.at;
        let (mut text, mut into, mut strict) = (self.since(start).to_owned(), Vec::new(), false);
        if let Some(cut) = cut {
            self.at = cut;
            let before = self.since(start).to_owned();
            self.needs("into")?;
            strict = self.eat("strict");
            into = self.list(Reader::target)?;
            let rest = self.at;
            self.at = end;
            text = format!("{before} {}", self.since(rest));
        }
        self.needs(";")?;
        let command = super::command(&text)?;
        if matches!(&command, Command::Query(_)) && into.is_empty() {
            return None;
        }
        Some(Action::Rows { command, into, strict, survey: survey(&text) })
    }

    /// `name := value`, or a statement of SQL.
    fn assignment(&mut self) -> Option<Action> {
        let start = self.at;
        if let Some(parts) = self.target()
            && (self.eat(":=") || self.eat("="))
        {
            let value = self.expr(0)?;
            self.needs(";")?;
            return Some(Action::Assign(parts, value));
        }
        self.at = start;
        if !matches!(self.peek(), Some(Token::Word(_))) {
            return None;
        }
        self.skip_statement();
        let text = self.since(start).to_owned();
        self.needs(";")?;
        let (kind, object, says) = crate::facts::sql::statement(&text)?;
        Some(Action::Sql { kind, object, says: Box::new(says) })
    }
}

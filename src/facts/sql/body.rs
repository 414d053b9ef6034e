//! Whether the server takes a PL/pgSQL body when its function is made.
//!
//! The server compiles such a body without looking up what its queries name. It does ask for the syntax, for types of
//! variables, and that what is assigned to is a variable. Bodies this reader does not follow in all of that are undecided.

use std::collections::BTreeSet;

use super::body_words::{CONDITIONS, PLAIN};
use super::cursor::{Cursor, lowered};
use super::defined::{Body, CreateFunction};
use super::ir::Name;
use super::tree;

/// What a PL/pgSQL body asks for.
pub fn plpgsql(text: &str, function: &CreateFunction) -> Body {
    let mut reader = Reader::new(text, function);
    match reader.read() {
        Ok(()) if tree::compiles(&reader.blanked) => {
            Body::Sound { types: reader.types, rows: reader.rows }
        }
        Ok(()) => Body::Unread("the syntax of its body".to_owned()),
        Err(reason) => Body::Unread(format!("its body: {reason}")),
    }
}

/// What a function gives back, as far as `return` must fit it.
#[derive(Clone, Copy, PartialEq)]
enum Gives {
    Nothing,
    Value,
    Rows,
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    variables: BTreeSet<String>,
    types: Vec<String>,
    rows: Vec<Name>,
    gives: Gives,
    /// How many loops are open.
    loops: usize,
    /// The body without the targets of `into`, which the parser does not know.
    blanked: String,
    offset: &'a str,
}

type Read = Result<(), String>;

impl<'a> Reader<'a> {
    fn new(text: &'a str, function: &CreateFunction) -> Self {
        let returns = function.returns.as_deref();
        let outs = function.parameters.iter().any(|it| matches!(it.mode.as_str(), "out" | "inout"));
        let gives = match returns {
            Some(ty) if ty == "table" || ty.starts_with("setof") => Gives::Rows,
            Some("void") | None => Gives::Nothing,
            _ if outs => Gives::Nothing,
            _ => Gives::Value,
        };
        let mut variables: BTreeSet<String> =
            function.parameters.iter().filter_map(|it| it.name.clone()).collect();
        variables.insert("found".to_owned());
        if returns == Some("trigger") {
            variables.extend(["new", "old"].map(str::to_owned));
        }
        Reader {
            cursor: Cursor::new(text),
            variables,
            types: Vec::new(),
            rows: Vec::new(),
            gives,
            loops: 0,
            blanked: text.to_owned(),
            offset: text,
        }
    }

    fn read(&mut self) -> Read {
        let start = self.cursor.position();
        if self.cursor.eat("# variable_conflict") {
            let ways = ["use_column", "use_variable", "error"];
            self.cursor.eat_any(&ways).ok_or("an option")?;
            self.blank(start);
        }
        if self.cursor.peek() == "<" {
            return Err("a label".to_owned());
        }
        let starts = ["begin", "declare"];
        if !starts.iter().any(|word| self.cursor.peek().eq_ignore_ascii_case(word)) {
            return Err("it does not begin".to_owned());
        }
        while !self.cursor.is_done() {
            self.statement()?;
        }
        Ok(())
    }

    fn statement(&mut self) -> Read {
        if self.cursor.eat("declare") {
            return self.declarations();
        }
        if self.cursor.eat("else") || self.cursor.eat(";") {
            return Ok(());
        }
        if self.cursor.eat("exception") {
            return self.handlers();
        }
        if self.cursor.eat("loop") {
            self.loops += 1;
            return Ok(());
        }
        if self.cursor.eat("begin") {
            return Ok(());
        }
        if self.cursor.eat("return") {
            return self.returned();
        }
        if self.cursor.eat("raise") {
            return self.raised();
        }
        if self.cursor.eat("for") {
            return self.for_loop();
        }
        if self.cursor.eat("foreach") {
            self.variable()?;
            return self.through(&["loop"]);
        }
        if self.cursor.eat("get") {
            return self.diagnostics();
        }
        if self.cursor.eat("exit") || self.cursor.eat("continue") {
            let plain =
                self.cursor.peek() == ";" || self.cursor.peek().eq_ignore_ascii_case("when");
            let inside = plain && self.loops > 0;
            return if inside { self.through(&[";"]) } else { Err("an `exit`".to_owned()) };
        }
        self.other()
    }

    fn other(&mut self) -> Read {
        let word = self.cursor.peek().to_ascii_lowercase();
        match word.as_str() {
            "when" => self.when(),
            "if" | "elsif" | "elseif" => self.through(&["then"]),
            "while" => self.through(&["loop"]),
            "case" => {
                self.cursor.skip();
                while !matches!(self.cursor.peek(), "" | ";")
                    && !self.cursor.peek().eq_ignore_ascii_case("when")
                {
                    if self.cursor.group().is_none() {
                        self.cursor.skip();
                    }
                }
                Ok(())
            }
            "end" => {
                self.cursor.skip();
                if self.cursor.eat_any(&["if", "loop", "case"]) == Some("loop") {
                    self.loops = self.loops.saturating_sub(1);
                }
                let ends = self.cursor.eat(";") || self.cursor.is_done();
                if ends { Ok(()) } else { Err("a label".to_owned()) }
            }
            word if PLAIN.contains(&word) => self.command(word == "insert"),
            _ => self.assignment(),
        }
    }

    /// Goes on behind one of the words; a `case` on the way has its own `then` and `end`.
    fn through(&mut self, ends: &[&str]) -> Read {
        let mut cases = 0usize;
        while !self.cursor.is_done() {
            if self.cursor.group().is_some() {
                continue;
            }
            let word = self.cursor.peek();
            if cases == 0 && ends.iter().any(|end| word.eq_ignore_ascii_case(end)) {
                self.loops += usize::from(word.eq_ignore_ascii_case("loop"));
                self.cursor.skip();
                return Ok(());
            }
            if word == ";" && !ends.contains(&";") {
                break;
            }
            if word.eq_ignore_ascii_case("case") {
                cases += 1;
            } else if word.eq_ignore_ascii_case("end") {
                cases = cases.saturating_sub(1);
            }
            self.cursor.skip();
        }
        Err(format!("no `{}`", ends.join("` or `")))
    }

    fn declarations(&mut self) -> Read {
        while !self.cursor.peek().eq_ignore_ascii_case("begin") {
            let start = self.cursor.position();
            if self.cursor.eat("declare") {
                // The server lets it be said again, the parser does not.
                self.blank(start);
                continue;
            }
            let name = self.cursor.part().ok_or("a declaration")?;
            self.cursor.eat("constant");
            let ty = self.cursor.until(&["=", ":", "default", "not null", "collate", ";"]);
            let ty = lowered(ty);
            if ty.is_empty() || ty.contains("cursor") || ty.contains("alias") {
                return Err("a cursor or an alias".to_owned());
            }
            if let Some(row) = ty.strip_suffix("%rowtype") {
                self.rows.push(Cursor::new(row).name().ok_or("a row type")?);
            } else {
                self.types.push(ty);
            }
            if !self.variables.insert(name.clone()) {
                return Err(format!("`{name}` is declared twice"));
            }
            self.through(&[";"])?;
        }
        Ok(())
    }

    /// What is assigned to, or where a row goes: a variable or a field of one.
    fn variable(&mut self) -> Read {
        let parts = self.cursor.parts().ok_or("a variable")?;
        if parts.len() <= 2 && self.variables.contains(&parts[0]) {
            return Ok(());
        }
        Err(format!("`{}` is not known to be a variable", parts.join(".")))
    }

    fn assignment(&mut self) -> Read {
        self.variable()?;
        if self.cursor.peek() == "[" {
            self.cursor.group();
        }
        let assigns = self.cursor.eat(": =") || self.cursor.eat("=");
        if assigns { self.through(&[";"]) } else { Err("a statement it does not know".to_owned()) }
    }

    fn returned(&mut self) -> Read {
        let bare = self.cursor.peek() == ";";
        let rows = ["next", "query"].iter().any(|it| self.cursor.peek().eq_ignore_ascii_case(it));
        let fits = match self.gives {
            Gives::Nothing => bare,
            Gives::Value => !bare && !rows,
            Gives::Rows => bare || rows,
        };
        if !fits {
            return Err("a `return` that does not fit".to_owned());
        }
        self.through(&[";"])
    }

    fn raised(&mut self) -> Read {
        self.cursor.eat_any(&["debug", "log", "info", "notice", "warning", "exception"]);
        if self.cursor.eat(";") {
            return Ok(());
        }
        let format = self.cursor.string().ok_or("`raise` without a format")?;
        let rest = self.cursor.until(&[";"]).to_owned();
        self.cursor.eat(";");
        let mut rest = Cursor::new(&rest);
        let mut arguments = 0;
        while rest.eat(",") {
            rest.until(&[",", "using"]);
            arguments += 1;
        }
        let placeholders = format.replace("%%", "").matches('%').count();
        let using = rest.eat("using");
        let plain_end = rest.is_done() || using;
        if placeholders == arguments && plain_end {
            Ok(())
        } else {
            Err("placeholders of `raise` and its arguments differ".to_owned())
        }
    }

    fn for_loop(&mut self) -> Read {
        let name = self.cursor.part().ok_or("a loop")?;
        if self.cursor.eat(",") || !self.cursor.eat("in") {
            return Err("a loop over several variables".to_owned());
        }
        let mut ahead = self.cursor.clone();
        let source = ahead.until(&["loop"]);
        let mut first = Cursor::new(source);
        let query = first.eat_any(&["select", "execute", "with", "(", "values"]).is_some();
        let range = source.contains("..");
        if range && !query {
            self.variables.insert(name);
        } else if !query || !self.variables.contains(&name) {
            return Err("a loop that is not followed".to_owned());
        }
        self.through(&["loop"])
    }

    fn diagnostics(&mut self) -> Read {
        self.cursor.eat_any(&["current", "stacked"]);
        if !self.cursor.eat("diagnostics") {
            return Err("`get`".to_owned());
        }
        loop {
            self.variable()?;
            (self.cursor.eat("=") || self.cursor.eat(": =")).then_some(()).ok_or("`get`")?;
            let items = [
                "row_count",
                "message_text",
                "pg_exception_detail",
                "pg_exception_hint",
                "pg_exception_context",
                "returned_sqlstate",
                "constraint_name",
                "table_name",
            ];
            self.cursor.eat_any(&items).ok_or("`get`")?;
            if !self.cursor.eat(",") {
                return if self.cursor.eat(";") { Ok(()) } else { Err("`get`".to_owned()) };
            }
        }
    }

    fn handlers(&mut self) -> Read {
        if !self.cursor.peek().eq_ignore_ascii_case("when") {
            return Err("a handler".to_owned());
        }
        Ok(())
    }

    /// A branch of a `case`, or a handler: of the latter the conditions must be the server's.
    fn when(&mut self) -> Read {
        let mut ahead = self.cursor.clone();
        ahead.skip();
        while let Some(condition) = ahead.part() {
            let ends = ahead.eat("then");
            if !ends && !ahead.eat("or") {
                break;
            }
            let known = CONDITIONS.contains(&condition.as_str())
                || self.variables.contains(&condition)
                || matches!(condition.as_str(), "true" | "false");
            if !known {
                return Err(format!("condition `{condition}`"));
            }
            if ends {
                break;
            }
        }
        self.through(&["then"])
    }

    /// A command of SQL: the variables of its `into` must be there, and are blanked for the parser.
    fn command(&mut self, inserts: bool) -> Read {
        let mut tables = usize::from(inserts);
        while !self.cursor.is_done() && self.cursor.peek() != ";" {
            if self.cursor.group().is_some() {
                continue;
            }
            if self.cursor.peek().eq_ignore_ascii_case("insert") {
                tables = 1;
            }
            if !self.cursor.peek().eq_ignore_ascii_case("into") {
                self.cursor.skip();
                continue;
            }
            if tables > 0 {
                tables = 0;
                self.cursor.skip();
                continue;
            }
            let start = self.cursor.position();
            self.cursor.skip();
            self.cursor.eat("strict");
            self.variable()?;
            while self.cursor.eat(",") {
                self.variable()?;
            }
            self.blank(start);
        }
        if self.cursor.eat(";") { Ok(()) } else { Err("no end of a statement".to_owned()) }
    }

    fn blank(&mut self, start: usize) {
        let end = self.cursor.position().min(self.offset.len());
        let spaces = " ".repeat(end - start);
        self.blanked.replace_range(start..end, &spaces);
    }
}

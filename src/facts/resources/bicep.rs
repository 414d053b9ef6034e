//! Bicep: the declarations of `*.bicep`.

use serde_json::Value as Json;

use super::scanner::Scanner;
use super::setting::{Declaration, Setting};
use crate::facts::Input;
use crate::facts::Rows;

/// Objects and arrays nested deeper are expressions.
const MAX_DEPTH: usize = 48;
/// Resources declared in resources, at most; Azure nests no deeper.
const MAX_PARENTS: usize = 8;

pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    let mut reader = Reader { scanner: Scanner::new(input.text()), rows, parents: 0 };
    while reader.scanner.skip_blank() {
        reader.statement();
    }
    if let Some(line) = reader.scanner.unclosed() {
        let message = "a string, comment or bracket is not closed";
        for table in ["resources", "resource_attributes"] {
            rows.unsure(table, None, Some(line), message);
        }
        rows.problem(Some(line), "unparsable", message);
    }
}

struct Reader<'a, 'r> {
    scanner: Scanner<'a>,
    rows: &'r mut Rows,
    parents: usize,
}

impl Reader<'_, '_> {
    fn statement(&mut self) {
        let line = self.scanner.line();
        match self.scanner.word() {
            "resource" => self.resource(line, ""),
            "module" => self.module(line),
            "param" => self.typed("variable", line),
            "output" => self.typed("output", line),
            _ => drop(self.scanner.expression()),
        }
    }

    /// `name 'type@version' existing = if (condition) {...}`, or `[for item in list: {...}]`.
    fn resource(&mut self, line: u32, parent: &str) {
        let name = self.scanner.word().to_owned();
        let Some(of) = self.scanner.literal() else { return drop(self.scanner.expression()) };
        let (of, version) = of.split_once('@').unwrap_or((&of, ""));
        let of = if parent.is_empty() { of.to_owned() } else { format!("{parent}/{of}") };
        let kind = if self.scanner.eat("existing") { "data" } else { "resource" };
        let (disabled, mut settings) = self.body(&of, 0);
        if !version.is_empty() {
            settings.push(("apiVersion".to_owned(), line, Setting::Literal(version.into())));
        }
        let settings = Setting::Map(settings);
        Declaration { line, kind, of, name, disabled, settings }.write(self.rows);
    }

    fn module(&mut self, line: u32) {
        let name = self.scanner.word().to_owned();
        let Some(of) = self.scanner.literal() else { return drop(self.scanner.expression()) };
        let (disabled, settings) = self.body(&of, 0);
        let settings = Setting::Map(settings);
        Declaration { line, kind: "module", of, name, disabled, settings }.write(self.rows);
    }

    /// `name type = default`.
    fn typed(&mut self, kind: &'static str, line: u32) {
        let name = self.scanner.word().to_owned();
        let of = self.scanner.word().to_owned();
        let mut settings = Vec::new();
        if self.scanner.eat("=") {
            let member = if kind == "variable" { "default" } else { "value" };
            settings.push((member.to_owned(), self.scanner.line(), self.value(0)));
        } else {
            drop(self.scanner.expression());
        }
        let settings = Setting::Map(settings);
        Declaration { line, kind, of, name, disabled: Some(false), settings }.write(self.rows);
    }

    /// What follows the `=` of a resource or module, and whether it is switched off: a condition or loop is not decided.
    fn body(&mut self, of: &str, depth: usize) -> (Option<bool>, Members) {
        if !self.scanner.eat("=") {
            drop(self.scanner.expression());
            return (Some(false), Vec::new());
        }
        let conditional = self.scanner.eat("if");
        if conditional {
            self.scanner.brackets();
        }
        if !conditional && self.scanner.looking_at("{") {
            return (Some(false), self.object(of, depth));
        }
        if conditional && self.scanner.looking_at("{") {
            return (None, self.object(of, depth));
        }
        let line = self.scanner.line();
        (None, vec![("*".to_owned(), line, Setting::Expression(self.scanner.expression()))])
    }

    /// The members between braces; resources declared inside are those of `of`.
    fn object(&mut self, of: &str, depth: usize) -> Members {
        let mut members = Vec::new();
        self.scanner.eat("{");
        while self.scanner.skip_blank() && !self.scanner.eat("}") {
            let line = self.scanner.line();
            let from = self.scanner.offset();
            let key = match self.scanner.literal() {
                Some(key) => key,
                None => self.scanner.word().to_owned(),
            };
            if self.scanner.eat(":") {
                let value = self.value(depth + 1);
                members.push((key, line, value));
            } else if key == "resource" && depth == 0 && self.parents < MAX_PARENTS {
                self.parents += 1;
                self.resource(line, of);
                self.parents -= 1;
            } else {
                // A spread, a decorator or something else whose members are not to be seen.
                members.push((
                    "*".to_owned(),
                    line,
                    Setting::Expression(self.scanner.expression()),
                ));
            }
            self.scanner.advance_past(from);
        }
        members
    }

    fn value(&mut self, depth: usize) -> Setting {
        let start = self.scanner.offset();
        let found = match self.scanner.peek() {
            _ if depth > MAX_DEPTH => None,
            Some('{') => Some(Setting::Map(self.object("", depth))),
            Some('[') => self.list(depth),
            Some('\'') => self.scanner.literal().map(|text| Setting::Literal(text.into())),
            Some(letter) if letter.is_ascii_digit() || letter == '-' => {
                let number = self.scanner.number();
                number.parse::<i64>().ok().map(|number| Setting::Literal(number.into()))
            }
            _ => match self.scanner.word() {
                "true" => Some(Setting::Literal(Json::Bool(true))),
                "false" => Some(Setting::Literal(Json::Bool(false))),
                "null" => Some(Setting::Literal(Json::Null)),
                _ => None,
            },
        };
        if let Some(setting) = found
            && self.scanner.at_end_of_value()
        {
            return setting;
        }
        self.scanner.go_back(start);
        Setting::Expression(self.scanner.expression())
    }

    fn list(&mut self, depth: usize) -> Option<Setting> {
        self.scanner.eat("[");
        if self.scanner.looking_at("for") {
            return None;
        }
        let mut elements = Vec::new();
        while self.scanner.skip_blank() && !self.scanner.eat("]") {
            let from = self.scanner.offset();
            elements.push((self.scanner.line(), self.value(depth + 1)));
            self.scanner.eat(",");
            self.scanner.advance_past(from);
        }
        Some(Setting::List(elements))
    }
}

type Members = Vec<(String, u32, Setting)>;

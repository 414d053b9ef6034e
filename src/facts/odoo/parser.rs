//! Reads a Python expression the way `ast.literal_eval` does, without Python.
//!
//! The grammar is Python 3's for literals; anything else is refused with its kind and place. Depth, digits and size
//! are bounded, and every byte is looked at a bounded number of times.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::cursor::Refusal;
use super::literal::Literal;
use super::literal::Node;
use super::literal::Place;
use super::number::number;
use super::text::Prefix;
use super::text::text;

/// How deep brackets may nest. CPython's tokenizer stops at 200; no manifest known goes beyond 10.
const MAX_DEPTH: usize = 100;

/// Reads the one expression of a text.
pub fn parse(source: &str) -> Result<Node, Refusal> {
    let source = newlines(source);
    let mut parser = Parser { cursor: Cursor::new(&source), depth: 0, text_end: 1 };
    if let Some(at) = source.find('\0') {
        parser.cursor.skip(source[..at].chars().count());
        return Err(Refusal::syntax(parser.cursor.place(), "a null character"));
    }
    parser.start()?;
    let node = parser.top()?;
    parser.finish()?;
    Ok(node)
}

/// Python reads every line end as `\n`, inside strings too.
fn newlines(source: &str) -> Cow<'_, str> {
    if source.contains('\r') {
        Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(source)
    }
}

/// What an expression was written as, which decides what a sign or a sum may be made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Signed,
    Sum,
}

pub(super) struct Parser<'a> {
    pub(super) cursor: Cursor<'a>,
    depth: usize,
    /// The line the last text ended on.
    text_end: u32,
}

impl Parser<'_> {
    /// Skips what may stand before the expression: blank lines and comments. The expression itself must not be
    /// indented, but on the first line, where `literal_eval` strips it.
    fn start(&mut self) -> Result<(), Refusal> {
        self.cursor.skip_while(|letter| matches!(letter, ' ' | '\t'));
        let mut is_indented = false;
        loop {
            match self.cursor.peek() {
                Some(' ' | '\t') => is_indented = true,
                Some('\x0c' | '\n') => is_indented = false,
                Some('#') => {
                    self.cursor.skip_while(|letter| letter != '\n');
                    continue;
                }
                Some('\\') if self.cursor.rest().starts_with("\\\n") => self.cursor.skip(1),
                _ if is_indented => return Err(self.syntax("an unexpected indent")),
                _ => return Ok(()),
            }
            self.cursor.bump();
        }
    }

    /// After the expression only blank lines and comments may come.
    fn finish(&mut self) -> Result<(), Refusal> {
        self.space()?;
        if self.cursor.peek().is_some_and(|letter| letter != '\n') {
            return Err(self.unexpected());
        }
        loop {
            let is_line_start = self.cursor.eat('\n');
            let indent = self.cursor.skip_while(|letter| matches!(letter, ' ' | '\t'));
            self.cursor.skip_while(|letter| letter == '\x0c');
            match self.cursor.peek() {
                Some('#') => drop(self.cursor.skip_while(|letter| letter != '\n')),
                Some('\n') => {}
                None if is_line_start && indent > 0 => {
                    return Err(self.syntax("an unexpected indent"));
                }
                None => return Ok(()),
                Some(_) => return Err(self.unexpected()),
            }
        }
    }

    /// An expression, or several with commas, which are a tuple.
    fn top(&mut self) -> Result<Node, Refusal> {
        let first = self.value()?.0;
        self.space()?;
        if self.cursor.peek() != Some(',') {
            return Ok(first);
        }
        let at = first.at;
        let mut items = vec![first];
        while self.cursor.eat(',') {
            self.space()?;
            if matches!(self.cursor.peek(), None | Some('\n')) {
                break;
            }
            items.push(self.value()?.0);
            self.space()?;
        }
        Ok(self.node(at, Literal::Tuple(items)))
    }

    /// A value, a signed number, or the sum of a real and an imaginary one.
    pub(super) fn value(&mut self) -> Result<(Node, Form), Refusal> {
        let (left, form) = self.signed()?;
        self.space()?;
        let place = self.cursor.place();
        let minus = match self.cursor.peek() {
            Some('+') => false,
            Some('-') => true,
            _ => return self.refuse_operation().map(|()| (left, form)),
        };
        self.cursor.bump();
        let operation = || Refusal::not_literal(place, "an operation");
        self.space()?;
        if form == Form::Sum || matches!(self.cursor.peek(), Some('+' | '-' | '~')) {
            return Err(operation());
        }
        let real = real(&left.value).ok_or_else(operation)?;
        let (right, right_form) = self.plain()?;
        let Literal::Complex(zero, imaginary) = right.value else { return Err(operation()) };
        self.space()?;
        if right_form != Form::Plain || matches!(self.cursor.peek(), Some('+' | '-')) {
            return Err(operation());
        }
        self.refuse_operation()?;
        let value = if minus {
            Literal::Complex(real - zero, 0.0 - imaginary)
        } else {
            Literal::Complex(real + zero, 0.0 + imaginary)
        };
        Ok((Node { at: left.at, last: right.last, value }, Form::Sum))
    }

    fn signed(&mut self) -> Result<(Node, Form), Refusal> {
        let at = self.cursor.place();
        let minus = match self.cursor.peek() {
            Some('-') => true,
            Some('+') => false,
            _ => return self.plain(),
        };
        self.cursor.bump();
        self.space()?;
        let operation = || Refusal::not_literal(at, "an operation");
        if matches!(self.cursor.peek(), Some('+' | '-' | '~')) {
            return Err(operation());
        }
        let (node, form) = self.plain()?;
        let value = match node.value {
            _ if form != Form::Plain => return Err(operation()),
            Literal::Int(digits) if minus && digits != "0" => Literal::Int(format!("-{digits}")),
            Literal::Int(digits) => Literal::Int(digits),
            Literal::Float(number) => Literal::Float(if minus { -number } else { number }),
            Literal::Complex(real, imaginary) if minus => Literal::Complex(-real, -imaginary),
            Literal::Complex(real, imaginary) => Literal::Complex(real, imaginary),
            _ => return Err(operation()),
        };
        Ok((Node { at, last: node.last, value }, Form::Signed))
    }

    /// A value without sign or operation.
    fn plain(&mut self) -> Result<(Node, Form), Refusal> {
        let at = self.cursor.place();
        let rest = self.cursor.rest();
        let value = match self.cursor.peek() {
            None => return Err(Refusal::syntax(at, "an unexpected end")),
            Some('(') => return self.nested(Self::parenthesised),
            Some('[') => self.nested(Self::list)?,
            Some('{') => self.nested(Self::braces)?,
            Some('"' | '\'') => self.strings()?,
            Some('.') if rest.starts_with("...") => {
                self.cursor.skip(3);
                Literal::Ellipsis
            }
            Some('0'..='9') => self.number()?,
            Some('.') if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => {
                self.number()?
            }
            Some('~') => return Err(Refusal::not_literal(at, "an operation")),
            Some('*') => return Err(Refusal::not_literal(at, "an unpacking")),
            Some(_) => self.named()?,
        };
        let is_text = matches!(value, Literal::Text(_) | Literal::Bytes(_));
        let node = self.node(at, value);
        // What follows a text was looked at already, in case it is another piece of it.
        let last = if is_text { self.text_end } else { node.last };
        Ok((Node { last, ..node }, Form::Plain))
    }

    /// A value that ends where the cursor stands.
    pub(super) fn node(&self, at: Place, value: Literal) -> Node {
        Node { at, last: self.cursor.place().line, value }
    }

    fn number(&mut self) -> Result<Literal, Refusal> {
        let (value, length) = number(self.cursor.rest()).map_err(|what| self.syntax(what))?;
        self.cursor.skip(length);
        Ok(value)
    }

    /// A string with a prefix, a constant by name, or `set()`.
    fn named(&mut self) -> Result<Literal, Refusal> {
        let at = self.cursor.place();
        let word = self.cursor.word();
        if word.is_empty() {
            return Err(self.unexpected());
        }
        let follows = self.cursor.rest()[word.len()..].chars().next();
        if matches!(follows, Some('"' | '\'')) && Prefix::of(word).is_some() {
            return self.strings();
        }
        self.cursor.skip(word.chars().count());
        match word {
            "None" => return Ok(Literal::None),
            "True" => return Ok(Literal::Bool(true)),
            "False" => return Ok(Literal::Bool(false)),
            "not" | "lambda" | "await" | "yield" => {
                return Err(Refusal::not_literal(at, format!("`{word}`")));
            }
            _ => self.space()?,
        }
        match self.cursor.peek() {
            Some('(') if word == "set" => {
                self.nested(
                    |parser| if parser.cursor.eat(')') { Ok(()) } else { Err(parser.syntax("")) },
                )
                .map_err(|_| Refusal::not_literal(at, "a call of `set`"))?;
                Ok(Literal::Set(Vec::new()))
            }
            Some('(') => Err(Refusal::not_literal(at, format!("a call of `{word}`"))),
            Some('.') => Err(Refusal::not_literal(at, format!("an attribute of `{word}`"))),
            _ => Err(Refusal::not_literal(at, format!("the name `{word}`"))),
        }
    }

    /// One or more string literals side by side, which are one.
    fn strings(&mut self) -> Result<Literal, Refusal> {
        let mut whole: Option<Literal> = None;
        loop {
            let at = self.cursor.place();
            let letters = self.cursor.word();
            let quote = self.cursor.rest()[letters.len()..].chars().next();
            let prefix = match (quote, Prefix::of(letters)) {
                (Some('"' | '\''), Some(prefix)) => prefix,
                _ => return whole.ok_or_else(|| self.unexpected()),
            };
            if prefix.is_formatted {
                return Err(Refusal::not_literal(at, "a formatted string"));
            }
            self.cursor.skip(letters.len());
            let piece = text(&mut self.cursor, prefix)?;
            self.text_end = self.cursor.place().line;
            whole = Some(match (whole, piece) {
                (None, piece) => piece,
                (Some(Literal::Text(before)), Literal::Text(piece)) => {
                    Literal::Text(before + &piece)
                }
                (Some(Literal::Bytes(mut before)), Literal::Bytes(piece)) => {
                    before.extend(piece);
                    Literal::Bytes(before)
                }
                _ => return Err(Refusal::syntax(at, "text beside bytes")),
            });
            self.space()?;
        }
    }

    /// Takes an opening bracket and reads what stands in it, at most [`MAX_DEPTH`] deep.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        if self.depth == MAX_DEPTH {
            return Err(Refusal::limit(self.cursor.place(), "brackets nested too deeply"));
        }
        self.depth += 1;
        self.cursor.bump();
        self.space()?;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Refuses an operator, a call, a subscript or a comprehension behind a value.
    fn refuse_operation(&self) -> Result<(), Refusal> {
        let what = match self.cursor.peek() {
            Some('(') => "a call",
            Some('[') => "a subscript",
            Some('.') => "an attribute",
            Some('*' | '/' | '%' | '@' | '&' | '|' | '^' | '<' | '>') => "an operation",
            _ => match self.cursor.word() {
                "if" | "and" | "or" | "not" | "in" | "is" => "an operation",
                "for" | "async" => "a comprehension",
                _ => return Ok(()),
            },
        };
        Err(Refusal::not_literal(self.cursor.place(), what))
    }

    /// Skips blanks, comments and continued lines; inside brackets line ends too.
    pub(super) fn space(&mut self) -> Result<(), Refusal> {
        loop {
            match self.cursor.peek() {
                Some(' ' | '\t' | '\x0c') => drop(self.cursor.bump()),
                Some('\n') if self.depth > 0 => drop(self.cursor.bump()),
                Some('#') => drop(self.cursor.skip_while(|letter| letter != '\n')),
                Some('\\') if self.cursor.rest().starts_with("\\\n") => {
                    self.cursor.skip(2);
                    if self.cursor.peek().is_none() {
                        return Err(self.syntax("an unexpected end"));
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    fn syntax(&self, what: &str) -> Refusal {
        Refusal::syntax(self.cursor.place(), what)
    }

    pub(super) fn unexpected(&self) -> Refusal {
        let what = match self.cursor.peek() {
            None => "an unexpected end".to_owned(),
            Some('\n') => "an unexpected end of the line".to_owned(),
            Some(letter) => format!("an unexpected `{}`", letter.escape_default()),
        };
        Refusal::syntax(self.cursor.place(), what)
    }
}

/// An integer or a float as a float; a number beyond a float's range has none.
fn real(value: &Literal) -> Option<f64> {
    match value {
        Literal::Float(number) => Some(*number),
        Literal::Int(digits) => digits.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

#[cfg(test)]
#[path = "parser_tests.rs"]
mod tests;

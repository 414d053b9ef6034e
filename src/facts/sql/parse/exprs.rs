//! Expressions, by the precedence PostgreSQL gives their operators.

use super::tokens::{Reader, Token};
use crate::facts::sql::expr::Expr;

/// The longest chain of operators that is read.
const MAX_CHAIN: usize = 60;

/// Levels of precedence, lowest first.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const IS: u8 = 4;
const COMPARE: u8 = 5;
const MATCH: u8 = 6;
const OTHER: u8 = 7;
const ADD: u8 = 8;
const MULTIPLY: u8 = 9;
const POWER: u8 = 10;
const ZONE: u8 = 11;
const COLLATE: u8 = 12;
const SIGN: u8 = 13;

impl Reader<'_> {
    /// An expression whose operators bind at least as tightly as `level`.
    pub(super) fn expr(&mut self, level: u8) -> Option<Expr> {
        self.deeper(|it| {
            let mut left = it.prefixed()?;
            // A chain makes the tree as deep as it is long, and whoever walks it calls itself for every level.
            for _ in 0..MAX_CHAIN {
                match it.infix(level, &mut left) {
                    Some(next) => next?,
                    None => return Some(left),
                }
            }
            None
        })
    }

    fn prefixed(&mut self) -> Option<Expr> {
        if self.eat("not") {
            return Some(Expr::Prefix("not".to_owned(), Box::new(self.expr(NOT)?)));
        }
        let sign = match self.peek()? {
            Token::Sign(sign) => sign.clone(),
            _ => return self.postfixed(),
        };
        match sign.as_str() {
            "-" | "+" => {
                self.at += 1;
                let inner = self.expr(SIGN)?;
                Some(match inner {
                    Expr::Number(text) if sign == "-" && !text.starts_with('-') => {
                        Expr::Number(format!("-{text}"))
                    }
                    inner => Expr::Prefix(sign, Box::new(inner)),
                })
            }
            "(" | "*" => self.postfixed(),
            "@" | "~" | "|/" | "||/" | "!!" => {
                self.at += 1;
                Some(Expr::Prefix(sign, Box::new(self.expr(OTHER + 1)?)))
            }
            _ => None,
        }
    }

    /// Reads one operator and its right side, if one stands here that binds tightly enough. `Some(None)`: it is not read.
    fn infix(&mut self, level: u8, left: &mut Expr) -> Option<Option<()>> {
        let (operator, binds) = self.operator()?;
        if binds < level {
            return None;
        }
        let taken = std::mem::replace(left, Expr::Null);
        let read = self.right(operator, binds, taken);
        Some(read.map(|it| *left = it))
    }

    /// The operator that stands here and how tightly it binds.
    fn operator(&self) -> Option<(String, u8)> {
        let binds = match self.peek()? {
            Token::Sign(sign) => match sign.as_str() {
                "<" | ">" | "=" | "<=" | ">=" | "<>" | "!=" => COMPARE,
                "+" | "-" => ADD,
                "*" | "/" | "%" => MULTIPLY,
                "^" => POWER,
                "(" | ")" | "[" | "]" | "," | ";" | "." | ":" | "::" | ":=" | "=>" | "{" | "}" => {
                    return None;
                }
                _ => OTHER,
            },
            Token::Word(word) => match word.as_str() {
                "or" => OR,
                "and" => AND,
                "is" | "isnull" | "notnull" => IS,
                "in" | "between" | "like" | "ilike" | "similar" => MATCH,
                "not"
                    if matches!(self.word(1), "in" | "between" | "like" | "ilike" | "similar") =>
                {
                    MATCH
                }
                "at" if self.word(1) == "time" => ZONE,
                "collate" => COLLATE,
                "overlaps" => OTHER,
                "operator" => OTHER,
                _ => return None,
            },
            _ => return None,
        };
        match self.peek()? {
            Token::Sign(it) | Token::Word(it) => Some((it.clone(), binds)),
            _ => None,
        }
    }

    fn right(&mut self, operator: String, binds: u8, left: Expr) -> Option<Expr> {
        let negated = self.eat("not");
        let word = if negated { self.word(0).to_owned() } else { operator };
        self.at += 1;
        let boxed = Box::new(left);
        let read = match word.as_str() {
            "isnull" => Expr::Is(boxed, "null".to_owned()),
            "notnull" => Expr::Is(boxed, "not null".to_owned()),
            "is" => return self.is(boxed),
            "in" => self.among(boxed)?,
            "between" => {
                self.eat("symmetric");
                self.eat("asymmetric");
                let low = self.expr(MATCH + 1)?;
                self.needs("and")?;
                Expr::Between(boxed, Box::new(low), Box::new(self.expr(MATCH + 1)?))
            }
            "at" => {
                self.needs("time zone")?;
                Expr::Binary("at time zone".to_owned(), boxed, Box::new(self.expr(ZONE + 1)?))
            }
            "collate" => {
                self.name()?;
                *boxed
            }
            "similar" => {
                self.needs("to")?;
                self.compared("similar to".to_owned(), binds, boxed)?
            }
            "operator" => {
                self.needs("(")?;
                if self.part().is_some() {
                    self.needs(".")?;
                }
                let Some(Token::Sign(sign)) = self.peek().cloned() else { return None };
                self.at += 1;
                self.needs(")")?;
                self.compared(sign, binds, boxed)?
            }
            "like" | "ilike" => {
                let read = self.compared(word, binds, boxed)?;
                // A pattern that is read another way, or that the server refuses.
                let usual = |it: &Expr| matches!(it, Expr::Text(text) if text == "\\");
                if self.eat("escape") && !usual(&self.expr(MATCH + 1)?) {
                    Expr::Other("like ... escape".to_owned())
                } else {
                    read
                }
            }
            "!=" => self.compared("<>".to_owned(), binds, boxed)?,
            _ => self.compared(word, binds, boxed)?,
        };
        Some(if negated { Expr::Prefix("not".to_owned(), Box::new(read)) } else { read })
    }

    fn compared(&mut self, operator: String, binds: u8, left: Box<Expr>) -> Option<Expr> {
        if matches!(self.word(0), "any" | "some" | "all")
            && self.token(1) == Some(&Token::Sign("(".to_owned()))
        {
            let all = self.word(0) == "all";
            self.at += 1;
            let right = self.parenthesised()?;
            return Some(Expr::Any(operator, all, left, Box::new(right)));
        }
        Some(Expr::Binary(operator, left, Box::new(self.expr(binds + 1)?)))
    }

    fn is(&mut self, operand: Box<Expr>) -> Option<Expr> {
        let not = if self.eat("not") { "not " } else { "" };
        if self.eat("distinct from") {
            let other = Box::new(self.expr(IS + 1)?);
            return Some(Expr::Binary(format!("is {not}distinct from"), operand, other));
        }
        let word = self.part()?;
        let known = ["null", "true", "false", "unknown", "document", "normalized"];
        known.contains(&word.as_str()).then(|| Expr::Is(operand, format!("{not}{word}")))
    }

    fn among(&mut self, operand: Box<Expr>) -> Option<Expr> {
        match self.parenthesised()? {
            Expr::Row(items) => Some(Expr::Among(operand, items)),
            one => Some(Expr::Among(operand, vec![one])),
        }
    }

    /// `(...)`: a query, an expression, or a row of several.
    pub(super) fn parenthesised(&mut self) -> Option<Expr> {
        self.needs("(")?;
        let inner = if self.starts_query() {
            Expr::Query(Box::new(self.query()?))
        } else {
            let mut items = self.list(|it| it.expr(0))?;
            if items.len() == 1 { items.pop()? } else { Expr::Row(items) }
        };
        self.needs(")")?;
        Some(inner)
    }

    /// Whether what stands here is a query, maybe behind parentheses.
    pub(super) fn starts_query(&self) -> bool {
        let opened = Token::Sign("(".to_owned());
        let first = (0..8).find(|at| self.token(*at) != Some(&opened)).unwrap_or(0);
        matches!(self.word(first), "select" | "with" | "values")
            && (first == 0 || self.closes_as_query(first))
    }

    /// Whether the parentheses before a query end right behind it, so that they are its own.
    fn closes_as_query(&self, opened: usize) -> bool {
        let (mut depth, mut at) = (opened, opened);
        while let Some(token) = self.token(at) {
            match token {
                Token::Sign(sign) if sign == "(" => depth += 1,
                Token::Sign(sign) if sign == ")" => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == opened - 1 {
                break;
            }
        }
        match self.token(at) {
            None => true,
            Some(Token::Sign(sign)) => sign == ")",
            Some(Token::Word(word)) => {
                matches!(word.as_str(), "union" | "intersect" | "except" | "order" | "limit")
            }
            _ => false,
        }
    }
}

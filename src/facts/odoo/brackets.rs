//! Tuples, lists, dicts and sets: what stands in brackets.

use super::cursor::Refusal;
use super::literal::Literal;
use super::literal::Node;
use super::parser::Form;
use super::parser::Parser;

impl Parser<'_> {
    /// A value in parentheses is itself, with its own form; with a comma it is a tuple.
    pub(super) fn parenthesised(&mut self) -> Result<(Node, Form), Refusal> {
        let at = self.cursor.place();
        if self.cursor.eat(')') {
            return Ok((self.node(at, Literal::Tuple(Vec::new())), Form::Plain));
        }
        let (first, form) = self.value()?;
        self.space()?;
        if self.cursor.eat(')') {
            return Ok((first, form));
        }
        let at = first.at;
        let items = self.rest_of_items(vec![first], ')')?;
        Ok((self.node(at, Literal::Tuple(items)), Form::Plain))
    }

    pub(super) fn list(&mut self) -> Result<Literal, Refusal> {
        if self.cursor.eat(']') {
            return Ok(Literal::List(Vec::new()));
        }
        let first = self.value()?.0;
        self.rest_of_items(vec![first], ']').map(Literal::List)
    }

    /// The items after the first one, to the closing bracket.
    fn rest_of_items(&mut self, mut items: Vec<Node>, close: char) -> Result<Vec<Node>, Refusal> {
        loop {
            self.space()?;
            let comma = self.cursor.eat(',');
            self.space()?;
            if self.cursor.eat(close) {
                return Ok(items);
            }
            if !comma {
                return Err(self.unexpected());
            }
            items.push(self.value()?.0);
        }
    }

    /// A dict or a set.
    pub(super) fn braces(&mut self) -> Result<Literal, Refusal> {
        if self.cursor.eat('}') {
            return Ok(Literal::Dict(Vec::new()));
        }
        let first = self.hashable()?;
        self.space()?;
        if self.cursor.peek() == Some(':') {
            return self.entries(first);
        }
        let items = self.rest_of_items(vec![first], '}')?;
        match items.iter().find(|item| !is_hashable(&item.value)) {
            Some(item) => Err(Refusal::not_literal(item.at, "an unhashable item")),
            None => Ok(Literal::Set(items)),
        }
    }

    /// The entries of a dict whose first key has been read.
    fn entries(&mut self, first: Node) -> Result<Literal, Refusal> {
        let mut entries = Vec::new();
        let mut key = first;
        loop {
            self.space()?;
            if !self.cursor.eat(':') {
                return Err(self.unexpected());
            }
            self.space()?;
            entries.push((key, self.value()?.0));
            self.space()?;
            let comma = self.cursor.eat(',');
            self.space()?;
            if self.cursor.eat('}') {
                return Ok(Literal::Dict(entries));
            }
            if !comma {
                return Err(self.unexpected());
            }
            key = self.hashable()?;
        }
    }

    fn hashable(&mut self) -> Result<Node, Refusal> {
        let node = self.value()?.0;
        if is_hashable(&node.value) {
            Ok(node)
        } else {
            Err(Refusal::not_literal(node.at, "an unhashable item"))
        }
    }
}

fn is_hashable(value: &Literal) -> bool {
    match value {
        Literal::List(_) | Literal::Set(_) | Literal::Dict(_) => false,
        Literal::Tuple(items) => items.iter().all(|item| is_hashable(&item.value)),
        _ => true,
    }
}

//! Walks over the words of one statement: for statements that are plain enough to be read without a tree.

use super::ir::Name;
use super::scan::{Token, cut_name, token};

/// Words in lower case; what is quoted stays as it is.
pub fn lowered(written: &str) -> String {
    let (mut out, mut at) = (String::with_capacity(written.len()), 0);
    while at < written.len() {
        let (kind, end) = token(written, at);
        let text = written.get(at..end).unwrap_or("");
        match kind {
            Token::Quoted => out.push_str(text),
            _ => out.push_str(&text.to_ascii_lowercase()),
        }
        at = end;
    }
    out
}

/// A type as written, without quotes that change nothing: `"public"."mood"` is `public.mood`. `"char"` is not `char`.
pub fn plain_type(written: &str) -> String {
    let mut plain = String::with_capacity(written.len());
    for (at, part) in written.split('"').enumerate() {
        let simple = part.starts_with(|it: char| it.is_ascii_lowercase() || it == '_')
            && part.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
        let spaced = matches!(part, "character varying" | "double precision");
        if at % 2 == 0 || ((simple || spaced) && part != "char") {
            plain.push_str(part);
        } else {
            plain.extend(['"']);
            plain.push_str(part);
            plain.extend(['"']);
        }
    }
    plain
}

/// A place in a statement.
#[derive(Clone)]
pub struct Cursor<'a> {
    text: &'a str,
    tokens: Vec<(Token, usize, usize)>,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Stands before the first word of a text.
    pub fn new(text: &'a str) -> Self {
        let (mut tokens, mut at) = (Vec::new(), 0);
        while at < text.len() {
            let (kind, end) = token(text, at);
            if kind != Token::Blank {
                tokens.push((kind, at, end));
            }
            at = end;
        }
        Cursor { text, tokens, at: 0 }
    }

    /// Whether nothing is left.
    pub fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// What stands here, as written; nothing at the end.
    pub fn peek(&self) -> &'a str {
        self.tokens.get(self.at).map_or("", |(_, start, end)| &self.text[*start..*end])
    }

    /// The offset of what stands here.
    pub fn position(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |(_, start, _)| *start)
    }

    /// Takes the words given, in any case, if they all stand here.
    pub fn eat(&mut self, words: &str) -> bool {
        let before = self.at;
        for word in words.split(' ') {
            if !self.peek().eq_ignore_ascii_case(word) {
                self.at = before;
                return false;
            }
            self.at += 1;
        }
        true
    }

    /// Takes one of several phrases.
    pub fn eat_any(&mut self, phrases: &[&'static str]) -> Option<&'static str> {
        phrases.iter().find(|phrase| self.eat(phrase)).copied()
    }

    /// A plain or a quoted name, without its schema.
    pub fn part(&mut self) -> Option<String> {
        let (kind, start, end) = *self.tokens.get(self.at)?;
        let text = &self.text[start..end];
        let part = match kind {
            Token::Word if !text.starts_with(|first: char| first.is_ascii_digit()) => {
                text.to_ascii_lowercase()
            }
            Token::Quoted if text.starts_with('"') && text.len() > 2 => {
                text.get(1..text.len() - 1)?.replace("\"\"", "\"")
            }
            _ => return None,
        };
        self.at += 1;
        Some(cut_name(part))
    }

    /// The parts of a dotted name.
    pub fn parts(&mut self) -> Option<Vec<String>> {
        let mut parts = vec![self.part()?];
        while self.peek() == "." {
            self.at += 1;
            parts.push(self.part()?);
        }
        Some(parts)
    }

    /// A name, with its schema if that is said.
    pub fn name(&mut self) -> Option<Name> {
        let mut parts = self.parts()?;
        let name = parts.pop()?;
        let schema = parts.pop();
        parts.is_empty().then_some(Name { schema, name })
    }

    /// Names between commas.
    pub fn names(&mut self) -> Option<Vec<Name>> {
        let mut names = vec![self.name()?];
        while self.eat(",") {
            names.push(self.name()?);
        }
        Some(names)
    }

    /// What stands between the parentheses or brackets that open here.
    pub fn group(&mut self) -> Option<&'a str> {
        if !matches!(self.peek(), "(" | "[") {
            return None;
        }
        let (mut depth, first) = (0usize, self.tokens[self.at].2);
        while let Some((kind, start, _)) = self.tokens.get(self.at).copied() {
            self.at += 1;
            match kind {
                Token::Symbol(b'(' | b'[') => depth += 1,
                Token::Symbol(b')' | b']') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(&self.text[first..start]);
            }
        }
        None
    }

    /// A string, its quotes taken off. Strings with escapes are not read.
    pub fn string(&mut self) -> Option<String> {
        let (kind, start, end) = *self.tokens.get(self.at)?;
        let text = &self.text[start..end];
        if kind != Token::Quoted || text.starts_with(['"', 'e', 'E']) {
            return None;
        }
        self.at += 1;
        if text.starts_with('\'')
            && let Some((Token::Quoted, next, _)) = self.tokens.get(self.at).copied()
            && self.text[next..].starts_with('\'')
            && self.text[end..next].contains('\n')
        {
            // Strings with nothing but a line's end between them are one.
            let first = text.get(1..text.len().checked_sub(1)?)?.replace("''", "'");
            return Some(first + &self.string()?);
        }
        if let Some(rest) = text.strip_prefix('$') {
            let tag = rest.find('$')? + 2;
            return text.get(tag..text.len().checked_sub(tag)?).map(str::to_owned);
        }
        Some(text.get(1..text.len().checked_sub(1)?)?.replace("''", "'"))
    }

    /// The rest up to one of the phrases or the end, as written; parentheses are passed over whole.
    pub fn until(&mut self, phrases: &[&str]) -> &'a str {
        let first = self.at;
        while !self.is_done() && !phrases.iter().any(|phrase| self.clone_eats(phrase)) {
            if self.group().is_none() {
                self.at += 1;
            }
        }
        self.between(first)
    }

    fn clone_eats(&self, phrase: &str) -> bool {
        phrase.split(' ').enumerate().all(|(offset, word)| {
            let found = self.tokens.get(self.at + offset);
            found.is_some_and(|(_, start, end)| self.text[*start..*end].eq_ignore_ascii_case(word))
        })
    }

    /// Goes on by one word, whatever it is.
    pub fn skip(&mut self) {
        self.at += 1;
    }

    fn between(&self, first: usize) -> &'a str {
        match (self.tokens.get(first), self.at.checked_sub(1).and_then(|at| self.tokens.get(at))) {
            (Some((_, start, _)), Some((_, _, end))) if self.at > first => &self.text[*start..*end],
            _ => "",
        }
    }

    /// Cuts a text at the commas that stand in no parentheses.
    pub fn split(text: &str) -> Vec<&str> {
        let mut cursor = Cursor::new(text);
        let mut pieces = Vec::new();
        while !cursor.is_done() {
            pieces.push(cursor.until(&[","]));
            cursor.eat(",");
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_strings_lose_their_quotes() {
        let mut cursor = Cursor::new("Ops.\"Run \"\"A\" 'it''s' $t$ $x$ $t$");
        let name = Name { schema: Some("ops".to_owned()), name: "Run \"A".to_owned() };
        assert_eq!(cursor.name(), Some(name));
        assert_eq!(cursor.string().as_deref(), Some("it's"));
        assert_eq!(cursor.string().as_deref(), Some(" $x$ "));
        assert!(cursor.is_done());
    }

    #[test]
    fn commas_in_parentheses_do_not_part() {
        assert_eq!(Cursor::split("a numeric(1, 2), b text default 'x,y'").len(), 2);
        assert_eq!(Cursor::new("(a (b) c) d").group(), Some("a (b) c"));
        assert_eq!(Cursor::new("(a (b").group(), None);
    }
}

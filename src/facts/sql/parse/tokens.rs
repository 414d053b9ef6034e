//! Tokens as the server cuts them: operators of several characters are one.

use crate::facts::sql::ir::Name;
use crate::facts::sql::scan::{self, Token as Kind};

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 32;
/// Characters operators are made of.
const OPERATORS: &[u8] = b"+-*/<>=~!@#%^&|?";
/// An operator may end in `+` or `-` only if it has one of these.
const MARKS: &[u8] = b"~!@#%^&|?";

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word, lower-cased.
    Word(String),
    /// A quoted name.
    Name(String),
    /// A string, decoded.
    Text(String),
    /// A number.
    Number(String),
    /// `$1`.
    Parameter(usize),
    /// An operator or a sign.
    Sign(String),
    /// What is not understood.
    Odd,
}

/// A place among the tokens of a text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    tokens: Vec<(Token, usize, usize)>,
    pub(super) at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Reader { text, tokens: tokens(text), at: 0, depth: 0 }
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|it| &it.0)
    }

    pub(super) fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|it| &it.0)
    }

    /// The word that stands `ahead` tokens on; nothing if none does.
    pub(super) fn word(&self, ahead: usize) -> &str {
        match self.token(ahead) {
            Some(Token::Word(word)) => word,
            _ => "",
        }
    }

    /// The text of the tokens from one on to here.
    pub(super) fn since(&self, from: usize) -> &'a str {
        match (self.tokens.get(from), self.at.checked_sub(1).and_then(|it| self.tokens.get(it))) {
            (Some(first), Some(last)) if self.at > from => &self.text[first.1..last.2],
            _ => "",
        }
    }

    /// Takes the words or signs given, if they all stand here.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        let fits = words.split(' ').enumerate().all(|(ahead, word)| match self.token(ahead) {
            Some(Token::Word(it) | Token::Sign(it)) => it == word,
            _ => false,
        });
        if fits {
            self.at += words.split(' ').count();
        }
        fits
    }

    pub(super) fn needs(&mut self, words: &str) -> Option<()> {
        self.eat(words).then_some(())
    }

    /// A name without its schema.
    pub(super) fn part(&mut self) -> Option<String> {
        let part = match self.peek()? {
            Token::Word(it) | Token::Name(it) => scan::cut_name(it.clone()),
            _ => return None,
        };
        self.at += 1;
        Some(part)
    }

    /// A name with its schema, if that is said.
    pub(super) fn name(&mut self) -> Option<Name> {
        let first = self.part()?;
        if !self.eat(".") {
            return Some(Name { schema: None, name: first });
        }
        Some(Name { schema: Some(first), name: self.part()? })
    }

    /// Things between commas.
    pub(super) fn list<T>(
        &mut self,
        mut one: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut list = vec![one(self)?];
        while self.eat(",") {
            list.push(one(self)?);
        }
        Some(list)
    }

    /// Reads something deeper, unless that is too deep.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}

fn tokens(text: &str) -> Vec<(Token, usize, usize)> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let (kind, mut end) = scan::token(text, at);
        let token = match kind {
            Kind::Blank => {
                at = end;
                continue;
            }
            Kind::Word if text.as_bytes()[at].is_ascii_digit() => {
                end = number_end(text, at);
                Token::Number(text[at..end].to_owned())
            }
            Kind::Word => prefixed(text, at, &mut end)
                .unwrap_or_else(|| Token::Word(text[at..end].to_ascii_lowercase())),
            Kind::Quoted => quoted(&text[at..end]),
            Kind::Symbol(b'.') if text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit) => {
                end = number_end(text, at);
                Token::Number(text[at..end].to_owned())
            }
            Kind::Symbol(b'$') => {
                end = (end..text.len())
                    .find(|it| !text.as_bytes()[*it].is_ascii_digit())
                    .unwrap_or(text.len());
                text[at + 1..end].parse().map_or(Token::Odd, Token::Parameter)
            }
            Kind::Symbol(b':') => {
                let two = matches!(text.as_bytes().get(at + 1), Some(b':' | b'='));
                end = at + 1 + usize::from(two);
                Token::Sign(text[at..end].to_owned())
            }
            Kind::Symbol(byte) if OPERATORS.contains(&byte) => {
                end = operator_end(text.as_bytes(), at);
                Token::Sign(text[at..end].to_owned())
            }
            Kind::Symbol(byte) if byte.is_ascii() => Token::Sign((byte as char).to_string()),
            Kind::Symbol(_) => Token::Odd,
        };
        // Strings with nothing but white space and a line feed between them are one.
        match (tokens.last_mut(), &token) {
            (Some((Token::Text(before), _, stop)), Token::Text(more))
                if text[*stop..at].contains('\n') && text.as_bytes()[at] == b'\'' =>
            {
                before.push_str(more);
                *stop = end;
            }
            _ => tokens.push((token, at, end)),
        }
        at = end;
    }
    tokens
}

/// `b'...'`, `x'...'`, `n'...'` and `u&'...'`.
fn prefixed(text: &str, at: usize, end: &mut usize) -> Option<Token> {
    let word = &text[at..*end];
    let quoted =
        text.as_bytes().get(*end) == Some(&b'\'') && word.len() == 1 && "bBxXnN".contains(word);
    let unicode = word.eq_ignore_ascii_case("u")
        && text.as_bytes().get(*end) == Some(&b'&')
        && matches!(text.as_bytes().get(*end + 1), Some(b'\'' | b'"'));
    if quoted || unicode {
        *end = scan::token(text, *end + usize::from(unicode)).1;
        return Some(Token::Odd);
    }
    None
}

fn number_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(|it| it.is_ascii_digit() || *it == b'_') {
            at += 1;
        }
        at
    };
    at = digits(at);
    if bytes.get(at) == Some(&b'.') && bytes.get(at + 1) != Some(&b'.') {
        at = digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if bytes.get(at + 1 + sign).is_some_and(u8::is_ascii_digit) {
            at = digits(at + 1 + sign);
        }
    }
    at
}

fn operator_end(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    while end < bytes.len() && OPERATORS.contains(&bytes[end]) {
        let comment = matches!(bytes.get(end..end + 2), Some(b"--" | b"/*"));
        if comment && end > start {
            break;
        }
        end += 1;
    }
    let marked = bytes[start..end].iter().any(|it| MARKS.contains(it));
    while end > start + 1 && !marked && matches!(bytes[end - 1], b'+' | b'-') {
        end -= 1;
    }
    end
}

fn quoted(text: &str) -> Token {
    let inner = |from: usize, by: usize| text.get(from..text.len().checked_sub(by)?);
    if text.starts_with('"') {
        return inner(1, 1).map_or(Token::Odd, |it| Token::Name(it.replace("\"\"", "\"")));
    }
    if let Some(rest) = text.strip_prefix('$') {
        let Some(tag) = rest.find('$').map(|it| it + 2) else { return Token::Odd };
        return inner(tag, tag).map_or(Token::Odd, |it| Token::Text(it.to_owned()));
    }
    if text.starts_with(['e', 'E']) {
        return inner(2, 1).and_then(escaped).map_or(Token::Odd, Token::Text);
    }
    inner(1, 1).map_or(Token::Odd, |it| Token::Text(it.replace("''", "'")))
}

/// Decodes the escapes of `e'...'`; none where one is rare.
fn escaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        match next {
            '\\' => out.push(match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                it @ ('\\' | '\'' | '"') => it,
                _ => return None,
            }),
            '\'' => {
                chars.next();
                out.push('\'');
            }
            other => out.push(other),
        }
    }
    Some(out)
}

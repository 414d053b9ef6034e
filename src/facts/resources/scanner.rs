//! The words, strings and brackets of Bicep. It goes forward only, and always ends.

use crate::base::Lines;

/// Characters kept of an expression.
const MAX_EXPRESSION: usize = 200;

/// A place in a text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    lines: Lines,
    unclosed: Option<usize>,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Scanner { text, at: 0, lines: Lines::new(text), unclosed: None }
    }

    /// The line of the next thing, from 1.
    pub fn line(&self) -> u32 {
        self.lines.line(self.at)
    }

    /// Where something starts that never ends.
    pub fn unclosed(&self) -> Option<u32> {
        self.unclosed.map(|at| self.lines.line(at))
    }

    pub fn offset(&self) -> usize {
        self.at
    }

    pub fn go_back(&mut self, offset: usize) {
        self.at = offset;
    }

    /// Makes sure that something was read.
    pub fn advance_past(&mut self, offset: usize) {
        if self.at == offset {
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        }
    }

    /// Skips white space, line ends, commas between members and comments; false at the end.
    pub fn skip_blank(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            self.at += rest.len() - trimmed.len();
            if !self.skip_comment() {
                return !self.rest().is_empty();
            }
        }
    }

    /// Skips blanks on the line, then says what comes.
    pub fn peek(&mut self) -> Option<char> {
        self.skip_spaces();
        self.rest().chars().next()
    }

    /// Takes a token if it comes next; a word only as a whole.
    pub fn eat(&mut self, token: &str) -> bool {
        let found = self.looking_at(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub fn looking_at(&mut self, token: &str) -> bool {
        self.skip_spaces();
        let after = self.rest().strip_prefix(token);
        after.is_some_and(|after| !token.ends_with(is_word) || !after.starts_with(is_word))
    }

    /// The next word; empty if something else comes.
    pub fn word(&mut self) -> &'a str {
        self.skip_spaces();
        let rest = self.rest();
        let word = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// The next number.
    pub fn number(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// The text of a string without interpolation; nothing is taken if something else comes.
    pub fn literal(&mut self) -> Option<String> {
        self.skip_spaces();
        let start = self.at;
        if !self.rest().starts_with('\'') {
            return None;
        }
        let interpolated = self.skip_string();
        let written = &self.text[start..self.at];
        if let Some(raw) = written.strip_prefix("'''") {
            let raw = raw.strip_suffix("'''").unwrap_or(raw);
            return Some(raw.strip_prefix('\n').unwrap_or(raw).to_owned());
        }
        if interpolated {
            self.at = start;
            return None;
        }
        Some(unescaped(written.trim_matches('\'')))
    }

    /// Whether a value is complete here: nothing of the line follows that could be an operator.
    pub fn at_end_of_value(&mut self) -> bool {
        self.skip_spaces();
        self.rest().is_empty() || self.rest().starts_with(['\n', '\r', '}', ']', ','])
    }

    /// Skips a bracket and all up to the one that closes it.
    pub fn brackets(&mut self) {
        self.skip_spaces();
        let (start, mut depth) = (self.at, 0_usize);
        while let Some(letter) = self.rest().chars().next() {
            if self.skip_comment() {
                continue;
            }
            match letter {
                '\'' => {
                    self.skip_string();
                    continue;
                }
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += letter.len_utf8();
            if depth == 0 {
                return;
            }
        }
        self.unclosed.get_or_insert(start);
    }

    /// Skips to the end of an expression: the line's, or what closes the bracket it is in. Returns how it starts.
    pub fn expression(&mut self) -> String {
        self.skip_spaces();
        let start = self.at;
        while let Some(letter) = self.rest().chars().next() {
            match letter {
                '\n' | '}' | ']' | ')' | ',' => break,
                '(' | '[' | '{' => self.brackets(),
                '\'' => drop(self.skip_string()),
                _ if self.skip_comment() => {}
                _ => self.at += letter.len_utf8(),
            }
        }
        self.text[start..self.at].trim().chars().take(MAX_EXPRESSION).collect()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_spaces(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            if !self.skip_comment() {
                return;
            }
        }
    }

    fn skip_comment(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            let end = rest.find("*/");
            if end.is_none() {
                self.unclosed.get_or_insert(self.at);
            }
            self.at += end.map_or(rest.len(), |end| end + 2);
        } else {
            return false;
        }
        true
    }

    /// Skips a string, those in its interpolations too; says whether it has any.
    fn skip_string(&mut self) -> bool {
        let start = self.at;
        if let Some(raw) = self.rest().strip_prefix("'''") {
            let end = raw.find("'''");
            if end.is_none() {
                self.unclosed.get_or_insert(start);
            }
            self.at += end.map_or(raw.len() + 3, |end| end + 6);
            return false;
        }
        let (bytes, mut interpolated) = (self.text.as_bytes(), false);
        // For each string that is open: the braces open in its interpolation; none outside of one.
        let mut open: Vec<Option<usize>> = vec![None];
        self.at += 1;
        while let (Some(state), Some(byte)) = (open.last_mut(), bytes.get(self.at)) {
            match (state, byte) {
                (None, b'\\') => self.at += 1,
                (None, b'\'') => drop(open.pop()),
                (state @ None, b'$') if bytes.get(self.at + 1) == Some(&b'{') => {
                    (*state, interpolated) = (Some(0), true);
                    self.at += 1;
                }
                // A string ends on its line.
                (None, b'\n') => break,
                (Some(_), b'\'') => open.push(None),
                (Some(depth), b'{') => *depth += 1,
                (state @ Some(0), b'}') => *state = None,
                (Some(depth), b'}') => *depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        if !open.is_empty() {
            self.unclosed.get_or_insert(start);
        }
        self.at = self.at.min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        interpolated
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// `\'`, `\\`, `\$`, `\n`, `\r`, `\t` and `\u{...}`.
fn unescaped(written: &str) -> String {
    let mut text = String::new();
    let mut letters = written.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let code: String = letters.by_ref().skip(1).take_while(|c| *c != '}').collect();
                text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}

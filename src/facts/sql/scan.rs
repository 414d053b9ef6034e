//! Cuts a script into statements without parsing it: quotes, dollar quotes, comments, psql's own lines, COPY data.

/// The deepest nesting that is handed to the parser, which calls itself for every level.
pub const MAX_DEPTH: usize = 200;
/// The most words on one level between two commas: a chain of operators makes the tree as deep as it is long.
const MAX_RUN: usize = 2000;

/// A piece of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it starts: at its first word, not at white space or comments before it.
    pub start: usize,
    /// Where it ends, the semicolon excluded.
    pub end: usize,
    /// What it is.
    pub kind: PieceKind,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// A statement.
    Statement,
    /// A line for psql.
    Psql,
}

/// A script, cut.
#[derive(Debug, Default)]
pub struct Script {
    /// Its pieces in order.
    pub pieces: Vec<Piece>,
    /// Where it nests deeper than [`MAX_DEPTH`] or chains too long, if it does.
    pub too_deep: Option<usize>,
    /// A mark of another language outside quotes: what and where.
    pub foreign: Option<(Foreign, usize)>,
}

/// Another language that hides in `.sql` files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Jinja: a dbt model or another template.
    Template,
    /// SQL of another server.
    Dialect,
}

/// A name as the server keeps it: of at most 63 bytes.
pub fn cut_name(mut name: String) -> String {
    if name.len() > 63 {
        name.truncate(name.floor_char_boundary(63));
    }
    name
}

/// What the scanner stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// White space or a comment.
    Blank,
    /// A word or a number.
    Word,
    /// A quoted thing: string, quoted name, dollar quote.
    Quoted,
    /// One character of anything else.
    Symbol(u8),
}

/// The token at `at` and where it ends.
pub fn token(text: &str, at: usize) -> (Token, usize) {
    let bytes = text.as_bytes();
    match bytes[at] {
        b' ' | b'\t' | b'\r' | b'\n' | 0x0C | 0x0B => (Token::Blank, at + 1),
        b'-' if bytes.get(at + 1) == Some(&b'-') => {
            (Token::Blank, text[at..].find('\n').map_or(text.len(), |end| at + end))
        }
        b'/' if bytes.get(at + 1) == Some(&b'*') => (Token::Blank, comment_end(bytes, at)),
        b'\'' => (Token::Quoted, quote_end(bytes, at, b'\'', false)),
        b'"' => (Token::Quoted, quote_end(bytes, at, b'"', false)),
        b'e' | b'E' if bytes.get(at + 1) == Some(&b'\'') => {
            (Token::Quoted, quote_end(bytes, at + 1, b'\'', true))
        }
        b'$' => {
            dollar_end(text, at).map_or((Token::Symbol(b'$'), at + 1), |end| (Token::Quoted, end))
        }
        byte if is_word(byte) => {
            let end = bytes[at..].iter().position(|byte| !is_word(*byte) && *byte != b'$');
            (Token::Word, end.map_or(bytes.len(), |end| at + end))
        }
        byte => (Token::Symbol(byte), at + 1),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0usize);
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'/', b'*') => (depth, at) = (depth + 1, at + 2),
            (b'*', b'/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn quote_end(bytes: &[u8], start: usize, quote: u8, escapes: bool) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 2,
            byte if byte == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of the dollar quote that opens at `at`, if one does.
fn dollar_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let close = at + 1 + bytes[at + 1..].iter().position(|byte| !is_word(*byte))?;
    if bytes[close] != b'$' || bytes[at + 1].is_ascii_digit() {
        return None;
    }
    let tag = &text[at..=close];
    Some(text[close + 1..].find(tag).map_or(text.len(), |end| close + 1 + end + tag.len()))
}

/// Cuts `text`. Statements end at a semicolon; those of an SQL body (`begin atomic ... end`) do not end it.
pub fn cut(text: &str) -> Script {
    let mut cutter = Cutter { text, script: Script::default(), start: None, ..Cutter::empty(text) };
    let mut at = 0;
    while at < text.len() {
        at = cutter.step(at);
    }
    cutter.finish(text.len());
    cutter.script
}

struct Cutter<'a> {
    text: &'a str,
    script: Script,
    start: Option<usize>,
    /// The last word's end, so that a statement does not reach into trailing comments.
    last: usize,
    /// Words since the last comma, per level.
    runs: Vec<usize>,
    /// `case`s and prefixes that are open or follow each other.
    prefixes: usize,
    cases: usize,
    atomic: usize,
    words: Vec<String>,
}

impl<'a> Cutter<'a> {
    fn empty(text: &'a str) -> Self {
        Cutter {
            text,
            script: Script::default(),
            start: None,
            last: 0,
            runs: vec![0],
            prefixes: 0,
            cases: 0,
            atomic: 0,
            words: Vec::new(),
        }
    }

    fn step(&mut self, at: usize) -> usize {
        let (token, end) = token(self.text, at);
        match token {
            Token::Blank => return end,
            Token::Symbol(b';') if self.atomic == 0 && !self.in_rule() => {
                let copies = self.copies();
                self.finish(at);
                return if copies { self.skip_copy_data(end) } else { end };
            }
            Token::Symbol(b'\\') => return self.meta_command(at),
            _ => {}
        }
        self.start.get_or_insert(at);
        self.last = end;
        match token {
            Token::Word => self.word(at, end),
            Token::Symbol(byte) => self.symbol(byte, at),
            Token::Quoted => self.prefixes = 0,
            Token::Blank => {}
        }
        self.count(at);
        end
    }

    fn word(&mut self, at: usize, end: usize) {
        let word = self.text[at..end].to_ascii_lowercase();
        self.prefixes = if word == "not" { self.prefixes + 1 } else { 0 };
        match word.as_str() {
            "atomic" if self.words.last().is_some_and(|last| last == "begin") => self.atomic += 1,
            "case" => self.cases += 1,
            "end" if self.cases > 0 => self.cases -= 1,
            "end" if self.atomic > 0 => self.atomic -= 1,
            "auto_increment" | "autoincrement" | "engine" if self.says_other_server(&word, end) => {
                self.script.foreign.get_or_insert((Foreign::Dialect, at));
            }
            _ => {}
        }
        if self.words.len() < 512 {
            self.words.push(word);
        } else if let Some(last) = self.words.last_mut() {
            *last = word;
        }
    }

    /// `engine = ...` at the end of a table, `auto_increment` in one: no server but another says so.
    fn says_other_server(&self, word: &str, end: usize) -> bool {
        let creates = self.words.first().is_some_and(|first| first == "create");
        let assigned = self.text[end..].trim_start().starts_with('=');
        creates && (word.starts_with("auto") || (assigned && self.runs.len() == 1))
    }

    fn symbol(&mut self, byte: u8, at: usize) {
        let next = self.text.as_bytes().get(at + 1);
        match byte {
            b'(' | b'[' => self.runs.push(0),
            b')' | b']' if self.runs.len() > 1 => {
                self.runs.pop();
            }
            b',' => self.set_run(0),
            b'{' if matches!(next, Some(b'{' | b'%' | b'#')) => {
                self.script.foreign.get_or_insert((Foreign::Template, at));
            }
            b'`' => {
                self.script.foreign.get_or_insert((Foreign::Dialect, at));
            }
            _ => {}
        }
        self.prefixes = if b"+-~!@#%^&|<>=*/?".contains(&byte) { self.prefixes + 1 } else { 0 };
    }

    fn set_run(&mut self, run: usize) {
        *self.runs.last_mut().expect("one level is always open") = run;
    }

    fn count(&mut self, at: usize) {
        let run = self.runs.last().copied().unwrap_or(0) + 1;
        self.set_run(run);
        let deep = self.runs.len() + self.cases > MAX_DEPTH || self.prefixes > MAX_DEPTH;
        if deep || run > MAX_RUN {
            self.script.too_deep.get_or_insert(at);
        }
    }

    fn in_rule(&self) -> bool {
        self.runs.len() > 1 && self.words.iter().take(4).any(|word| word == "rule")
    }

    fn copies(&self) -> bool {
        self.words.first().is_some_and(|word| word == "copy")
            && self.words.windows(2).any(|pair| pair == ["from", "stdin"])
    }

    fn finish(&mut self, end: usize) {
        if let Some(start) = self.start.take() {
            let end = end.min(self.last.max(start));
            self.script.pieces.push(Piece { start, end, kind: PieceKind::Statement });
        }
        let Cutter { text, .. } = *self;
        let script = std::mem::take(&mut self.script);
        *self = Cutter { script, ..Cutter::empty(text) };
    }

    /// A backslash outside quotes is psql's, to the end of its line; the server would refuse it.
    fn meta_command(&mut self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        let stop = at + self.text[at..end].trim_end().len();
        self.script.pieces.push(Piece { start: at, end: stop, kind: PieceKind::Psql });
        if self.start.is_some() {
            self.finish(at);
            self.script.pieces.sort_by_key(|piece| piece.start);
        }
        end
    }

    fn skip_copy_data(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let mut offset = 0;
        for line in rest.split_inclusive('\n') {
            offset += line.len();
            if line.trim_end() == "\\." {
                return at + offset;
            }
        }
        at
    }
}

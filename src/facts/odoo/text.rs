//! Python's string and bytes literals.

use super::cursor::Cursor;
use super::cursor::Refusal;
use super::literal::Literal;

/// What the letters before a quote say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prefix {
    /// `b`: bytes.
    pub is_bytes: bool,
    /// `r`: backslashes stand for themselves.
    pub is_raw: bool,
    /// `f` or `t`: holds expressions.
    pub is_formatted: bool,
}

impl Prefix {
    /// Reads a prefix; None: the letters are none (Python has no `ur` and no `bu`).
    pub fn of(letters: &str) -> Option<Self> {
        let mut letters = letters.to_ascii_lowercase().into_bytes();
        letters.sort_unstable();
        let (is_bytes, is_raw, is_formatted) = match letters.as_slice() {
            b"" | b"u" => (false, false, false),
            b"b" => (true, false, false),
            b"r" => (false, true, false),
            b"br" => (true, true, false),
            b"f" | b"t" => (false, false, true),
            b"fr" | b"rt" => (false, true, true),
            _ => return None,
        };
        Some(Prefix { is_bytes, is_raw, is_formatted })
    }
}

/// Reads one literal whose prefix has been read; the cursor stands on the opening quote.
pub fn text(cursor: &mut Cursor<'_>, prefix: Prefix) -> Result<Literal, Refusal> {
    let mut piece = Piece { text: String::new(), bytes: Vec::new(), prefix };
    let opening = cursor.place();
    let quote = cursor.bump().unwrap_or('"');
    let is_triple = cursor.eat_text(if quote == '"' { "\"\"" } else { "''" });
    loop {
        if cursor.peek() == Some(quote) && (!is_triple || cursor.rest().starts_with(triple(quote)))
        {
            cursor.skip(if is_triple { 3 } else { 1 });
            return Ok(piece.finish());
        }
        match cursor.bump() {
            None => return Err(Refusal::syntax(opening, "a string without an end")),
            Some('\n') if !is_triple => {
                return Err(Refusal::syntax(opening, "a string without an end"));
            }
            Some('\\') if prefix.is_raw => {
                piece.push('\\', cursor)?;
                if let Some(letter) = cursor.bump() {
                    piece.push(letter, cursor)?;
                }
            }
            Some('\\') => piece.escape(cursor)?,
            Some(letter) => piece.push(letter, cursor)?,
        }
    }
}

fn triple(quote: char) -> &'static str {
    if quote == '"' { "\"\"\"" } else { "'''" }
}

struct Piece {
    text: String,
    bytes: Vec<u8>,
    prefix: Prefix,
}

impl Piece {
    fn finish(self) -> Literal {
        if self.prefix.is_bytes { Literal::Bytes(self.bytes) } else { Literal::Text(self.text) }
    }

    fn push(&mut self, letter: char, cursor: &Cursor<'_>) -> Result<(), Refusal> {
        match u8::try_from(letter) {
            _ if !self.prefix.is_bytes => self.text.push(letter),
            Ok(byte) if byte.is_ascii() => self.bytes.push(byte),
            _ => {
                return Err(Refusal::syntax(
                    cursor.place(),
                    "bytes with a letter that is not ASCII",
                ));
            }
        }
        Ok(())
    }

    /// Adds a character by number: in bytes its low eight bits, as Python does for `b"\400"`.
    fn push_code(&mut self, code: u32) {
        if self.prefix.is_bytes {
            self.bytes.push(u8::try_from(code & 0xff).unwrap_or(0));
        } else {
            self.text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }

    /// Reads an escape behind its backslash. An unknown one stands for itself.
    fn escape(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Refusal> {
        let place = cursor.place();
        let Some(letter) = cursor.bump() else {
            return Err(Refusal::syntax(place, "a string without an end"));
        };
        match letter {
            '\n' => {}
            '\\' | '\'' | '"' => self.push(letter, cursor)?,
            'a' => self.push_code(7),
            'b' => self.push_code(8),
            'f' => self.push_code(12),
            'n' => self.push_code(10),
            'r' => self.push_code(13),
            't' => self.push_code(9),
            'v' => self.push_code(11),
            '0'..='7' => self.octal(letter, cursor),
            'x' => self.hex(2, cursor)?,
            'u' if !self.prefix.is_bytes => self.hex(4, cursor)?,
            'U' if !self.prefix.is_bytes => self.hex(8, cursor)?,
            'N' if !self.prefix.is_bytes => {
                return Err(Refusal::limit(place, "a character by its Unicode name"));
            }
            _ => {
                self.push('\\', cursor)?;
                self.push(letter, cursor)?;
            }
        }
        Ok(())
    }

    fn octal(&mut self, first: char, cursor: &mut Cursor<'_>) {
        let mut code = first.to_digit(8).unwrap_or(0);
        for _ in 0..2 {
            let Some(digit) = cursor.peek().and_then(|letter| letter.to_digit(8)) else { break };
            code = code * 8 + digit;
            cursor.bump();
        }
        self.push_code(code);
    }

    fn hex(&mut self, length: usize, cursor: &mut Cursor<'_>) -> Result<(), Refusal> {
        let place = cursor.place();
        let mut code = 0_u32;
        for _ in 0..length {
            let digit = cursor.peek().and_then(|letter| letter.to_digit(16));
            let digit = digit.ok_or_else(|| Refusal::syntax(place, "an escape cut short"))?;
            code = (code << 4) | digit;
            cursor.bump();
        }
        if code > 0x10_ffff {
            return Err(Refusal::syntax(place, "an escape beyond Unicode"));
        }
        self.push_code(code);
        Ok(())
    }
}

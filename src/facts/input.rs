//! One file as analyzers get it.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::mend::mend;

/// The longest file, in bytes, that is handed to analyzers; a longer one is a row in `problems`.
pub const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// The bytes of one file, and its text, decoded once.
pub struct Input<'a> {
    /// The bytes as git stores them.
    pub bytes: &'a [u8],
    text: OnceCell<Cow<'a, str>>,
    mended: OnceCell<Option<(String, u32)>>,
}

impl<'a> Input<'a> {
    /// Wraps bytes of at most [`MAX_BYTES`].
    pub fn new(bytes: &'a [u8]) -> Self {
        Input { bytes, text: OnceCell::new(), mended: OnceCell::new() }
    }

    /// The text without a byte order mark. UTF-16 with a mark is decoded; elsewhere bytes that are not UTF-8 become
    /// U+FFFD.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| decode(self.bytes))
    }

    /// The text of a document that people write, as it was before its letters were damaged.
    pub fn prose(&self) -> &str {
        self.mended().as_ref().map_or_else(|| self.text(), |(text, _)| text)
    }

    /// The line of the first damaged letter, from 1.
    pub fn damaged(&self) -> Option<u32> {
        self.mended().as_ref().map(|(_, line)| *line)
    }

    fn mended(&self) -> &Option<(String, u32)> {
        self.mended.get_or_init(|| mend(self.text()))
    }

    /// Whether git would call it binary: a NUL among the first 8,000 bytes.
    pub fn is_binary(&self) -> bool {
        self.bytes[..self.bytes.len().min(8000)].contains(&0)
    }
}

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

/// Checking first is several times as fast as replacing what may be wrong.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Cow<'_, str> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    Cow::Owned(String::from_utf16_lossy(&units))
}

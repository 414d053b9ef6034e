//! Where the entries of the one dict of a Python file stand, byte by byte.

use std::ops::Range;

use crate::facts::odoo::{blank, token};

/// One entry of the dict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, without its quotes.
    pub key: Range<usize>,
    /// The value, without space around it.
    pub value: Range<usize>,
    /// Where the comma behind it ends; none: there is none.
    pub comma: Option<usize>,
}

impl Entry {
    /// Where the key's quote stands.
    pub fn start(&self) -> usize {
        self.key.start - 1
    }

    /// Where it ends, with its comma.
    pub fn end(&self) -> usize {
        self.comma.unwrap_or(self.value.end)
    }
}

/// The entries of the dict a text consists of. None: it is no such dict, or has a key that is not one plain text.
pub fn entries(text: &str) -> Option<Vec<Entry>> {
    let mut at = blank(text, 0);
    at = blank(text, expect(text, at, b'{')?);
    let mut entries = Vec::new();
    while text.as_bytes().get(at)? != &b'}' {
        let entry = entry(text, at)?;
        at = blank(text, entry.end());
        let is_last = entry.comma.is_none();
        entries.push(entry);
        if is_last {
            break;
        }
    }
    expect(text, at, b'}').map(|_| entries)
}

fn expect(text: &str, at: usize, byte: u8) -> Option<usize> {
    (text.as_bytes().get(at) == Some(&byte)).then_some(at + 1)
}

fn entry(text: &str, at: usize) -> Option<Entry> {
    let quote = text.as_bytes().get(at).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let end = token(text, at)?;
    let key = at + 1..end - 1;
    let is_plain = |byte: u8| byte != *quote && byte != b'\\' && byte != b'\n';
    if key.is_empty() || !text[key.clone()].bytes().all(is_plain) {
        return None;
    }
    let colon = expect(text, blank(text, end), b':')?;
    let start = blank(text, colon);
    let (mut at, mut value_end, mut depth) = (start, start, 0_usize);
    loop {
        match *text.as_bytes().get(at)? {
            b',' if depth == 0 => {
                return Some(Entry { key, value: start..value_end, comma: Some(at + 1) });
            }
            b'}' if depth == 0 => return Some(Entry { key, value: start..value_end, comma: None }),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        let next = token(text, at)?;
        value_end = next;
        at = blank(text, next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&str, &str, bool)> {
        let entries = entries(text).expect("a dict");
        entries
            .iter()
            .map(|entry| {
                (&text[entry.key.clone()], &text[entry.value.clone()], entry.comma.is_some())
            })
            .collect()
    }

    #[test]
    fn entries_are_found_between_strings_brackets_and_comments() {
        let text =
            "# a, {\n{\n 'a': [1, {'x': ','}],  # ,\n \"b\": (\"}\" '''\n,''') , 'c' : 2\n}\n";
        let expected =
            [("a", "[1, {'x': ','}]", true), ("b", "(\"}\" '''\n,''')", true), ("c", "2", false)];
        assert_eq!(read(text), expected);
        assert_eq!(read("{}"), []);
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        for text in
            ["", "[]", "{'a': 1", "{'a' 'b': 1}", "{1: 2}", "{r'a': 1}", "{'a': 'b}", "{'a': )}"]
        {
            assert_eq!(entries(text), None, "{text}");
        }
    }
}

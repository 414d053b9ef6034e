//! Tokens of Python, as far as they are needed to tell texts and comments from the rest.

/// Behind space and comments.
pub fn blank(text: &str, mut at: usize) -> usize {
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\x0c' | b'\\' => at += 1,
            b'#' => at = text[at..].find('\n').map_or(text.len(), |length| at + length),
            _ => break,
        }
    }
    at
}

/// Behind the string or the one character at a place; none: the string does not end.
pub fn token(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = match bytes[at] {
        quote @ (b'"' | b'\'') => quote,
        _ => return Some(at + text[at..].chars().next()?.len_utf8()),
    };
    let is_triple = bytes[at..].starts_with(&[quote; 3]);
    let mut end = at + if is_triple { 3 } else { 1 };
    loop {
        match *bytes.get(end)? {
            b'\\' => end += 2,
            b'\n' if !is_triple => return None,
            byte if byte == quote && !is_triple => return Some(end + 1),
            _ if is_triple && bytes[end..].starts_with(&[quote; 3]) => return Some(end + 3),
            _ => end += 1,
        }
    }
}

/// The comments of a text, each with its line, to the first string without an end.
pub fn comments(text: &str) -> Vec<(u32, &str)> {
    let mut comments = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let end = match text.as_bytes()[at] {
            b'#' => {
                let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
                comments.push((line, &text[at..end]));
                end
            }
            _ => match token(text, at) {
                Some(end) => end.min(text.len()),
                None => break,
            },
        };
        line += u32::try_from(text[at..end].matches('\n').count()).unwrap_or(0);
        at = end;
    }
    comments
}

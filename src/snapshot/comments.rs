//! Blanks comments, so that a search of code does not take words about code for code.

use std::borrow::Cow;

/// How a language writes comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    /// No comments that could be told apart.
    None,
    /// `#` to the end of the line.
    Hash,
    /// `//` to the end of the line, `/* */`.
    Slash,
    /// `--` to the end of the line, `/* */`.
    Dash,
    /// `;` or `#` at the start of a line.
    Ini,
    /// `<!-- -->`.
    Angle,
}

/// The style a path's name implies.
pub(super) fn style(path: &str) -> Style {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit('.').next().unwrap_or(name) {
        "py" | "pyi" | "sh" | "bash" | "zsh" | "yml" | "yaml" | "toml" | "rb" | "tf" | "tfvars"
        | "hcl" | "mk" | "Makefile" | "Dockerfile" | "gitignore" | "dockerignore" | "env" => {
            Style::Hash
        }
        "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "rs" | "go" | "java" | "c" | "h" | "cpp"
        | "scss" | "css" | "jsonc" | "json" | "bicep" | "kt" | "swift" | "php" => Style::Slash,
        "sql" | "lua" => Style::Dash,
        "ini" | "cfg" | "conf" => Style::Ini,
        "xml" | "html" | "htm" | "md" | "svg" | "vue" => Style::Angle,
        _ => Style::None,
    }
}

/// The text with every comment turned into spaces; lines and offsets stay.
pub(super) fn blank(text: &str, style: Style) -> Cow<'_, str> {
    if style == Style::None {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        let starts_line = at == 0 || bytes[at - 1] == b'\n';
        at += match comment(
            rest,
            style,
            starts_line,
            at.checked_sub(1).map(|before| text.as_bytes()[before]),
        ) {
            Some(length) => {
                let comment = &mut bytes[at..at + length];
                comment.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
                length
            }
            None => string(rest, style).unwrap_or(1),
        };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The length of the comment that begins here.
fn comment(rest: &[u8], style: Style, starts_line: bool, before: Option<u8>) -> Option<usize> {
    let apart = before.is_none_or(|byte| byte.is_ascii_whitespace() || b";({[,".contains(&byte));
    let to_line_end = || Some(rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()));
    let to = |end: &[u8]| {
        Some(
            rest.windows(end.len())
                .position(|part| part == end)
                .map_or(rest.len(), |at| at + end.len()),
        )
    };
    match style {
        Style::Hash if rest[0] == b'#' && apart => to_line_end(),
        Style::Slash if rest.starts_with(b"//") && before != Some(b':') => to_line_end(),
        Style::Dash if rest.starts_with(b"--") => to_line_end(),
        Style::Slash | Style::Dash if rest.starts_with(b"/*") => to(b"*/"),
        Style::Ini if starts_line && (rest[0] == b';' || rest[0] == b'#') => to_line_end(),
        Style::Angle if rest.starts_with(b"<!--") => to(b"-->"),
        _ => None,
    }
}

/// The length of the quoted text that begins here and ends on its line (Python's triple quotes may span lines).
fn string(rest: &[u8], style: Style) -> Option<usize> {
    let quote = rest[0];
    let quotes: &[u8] = if style == Style::Slash { b"\"'`" } else { b"\"'" };
    if !quotes.contains(&quote) || matches!(style, Style::Ini | Style::Angle | Style::None) {
        return None;
    }
    if style == Style::Hash && rest.starts_with(&[quote; 3]) {
        let end = rest[3..].windows(3).position(|part| part == [quote; 3])?;
        return Some(end + 6);
    }
    let mut at = 1;
    while at < rest.len() && rest[at] != b'\n' {
        match rest[at] {
            b'\\' if style != Style::Dash => at += 1,
            byte if byte == quote => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_blanked_and_strings_kept() {
        let blanked = |text, path| blank(text, style(path)).into_owned();
        assert_eq!(blanked("a = 1  # b\nc = '# d'\n", "x.py"), "a = 1     \nc = '# d'\n");
        assert_eq!(blanked("f('//x') // y\nhttps://z", "x.ts"), "f('//x')     \nhttps://z");
        assert_eq!(
            blanked("select 1; -- é\n/* a\nb */ 2", "x.sql"),
            "select 1;      \n    \n     2"
        );
        assert_eq!(blanked("k: a#b # c", "x.yml"), "k: a#b    ");
    }
}

//! Escapes text of an audited repository for where it goes.

use std::fmt::Write as _;

/// For a terminal: control characters become visible, so that no text moves the cursor or changes colours.
pub fn terminal(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        // Bidirectional controls reorder what is read.
        let reorders = matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        if letter.is_control() || reorders {
            // A string takes any text.
            let _ = write!(safe, "{}", letter.escape_unicode());
        } else {
            safe.push(letter);
        }
    }
    safe
}

/// For a cell of a Markdown table: on one line, nothing that is markup or HTML.
pub fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in terminal(&text.replace(['\n', '\r', '\t'], " ")).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' | '!' | '$' => {
                safe.push('\\');
                safe.push(letter);
            }
            '@' => safe.push_str("@\u{200b}"),
            _ => safe.push(letter),
        }
    }
    safe
}

/// For HTML: text and quoted attributes. Controls become visible, as on a terminal.
pub fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(letter),
            _ => safe.push_str(&terminal(letter.encode_utf8(&mut [0; 4]))),
        }
    }
    safe
}

/// For HTML, with what stands between backticks as code. The result is markup.
pub fn html_code(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        match (at % 2 == 1, is_paired) {
            (true, true) => out.push_str(&format!("<code>{}</code>", html(part))),
            (_, false) if at > 0 => out.push_str(&format!("`{}", html(part))),
            _ => out.push_str(&html(part)),
        }
    }
    out
}

/// For a cell of a CSV file: quoted where needed (RFC 4180), and never the beginning of a formula.
pub fn csv(text: &str) -> String {
    let formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_repository_acts_where_it_is_printed() {
        assert_eq!(terminal("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(cell("a|b\n<img onerror=x> `c`"), "a\\|b &lt;img onerror=x&gt; \\`c\\`");
        assert_eq!(
            html("<a href=\"x\">'&\u{202e}"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\\u{202e}"
        );
        assert_eq!(html_code("a `<b>` c"), "a <code>&lt;b&gt;</code> c");
        assert_eq!(html_code("a `<b> c"), "a `&lt;b&gt; c");
        assert_eq!(csv("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!((csv("-5").as_str(), csv("a,b").as_str()), ("-5", "\"a,b\""));
    }
}

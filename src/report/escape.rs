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

/// For XML 1.0, in text and in attributes: no markup, no character that XML cannot have.
pub fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in terminal(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            // Of what XML cannot have, all but these are control characters.
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            _ => safe.push(letter),
        }
    }
    safe
}

/// For the message of a workflow command of GitHub Actions, as its own toolkit writes one.
pub fn command_text(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// For a property of a workflow command.
pub fn command_property(text: &str) -> String {
    command_text(text).replace(':', "%3A").replace(',', "%2C")
}

/// For the path of a URI reference (RFC 3986): what is neither unreserved nor `/` is percent-encoded.
pub fn uri(path: &str) -> String {
    let mut safe = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                safe.push(char::from(byte));
            }
            // A string takes any text.
            _ => drop(write!(safe, "%{byte:02X}")),
        }
    }
    safe
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
        assert_eq!(xml("<a b='c'>\u{1}&\u{ffff}"), "&lt;a b=&apos;c&apos;&gt;\\u{1}&amp;\u{fffd}");
        assert_eq!(command_text("100%\n::error::x"), "100%25%0A::error::x");
        assert_eq!(command_property("a,b:c\r"), "a%2Cb%3Ac%0D");
        assert_eq!(uri("a b/ä%.md"), "a%20b/%C3%A4%25.md");
        assert_eq!((csv("-5").as_str(), csv("a,b").as_str()), ("-5", "\"a,b\""));
    }
}

//! What a link points at.

/// A link's target, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// `relative`, `anchor` or `external`.
    pub kind: &'static str,
    /// The path of a relative link, percent-decoded; none where it holds a placeholder.
    pub file: Option<String>,
    /// What follows `#`, percent-decoded.
    pub fragment: Option<String>,
}

/// Takes the target of a link apart (RFC 3986, section 4.2).
pub fn target(url: &str) -> Target {
    if is_external(url) {
        return Target { kind: "external", file: None, fragment: None };
    }
    let (path, fragment) = match url.split_once('#') {
        Some((path, fragment)) => (path, Some(decoded(fragment)).filter(|text| !text.is_empty())),
        None => (url, None),
    };
    let path = path.split('?').next().unwrap_or(path);
    if path.is_empty() && url.starts_with('#') {
        return Target { kind: "anchor", file: None, fragment };
    }
    let is_placeholder = path.contains(['{', '}', '<', '>', '*', '$']);
    Target { kind: "relative", file: (!is_placeholder).then(|| decoded(path)), fragment }
}

/// Whether it has a scheme or a host.
fn is_external(url: &str) -> bool {
    let scheme = url.split(['/', '?', '#']).next().and_then(|start| start.split_once(':'));
    let is_scheme = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    url.starts_with("//") || scheme.is_some_and(|(name, _)| is_scheme(name))
}

/// Percent-decodes; what is not UTF-8 then becomes U+FFFD.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative(file: &str, fragment: Option<&str>) -> Target {
        Target {
            kind: "relative",
            file: Some(file.to_owned()),
            fragment: fragment.map(str::to_owned),
        }
    }

    #[test]
    fn a_scheme_or_a_host_is_external() {
        for url in ["https://a.b/c", "mailto:a@b.c", "//a.b/c", "vscode:x"] {
            assert_eq!(target(url).kind, "external", "{url}");
        }
    }

    #[test]
    fn a_relative_link_is_a_file_and_a_fragment() {
        assert_eq!(target("../a%20b.md?raw=1#c"), relative("../a b.md", Some("c")));
        assert_eq!(target("a/b:c.md"), relative("a/b:c.md", None));
        assert_eq!(target("100%.md#"), relative("100%.md", None));
        assert_eq!(target(""), relative("", None));
    }

    #[test]
    fn a_fragment_alone_is_an_anchor() {
        let expected = Target { kind: "anchor", file: None, fragment: Some("é".to_owned()) };
        assert_eq!(target("#%C3%A9"), expected);
    }

    #[test]
    fn a_placeholder_names_no_file() {
        assert_eq!(target("docs/{name}.md").file, None);
    }
}

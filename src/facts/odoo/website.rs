//! Whether the website of a manifest is an address, as pylint-odoo decides it.

use std::net::Ipv6Addr;

/// Whether it begins with `http://` or `https://` and names a domain of letters, with dots in it: no port, no name and no
/// password, no number. The rest may be anything without space.
pub fn is_website(url: &str) -> bool {
    if url.is_empty() || url.contains(char::is_whitespace) || has_control_space(url) {
        return false;
    }
    // Python takes leading control characters off.
    let url = url.trim_start_matches(|letter: char| letter <= ' ');
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return false;
    }
    let Some(rest) = rest.strip_prefix("//") else { return false };
    let domain = rest.split(['/', '?', '#']).next().unwrap_or_default();
    is_bracketed_well(domain)
        && !domain.contains("__")
        && ascii(domain).is_some_and(|domain| is_domain(&domain))
}

/// White space of Python's `\s` that Rust does not know as such.
fn has_control_space(url: &str) -> bool {
    url.contains(|letter| ('\x1c'..='\x1f').contains(&letter))
}

/// Python refuses an address with one bracket, or with two around what is no IPv6 address. None of the others is a domain.
fn is_bracketed_well(domain: &str) -> bool {
    match (domain.contains('['), domain.contains(']')) {
        (false, false) => true,
        (true, true) => {
            let inner = domain.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
            inner.is_some_and(|(inner, _)| inner.parse::<Ipv6Addr>().is_ok())
        }
        _ => false,
    }
}

/// A domain in ASCII; none: a label is too long or empty. Labels that are not ASCII count as their encoded form, which is
/// letters and digits behind `xn--`.
fn ascii(domain: &str) -> Option<String> {
    if domain.is_ascii() {
        let labels: Vec<&str> = domain.split('.').collect();
        let (last, others) = labels.split_last()?;
        let fits = others.iter().all(|label| (1..64).contains(&label.len())) && last.len() < 64;
        return fits.then(|| domain.to_owned());
    }
    let labels = domain.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']).map(|label| {
        let is_word = label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
        match (label.is_ascii(), is_word && !label.is_empty()) {
            (true, _) => Some(label.to_owned()),
            (false, true) => Some("xn--a".to_owned()),
            (false, false) => None,
        }
    });
    labels.collect::<Option<Vec<_>>>().map(|labels| labels.join("."))
}

/// `label.label.tld`, where the last part is letters, digits, `-` and `_` and ends with a letter.
fn is_domain(domain: &str) -> bool {
    let Some((labels, last)) = domain.rsplit_once('.') else { return false };
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        bytes.len() < 64
            && edge(bytes.first())
            && edge(bytes.last())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let bytes = last.as_bytes();
    labels.split('.').all(is_label)
        && (2..=63).contains(&bytes.len())
        && edge(bytes.first())
        && bytes.last().is_some_and(u8::is_ascii_alphabetic)
        && bytes[1..bytes.len() - 1].iter().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_domain() {
        for url in [
            "https://github.com/OCA/server-tools",
            "http://www.acme.example",
            "HTTPS://acme.example?x=1#y",
            "https://déjà.example",
            "https://a-b.co",
        ] {
            assert!(is_website(url), "{url}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for url in [
            "",
            "www.acme.example",
            "https://localhost",
            "https://acme.example:8069",
            "https://10.0.0.1",
            "https://acme__x.example",
            "https://acme .example",
            "https:/acme.example",
            "https://",
            "https://-a.example",
            "ftp://acme.example",
            "https://[::1]/",
            "https://acme.example,https://acme2.example",
        ] {
            assert!(!is_website(url), "{url}");
        }
    }
}

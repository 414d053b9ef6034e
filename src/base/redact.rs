//! Keeps secrets of an audited repository out of what is printed about it.

use std::sync::LazyLock;

use regex::Regex;

/// Tokens whose issuer gave them a shape of their own: a prefix that may be shown, and the rest.
static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(gh[pousr]_|github_pat_|sbp_|sk_live_|rk_live_|xox[abpr]-|glpat-|AKIA|ASIA|SG\.|hf_|npm_|pypi-|dop_v1_)",
        r"[A-Za-z0-9_\-\.]{10,}",
        r"|\b(eyJ)[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*",
        r"|(://[^/\s:@]+:)[^/\s:@]+@",
    ))
    .expect("a valid pattern")
});

/// The text with every token cut after the prefix that names its issuer.
pub fn redact(text: &str) -> String {
    let cut = |found: &regex::Captures<'_>| {
        let prefix =
            (1..=3).find_map(|group| found.get(group)).map_or("", |prefix| prefix.as_str());
        let end = if prefix.starts_with("://") { "@" } else { "" };
        format!("{prefix}[redacted]{end}")
    };
    TOKENS.replace_all(text, cut).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_cut_and_words_are_not() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        assert_eq!(redact(&format!("token {token}.")), "token ghp_[redacted]");
        assert_eq!(redact("postgres://user:hunter2@host/db"), "postgres://user:[redacted]@host/db");
        assert_eq!(redact("table ops.runs"), "table ops.runs");
    }
}

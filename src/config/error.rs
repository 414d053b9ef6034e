//! What is wrong with a configuration, and where.

use std::sync::LazyLock;

use regex::Regex;
use thiserror::Error;

use crate::base::Lines;

/// A configuration that cannot be used. The message begins with its place.
#[derive(Debug, Error)]
#[error("{place}: {message}")]
pub struct ConfigError {
    place: String,
    message: String,
}

impl ConfigError {
    /// An error without a line.
    pub fn plain(name: &str, message: &str) -> Self {
        ConfigError { place: name.to_owned(), message: message.to_owned() }
    }

    /// What the TOML reader says, at its line and column, with a suggestion for an unknown key or value.
    pub(super) fn from_toml(name: &str, text: &str, error: &toml::de::Error) -> Self {
        let place = error.span().map_or_else(
            || name.to_owned(),
            |span| {
                let lines = Lines::new(text);
                format!("{name}:{}:{}", lines.line(span.start), lines.column(span.start))
            },
        );
        ConfigError { place, message: suggest(error.message().lines().next().unwrap_or_default()) }
    }
}

static UNKNOWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)^(.*?)unknown (field|variant) `([^`]*)`, (expected .*)$")
        .expect("a valid pattern")
});
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("`([^`]*)`").expect("a valid pattern"));

/// Rewrites serde's "unknown field" into a sentence that names the nearest known one.
pub fn suggest(message: &str) -> String {
    let Some(parts) = UNKNOWN.captures(message) else { return message.to_owned() };
    let what = if &parts[2] == "field" { "key" } else { "value" };
    let known = QUOTED.captures_iter(&parts[4]).map(|name| name[1].to_owned());
    let hint = nearest(&parts[3], known)
        .map_or_else(|| parts[4].to_owned(), |name| format!("did you mean `{name}`?"));
    format!("{}unknown {what} `{}`; {hint}", &parts[1], &parts[3])
}

/// The known name most like `given`, if one is like it.
pub fn nearest(given: &str, known: impl IntoIterator<Item = String>) -> Option<String> {
    within(given, known, |name| 1 + name.len() / 4)
}

/// The known name that is the given one but for a slip: one letter in eight.
pub fn nearly(given: &str, known: impl IntoIterator<Item = String>) -> Option<String> {
    within(given, known, |name| 1 + name.len() / 8)
}

fn within(
    given: &str,
    known: impl IntoIterator<Item = String>,
    bound: impl Fn(&str) -> usize,
) -> Option<String> {
    let letters = given.chars().count();
    // What is much longer or shorter is no slip, and to measure how far off it is costs most.
    let is_like = |name: &String| name.chars().count().abs_diff(letters) <= bound(name);
    known
        .into_iter()
        .filter(is_like)
        .map(|name| (strsim::damerau_levenshtein(given, &name), name))
        .filter(|(distance, name)| *distance <= bound(name))
        .min()
        .map(|(_, name)| name)
}

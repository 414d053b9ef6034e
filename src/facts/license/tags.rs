//! Tags of SPDX and REUSE in comments.

use super::expression::canonical;
use super::head::Line;

/// The tag that names a licence.
pub(super) const TAG: &str = "SPDX-License-Identifier:";
/// What closes a comment, or quotes, after the expression of a tag.
const CLOSERS: [&str; 9] = ["*/", "-->", "--}}", "}}", "#}", "*)", "-}", "]]", "%>"];

/// What one tag says.
pub(super) struct Tag<'a> {
    /// Its line.
    pub line: &'a Line<'a>,
    /// The expression; none if it is no valid one.
    pub spdx: Option<String>,
    /// `only` or `or-later`, where it is one GNU licence.
    pub qualifier: Option<&'static str>,
}

/// The tags of a head. In a comment that only speaks of tags, one stands in the middle of a sentence, or is quoted.
pub(super) fn tags<'a>(lines: &'a [Line<'a>]) -> Vec<Tag<'a>> {
    let mut is_ignored = false;
    let mut found = Vec::new();
    for line in lines {
        is_ignored = (is_ignored || line.text.contains("REUSE-IgnoreStart"))
            && !line.text.contains("REUSE-IgnoreEnd");
        if !is_ignored && let Some(said) = said(line.text) {
            let spdx = canonical(said);
            let qualifier = spdx.as_deref().and_then(qualifier);
            found.push(Tag { line, spdx, qualifier });
        }
    }
    found
}

fn said(text: &str) -> Option<&str> {
    let at = text.find(TAG)?;
    let before = text[..at].to_lowercase();
    let is_own = before.chars().all(|c| !c.is_alphanumeric() && !matches!(c, '`' | '"' | '\''));
    let is_beside = ["copyright", "©", "(c)"].iter().any(|sign| before.contains(sign))
        && !before.contains(['`', '"', '\'']);
    if !is_own && !is_beside {
        return None;
    }
    let mut value = text[at + TAG.len()..].trim();
    for closer in CLOSERS {
        value = value.split(closer).next().unwrap_or_default();
    }
    Some(
        value
            .trim_matches(|c: char| c.is_whitespace() || "*\"'`/;,#".contains(c))
            .trim_end_matches('.'),
    )
}

fn qualifier(spdx: &str) -> Option<&'static str> {
    let id = spdx.split(" WITH ").next().unwrap_or_default();
    let forms = [("-or-later", "or-later"), ("+", "or-later"), ("-only", "only")];
    forms
        .into_iter()
        .find(|(suffix, _)| !id.contains(' ') && id.ends_with(suffix))
        .map(|(_, word)| word)
}

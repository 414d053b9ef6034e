//! Licence headers, put where they belong: below what must come first in a file, or beside a file without comments.

mod marks;
mod place;
mod policy;
mod text;

use super::{Ask, Change};
use crate::facts::license;
use marks::{Marks, comment, marks};
use text::Header;

pub use policy::as_required;

/// Adds the header that the parameters of the rule name to a file that states no licence.
pub fn add_header(ask: &Ask<'_>) -> Option<Change> {
    let path = ask.finding.path.as_deref()?;
    let text = std::str::from_utf8(ask.bytes).ok()?;
    let header = header(ask)?;
    let lines = header.lines(said(ask, "style").unwrap_or("spdx"), said(ask, "template"))?;
    let mended = headed(path, text, &lines)?;
    is_read(path, text, &mended, header.license).then(|| Change::Write(mended.into_bytes()))
}

/// Adds the tags of REUSE: to the file, or to one beside it if it has no comments.
pub fn add_reuse(ask: &Ask<'_>) -> Option<Change> {
    let path = ask.finding.path.as_deref()?;
    let header = header(ask).filter(|header| header.holder.is_some())?;
    let lines = header.spdx();
    let text = std::str::from_utf8(ask.bytes).ok().filter(|text| !text.contains('\0'));
    let mended = text.and_then(|text| Some((text, headed(path, text, &lines)?)));
    match mended {
        Some((text, mended)) if is_read(path, text, &mended, header.license) => {
            Some(Change::Write(mended.into_bytes()))
        }
        // A file that says one of both is for a person: what it says may be meant for all of it or for a part.
        Some(_) => None,
        None => {
            Some(Change::Beside(format!("{path}.license"), (lines.join("\n") + "\n").into_bytes()))
        }
    }
}

/// What the parameters of the rule ask for.
fn header<'a>(ask: &'a Ask<'_>) -> Option<Header<'a>> {
    let year = ask.year.filter(|_| said(ask, "years") == Some("first"));
    Some(Header { license: said(ask, "license")?, holder: said(ask, "holder"), year })
}

fn said<'a>(ask: &'a Ask<'_>, name: &str) -> Option<&'a str> {
    ask.parameters.get(name).and_then(|value| value.as_str()).filter(|text| !text.is_empty())
}

/// The text with a header of these lines; none where it is not certain how.
fn headed(path: &str, text: &str, lines: &[String]) -> Option<String> {
    let marks = marks(path)?;
    let at = place::below(path, text)?;
    let end = if text.split_inclusive('\n').next()?.ends_with("\r\n") { "\r\n" } else { "\n" };
    let header = comment(marks, lines, end);
    let before = &text[..at];
    let is_apart = before.is_empty() || before == place::BOM || before.ends_with('\n');
    let apart = if is_apart { "" } else { end };
    // Prose goes on with what stands right above it.
    let is_prose =
        [".rst", ".md", ".markdown", ".adoc", ".asciidoc"].iter().any(|name| path.ends_with(name));
    let below = if is_prose || marks == Marks::Line(".. ") { end } else { "" };
    Some(format!("{before}{apart}{header}{below}{}", &text[at..]))
}

/// Whether the header is what its readers find, where they found none.
fn is_read(path: &str, text: &str, mended: &str, wanted: &str) -> bool {
    let stated = |text: &str| license::stated(path, text.trim_start_matches(place::BOM));
    stated(mended) == [wanted] && stated(text).is_empty()
}

#[cfg(test)]
mod tests;

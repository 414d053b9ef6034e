//! Licence notices and copyright lines at the head of a source file.

use crate::base::Value;
use crate::facts::Input;
use crate::facts::Rows;

use super::copyright::copyright;
use super::exceptions::exception;
use super::granted_texts::{granted_texts, public_domain};
use super::grants::grants;
use super::head::{Line, MAX_BYTES, head};
use super::names::family_of_address;
use super::pointers::pointer;
use super::styles::{Style, style};
use super::tables::{COPYRIGHTS, HEADERS};
use super::tags::tags;
use super::words::{Word, words};

/// The most rows of one kind that one head gives.
const MAX_ROWS: usize = 20;
/// What every notice and every statement of copyright contains, in one case or the other.
const HINTS: [&str; 17] = [
    "icense",
    "ICENSE",
    "icence",
    "ICENCE",
    "ermission",
    "edistribution",
    "GPL",
    "gpl",
    "opyright",
    "OPYRIGHT",
    "(c)",
    "(C)",
    "©",
    "SPDX",
    "ublic domain",
    "ublic Domain",
    "License",
];

/// One notice.
struct Notice<'a> {
    line: u32,
    spdx: Option<String>,
    qualifier: Option<&'static str>,
    form: &'static str,
    text: &'a str,
    address: Option<&'static str>,
}

/// Reads the head of one file whose comments are of a style.
pub(super) fn extract(style: &Style, input: &Input<'_>, rows: &mut Rows) {
    if input.is_binary() {
        return;
    }
    let start = Input::new(&input.bytes[..input.bytes.len().min(MAX_BYTES)]);
    let lines = head(start.text(), style);
    if !lines.iter().any(|line| HINTS.iter().any(|hint| line.text.contains(hint)))
        && !lines.iter().any(|line| line.text.contains("MIT"))
    {
        return;
    }
    for notice in notices(&lines).into_iter().take(MAX_ROWS) {
        let text = shortened(notice.text);
        let (spdx, qualifier): (Value, Value) = (notice.spdx.into(), notice.qualifier.into());
        rows.add(
            HEADERS,
            [
                notice.line.into(),
                spdx,
                qualifier,
                notice.form.into(),
                text.into(),
                notice.address.into(),
            ],
        );
    }
    let stated =
        lines.iter().filter_map(|line| copyright(line.text).map(|said| (line.number, said)));
    for (number, (years, holder)) in stated.take(MAX_ROWS) {
        rows.add(COPYRIGHTS, [number.into(), holder.into(), years.into()]);
    }
}

/// The SPDX expressions that the head of the file at a path states, each once.
pub fn stated(path: &str, text: &str) -> Vec<String> {
    let Some(style) = style(path) else { return Vec::new() };
    let mut stated: Vec<String> =
        notices(&head(text, style)).into_iter().filter_map(|notice| notice.spdx).collect();
    stated.sort();
    stated.dedup();
    stated
}

fn notices<'a>(lines: &'a [Line<'a>]) -> Vec<Notice<'a>> {
    let tags = tags(lines);
    // A tag is made to say it once and exactly; words beside it repeat it.
    if !tags.is_empty() {
        let notice = |tag: super::tags::Tag<'a>| Notice {
            line: tag.line.number,
            spdx: tag.spdx,
            qualifier: tag.qualifier,
            form: "spdx",
            text: tag.line.text,
            address: None,
        };
        return tags.into_iter().map(notice).collect();
    }
    let words = words(lines);
    let mut found = named(lines, &words);
    let text = words.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ");
    let line_of = |at: usize| &lines[words[text[..at].matches(' ').count()].line];
    for (at, spdx, form) in granted_texts(&text) {
        if !found.iter().any(|other| other.spdx.as_deref() == spdx) {
            let line = line_of(at);
            found.retain(|other| other.spdx.is_some());
            found.push(Notice {
                line: line.number,
                spdx: spdx.map(str::to_owned),
                qualifier: None,
                form,
                text: line.text,
                address: None,
            });
        }
    }
    with_exceptions(&mut found, &text);
    let bare = |line: &'a Line<'a>, form| Notice {
        line: line.number,
        spdx: None,
        qualifier: None,
        form,
        text: line.text,
        address: None,
    };
    if found.is_empty() {
        let given = public_domain(lines).map(|line| bare(line, "public-domain"));
        found.extend(given.or_else(|| pointer(lines, &words).map(|line| bare(line, "pointer"))));
    }
    found.sort_by_key(|notice| notice.line);
    found
}

/// The licences a head grants by their names.
fn named<'a>(lines: &'a [Line<'a>], words: &[Word]) -> Vec<Notice<'a>> {
    let notice = |grant: super::grants::Grant| {
        let index = words[grant.at].line;
        let spdx = grant.spdx.as_deref().unwrap_or_default();
        let form = match (grant.long, spdx.split('-').next().unwrap_or_default()) {
            (true, "GPL" | "LGPL" | "AGPL") => "gnu",
            (true, "Apache") => "apache",
            (true, "MPL") => "mpl",
            _ => "line",
        };
        let nearby = words.iter().filter(|word| word.line == index || word.line == index + 1);
        let address = nearby.filter_map(|word| family_of_address(&word.text)).next();
        Notice {
            line: lines[index].number,
            spdx: grant.spdx,
            qualifier: grant.qualifier,
            form,
            text: lines[index].text,
            address,
        }
    };
    grants(words).into_iter().map(notice).collect()
}

/// Adds to what is granted the exception that the words around it grant, too.
fn with_exceptions(found: &mut [Notice<'_>], text: &str) {
    let [Notice { spdx: Some(spdx), .. }] = found else { return };
    if spdx == "MPL-2.0" && text.contains("form is incompatible with secondary licenses") {
        spdx.push_str("-no-copyleft-exception");
    } else if let Some(exception) = exception(spdx, text) {
        *spdx = format!("{spdx} WITH {exception}");
    }
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(200).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests;

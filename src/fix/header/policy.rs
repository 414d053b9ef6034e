//! Heads that a policy asks for: added where there is none; a notice that names a licence which may be replaced, corrected.

use globset::GlobBuilder;
use serde_json::Value;

use super::{Ask, Change, headed, license, marks, place};
use crate::fix::header::marks::Marks;

/// Lines among which the notice that is to be corrected stands.
const MAX_LINES: usize = 40;
/// What ends a comment behind a notice.
const CLOSERS: [&str; 5] = ["-->", "*/", "#}", "*)", "--}}"];

/// Gives a file the head that the section `[[license]]` of its path asks for.
pub fn as_required(ask: &Ask<'_>) -> Option<Change> {
    let path = ask.finding.path.as_deref()?;
    let text = std::str::from_utf8(ask.bytes).ok()?;
    let lines = required(ask, path)?;
    let [wanted] = &*stated(path, &headed(path, empty(path), &lines)?) else { return None };
    let mended = match &*stated(path, text) {
        [] if !text.to_lowercase().contains("copyright") => headed(path, text, &lines)?,
        [other] if names(ask, "correct").any(|id| id == other) => corrected(path, text, &lines)?,
        _ => return None,
    };
    (stated(path, &mended) == [wanted.as_str()]).then(|| Change::Write(mended.into_bytes()))
}

/// A file that says nothing.
fn empty(path: &str) -> &'static str {
    if path.ends_with(".php") { "<?php\n" } else { "\n" }
}

fn stated(path: &str, text: &str) -> Vec<String> {
    license::stated(path, text.trim_start_matches(place::BOM))
}

/// The texts in a list among the parameters.
fn names<'a>(ask: &'a Ask<'_>, name: &str) -> impl Iterator<Item = &'a str> {
    let list = ask.parameters.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// The lines of the last section that is about the path; none where they need a year that is not known.
fn required(ask: &Ask<'_>, path: &str) -> Option<Vec<String>> {
    let sections = names(ask, "license_policy").filter_map(|said| serde_json::from_str(said).ok());
    let has = |section: &Value, name: &str| {
        let globs = section[name].as_array().into_iter().flatten().filter_map(Value::as_str);
        globs.into_iter().any(|glob| {
            let built = GlobBuilder::new(glob).literal_separator(true).build();
            built.is_ok_and(|glob| glob.compile_matcher().is_match(path))
        })
    };
    let about = |section: &Value| has(section, "paths") && !has(section, "exclude");
    let section: Value = sections.filter(about).last()?;
    let year = ask.year.filter(|_| ask.parameters.get("years").is_some_and(|said| said == "first"));
    let lines = section["header"].as_array()?.iter().filter_map(Value::as_str);
    lines
        .map(|line| match (line.contains("{years}"), year) {
            (true, None) => None,
            _ => Some(line.replace("{years}", year.unwrap_or_default())),
        })
        .collect()
}

/// The text with its one line of notice as required; none where it is not certain which line that is.
fn corrected(path: &str, text: &str, lines: &[String]) -> Option<String> {
    let is_copyright = |line: &str| {
        let line = line.to_lowercase();
        line.starts_with("copyright") || line.starts_with('©') || line.contains("copyrighttext")
    };
    let notices: Vec<&String> = lines.iter().filter(|line| !is_copyright(line)).collect();
    let [notice] = *notices else { return None };
    let mut ends = text.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line))
    });
    // It names a licence by itself, and without it the file names none.
    let is_notice = |start: usize, line: &str| {
        let bare = format!("{}{}", &text[..start], &text[start + line.len()..]);
        let alone = around(path, line)
            .map(|(before, after)| line[before.len()..line.len() - after.len()].to_owned());
        let alone = alone.and_then(|said| headed(path, empty(path), &[said]));
        alone.is_some_and(|alone| !stated(path, &alone).is_empty())
            && stated(path, &bare).is_empty()
    };
    let (start, line) =
        ends.by_ref().take(MAX_LINES).find(|(start, line)| is_notice(*start, line))?;
    let (before, after) = around(path, line)?;
    Some(format!("{}{before}{notice}{after}{}", &text[..start], &text[start + line.len()..]))
}

/// The marks of the comment before a notice, and behind it with the end of the line.
fn around<'a>(path: &str, line: &'a str) -> Option<(&'a str, &'a str)> {
    let mark = match marks::marks(path)? {
        Marks::Line(mark) => mark.trim_end(),
        Marks::Block(..) => "",
    };
    let skipped = line.find(mark).filter(|_| line.trim_start().starts_with(mark)).unwrap_or(0);
    let rest =
        &line[skipped + if skipped > 0 || line.starts_with(mark) { mark.len() } else { 0 }..];
    let begin = line.len() - rest.len() + rest.find(char::is_alphanumeric)?;
    let body = line[begin..].trim_end();
    let body = CLOSERS.iter().find_map(|closer| body.strip_suffix(closer)).unwrap_or(body);
    Some((&line[..begin], &line[begin + body.trim_end().len()..]))
}

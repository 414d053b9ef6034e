//! Licence texts: which licence a file called LICENSE holds.
//!
//! In stages: word for word one of those people use; like one of them; like any other of the SPDX list; several one
//! after the other; a notice that names one. Among all seven hundred at once the rare variant of a common text would win
//! too often. The texts are taken apart when the first such file is read, and kept.

use crate::base::Value;
use crate::facts::Input;
use crate::facts::Rows;

use super::bag::{Bag, matter, surplus};
use super::corpus::{COMMON, EXACT, RARE, Text};
use super::exceptions::exception;
use super::granted_texts::granted_texts;
use super::grants::grants;
use super::head::{Line, beginning};
use super::tables::TEXT;
use super::words::{Word, words};

/// Phrases that take away what the text around them grants, or add a condition to it.
const LIMITS: [&str; 23] = [
    "commons clause",
    "non-commercial",
    "noncommercial",
    "not for commercial",
    "commercial use",
    "additional use grant:",
    "grant of patent",
    "additional restriction",
    "additional condition",
    "additional term",
    "may not be sold",
    "may not sell",
    "not be used for",
    "good, not evil",
    "military",
    "with the following modification",
    "with the following exception",
    "with the exception",
    "following additional",
    "modified apache",
    "modified mit license",
    "does not grant you",
    "prior written consent",
];

/// From which share on a text is that licence: word for word but for names and years.
const MATCH: f64 = 0.98;
/// From which share on it is, if what differs is few words.
const NEAR: f64 = 0.94;
/// From which share on it is that licence with changes.
const MODIFIED: f64 = 0.90;
/// From which share on a person should look.
const REVIEW: f64 = 0.80;
/// From which share on a rare text is meant, however like a common one is.
const SAME: f64 = 0.995;
/// By how much a rare text must be more alike than a common one.
const RARER: f64 = 0.05;
/// What share of a text must stand in a file that holds it among others.
const CONTAINED: f64 = 0.95;
/// The most texts one file is said to hold.
const MAX_PARTS: usize = 6;
/// The longest file that is compared, in bytes; the longest text known has 45,000.
const MAX_BYTES: usize = 512 * 1024;
/// The most words of a difference that are kept.
const MAX_WORDS: usize = 24;

/// What a file holds.
#[derive(Debug, PartialEq)]
pub(super) struct Judged {
    /// The expression; none where a person should look, empty where it is none of those known.
    pub spdx: Option<String>,
    /// Likeness in percent.
    pub confidence: u32,
    /// match, modified, review or none.
    pub verdict: &'static str,
    /// The words it has more, and those it lacks.
    pub differs: Option<String>,
}

/// Reads one file that by its name holds a licence.
pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    if input.is_binary() || input.bytes.len() > MAX_BYTES {
        let reason = "not a text of a length that licences have";
        rows.add(TEXT, [Value::Null, 0_u32.into(), "review".into(), Value::Null]);
        rows.problem(None, "license-text", reason);
        return;
    }
    let text = input.text();
    let is_html = text.trim_start().get(..5).is_some_and(|begin| begin.starts_with('<'))
        && text.contains("</");
    let judged = if is_html { judge(&without_tags(text)) } else { judge(text) };
    rows.add(
        TEXT,
        [
            judged.spdx.into(),
            judged.confidence.into(),
            judged.verdict.into(),
            judged.differs.into(),
        ],
    );
}

/// A text of HTML without its tags and its metadata.
fn without_tags(text: &str) -> String {
    let body = text.find("<body").map_or(text, |at| &text[at..]);
    let parts = body.split('<').map(|part| part.split_once('>').map_or("", |(_, said)| said));
    parts
        .collect::<Vec<_>>()
        .join(" ")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

/// The licence, the likeness, the verdict.
pub(super) fn judge(text: &str) -> Judged {
    let words = matter(text);
    if words.len() < 4 {
        return named(text, 0).unwrap_or(NONE);
    }
    let lower = text.to_lowercase();
    if let Some(index) = EXACT.get(&*words) {
        return verdict(&COMMON[*index], 1.0, &words, &lower);
    }
    let bag = Bag::of(&words);
    let (common, likeness) = best(&COMMON, &bag);
    if likeness >= MATCH {
        return verdict(common, likeness, &words, &lower);
    }
    let (rare, rarely) = best(&RARE, &bag);
    let is_rare = rarely > likeness + RARER || rarely >= SAME && rarely > likeness;
    let (found, likeness) = if is_rare { (rare, rarely) } else { (common, likeness) };
    let parts = (likeness < MATCH).then(|| several(text, &lower, &bag, &words)).flatten();
    match parts {
        Some(parts)
            if parts.verdict != "review" && (likeness < MODIFIED || parts.holds_several()) =>
        {
            parts
        }
        _ if likeness >= MODIFIED => verdict(found, likeness, &words, &lower),
        Some(parts) => parts,
        None => named(text, percent(likeness)).unwrap_or_else(|| unsure(likeness)),
    }
}

impl Judged {
    fn holds_several(&self) -> bool {
        self.spdx.as_deref().is_some_and(|spdx| spdx.contains(' '))
    }
}

/// What is like no licence.
const NONE: Judged =
    Judged { spdx: Some(String::new()), confidence: 0, verdict: "none", differs: None };

fn unsure(likeness: f64) -> Judged {
    let confidence = percent(likeness);
    if likeness >= REVIEW {
        return Judged { spdx: None, confidence, verdict: "review", differs: None };
    }
    Judged { confidence, ..NONE }
}

fn best(texts: &'static [Text], bag: &Bag) -> (&'static Text, f64) {
    let all = texts.iter().map(|text| (text, text.bag.overlap(bag).likeness));
    all.fold((&texts[0], 0.0), |best, next| if next.1 > best.1 { next } else { best })
}

fn verdict(found: &Text, likeness: f64, words: &[String], lower: &str) -> Judged {
    let confidence = percent(likeness);
    let differs = (likeness < 1.0).then(|| differing(words, &found.words));
    let added: usize = surplus(words, &found.words).into_values().sum();
    let is_limited =
        LIMITS.iter().any(|limit| lower.contains(limit) && !found.lower.contains(limit));
    let title: String = lower.chars().take(600).collect();
    let judged = |spdx: Option<&str>, verdict| Judged {
        spdx: spdx.map(str::to_owned),
        confidence,
        verdict,
        differs,
    };
    if likeness < 1.0 && (is_limited || !agrees(found.spdx, &title)) {
        judged(None, "review")
    } else if let Some(exception) = exception(found.spdx, &words.join(" "))
        .filter(|_| likeness < 1.0 && !found.spdx.contains("-with-"))
    {
        judged(Some(&format!("{} WITH {exception}", found.spdx)), "match")
    } else if likeness >= MATCH || likeness >= NEAR && added < 16 {
        judged(Some(found.spdx), "match")
    } else {
        judged(Some(found.spdx), "modified")
    }
}

/// A file that holds one text among other words, or several texts one after the other.
fn several(text: &str, lower: &str, bag: &Bag, words: &[String]) -> Option<Judged> {
    let mut rest = bag.clone();
    let mut parts: Vec<&Text> = Vec::new();
    while parts.len() < MAX_PARTS {
        let fits = COMMON
            .iter()
            .chain(RARE.iter().filter(|_| parts.is_empty()))
            .filter(|text| text.bag.len() > 40);
        let fits = fits.filter(|text| text.bag.overlap(&rest).contained >= CONTAINED);
        let Some(largest) = fits.max_by_key(|text| text.bag.len()) else { break };
        rest = rest.without(&largest.bag);
        if !parts.iter().any(|part| part.spdx == largest.spdx) {
            parts.push(largest);
        }
    }
    let first = parts.first()?;
    let covered = 1.0 - rest.len() as f64 / bag.len().max(1) as f64;
    let is_limited = LIMITS
        .iter()
        .any(|limit| lower.contains(limit) && !parts.iter().any(|part| part.lower.contains(limit)));
    let confidence = percent(covered.max(MODIFIED)).min(97);
    let differs = Some(differing(words, &first.words));
    if parts.len() == 1 && (is_limited || covered < 0.3) {
        return Some(Judged {
            spdx: None,
            confidence: percent(covered),
            verdict: "review",
            differs,
        });
    }
    let place = |text: &Text| {
        lower
            .find(text.lower.lines().map(str::trim).find(|line| line.len() > 20).unwrap_or("\0"))
            .unwrap_or(usize::MAX)
    };
    parts.sort_by_key(|part| (place(part), part.spdx));
    let ids: Vec<&str> = parts.iter().map(|part| part.spdx).collect();
    let operator = if is_choice(text) { " OR " } else { " AND " };
    let spdx = match (&*ids, exception(ids[0], &words.join(" "))) {
        ([id], Some(exception)) => format!("{id} WITH {exception}"),
        _ => ids.join(operator),
    };
    Some(Judged { spdx: Some(spdx), confidence, verdict: "modified", differs })
}

/// Whether the words before the texts give a choice among them.
fn is_choice(text: &str) -> bool {
    let head = text.chars().take(1500).collect::<String>().to_lowercase();
    ["dual", "at your option", "your choice", "either", "alternatively", " or the "]
        .iter()
        .any(|word| head.contains(word))
}

/// A file that holds no text of the list but a notice, as the head of a source file does.
fn named(text: &str, likeness: u32) -> Option<Judged> {
    let lines = beginning(text).lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    let lines: Vec<Line<'_>> = lines
        .map(|(line, number)| Line {
            number,
            text: line.trim().trim_matches(['#', '*', '=', '-', ' ']),
        })
        .take(80)
        .collect();
    let words = words(&lines);
    let grants = grants(&words);
    let (spdx, is_whole) = match &*grants {
        [grant] if grant.spdx.is_some() => (grant.spdx.clone()?, grant.long),
        [] | [_] => (sentence(&words)?, false),
        _ => return None,
    };
    let (confidence, verdict) = if is_whole { (90, "modified") } else { (85, "review") };
    (likeness < 80).then_some(Judged { spdx: Some(spdx), confidence, verdict, differs: None })
}

/// The one licence whose granting sentence stands among the words.
fn sentence(words: &[Word]) -> Option<String> {
    let text = words.iter().map(|word| &*word.text).collect::<Vec<_>>().join(" ");
    let granted = granted_texts(&text);
    let [(_, Some(spdx), "mit" | "bsd" | "text")] = *granted else { return None };
    let is_limited = LIMITS.iter().any(|limit| text.contains(limit));
    (!is_limited).then(|| spdx.to_owned())
}

/// `+ added words − missing words`, as many as are kept.
fn differing(words: &[String], known: &[String]) -> String {
    let listed = |sign: &str, more: Vec<&str>| {
        let shown = more
            .iter()
            .take(MAX_WORDS)
            .map(|word| format!("{sign}{word}"))
            .collect::<Vec<_>>()
            .join(" ");
        if more.len() > MAX_WORDS { format!("{shown} …") } else { shown }
    };
    let added = listed("+", surplus(words, known).into_keys().collect());
    let missing = listed("−", surplus(known, words).into_keys().collect());
    format!("{added} {missing}").trim().to_owned()
}

/// Rounded down, so that nothing is a match that is not.
fn percent(share: f64) -> u32 {
    (1..=100).rev().find(|percent| share * 100.0 + 1e-9 >= f64::from(*percent)).unwrap_or(0)
}

/// Whether the title is of that GNU licence: their texts share most of their words.
fn agrees(spdx: &str, title: &str) -> bool {
    let Some((family, version)) =
        spdx.split_once('-').filter(|(family, _)| family.ends_with("GPL"))
    else {
        return true;
    };
    let named = match family {
        "AGPL" => title.contains("affero"),
        "LGPL" => title.contains("lesser") || title.contains("library"),
        _ => !title.contains("affero") && !title.contains("lesser general"),
    };
    let version = version.split('-').next().unwrap_or_default().trim_end_matches(".0");
    named && (!title.contains("version ") || title.contains(&format!("version {version}")))
}

#[cfg(test)]
mod tests;

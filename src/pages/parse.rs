//! Reads a page: YAML front matter, prose, one query, a fix, examples.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::Deserialize;
use thiserror::Error;

use super::page::{Example, Expectation, Kind, Mechanism, Need, Page, Parameter, SearchTemplate};
use crate::base::{Severity, Strength};
use crate::source::EntryKind;

/// A page that cannot be used. The message begins with its file.
#[derive(Debug, Error)]
#[error("{file}: {message}")]
pub struct PageError {
    /// The page's file.
    pub file: String,
    /// What is wrong, with a line where it is known.
    pub message: String,
}

/// The front matter as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Front {
    id: String,
    severity: Option<Severity>,
    since: String,
    #[serde(default)]
    preview: bool,
    nothing: Option<String>,
    fix: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    search: Option<SearchTemplate>,
    need: Option<RawNeed>,
    strength: Option<Strength>,
    #[serde(default)]
    guard: bool,
    mechanism: Option<Mechanism>,
    line: Option<String>,
}

/// A need as written: `some`, `every`, `{some: 3}`, `{share: 0.8}`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum RawNeed {
    /// A word.
    Word(String),
    /// With a number.
    With(Need),
}

impl RawNeed {
    /// The need meant, or what is wrong with it.
    pub fn read(&self) -> Result<Need, String> {
        match self {
            RawNeed::Word(word) if word == "some" => Ok(Need::Some(1)),
            RawNeed::Word(word) if word == "every" => Ok(Need::Every),
            RawNeed::Word(word) => {
                Err(format!("need `{word}` is none of some, every, {{some: n}}, {{share: r}}"))
            }
            RawNeed::With(Need::Some(0)) => {
                Err("need `{some: 0}` would hold of nothing".to_owned())
            }
            RawNeed::With(Need::Share(share)) if !(*share > 0.0 && *share <= 1.0) => {
                Err(format!("need `{{share: {share}}}` is not above 0 and at most 1"))
            }
            RawNeed::With(need) => Ok(*need),
        }
    }
}

impl Page {
    /// Reads the text of a page; `file` is how messages call it.
    ///
    /// # Errors
    /// The first thing that is wrong with its form.
    pub fn parse(file: &str, text: &str) -> Result<Page, PageError> {
        read(file, text).map_err(|message| PageError { file: file.to_owned(), message })
    }
}

fn read(file: &str, text: &str) -> Result<Page, String> {
    let text = text.replace("\r\n", "\n");
    let rest = text.strip_prefix("---\n").ok_or("it does not begin with `---`")?;
    let (front, body) =
        rest.split_once("\n---\n").ok_or("its front matter does not end with `---`")?;
    let front: Front =
        serde_yaml::from_str(front).map_err(|error| format!("front matter: {error}"))?;
    let parts = Parts::of(body)?;
    let (title, opening) = parts.opening.clone().ok_or("it has no `# ` heading")?;
    let query = opening
        .fences
        .iter()
        .find(|fence| fence.info == "sql")
        .ok_or("it has no ```sql query before `##`")?;
    let prose = body[opening.body.start..query.range.start].trim().to_owned();
    if prose.is_empty() {
        return Err("it does not say why it matters".to_owned());
    }
    let kind = kind(&front)?;
    let mut page = Page {
        id: front.id,
        kind,
        aliases: front.aliases,
        tags: front.tags,
        since: front.since,
        preview: front.preview,
        nothing: front.nothing,
        fixer: front.fix,
        parameters: front.parameters,
        search: front.search,
        title,
        prose,
        sql: query.text.trim().trim_end_matches(';').to_owned(),
        fix: String::new(),
        examples: Vec::new(),
        file: file.to_owned(),
    };
    for (heading, section) in &parts.sections {
        match heading.split_once(": ") {
            _ if heading == "Fix" => body[section.body.clone()].trim().clone_into(&mut page.fix),
            Some(("Fails", title)) => {
                page.examples.push(example(title, Expectation::Fails, section)?)
            }
            Some(("Passes", title)) => {
                page.examples.push(example(title, Expectation::Passes, section)?)
            }
            Some(("Unknown", title)) => {
                page.examples.push(example(title, Expectation::Unknown, section)?)
            }
            _ => {
                return Err(format!(
                    "`## {heading}` is none of Fix, Fails: …, Passes: …, Unknown: …"
                ));
            }
        }
    }
    check(&page)?;
    Ok(page)
}

fn kind(front: &Front) -> Result<Kind, String> {
    if front.id.contains('/') {
        let severity = front.severity.ok_or("a rule needs a `severity`")?;
        if front.need.is_some() || front.strength.is_some() || front.line.is_some() || front.guard {
            return Err("`need`, `strength`, `guard` and `line` are for evidence".to_owned());
        }
        return Ok(Kind::Rule { severity });
    }
    if front.severity.is_some() {
        return Err("evidence has no `severity`".to_owned());
    }
    if front.preview || front.nothing.is_some() || front.fix.is_some() {
        return Err("`preview`, `nothing` and `fix` are for rules".to_owned());
    }
    Ok(Kind::Evidence {
        need: front.need.as_ref().map_or(Ok(Need::Some(1)), RawNeed::read)?,
        strength: front.strength.ok_or("evidence needs a `strength`")?,
        guard: front.guard,
        mechanism: front.mechanism,
        line: front.line.clone().ok_or("evidence needs a `line`")?,
    })
}

fn check(page: &Page) -> Result<(), String> {
    let is_word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte)
            })
    };
    if !page.id.split('/').all(is_word) || page.id.matches('/').count() > 1 {
        return Err(format!("id `{}` is not `family/complaint` or a word, in lower case", page.id));
    }
    if page.fix.is_empty() && matches!(page.kind, Kind::Rule { .. }) {
        return Err("it has no `## Fix`".to_owned());
    }
    for expectation in [Expectation::Fails, Expectation::Passes] {
        if !page.examples.iter().any(|example| example.expectation == expectation) {
            return Err(format!("it has no example that {expectation:?}").to_lowercase());
        }
    }
    Ok(())
}

fn example(title: &str, expectation: Expectation, section: &Section) -> Result<Example, String> {
    let mut example = Example {
        title: title.to_owned(),
        expectation,
        files: BTreeMap::new(),
        kinds: BTreeMap::new(),
        history: Vec::new(),
        parameters: BTreeMap::new(),
    };
    for fence in &section.fences {
        match fence.info.split_once(' ') {
            Some(("yaml", "parameters")) => {
                let parameters = serde_yaml::from_str(&fence.text);
                example.parameters =
                    parameters.map_err(|error| format!("example `{title}`: {error}"))?;
            }
            Some(("yaml", "history")) => {
                let history = serde_yaml::from_str(&fence.text);
                example.history = history.map_err(|error| format!("example `{title}`: {error}"))?;
            }
            Some(("submodule", path)) => {
                example.kinds.insert(path.trim().to_owned(), EntryKind::Submodule);
            }
            Some((language, path)) => {
                if language == "symlink" {
                    example.kinds.insert(path.trim().to_owned(), EntryKind::Symlink);
                }
                if example.files.insert(path.trim().to_owned(), fence.text.clone()).is_some() {
                    return Err(format!("example `{title}` has `{path}` twice"));
                }
            }
            None => {
                return Err(format!(
                    "a block of example `{title}` does not say its path after its language"
                ));
            }
        }
    }
    Ok(example)
}

/// A heading's own part of the page.
#[derive(Debug, Clone, Default)]
struct Section {
    body: Range<usize>,
    fences: Vec<Fence>,
}

#[derive(Debug, Clone)]
struct Fence {
    info: String,
    text: String,
    range: Range<usize>,
}

#[derive(Default)]
struct Parts {
    opening: Option<(String, Section)>,
    sections: Vec<(String, Section)>,
}

impl Parts {
    fn of(body: &str) -> Result<Parts, String> {
        let mut parts = Parts::default();
        let mut heading: Option<(HeadingLevel, String)> = None;
        for (event, range) in Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading {
                    level: level @ (HeadingLevel::H1 | HeadingLevel::H2),
                    ..
                }) => {
                    parts.end_at(range.start);
                    heading = Some((level, String::new()));
                }
                Event::Text(text) | Event::Code(text) if heading.is_some() => {
                    if let Some((_, words)) = &mut heading {
                        words.push_str(&text);
                    }
                }
                Event::End(TagEnd::Heading(_)) => {
                    let Some((level, words)) = heading.take() else { continue };
                    let section = Section { body: range.end..body.len(), fences: Vec::new() };
                    match level {
                        HeadingLevel::H1 if parts.opening.is_some() => {
                            return Err("it has two `# ` headings".to_owned());
                        }
                        HeadingLevel::H1 => parts.opening = Some((words, section)),
                        _ => parts.sections.push((words, section)),
                    }
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    if let Some(section) = parts.last() {
                        let fence = Fence { info: info.to_string(), text: String::new(), range };
                        section.fences.push(fence);
                    }
                }
                Event::Text(text) => {
                    let fence = parts.last().and_then(|section| section.fences.last_mut());
                    if let Some(fence) = fence.filter(|fence| fence.range.contains(&range.start)) {
                        fence.text.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        Ok(parts)
    }

    fn last(&mut self) -> Option<&mut Section> {
        match self.sections.last_mut() {
            Some((_, section)) => Some(section),
            None => self.opening.as_mut().map(|(_, section)| section),
        }
    }

    fn end_at(&mut self, end: usize) {
        if let Some(section) = self.last() {
            section.body.end = end;
        }
    }
}

//! Evidence in one line: `table ops.roles(permissions)`, `module auth_oidc@18.0`, `attested "..." by security within 95d`.
//!
//! Each kind's page says its form: `attested topic by owner within max_age`. Words that name parameters are slots; other
//! words and marks stand for themselves. What the form does not have is written `parameter:value` behind it.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

use serde_json::Value;

use crate::pages::{Kind, Page, ParameterType};

/// Reads the line of one kind of evidence into its parameters. The kind's own word has been taken off.
///
/// # Errors
/// What is wrong with the line, with the form it should have.
pub fn read_line(page: &Page, line: &str) -> Result<BTreeMap<String, Value>, String> {
    let Kind::Evidence { line: form, .. } = &page.kind else {
        return Err(format!("`{}` is a rule", page.id));
    };
    let words = words(line)?;
    let slots: Vec<Token> = tokens(form.strip_prefix(page.id.as_str()).unwrap_or(form), page);
    let mut parameters = BTreeMap::new();
    let mut options: Vec<(String, String)> = Vec::new();
    let mut text: Vec<Word> = Vec::new();
    for word in words {
        match word.option(page) {
            Some(option) => options.push(option),
            None => text.push(word),
        }
    }
    fill(page, &slots, &text, &mut parameters)
        .ok_or_else(|| format!("`{} {line}` is not written `{form}`", page.id))?;
    for (name, value) in options {
        if parameters.insert(name.clone(), typed(page, &name, &value)?).is_some() {
            return Err(format!("`{} {line}` gives `{name}` twice", page.id));
        }
    }
    Ok(parameters)
}

/// A word of a line and whether it was quoted.
#[derive(Debug, Clone)]
struct Word {
    text: String,
    quoted: bool,
}

impl Word {
    fn option(&self, page: &Page) -> Option<(String, String)> {
        let (name, value) = self.text.split_once(':').filter(|_| !self.quoted)?;
        page.parameters.contains_key(name).then(|| (name.to_owned(), value.to_owned()))
    }
}

/// Splits at spaces outside double quotes and parentheses. In quotes, `\"` is a quote; any other backslash is itself.
fn words(line: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut letters = line.trim_start().chars().peekable();
    while letters.peek().is_some() {
        words.push(
            word(&mut letters)
                .ok_or_else(|| format!("`{line}` has an open quote or parenthesis"))?,
        );
        while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
    }
    Ok(words)
}

/// The next word; it is quoted if it begins with a quote. None: a quote or parenthesis is open at the end.
fn word(letters: &mut Peekable<Chars<'_>>) -> Option<Word> {
    let quoted = letters.peek() == Some(&'"');
    let (mut text, mut inside, mut depth) = (String::new(), false, 0_u32);
    while let Some(letter) =
        letters.next_if(|letter| inside || depth > 0 || !letter.is_whitespace())
    {
        match letter {
            '"' => inside = !inside,
            '\\' if inside => text.push(letters.next_if_eq(&'"').unwrap_or(letter)),
            '(' | ')' if !inside => {
                depth = if letter == '(' { depth + 1 } else { depth.saturating_sub(1) };
                text.push(letter);
            }
            _ => text.push(letter),
        }
    }
    (!inside && depth == 0).then_some(Word { text, quoted })
}

/// A part of a form.
#[derive(Debug, PartialEq)]
pub(super) enum Token {
    /// A parameter as a word of its own, with what may hang on it: `name(columns)@series`.
    Slot { name: String, list: Option<String>, at: Option<String> },
    /// A word that stands for itself; what follows it is optional with it.
    Literal(String),
}

/// The parts of a form, without the kind's own word.
pub(super) fn tokens(form: &str, page: &Page) -> Vec<Token> {
    let read = |word: &str| {
        let (rest, at) =
            word.split_once('@').map_or((word, None), |(rest, at)| (rest, Some(at.to_owned())));
        let (name, list) = rest.split_once('(').map_or((rest, None), |(name, list)| {
            (name, Some(list.trim_end_matches(')').to_owned()))
        });
        if page.parameters.contains_key(name) {
            Token::Slot { name: name.to_owned(), list, at }
        } else {
            Token::Literal(word.to_owned())
        }
    };
    form.split_whitespace().map(read).collect()
}

fn fill(
    page: &Page,
    slots: &[Token],
    words: &[Word],
    into: &mut BTreeMap<String, Value>,
) -> Option<()> {
    let mut words = words.iter().peekable();
    let mut slots = slots.iter().peekable();
    while let Some(slot) = slots.next() {
        match slot {
            Token::Literal(literal) => {
                if words.peek().is_some_and(|word| word.text == *literal && !word.quoted) {
                    words.next();
                } else {
                    slots.next();
                }
            }
            Token::Slot { name, list, at } => {
                let Some(word) = words.next() else {
                    let optional =
                        page.parameters.get(name).is_some_and(|parameter| !parameter.required);
                    return optional.then_some(());
                };
                hang(page, word, name, list.as_deref(), at.as_deref(), into)?;
            }
        }
    }
    words.next().is_none().then_some(())
}

fn hang(
    page: &Page,
    word: &Word,
    name: &str,
    list: Option<&str>,
    at: Option<&str>,
    into: &mut BTreeMap<String, Value>,
) -> Option<()> {
    let mut text = word.text.as_str();
    if let (Some(at), Some((rest, value)), false) = (at, text.rsplit_once('@'), word.quoted) {
        into.insert(at.to_owned(), typed(page, at, value).ok()?);
        text = rest;
    }
    if let (Some(list), Some((rest, items)), false) = (list, text.split_once('('), word.quoted) {
        into.insert(list.to_owned(), typed(page, list, items.strip_suffix(')')?).ok()?);
        text = rest;
    }
    into.insert(name.to_owned(), typed(page, name, text).ok()?);
    Some(())
}

fn typed(page: &Page, name: &str, text: &str) -> Result<Value, String> {
    let Some(parameter) = page.parameters.get(name) else {
        return Err(format!("`{}` has no `{name}`", page.id));
    };
    let wrong =
        || format!("`{name}` of `{}` takes {}, not `{text}`", page.id, parameter.kind.article());
    Ok(match parameter.kind {
        ParameterType::Text => Value::from(text),
        ParameterType::Flag => Value::from(text.parse::<bool>().map_err(|_| wrong())?),
        ParameterType::Integer => {
            Value::from(text.strip_suffix('d').unwrap_or(text).parse::<i64>().map_err(|_| wrong())?)
        }
        ParameterType::List => items(text).map(|item| Value::from(item.trim())).collect(),
    })
}

/// The items of a list: what stands between commas that are not within braces.
fn items(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |letter| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth <= 0
    })
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;

//! The JSON reader against Python's, over texts made at random: what Python reads is read the same.

use std::io::Write as _;
use std::process::{Command, Stdio};

use parity::facts::{Input, JSON, Rows};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// How many texts are tried.
const TEXTS: usize = 3000;

/// Reads a JSON array of texts, and writes one of `[value]` where a text is JSON and `null` where it is not. Whole numbers
/// that do not fit 64 bits and reals that are not finite become the text they are written as; `NaN` is no JSON.
const PYTHON: &str = r#"
import json, sys

def whole(text):
    return int(text) if -2**63 <= int(text) < 2**63 else text

def real(text):
    return text if float(text) in (float("inf"), float("-inf")) else float(text)

def refuse(word):
    raise ValueError(word)

def members(pairs):
    json.dumps(pairs, ensure_ascii=False).encode()  # half a surrogate pair is no text: a ValueError
    return dict(pairs)

def read(text):
    try:
        value = json.loads(text, parse_int=whole, parse_float=real, parse_constant=refuse,
                           object_pairs_hook=members)
        return list(members([("", value)]).values())
    except ValueError:
        return None

json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
"#;

fn python(texts: &[String]) -> Option<Vec<Value>> {
    let mut child = Command::new("python3")
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let input = serde_json::to_vec(texts).expect("texts can be written");
    child.stdin.take().expect("a pipe").write_all(&input).expect("python reads");
    let output = child.wait_with_output().expect("python ends");
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).expect("python writes JSON"))
}

fn ours(text: &str) -> Option<Value> {
    let mut rows = Rows::default();
    (JSON.extract)(&Input::new(text.as_bytes()), &mut rows);
    let (_, cells) = rows.facts.iter().find(|(facts, _)| *facts == 0)?;
    Some(serde_json::from_str(cells[2].as_text().expect("text")).expect("JSON"))
}

/// A text that is JSON, with white space, escapes, repeated keys and odd numbers.
fn text() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|flag| flag.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        "\"([ -!#-\\[\\]-~é€😀]|\\\\[nrtbf/\"\\\\]|\\\\u00[0-9a-f]{2}|\\\\ud83d\\\\ude00){0,12}\"",
    ];
    let space = "[ \n\r\t]{0,2}";
    scalar.prop_recursive(5, 40, 6, move |inner| {
        let member = ("\"[ab~/]{0,2}\"", space, inner.clone())
            .prop_map(|(key, space, value)| format!("{key}{space}:{space}{value}"));
        prop_oneof![
            (prop::collection::vec(inner, 0..6), space).prop_map(|(parts, space)| format!(
                "[{space}{}{space}]",
                parts.join(&format!("{space},"))
            )),
            (prop::collection::vec(member, 0..6), space).prop_map(|(parts, space)| format!(
                "{{{space}{}{space}}}",
                parts.join(&format!(",{space}"))
            )),
        ]
    })
}

/// The same with one character taken away or put in, which most often is no JSON any more.
fn broken() -> impl Strategy<Value = String> {
    (
        text(),
        any::<prop::sample::Index>(),
        prop::sample::select(vec!['[', '}', '"', ':', '0', '-', 'x', '\\', '.']),
    )
        .prop_map(|(text, place, letter)| {
            let mut letters: Vec<char> = text.chars().collect();
            let place = place.index(letters.len());
            if letter == 'x' {
                letters.remove(place);
            } else {
                letters.insert(place, letter);
            }
            letters.into_iter().collect()
        })
}

fn made(strategy: impl Strategy<Value = String>) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    (0..TEXTS).map(|_| strategy.new_tree(&mut runner).expect("a text").current()).collect()
}

#[test]
fn what_python_reads_is_read_the_same() {
    let texts = made(text());
    let Some(expected) = python(&texts) else { return eprintln!("skipped: there is no python3") };
    for (text, expected) in texts.iter().zip(expected) {
        assert_eq!(ours(text).map_or(Value::Null, |value| json!([value])), expected, "{text}");
    }
}

#[test]
fn what_python_refuses_is_refused_but_for_comments_and_trailing_commas() {
    let texts = made(broken());
    let Some(expected) = python(&texts) else { return eprintln!("skipped: there is no python3") };
    let refused = expected.iter().filter(|value| value.is_null()).count();
    assert!(refused > TEXTS / 3, "only {refused} texts are broken");
    for (text, expected) in texts.iter().zip(expected) {
        let ours = ours(text).map_or(Value::Null, |value| json!([value]));
        let is_extension = expected.is_null() && (text.contains("//") || text.contains("/*"));
        assert!(is_extension || ours == expected, "{text}\nours {ours}\npython {expected}");
    }
}

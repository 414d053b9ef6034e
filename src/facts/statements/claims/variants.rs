//! The same document in other clothes says the same: line breaks, line ends, variants of marks, alignment of tables.

use crate::facts::Input;
use crate::facts::Rows;

use super::extract;
use super::extract_data;

const DOCUMENT: &str = "\
# Parity of the stack

**Status**: ✅ 95% Coverage (57/60 features)

We have reached parity in 57 of 60 features (95%), and the gateway now serves 11 MCP servers for agents in all of the regions. \
Half of the checks, 18 of 36 tests, pass today. The team expects to finish about 40 modules over the next months of work.

All tables have row level security, and the coverage of the tests is at about 80% of the code that is in use.

## Verified components (4)

- ✅ Builds run on every push, with 3 workflows and a long sentence behind them that wraps around in some editors
- ⚠️ Restores are tried by hand
- [x] Names are registered

| Layer | Features | Coverage | Status |
|---|---|---|---|
| Infrastructure | 2 | 100% | ✅ Done |
| Modules | 1 | 50% | ⚠️ Partial |
| **Total** | **4** | | |

| # | Feature | Coverage | Layer |
|---|---|---|---|
| 1 | Builds | ✅ 100% | Infra |
| 2 | Backups | ✅ 100% | Infra |
| 3 | Access | ❌ Later | Module |

## Phase 1: COMPLETE

**Score**: 18/36

```text
12 tests passed
```
";

/// What a data file claims.
const DATA: &str = "\
summary:
  parity_percent: 95
  total_modules: 43
  coverage: 57/60
";

/// What a document claims, without lines and words.
fn said(text: &str) -> Vec<String> {
    told(text, extract)
}

/// What a reader of claims finds in a text, without lines and words.
fn told(text: &str, extract: fn(&Input<'_>, &mut Rows)) -> Vec<String> {
    let mut rows = Rows::default();
    extract(&Input::new(text.as_bytes()), &mut rows);
    let mut said: Vec<String> = rows
        .facts
        .iter()
        .map(|(_, cells)| {
            let kept =
                [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15].map(|at| format!("{:?}", cells[at]));
            kept.join(" ")
        })
        .collect();
    said.sort();
    said
}

/// The document with its paragraphs and items broken at a width.
fn wrapped(width: usize) -> String {
    let lines = DOCUMENT.lines().map(|line| {
        let is_prose = !line.starts_with(['#', '|', '`']) && !line.ends_with("passed");
        let indent = if line.starts_with('-') { "\n  " } else { "\n" };
        let mut out = String::new();
        let mut column = 0;
        for word in line.split(' ') {
            // A word that would begin a block of its own stays where it is.
            let may_break =
                word.starts_with(|first: char| first.is_ascii_lowercase() || first == '(');
            if column > 0 && column + word.len() > width && is_prose && may_break {
                out.push_str(indent);
                column = 0;
            } else if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
            column += word.len() + 1;
        }
        out
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_document_says_enough_to_compare() {
    let forms = said(DOCUMENT);
    for form in ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F11", "F12", "F13", "F14"] {
        assert!(
            forms.iter().any(|claim| claim.contains(&format!("\"{form}\""))),
            "{form}: {forms:#?}"
        );
    }
}

#[test]
fn line_breaks_change_nothing() {
    let expected = said(DOCUMENT);
    for width in 12..110 {
        assert_eq!(said(&wrapped(width)), expected, "{}", wrapped(width));
    }
}

#[test]
fn line_ends_change_nothing() {
    assert_eq!(said(&DOCUMENT.replace('\n', "\r\n")), said(DOCUMENT));
    assert_eq!(said(&format!("\u{feff}{DOCUMENT}")), said(DOCUMENT));
    assert_eq!(said(DOCUMENT.trim_end()), said(DOCUMENT));
}

#[test]
fn dress_of_data_changes_nothing() {
    let said = |text: &str| told(text, extract_data);
    let expected = said(DATA);
    assert!(
        !expected.is_empty() && expected.iter().all(|claim| claim.contains("\"F10\"")),
        "{expected:#?}"
    );
    for dressed in [
        DATA.replace('\n', "\r\n"),
        format!("\u{feff}{DATA}"),
        DATA.replace("  ", "      "),
        DATA.replace("parity_percent", "\"parity_percent\""),
        DATA.replace(": 57/60", ":   \"57/60\""),
        DATA.trim_end().to_owned(),
    ] {
        assert_eq!(said(&dressed), expected, "{dressed}");
    }
}

#[test]
fn variants_of_marks_change_nothing() {
    let expected = said(DOCUMENT);
    for (mark, variant) in [
        ("✅", "✅\u{fe0f}"),
        ("✅", "✔️"),
        ("✅", "☑"),
        ("⚠️", "⚠"),
        ("❌", "❌\u{fe0f}"),
        ("❌", "✗"),
    ] {
        assert_eq!(said(&DOCUMENT.replace(mark, variant)), expected, "{variant}");
    }
}

#[test]
fn alignment_of_tables_changes_nothing() {
    let expected = said(DOCUMENT);
    for rule in ["|:---|:---:|---:|-|", "| --- | --- | --- | --- |", "|:-|:-|:-|:-|"] {
        let aligned = DOCUMENT.replace("|---|---|---|---|", rule);
        assert_eq!(said(&aligned), expected, "{rule}");
    }
    let padded = DOCUMENT.lines().map(|line| match line.starts_with('|') {
        true => line.replace(" |", "      |").replace("| ", "|   ") + "  ",
        false => line.to_owned(),
    });
    assert_eq!(said(&padded.collect::<Vec<_>>().join("\n")), expected);
}

#[test]
fn damaged_letters_change_nothing() {
    let damaged: String = DOCUMENT
        .chars()
        .flat_map(|letter| match letter {
            '✅' => "âœ…".chars().collect::<Vec<_>>(),
            '❌' => "âŒ".chars().collect(),
            '⚠' => "âš\u{a0}".chars().collect(),
            letter => vec![letter],
        })
        .collect();
    assert_eq!(said(&damaged), said(DOCUMENT));
}

/// The document in other clothes: which is drawn from the bits of `choice`.
fn dressed(choice: u32) -> String {
    let width = 12 + (choice & 127) as usize;
    let marks = [("✅", "✔️"), ("✅", "☑"), ("⚠️", "⚠"), ("❌", "✗")];
    let rules = ["|:---|:---:|---:|-|", "| --- | --- | --- | --- |", "|:-|:-|:-|:-|"];
    let mut text = wrapped(width);
    for (at, (mark, variant)) in marks.iter().enumerate() {
        if choice >> (7 + at) & 1 == 1 {
            text = text.replace(mark, variant);
        }
    }
    if let Some(rule) = rules.get((choice >> 11 & 3) as usize) {
        text = text.replace("|---|---|---|---|", rule);
    }
    if choice >> 13 & 1 == 1 {
        text = text.replace(" |", "   |");
    }
    match choice >> 14 & 1 {
        1 => text.replace('\n', "\r\n"),
        _ => text,
    }
}

#[test]
fn all_variants_together_change_nothing() {
    let expected = said(DOCUMENT);
    // Every other choice, by a step that is no divisor of their number.
    for choice in (0..1 << 15).step_by(37) {
        assert_eq!(said(&dressed(choice)), expected, "{}", dressed(choice));
    }
}

//! What REUSE 3.3 reads: tags anywhere in a file, `REUSE.toml`, `.reuse/dep5`.

mod annotations;
mod dep5;
mod spdx_text;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value as Json;

use crate::facts::Input;
use crate::facts::Rows;

pub(super) use annotations::toml;
pub(super) use dep5::dep5;
pub(super) use spdx_text::ids;

/// The most rows one file gives.
const MAX_ROWS: usize = 100;

/// What ends a comment after a tag's value, and what markup closes there.
const CLOSERS: &str = r#"(?:\s*(?:\*/|-->|--%>|#\}|\*\)|-\}|\]\]|#>|\}\}|--\}\}|@\*|\}|=cut|"\s*/*>|'\s*/*>|\]\s*::|"\s*\)))*\s*$"#;

/// A statement of copyright, as REUSE asks for.
static COPYRIGHT: LazyLock<Regex> = LazyLock::new(|| {
    let sign = r"(?:©|\([Cc]\))";
    let word = format!(r"(?:Copyright(?:\s*{sign}|\s))");
    let stated = format!(
        r"(?:SPDX-(?:File|Snippet)CopyrightText:(?:\s*(?:{sign}|{word}))?|{word}|©)\s*(.*?){CLOSERS}"
    );
    Regex::new(&stated).expect("a valid pattern")
});
/// The tag of a licence.
static LICENSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"SPDX-License-Identifier:\s*(.*?){CLOSERS}")).expect("a valid pattern")
});

/// Reads the tags of one file, wherever they stand, but not between the marks that say to ignore them.
pub(super) fn tags(input: &Input<'_>, rows: &mut Rows) {
    let text = if input.is_binary() { "" } else { input.text() };
    if !["SPDX-", "Copyright", "©"].iter().any(|hint| text.contains(hint)) {
        return;
    }
    let mut is_ignored = false;
    let mut count = 0;
    for (line, number) in text.split(['\n', '\r']).zip(1_u32..) {
        is_ignored =
            (is_ignored || line.contains("REUSE-IgnoreStart")) && !line.contains("REUSE-IgnoreEnd");
        if is_ignored || count == MAX_ROWS || line.len() > 4096 {
            continue;
        }
        if let Some(found) = COPYRIGHT.captures(line) {
            let value = found.get(1).map_or("", |value| value.as_str());
            rows.add(
                0,
                [number.into(), "copyright".into(), value.into(), "[]".into(), 1_u32.into()],
            );
            count += 1;
        } else if let Some(found) = LICENSE.captures(line) {
            let value = found.get(1).map_or("", |value| value.as_str());
            let named = ids(value);
            let is_valid = u32::from(named.is_some());
            rows.add(
                0,
                [
                    number.into(),
                    "license".into(),
                    value.into(),
                    json(named).into(),
                    is_valid.into(),
                ],
            );
            count += 1;
        }
    }
}

/// Ids as a JSON array.
fn json(ids: Option<Vec<String>>) -> String {
    Json::from(ids.unwrap_or_default()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    fn said(text: &str) -> Vec<(String, String)> {
        let mut rows = Rows::default();
        tags(&Input::new(text.as_bytes()), &mut rows);
        let text = |value: &Value| value.as_text().unwrap_or("-").to_owned();
        rows.facts.iter().map(|(_, cells)| (text(&cells[1]), text(&cells[2]))).collect()
    }

    #[test]
    fn tags_are_read_wherever_they_stand() {
        let text = "x = 1\n/* SPDX-License-Identifier: MIT */ \n# Copyright (C) 2020 Acme\n<!-- SPDX-FileCopyrightText: 2020 Acme -->";
        let expected = [("license", "MIT"), ("copyright", "2020 Acme"), ("copyright", "2020 Acme")];
        assert_eq!(said(text), expected.map(|(kind, value)| (kind.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_is_to_be_ignored_is() {
        assert_eq!(
            said("REUSE-IgnoreStart\nSPDX-License-Identifier: MIT\nREUSE-IgnoreEnd\ncopyrights"),
            []
        );
    }
}

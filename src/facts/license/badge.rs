//! Badges of READMEs that name a licence, as `shields.io` makes them.

use crate::base::Value;
use crate::facts::{Input, Rows};

use super::head::Line;
use super::names::name;
use super::words::words;

/// The most badges of one file.
const MAX_BADGES: usize = 20;
/// What stands before the licence; the colour stands behind it.
const LABELS: [&str; 4] = ["badge/license-", "badge/licence-", "badge/License-", "badge/Licence-"];

/// Reads the badges of one README.
pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    let badges = input.text().lines().zip(1_u32..).filter_map(|(line, number)| {
        let label = LABELS.iter().find_map(|label| Some(line.find(label)? + label.len()))?;
        Some((number, message(&line[label..])))
    });
    for (number, raw) in badges.filter(|(_, raw)| !raw.is_empty()).take(MAX_BADGES) {
        let spdx = meant(&raw).unwrap_or_default();
        rows.add(0, [number.into(), raw.into(), Value::Text(spdx)]);
    }
}

/// The text of a badge up to its colour: two hyphens are one, an underscore is a space.
fn message(address: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.+%".contains(c);
    let whole = address.split(|c| !is_part(c)).next().unwrap_or_default();
    let whole = whole.replace("--", "\0").replace("%20", " ").replace('_', " ");
    whole.split('-').next().unwrap_or_default().replace('\0', "-")
}

/// The licence it names; none: none that is known.
fn meant(raw: &str) -> Option<String> {
    let line = [Line { number: 1, text: raw }];
    let words = words(&line);
    words.first().and_then(|_| name(&words, 0))?.spdx
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_names_a_licence() {
        for (address, raw, spdx) in [
            ("badge/licence-AGPL--3-blue.png", "AGPL-3", "AGPL-3.0"),
            ("badge/License-Apache_2.0-blue.svg)](x)", "Apache 2.0", "Apache-2.0"),
            ("badge/license-MIT-green", "MIT", "MIT"),
            ("badge/Licence-BSD%203--clause-006094?style=flat", "BSD 3-clause", "BSD-3-Clause"),
            ("badge/license-ours-red", "ours", ""),
        ] {
            let mut rows = Rows::default();
            let text = format!("# A\n![](https://img.shields.io/{address}");
            extract(&Input::new(text.as_bytes()), &mut rows);
            let wanted: Vec<Value> = vec![2_u32.into(), raw.into(), spdx.into()];
            assert_eq!(rows.facts.iter().map(|row| row.1.to_vec()).collect::<Vec<_>>(), [wanted]);
        }
    }
}

//! Licence texts: which licence a file called LICENSE holds.
//!
//! Compared with the texts of the SPDX list by the Sørensen–Dice measure over pairs of words. Only licences people use
//! are compared: among all seven hundred the rare variant of a common text wins too often. The texts are taken apart
//! when the first such file is read, and kept.

use std::sync::LazyLock;

use spdx::detection::TextData;
use spdx::license_id;

use crate::base::Value;
use crate::facts::Input;
use crate::facts::Rows;

use super::tables::TEXT;

/// The licences a text is compared with.
const KNOWN: [&str; 46] = [
    "0BSD",
    "AFL-3.0",
    "AGPL-3.0",
    "Apache-1.1",
    "Apache-2.0",
    "Artistic-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-2-Clause-Patent",
    "BSD-3-Clause",
    "BSD-3-Clause-Clear",
    "BSD-4-Clause",
    "BSL-1.0",
    "BUSL-1.1",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDDL-1.0",
    "ECL-2.0",
    "EPL-1.0",
    "EPL-2.0",
    "EUPL-1.2",
    "Elastic-2.0",
    "GPL-2.0",
    "GPL-3.0",
    "ISC",
    "LGPL-2.0",
    "LGPL-2.1",
    "LGPL-3.0",
    "MIT",
    "MIT-0",
    "MPL-1.1",
    "MPL-2.0",
    "MS-PL",
    "MulanPSL-2.0",
    "NCSA",
    "OFL-1.1",
    "PostgreSQL",
    "SSPL-1.0",
    "SUL-1.0",
    "Unlicense",
    "Zlib",
];
/// Where a text ends whose rest is advice on how to apply it; some files leave it out.
const ENDS: [&str; 2] = ["END OF TERMS AND CONDITIONS", "APPENDIX: How to apply"];
/// Words that take away what the text around them grants.
const LIMITS: [&str; 4] = [
    "commons clause",
    "non-commercial purposes only",
    "additional use grant:",
    "additional restriction",
];

/// From which share on a text is that licence: word for word but for names and years.
const MATCH: u32 = 98;
/// From which share on it is that licence with changes.
const MODIFIED: u32 = 90;
/// From which share on a person should look.
const REVIEW: u32 = 80;
/// The longest file that is compared, in bytes; the longest text known has 45,000.
const MAX_BYTES: usize = 256 * 1024;

struct Text {
    spdx: &'static str,
    data: TextData,
}

static TEXTS: LazyLock<Vec<Text>> = LazyLock::new(|| {
    let known = KNOWN.into_iter().filter_map(|spdx| license_id(spdx).map(|id| (spdx, id.text())));
    let variants = known.flat_map(|(spdx, text)| {
        let cut = ENDS.iter().filter_map(move |end| text.find(end).map(|at| &text[..at]));
        std::iter::once(text).chain(cut).map(move |text| (spdx, text))
    });
    variants.map(|(spdx, text)| Text { spdx, data: TextData::new(text).without_text() }).collect()
});

/// Reads one file that by its name holds a licence.
pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    if input.is_binary() || input.bytes.len() > MAX_BYTES {
        let reason = "not a text of a length that licences have";
        rows.add(TEXT, [Value::Null, 0_u32.into(), "review".into()]);
        rows.problem(None, "license-text", reason);
        return;
    }
    let (spdx, confidence, verdict) = judge(input.text());
    rows.add(TEXT, [spdx.into(), confidence.into(), verdict.into()]);
}

/// The licence, the likeness in percent, the verdict. The licence is open where a person should look, empty where the
/// text is none of those known.
fn judge(text: &str) -> (Option<&'static str>, u32, &'static str) {
    if text.split_whitespace().nth(5).is_none() {
        return (Some(""), 0, "none");
    }
    let data = TextData::new(text);
    let likeness = |known: &Text| known.data.match_score(&data);
    let best = TEXTS.iter().map(|known| (likeness(known), known.spdx));
    let (score, spdx) =
        best.fold((0.0_f32, ""), |best, next| if next.0 > best.0 { next } else { best });
    // Rounded down, so that nothing is a match that is not.
    let confidence = (1..=100).rev().find(|percent| score * 100.0 >= *percent as f32).unwrap_or(0);
    let title = text.chars().take(600).collect::<String>().to_lowercase();
    let lower = text.to_lowercase();
    let limited = LIMITS.iter().any(|limit| lower.contains(limit)) && spdx != "BUSL-1.1";
    match confidence {
        MODIFIED.. if limited || !agrees(spdx, &title) => (None, confidence, "review"),
        MATCH.. => (Some(spdx), confidence, "match"),
        MODIFIED.. => (Some(spdx), confidence, "modified"),
        REVIEW.. => (None, confidence, "review"),
        _ => (Some(""), confidence, "none"),
    }
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
    let version = version.trim_end_matches(".0");
    named && (!title.contains("version ") || title.contains(&format!("version {version}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(spdx: &str) -> &'static str {
        license_id(spdx).expect("an id of the list").text()
    }

    #[test]
    fn every_known_text_is_itself() {
        for spdx in KNOWN {
            assert_eq!(judge(text(spdx)).0, Some(spdx), "{spdx}");
            assert_eq!(judge(text(spdx)).2, "match", "{spdx}");
        }
    }

    #[test]
    fn a_text_without_its_appendix_is_the_licence() {
        for spdx in ["Apache-2.0", "AGPL-3.0", "GPL-2.0", "GPL-3.0"] {
            let end =
                ENDS.iter().filter_map(|end| text(spdx).find(end)).min().expect("an appendix");
            assert_eq!(judge(&text(spdx)[..end]).0, Some(spdx));
        }
    }

    #[test]
    fn names_and_years_do_not_matter() {
        let mit =
            text("MIT").replace("<year> <copyright holders>", "2019 Acme SA and its many friends");
        assert_eq!(judge(&mit), (Some("MIT"), judge(&mit).1, "match"));
    }

    #[test]
    fn a_clause_that_takes_away_is_for_a_person() {
        let sold = format!(
            "\"Commons Clause\" License Condition v1.0\nThe right to sell is not granted.\n\n{}",
            text("Apache-2.0")
        );
        assert_eq!(judge(&sold).2, "review");
        assert_eq!(judge(&sold).0, None);
    }

    #[test]
    fn other_texts_are_none() {
        assert_eq!(
            judge("All rights reserved. Ask us before you use any of this at all.").2,
            "none"
        );
        assert_eq!(judge(""), (Some(""), 0, "none"));
    }
}

//! The texts of the SPDX list as they are compared: those people use first, all others where none of these fits.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use spdx::identifiers::LICENSES;
use spdx::license_id;

use super::bag::{Bag, matter};

/// Where a text ends whose rest is advice on how to apply it; some files leave it out.
const ENDS: [&str; 4] = [
    "END OF TERMS AND CONDITIONS",
    "APPENDIX: How to apply",
    "APPENDIX: HOW TO APPLY",
    "\nHow to apply",
];
/// Where the preamble of the GNU licences ends; some files leave it out.
const TERMS: &str = "TERMS AND CONDITIONS";

/// One text a file is compared with.
pub(super) struct Text {
    /// Its id; of a GNU licence without what says which versions.
    pub spdx: &'static str,
    /// Its words.
    pub words: Vec<String>,
    /// Their pairs.
    pub bag: Bag,
    /// The text in lower case.
    pub lower: String,
}

/// The licences people use, with their variants.
pub(super) static COMMON: LazyLock<Vec<Text>> = LazyLock::new(|| {
    let ids = include_str!("known.txt").lines();
    ids.flat_map(variants).collect()
});

/// All others of the list; read only where none of the common ones fits.
pub(super) static RARE: LazyLock<Vec<Text>> = LazyLock::new(|| {
    let common: BTreeSet<&str> = include_str!("known.txt").lines().collect();
    let ids = LICENSES.iter().map(|known| known.name).filter(|id| !common.contains(id));
    // The GNU ids of one text, and what the list has renamed, are known by another name.
    let ids = ids.filter(|id| {
        !id.ends_with("-only")
            && !id.ends_with("-or-later")
            && !id.ends_with('+')
            && *id != "NOASSERTION"
    });
    ids.flat_map(variants).collect()
});

/// Ids of common texts by their words: what is word for word one of them needs no comparison.
pub(super) static EXACT: LazyLock<HashMap<&'static [String], usize>> = LazyLock::new(|| {
    let texts: &'static [Text] = &COMMON;
    texts.iter().enumerate().rev().map(|(index, text)| (&*text.words, index)).collect()
});

fn variants(spdx: &'static str) -> Vec<Text> {
    let Some(text) = license_id(spdx).map(|id| id.text()) else { return Vec::new() };
    let mut all = vec![text];
    all.extend(ENDS.iter().filter_map(|end| text.find(end)).map(|end| &text[..end]));
    if spdx == "LGPL-3.0" {
        all.extend(
            text.find("GNU GENERAL PUBLIC LICENSE").filter(|at| *at > 1000).map(|at| &text[..at]),
        );
    } else if spdx.contains("GPL-") {
        all.extend(text.find(TERMS).map(|at| &text[at..]));
    }
    all.into_iter().map(|text| made(spdx, text)).filter(|text| text.words.len() > 8).collect()
}

fn made(spdx: &'static str, text: &str) -> Text {
    let words = matter(text);
    Text { spdx, bag: Bag::of(&words), words, lower: text.to_lowercase() }
}

//! The inventory of licences: how many files state which, what each part declares, and which file is the odd one out.

mod bill;
mod cyclonedx;
mod spdx2;
mod spdx3;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::audit::{Audit, Declared, LicensedFile, LicensedPart};
use crate::facts::license;

pub use bill::Contents;
pub use cyclonedx::cyclonedx;
pub use spdx2::spdx2;
pub use spdx3::spdx3;
pub use words::{licenses_csv, licenses_json, licenses_terminal};

/// Of how many parts a report tells, and how many odd files it names in each.
const MOST: [usize; 2] = [200, 10];

/// The inventory, as templates see it and as JSON has it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Inventory {
    /// Files that count: neither archived, vendored nor generated, and no text of a licence.
    files: usize,
    /// How many of them state a licence.
    stated: usize,
    /// How many of them state a copyright.
    held: usize,
    /// How many state which licence.
    licenses: Vec<Count>,
    /// Texts of licences: path and licence.
    texts: Vec<[String; 2]>,
    /// Parts that declare a licence or have files that state one.
    parts: Vec<PartStory>,
    /// Parts of which nothing is told here.
    more: usize,
}

#[derive(Debug, Clone, Serialize)]
struct Count {
    name: String,
    count: usize,
}

/// One part.
#[derive(Debug, Serialize)]
struct PartStory {
    /// Its folder; empty: the root.
    dir: String,
    /// What its manifests declare, as written; empty: nothing.
    declared: String,
    /// Files that count.
    files: usize,
    /// How many state which licence.
    stated: Vec<Count>,
    /// Files that state another licence than is declared: path and licence.
    odd: Vec<[String; 2]>,
    /// Such files that are not named.
    more: usize,
}

impl Inventory {
    pub(super) fn of(audit: &Audit) -> Inventory {
        let all = &audit.licenses;
        let files: Vec<&LicensedFile> = all.files.iter().filter(|file| is_counted(file)).collect();
        let mut by_part: BTreeMap<usize, Vec<&LicensedFile>> = BTreeMap::new();
        for file in &files {
            by_part.entry(file.part).or_default().push(file);
        }
        let mut parts: Vec<PartStory> = all
            .parts
            .iter()
            .zip(0..)
            .map(|(part, at)| story(part, by_part.get(&at).map_or(&[], Vec::as_slice)))
            .filter(|part| !part.declared.is_empty() || !part.stated.is_empty())
            .collect();
        let more = parts.len().saturating_sub(MOST[0]);
        parts.truncate(MOST[0]);
        let texts = all.files.iter().filter(|file| file.standing == "live");
        Inventory {
            files: files.len(),
            stated: files.iter().filter(|file| !file.stated.is_empty()).count(),
            held: files.iter().filter(|file| !file.copyrights.is_empty()).count(),
            licenses: counts(&files),
            texts: texts.filter_map(|file| Some([file.path.clone(), file.text.clone()?])).collect(),
            parts,
            more,
        }
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.texts.is_empty()
    }
}

fn is_counted(file: &LicensedFile) -> bool {
    file.standing == "live" && file.text.is_none()
}

fn story(part: &LicensedPart, files: &[&LicensedFile]) -> PartStory {
    let is_odd = |file: &&&LicensedFile| {
        let allowed = part.license().map(|license| bill::terms(&any_version(license)));
        allowed.is_some_and(|allowed| {
            let mut stated = file.stated.iter().map(|stated| any_version(stated));
            stated.any(|stated| license::is_allowed(&stated, &allowed) == Some(false))
        })
    };
    let mut odd: Vec<[String; 2]> = files
        .iter()
        .filter(is_odd)
        .map(|file| [file.path.clone(), file.stated.join(", ")])
        .collect();
    let more = odd.len().saturating_sub(MOST[1]);
    odd.truncate(MOST[1]);
    PartStory {
        dir: part.dir.clone(),
        declared: declared(part),
        files: files.len(),
        stated: counts(files),
        odd,
        more,
    }
}

/// What manifests declare, and badges that say something else.
fn declared(part: &LicensedPart) -> String {
    let family = |said: &Declared| said.spdx.as_deref().map(any_version);
    let (badges, manifests): (Vec<&Declared>, Vec<&Declared>) =
        part.declared.iter().partition(|said| said.system == "readme");
    let mut all: Vec<String> = manifests.iter().map(|said| said.raw.clone()).collect();
    all.dedup();
    let others = badges.iter().filter(|badge| {
        family(badge).is_some() && manifests.iter().all(|said| family(said) != family(badge))
    });
    all.extend(others.map(|badge| format!("{} (badge)", badge.raw)));
    all.join(", ")
}

/// An expression without what it says of later versions: no manifest of Odoo can say that.
fn any_version(expression: &str) -> String {
    expression.replace("-or-later", "").replace("-only", "")
}

/// How many files state which licence, the most frequent first.
fn counts(files: &[&LicensedFile]) -> Vec<Count> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for stated in files.iter().flat_map(|file| &file.stated) {
        *counts.entry(stated).or_default() += 1;
    }
    let mut counts: Vec<Count> =
        counts.into_iter().map(|(name, count)| Count { name: name.to_owned(), count }).collect();
    counts
        .sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    counts
}

//! Names of licences as people write them, and what SPDX calls them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::expression::canonical;
use super::gnu::gnu;
use super::words::Word;

/// A licence named somewhere among the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The index of its first word.
    pub start: usize,
    /// The index after its last.
    pub end: usize,
    /// The SPDX id; of a GNU licence without `-only` or `-or-later` where neither is said. None: it is not said which.
    pub spdx: Option<String>,
    /// `only` or `or-later`.
    pub qualifier: Option<&'static str>,
    /// Whether it is written out, not an abbreviation that could be anything.
    pub is_long: bool,
}

/// One line of the list of names.
struct Known {
    words: Vec<&'static str>,
    /// None: a family of which it is not said which member is meant.
    id: Option<&'static str>,
    /// The versions there are, if one must be named; the id then ends before it.
    versions: Vec<&'static str>,
}

/// Names by their first word: the name in lower case, the id, and the versions that may follow.
static NAMES: LazyLock<HashMap<&'static str, Vec<Known>>> = LazyLock::new(|| {
    let mut names: HashMap<&str, Vec<Known>> = HashMap::new();
    for line in include_str!("names.tsv").lines() {
        let mut cells = line.split('\t');
        let words: Vec<&str> = cells.next().unwrap_or_default().split(' ').collect();
        let id = cells.next().filter(|id| *id != "-");
        let versions = cells.next().map(|all| all.split(' ').collect()).unwrap_or_default();
        names.entry(words[0]).or_default().push(Known { words, id, versions });
    }
    names
});

/// Parts of addresses of licences, and whose they are; the first that fits counts.
static ADDRESSES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    include_str!("addresses.tsv").lines().filter_map(|line| line.split_once('\t')).collect()
});

/// The licence named at a place; the longest reading counts.
pub(super) fn name(words: &[Word], start: usize) -> Option<Name> {
    let readings =
        [gnu(words, start), known(words, start), listed(words, start), address(words, start)];
    readings.into_iter().flatten().max_by_key(|name| (name.spdx.is_some(), name.end))
}

fn found(start: usize, end: usize, spdx: Option<String>, is_long: bool) -> Option<Name> {
    Some(Name { start, end, spdx, qualifier: None, is_long })
}

fn known(words: &[Word], start: usize) -> Option<Name> {
    let named = NAMES.get(&*words[start].text)?.iter().filter_map(|known| {
        let end = start + known.words.len();
        let is_here = words.len() >= end
            && known.words.iter().zip(&words[start..]).all(|(wanted, word)| word.text == *wanted);
        is_here.then(|| resolved(known, words, end))?
    });
    let (end, id) = named.max_by_key(|(end, id)| (id.is_some(), *end))?;
    // `license` after a short name belongs to it.
    let after = words.get(end).is_some_and(|word| {
        matches!(&*word.text, "license" | "licensed" | "licenses") && !words[end - 1].ends
    });
    let end = end + usize::from(after);
    found(start, end, id, words[start..end].iter().any(|word| word.text.contains("icense")))
}

fn resolved(known: &Known, words: &[Word], end: usize) -> Option<(usize, Option<String>)> {
    let (Some(id), false) = (known.id, known.versions.is_empty()) else {
        return Some((end, known.id.map(str::to_owned)));
    };
    let (end, version) = version(words, end)?;
    known.versions.contains(&&*version).then(|| (end, Some(format!("{id}{version}"))))
}

/// A version, `2.0` of `2`, `v2`, `version 2.0`, `(mpl) v 2.0`, and where it ends.
fn version(words: &[Word], start: usize) -> Option<(usize, String)> {
    let filler = |word: &Word| {
        let is_short = word.in_brackets && word.text.chars().all(|c| c.is_ascii_alphabetic());
        is_short
            || matches!(
                &*word.text,
                "version" | "v" | "license" | "international" | "public" | "the" | "universal"
            )
    };
    let at = (start..words.len().min(start + 4)).find(|at| !filler(&words[*at]))?;
    let text = &words[at].text;
    let text =
        text.trim_start_matches("version").trim_start_matches(['v', '-']).trim_end_matches('+');
    let is_number = text.starts_with(|c: char| c.is_ascii_digit()) && text.len() <= 4;
    let whole = if text.contains('.') { text.to_owned() } else { format!("{text}.0") };
    is_number.then_some((at + 1, whole))
}

/// An id of the SPDX list, as `bsd-3-clause`: one with a digit and a hyphen, which no word of prose has.
fn listed(words: &[Word], start: usize) -> Option<Name> {
    let text = &words[start].text;
    let is_id = text.len() < 40
        && text.contains('-')
        && text.contains(|c: char| c.is_ascii_digit())
        && text.starts_with(|c: char| c.is_ascii_alphabetic());
    let id = is_id.then(|| canonical(text))??;
    let is_gnu = ["GPL-", "LGPL-", "AGPL-"].iter().any(|family| id.starts_with(family));
    if is_gnu { None } else { found(start, start + 1, Some(id), false) }
}

fn address(words: &[Word], start: usize) -> Option<Name> {
    let text = &words[start].text;
    let (_, id) = ADDRESSES.iter().find(|(part, _)| text.contains('.') && text.contains(part))?;
    found(start, start + 1, Some((*id).to_owned()), false)
}

/// The family an address of the GNU project names: `AGPL` of `https://www.gnu.org/licenses/agpl`.
pub(super) fn family_of_address(word: &str) -> Option<&'static str> {
    let (_, name) = word.split_once("gnu.org/licenses/")?;
    let name = name.strip_prefix("old-licenses/").unwrap_or(name);
    let families = [("agpl", "AGPL"), ("lgpl", "LGPL"), ("gpl", "GPL")];
    families.into_iter().find(|(begin, _)| name.starts_with(begin)).map(|(_, family)| family)
}

//! Texts as bags of word pairs, and how alike two of them are.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The pairs of neighbouring words of a text, as sorted hashes.
#[derive(Debug, Clone)]
pub(super) struct Bag {
    pairs: Vec<u64>,
}

/// What two bags have in common.
pub(super) struct Overlap {
    /// The Sørensen–Dice measure: 1 where all pairs are shared.
    pub likeness: f64,
    /// Which share of the first stands in the second.
    pub contained: f64,
}

impl Bag {
    /// The bag of a text's words.
    pub(super) fn of(words: &[String]) -> Self {
        let mut pairs: Vec<u64> = words.windows(2).map(digest).collect();
        pairs.sort_unstable();
        Bag { pairs }
    }

    /// How many pairs it holds.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// What it has in common with another.
    pub(super) fn overlap(&self, other: &Bag) -> Overlap {
        let (mut at, mut beside, mut shared) = (0, 0, 0_usize);
        while let (Some(one), Some(two)) = (self.pairs.get(at), other.pairs.get(beside)) {
            shared += usize::from(one == two);
            at += usize::from(one <= two);
            beside += usize::from(two <= one);
        }
        let part = |whole: usize| if whole == 0 { 0.0 } else { shared as f64 / whole as f64 };
        Overlap { likeness: 2.0 * part(self.len() + other.len()), contained: part(self.len()) }
    }

    /// What is left when the pairs of another are taken away.
    pub(super) fn without(&self, other: &Bag) -> Bag {
        let mut beside = other.pairs.iter().peekable();
        let mut pairs = Vec::new();
        for pair in &self.pairs {
            while beside.peek().is_some_and(|other| *other < pair) {
                beside.next();
            }
            if beside.peek() == Some(&pair) {
                beside.next();
            } else {
                pairs.push(*pair);
            }
        }
        Bag { pairs }
    }
}

fn digest(pair: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    pair.hash(&mut hasher);
    hasher.finish()
}

/// The words of a licence that matter: no statements of copyright, no numbering, no marks of Markdown, one spelling.
pub(super) fn matter(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines().filter(|line| !is_copyright(line)) {
        for word in line.split(|c: char| !c.is_alphanumeric()) {
            let is_number = word.len() < 3 && word.chars().all(|c| c.is_ascii_digit());
            if word.chars().count() > 1 && !is_number {
                words.push(spelt(&word.to_lowercase()));
            }
        }
    }
    words
}

fn spelt(word: &str) -> String {
    match word {
        "licence" => "license".to_owned(),
        "licenced" => "licensed".to_owned(),
        "licences" => "licenses".to_owned(),
        "https" => "http".to_owned(),
        "acknowledgement" => "acknowledgment".to_owned(),
        "owner" | "owners" | "holders" => "holder".to_owned(),
        "author" | "authors" => "holder".to_owned(),
        other => other.to_owned(),
    }
}

/// Whether a line only says who has the copyright.
fn is_copyright(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©' && c != '(');
    let starts =
        |word: &str| line.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
    let says_when = || {
        line.contains(|c: char| c.is_ascii_digit())
            || line.contains(['<', '[', '{', '©'])
            || line.to_lowercase().contains("(c)")
    };
    starts("all rights reserved")
        || starts("©")
        || (starts("copyright") || starts("(c)") || starts("portions copyright")) && says_when()
}

/// The words one text has more often than another, with how often, in the order of the alphabet.
pub(super) fn surplus<'a>(text: &'a [String], other: &[String]) -> BTreeMap<&'a str, usize> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for word in text {
        counts.entry(word).or_default().0 += 1;
    }
    for word in other {
        if let Some(count) = counts.get_mut(&**word) {
            count.1 += 1;
        }
    }
    counts
        .into_iter()
        .filter(|(_, (here, there))| here > there)
        .map(|(word, (here, there))| (word, here - there))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bag(text: &str) -> Bag {
        Bag::of(&matter(text))
    }

    #[test]
    fn likeness_counts_pairs_and_containment_what_is_missing() {
        let (short, long) = (bag("one two three"), bag("one two three four five"));
        assert!((short.overlap(&short).likeness - 1.0).abs() < 1e-9);
        assert!(
            (short.overlap(&long).contained - 1.0).abs() < 1e-9
                && short.overlap(&long).likeness < 0.7
        );
        assert_eq!(long.without(&short).len(), 2);
        assert!(bag("").overlap(&bag("")).likeness < 0.1);
    }

    #[test]
    fn names_years_and_numbers_do_not_matter() {
        assert_eq!(matter("# Copyright (c) 2020 Acme\n1. The *Licence* (a)"), ["the", "license"]);
    }

    #[test]
    fn a_surplus_is_counted() {
        let (more, less) = (matter("one two two"), matter("one two"));
        assert_eq!(surplus(&more, &less).into_iter().collect::<Vec<_>>(), [("two", 1)]);
    }
}

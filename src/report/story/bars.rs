//! Bars of a score: how long each part is, and what it says to who cannot see it.

use serde::Serialize;

use super::super::first_look::stated;
use super::super::terminal::printed;
use crate::base::Verdict;
use crate::matrix::MatrixResult;
use crate::matrix::Score;

/// The length of the longest bar.
const LONG: usize = 1000;
/// Verdicts in the order of a bar, from what is there to what is not.
const ORDER: [Verdict; 7] = [
    Verdict::Verified,
    Verdict::Attested,
    Verdict::Unknown,
    Verdict::Partial,
    Verdict::Missing,
    Verdict::Accepted,
    Verdict::Deferred,
];

/// Bars that belong together.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    /// all, area, layer, phase or priority.
    dimension: &'static str,
    bars: Vec<Bar>,
    /// The verdicts that occur.
    key: Vec<Key>,
    /// Whether documents claim anything.
    is_claimed: bool,
    /// The sum of the bars, where they are parts of the whole.
    sum: Option<Bar>,
}

/// A verdict that occurs.
#[derive(Debug, Serialize)]
struct Key {
    verdict: String,
    word: &'static str,
}

#[derive(Debug, Serialize)]
struct Bar {
    /// Unique in its document.
    id: String,
    /// Which area, layer, phase or priority.
    name: String,
    /// The same in words.
    text: String,
    /// The whole bar's length.
    width: usize,
    parts: Vec<Part>,
    total: usize,
    claimed: usize,
    /// The length of what is claimed.
    claimed_width: usize,
    low: usize,
    high: usize,
    overstated: usize,
    understated: usize,
    /// Features of each verdict, in the order of the bar.
    counts: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct Part {
    /// The verdict, as a name.
    verdict: String,
    x: usize,
    width: usize,
    count: usize,
}

/// The charts of a matrix: the whole, then each dimension.
pub(super) fn of(result: &MatrixResult, scores: &[Score]) -> Vec<Chart> {
    let mut charts: Vec<Chart> = Vec::new();
    for dimension in ["all", "area", "layer", "phase", "priority"] {
        let of: Vec<&Score> = scores.iter().filter(|score| score.dimension == dimension).collect();
        let verdicts: Vec<Verdict> = ORDER
            .into_iter()
            .filter(|verdict| of.iter().any(|score| score.count(*verdict) > 0))
            .collect();
        let longest = of.iter().map(|score| score.total).max().unwrap_or(0);
        let numbered = of.iter().enumerate();
        let mut bars: Vec<Bar> = numbered
            .map(|(at, score)| {
                let id = format!("bar-{}-{dimension}-{at}", result.matrix.name);
                bar(score, id, longest, &verdicts)
            })
            .collect();
        if dimension == "area" {
            // In the catalogue's order, not the alphabet's.
            let position =
                |bar: &Bar| result.matrix.areas.values().position(|name| *name == bar.name);
            bars.sort_by_key(position);
        }
        if dimension == "all" {
            // What documents say of the whole goes before the sum of what they say of each.
            let said =
                stated(result).first().and_then(|(claim, _)| usize::try_from(claim.numerator).ok());
            bars.iter_mut().for_each(|bar| bar.claim(said.unwrap_or(bar.claimed), longest));
        }
        let sum = (dimension == "area").then(|| bar(&scores[0], String::new(), longest, &verdicts));
        if !bars.is_empty() {
            let word =
                |verdict: Verdict| Key { verdict: verdict.to_string(), word: printed(verdict) };
            let key = verdicts.into_iter().map(word).collect();
            let is_claimed = bars.iter().any(|bar| bar.claimed > 0);
            charts.push(Chart { dimension, bars, key, is_claimed, sum });
        }
    }
    charts
}

impl Bar {
    fn claim(&mut self, count: usize, longest: usize) {
        self.claimed = count;
        self.claimed_width = (count.min(self.total) * LONG).checked_div(longest).unwrap_or(0);
    }
}

fn bar(score: &Score, id: String, longest: usize, verdicts: &[Verdict]) -> Bar {
    let length = |count: usize| (count * LONG).checked_div(longest).unwrap_or(0);
    let (mut parts, mut before, mut words) = (Vec::new(), 0, Vec::new());
    for verdict in ORDER.into_iter().filter(|verdict| score.count(*verdict) > 0) {
        let count = score.count(verdict);
        let (x, end) = (length(before), length(before + count));
        parts.push(Part { verdict: verdict.to_string(), x, width: end - x, count });
        before += count;
        words.push(format!("{count} {}", printed(verdict)));
    }
    let name = if score.dimension == "all" { "All" } else { score.name.as_str() };
    Bar {
        id,
        name: name.to_owned(),
        text: format!("{name}: {} of {}", words.join(", "), score.total),
        width: length(score.total),
        parts,
        total: score.total,
        claimed: score.claimed,
        claimed_width: length(score.claimed.min(score.total)),
        low: score.low,
        high: score.high,
        overstated: score.overstated,
        understated: score.understated,
        counts: verdicts.iter().map(|verdict| score.count(*verdict)).collect(),
    }
}

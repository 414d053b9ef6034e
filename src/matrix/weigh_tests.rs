//! Weighs random combinations of random rows, and every way in which what is undecided in them could turn out.

use super::*;
use crate::base::Verdict;
use crate::matrix::node::Leaf;
use crate::pages::{Mechanism, Row};

const VALUATIONS: usize = 10_000;
/// Undecided rows of a valuation of which every resolution is tried: all 3^n. More are tried where it is fast.
const EXHAUSTED: usize = if cfg!(debug_assertions) { 3 } else { 8 };
/// Resolutions tried of a valuation with more.
const SAMPLED: usize = if cfg!(debug_assertions) { 16 } else { 200 };

/// The same numbers in every run: SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.below(items.len() as u64)).expect("an index")]
    }
}

/// A piece before its rows are counted.
struct Rows {
    rows: Vec<Row>,
    need: Need,
    strength: Strength,
    guard: bool,
    same: Option<Mechanism>,
    /// Inside `not`: what holds speaks against the whole.
    negated: bool,
}

impl Rows {
    fn piece(&self, rows: Vec<Row>) -> Piece {
        let outcome = Outcome::of(rows, |_| false, self.same).expect("subjects differ");
        Piece::of(&outcome, self.need, self.strength, self.guard)
    }
}

/// A combination and the rows of its leaves.
struct Valuation {
    node: Node,
    leaves: Vec<Rows>,
}

impl Valuation {
    fn random(random: &mut Random) -> Valuation {
        let mut leaves = Vec::new();
        let node = node(random, 4, false, None, &mut leaves);
        Valuation { node, leaves }
    }

    fn verdict_with(&self, rows: impl Fn(&Rows) -> Vec<Row>) -> Interval {
        let pieces: Vec<Piece> = self.leaves.iter().map(|leaf| leaf.piece(rows(leaf))).collect();
        weigh(&self.node, &pieces).standing.alone
    }

    /// Whether some row may be part of several mechanisms. It cannot be in all of them at once, so an end may be out of
    /// reach: undecided is then said of a little more than it must.
    fn is_unplaced(&self) -> bool {
        let placed = self.leaves.iter().filter(|leaf| leaf.same.is_some());
        placed.flat_map(|leaf| &leaf.rows).any(|row| row.mechanism.is_none())
    }

    fn undecided(&self) -> usize {
        self.leaves.iter().flat_map(|leaf| &leaf.rows).filter(|row| is_open(row)).count()
    }

    /// The verdict if what is undecided turns out as `next` says, row by row.
    fn resolved(&self, next: &mut dyn FnMut(&Rows) -> Resolution) -> Level {
        let leaves: Vec<Vec<Row>> = self
            .leaves
            .iter()
            .map(|leaf| leaf.rows.iter().map(|row| settled(row, next, leaf)).collect())
            .collect();
        let pieces: Vec<Piece> =
            self.leaves.iter().zip(leaves).map(|(leaf, rows)| leaf.piece(rows)).collect();
        weigh(&self.node, &pieces).standing.alone.decided().expect("nothing is undecided any more")
    }

    /// The verdict if everything undecided speaks for the whole, or against it.
    fn extreme(&self, speaks_for: bool) -> Level {
        self.resolved(&mut |leaf| {
            if speaks_for == leaf.negated { Resolution::Fails } else { Resolution::Holds }
        })
    }
}

#[derive(Clone, Copy)]
enum Resolution {
    Holds,
    Found,
    Fails,
}

const RESOLUTIONS: [Resolution; 3] = [Resolution::Holds, Resolution::Found, Resolution::Fails];

fn is_open(row: &Row) -> bool {
    row.ok == Truth::Unknown || row.found == Truth::Unknown
}

/// A row once it is known; where it belongs is then known, too.
fn settled(row: &Row, next: &mut dyn FnMut(&Rows) -> Resolution, leaf: &Rows) -> Row {
    if !is_open(row) {
        return row.clone();
    }
    let way = next(leaf);
    let mut row = row.clone();
    let number: usize = row.subject.parse().expect("subjects are numbers");
    row.mechanism.get_or_insert_with(|| format!("addon {}", (way as usize + number) % 3));
    row.ok = match (row.ok, way) {
        (Truth::Unknown, Resolution::Holds) => Truth::Holds,
        _ => Truth::Fails,
    };
    row.found = match (row.found, way) {
        (Truth::Unknown, Resolution::Fails) => Truth::Fails,
        (Truth::Unknown, _) => Truth::Holds,
        (found, _) => found,
    };
    row
}

fn node(
    random: &mut Random,
    depth: u64,
    negated: bool,
    same: Option<Mechanism>,
    leaves: &mut Vec<Rows>,
) -> Node {
    match if depth == 0 { 0 } else { random.below(5) } {
        0 | 1 => leaf(random, negated, false, same, leaves),
        2 => {
            let count = 1 + random.below(3);
            Node::Any((0..count).map(|_| node(random, depth - 1, negated, same, leaves)).collect())
        }
        _ => {
            let own = (same.is_none() && random.below(4) == 0).then_some(Mechanism::Module);
            let within = own.or(same);
            let count = 1 + random.below(2);
            let mut parts: Vec<Node> =
                (0..count).map(|_| node(random, depth - 1, negated, within, leaves)).collect();
            match random.below(4) {
                // `not` inside `not` turns the sign twice; what is under it is a combination of its own.
                0 => {
                    parts.push(Node::Not(Box::new(node(random, depth - 1, !negated, None, leaves))))
                }
                1 => parts.push(leaf(random, negated, true, within, leaves)),
                _ => {}
            }
            Node::All { parts, same: own }
        }
    }
}

fn leaf(
    random: &mut Random,
    negated: bool,
    guard: bool,
    same: Option<Mechanism>,
    leaves: &mut Vec<Rows>,
) -> Node {
    let needs = [
        Need::Some(1),
        Need::Some(2),
        Need::Some(3),
        Need::Every,
        Need::Share(0.5),
        Need::Share(0.55),
    ];
    let strengths = [
        Strength::Structural,
        Strength::Structural,
        Strength::Textual,
        Strength::Bare,
        Strength::Attested,
    ];
    let count = random.below(4);
    let rows: Vec<Row> = (0..count).map(|number| row(random, number, same.is_some())).collect();
    let need = if guard { Need::Every } else { random.one_of(&needs) };
    leaves.push(Rows { rows, need, strength: random.one_of(&strengths), guard, same, negated });
    let text = String::new();
    Node::Leaf(Box::new(Leaf {
        kind: String::new(),
        parameters: BTreeMap::new(),
        need: None,
        decisive: None,
        within: None,
        text,
    }))
}

fn row(random: &mut Random, number: u64, placed: bool) -> Row {
    let truths = [Truth::Holds, Truth::Fails, Truth::Unknown];
    let ok = random.one_of(&truths);
    let found = random.one_of(&truths).max(ok);
    let unplaced = ok == Truth::Unknown && random.below(4) == 0;
    let mechanism = (placed && !unplaced).then(|| format!("addon {}", random.below(2)));
    Row {
        path: None,
        line: None,
        subject: number.to_string(),
        end_line: None,
        ok,
        found,
        message: String::new(),
        reason: None,
        mechanism,
    }
}

#[test]
fn a_definite_verdict_survives_every_valuation_and_an_undecided_one_does_not() {
    let mut random = Random(20_260_215);
    let (mut definite, mut undecided, mut wrong, mut resolutions) = (0, 0, Vec::new(), 0);
    for number in 0..VALUATIONS {
        let valuation = Valuation::random(&mut random);
        let interval = valuation.verdict_with(|leaf| leaf.rows.clone());
        let open = valuation.undecided();
        let (low, high) = (valuation.extreme(false), valuation.extreme(true));
        match interval.decided() {
            Some(_) => definite += 1,
            None => undecided += 1,
        }
        if !valuation.is_unplaced() && (low, high) != (interval.low, interval.high) {
            wrong.push(format!(
                "{number}: said {interval:?}, reached {low} and {high}: {:?}",
                valuation.node
            ));
        }
        let tries = if open <= EXHAUSTED { RESOLUTIONS.len().pow(open as u32) } else { SAMPLED };
        for attempt in 0..tries {
            let mut rest = attempt;
            let level = valuation.resolved(&mut |_| {
                if open > EXHAUSTED {
                    return random.one_of(&RESOLUTIONS);
                }
                let way = RESOLUTIONS[rest % RESOLUTIONS.len()];
                rest /= RESOLUTIONS.len();
                way
            });
            resolutions += 1;
            if level < interval.low || level > interval.high {
                wrong.push(format!(
                    "{number}: said {interval:?}, but {level} is possible: {:?}",
                    valuation.node
                ));
                break;
            }
        }
    }
    println!("{resolutions} resolutions tried");
    println!(
        "{VALUATIONS} valuations: {definite} definite, {undecided} undecided, {} wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n"));
    assert!(definite > VALUATIONS / 4 && undecided > VALUATIONS / 4, "one side is hardly tried");
}

#[test]
fn a_reason_is_given_for_all_that_is_less_than_verified_or_attested() {
    let mut random = Random(7);
    for _ in 0..VALUATIONS {
        let valuation = Valuation::random(&mut random);
        let pieces: Vec<Piece> =
            valuation.leaves.iter().map(|leaf| leaf.piece(leaf.rows.clone())).collect();
        let weighed = weigh(&valuation.node, &pieces);
        let verdict = Verdict::from(weighed.standing.alone);
        let needs_reason =
            matches!(verdict, Verdict::Partial | Verdict::Missing | Verdict::Unknown);
        assert!(
            !needs_reason || weighed.why.is_some(),
            "{verdict} without a reason: {:?}",
            valuation.node
        );
    }
}

//! Why something written is not in effect, as a tree: from what is asked for down to a line somebody can edit.

use std::collections::BTreeSet;

use super::escape::terminal as safe;
use super::terminal::{shorten, wrap};
use crate::audit::{Blocker, Place};
use crate::base::basename;

/// Columns of its place.
const PLACE: usize = 46;
/// What is said of an older object.
const STANDS: &str = "stands in the way";
/// Objects that are walked.
const MAX_OBJECTS: usize = 6;

/// The chains of the objects that `wanted` picks, each first cause walked once.
pub(super) fn trees(blockers: &[Blocker], wanted: impl Fn(&Blocker) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut walked: BTreeSet<&Place> = BTreeSet::new();
    let mut objects = 0;
    let mut rest = blockers;
    while let Some(start) = rest.first() {
        let length = rest.iter().skip(1).take_while(|link| link.step > 1).count() + 1;
        let (chain, after) = rest.split_at(length);
        rest = after;
        if !wanted(start) {
            continue;
        }
        objects += 1;
        if objects > MAX_OBJECTS {
            continue;
        }
        let object = format!("{} {}", start.object_kind, start.object);
        // A chain begins with what became of the statement itself.
        lines.extend(line(0, &start.place, &format!("{object}: {}", words(start))));
        if start.first && start.cause != start.at {
            lines.extend(line(1, &start.cause, STANDS));
        }
        walk(&chain[1..], &mut walked, &mut lines);
    }
    if objects > MAX_OBJECTS {
        lines.push(format!("  and {} more objects", objects - MAX_OBJECTS));
    }
    lines
}

fn walk<'a>(chain: &'a [Blocker], walked: &mut BTreeSet<&'a Place>, lines: &mut Vec<String>) {
    for (depth, link) in (1..).zip(chain) {
        lines.extend(line(depth, &link.at, &words(link)));
        if !walked.insert(&link.at) {
            return;
        }
        if link.first && link.cause != link.at {
            lines.extend(line(depth + 1, &link.cause, STANDS));
        }
    }
}

/// What a link says.
fn words(link: &Blocker) -> String {
    match link.kind.as_str() {
        "rolled-back" => "rolled back with its file".to_owned(),
        "psql" => format!("{}: only psql knows it", link.says()),
        _ => link.says(),
    }
}

fn line(depth: usize, (path, line): &Place, words: &str) -> Vec<String> {
    let indent = match depth {
        0 => "  ".to_owned(),
        depth => format!("{}└ ", " ".repeat(2 + 2 * depth.min(12))),
    };
    let line = line.map_or(String::new(), |line| format!(":{line}"));
    let room = PLACE.saturating_sub(indent.chars().count());
    let place = shorten(&format!("{}{line}", safe(basename(path))), room);
    wrap(&format!("{indent}{place:<room$}  "), &safe(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(step: usize, at: (&str, u32), kind: &str, cause: (&str, u32), first: bool) -> Blocker {
        let place = |(path, line): (&str, u32)| (path.to_owned(), Some(line));
        Blocker {
            place: place(("c.sql", 5)),
            object: "ops.roles".to_owned(),
            object_kind: "table".to_owned(),
            step,
            kind: kind.to_owned(),
            at: place(at),
            needs: "run_id".to_owned(),
            error: "column \"run_id\" does not exist".to_owned(),
            cause: place(cause),
            first,
            older: String::new(),
        }
    }

    #[test]
    fn a_chain_is_walked_to_what_stands_in_the_way() {
        let chain = [
            link(1, ("c.sql", 5), "rolled-back", ("c.sql", 26), false),
            link(2, ("c.sql", 26), "missing-column", ("b.sql", 64), false),
            link(3, ("b.sql", 64), "kept-older", ("a.sql", 92), true),
        ];
        let lines = trees(&chain, |link| link.object == "ops.roles");
        let shown: Vec<&str> = lines.iter().map(|line| line.trim_start()).collect();
        assert!(
            shown[0].starts_with("c.sql:5") && shown[0].contains("table ops.roles: rolled back")
        );
        assert!(shown[1].starts_with("└ c.sql:26") && shown[1].contains("does not exist"));
        assert!(shown[2].starts_with("└ b.sql:64") && shown[2].contains("lacks run_id"));
        assert!(shown[3].starts_with("└ a.sql:92") && shown[3].ends_with("stands in the way"));
        assert!(trees(&chain, |link| link.object == "x").is_empty());
    }
}

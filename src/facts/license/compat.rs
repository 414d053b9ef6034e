//! Which licence may build on which: a table of ours over what others publish, with each cell's source.

/// One line for each verdict, reason and work: relation, verdict, source, reason, work, what it takes or uses.
const CELLS: &str = include_str!("compat.tsv");

/// The table as JSON: an array of `[relation, verdict, source, reason, licensee, [dependency, ...]]`.
pub fn compat() -> String {
    let rows = CELLS.lines().map(|line| {
        let mut cells: Vec<serde_json::Value> = line.split('\t').map(Into::into).collect();
        let last = line.rsplit('\t').next().unwrap_or_default();
        cells.pop();
        cells.push(last.split(' ').collect::<Vec<_>>().into());
        serde_json::Value::from(cells)
    });
    serde_json::Value::from_iter(rows).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::expression::canonical;
    use super::*;

    #[test]
    fn every_pair_is_judged_once() {
        let mut pairs = BTreeSet::new();
        for line in CELLS.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 6, "{line}");
            assert!(
                ["merge", "depend"].contains(&cells[0])
                    && ["yes", "no", "review"].contains(&cells[1])
            );
            for dependency in cells[5].split(' ') {
                assert!(pairs.insert((cells[0], cells[4], dependency)), "{line}");
            }
        }
        assert_eq!(pairs.len(), 2 * 27 * 27);
    }

    #[test]
    fn every_licence_is_an_spdx_id() {
        for line in CELLS.lines() {
            let ids = line.split('\t').skip(4).flat_map(|cell| cell.split(' '));
            assert!(ids.into_iter().all(|id| canonical(id).as_deref() == Some(id)), "{line}");
        }
    }

    #[test]
    fn what_nobody_read_is_for_a_person() {
        for line in CELLS.lines().filter(|line| line.contains("\tnot verified\t")) {
            assert!(line.contains("\treview\t"), "{line}");
        }
    }
}

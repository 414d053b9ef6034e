//! Where the nodes of a graph stand: in columns, each to the left of what it needs, near what it is joined to.

use std::collections::BTreeSet;

/// How often nodes are moved towards their neighbours.
const SWEEPS: usize = 8;

/// The columns of a graph of `count` nodes, left to right; nodes that nothing joins are in none.
pub(super) fn columns(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut above: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, to) in edges {
        below[*from].push(*to);
        above[*to].push(*from);
    }
    let heights = heights(&below);
    let highest = heights.iter().max().copied().unwrap_or_default();
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); highest + 1];
    for node in (0..count).filter(|node| !below[*node].is_empty() || !above[*node].is_empty()) {
        columns[highest - heights[node]].push(node);
    }
    columns.retain(|column| !column.is_empty());
    let mut places = vec![0.0; count];
    settle(&columns, &mut places);
    for sweep in 0..SWEEPS {
        let joined = if sweep % 2 == 0 { &above } else { &below };
        for column in &mut columns {
            column.sort_by(|one, other| {
                let near = |node: usize| middle(&joined[node], &places).unwrap_or(places[node]);
                near(*one).total_cmp(&near(*other)).then(one.cmp(other))
            });
        }
        settle(&columns, &mut places);
    }
    columns
}

/// Each node's share of its column, as a number from 0 to 1.
fn settle(columns: &[Vec<usize>], places: &mut [f64]) {
    for column in columns {
        for (at, node) in column.iter().enumerate() {
            places[*node] = (at as f64 + 0.5) / column.len() as f64;
        }
    }
}

fn middle(nodes: &[usize], places: &[f64]) -> Option<f64> {
    let sum: f64 = nodes.iter().map(|node| places[*node]).sum();
    (!nodes.is_empty()).then(|| sum / nodes.len() as f64)
}

/// The longest way down from each node; a step that leads back up a circle counts for nothing.
fn heights(below: &[Vec<usize>]) -> Vec<usize> {
    let mut heights: Vec<Option<usize>> = vec![None; below.len()];
    let mut is_open = vec![false; below.len()];
    for start in 0..below.len() {
        // A node stands on the stack twice: before and after what is below it.
        let mut stack = vec![(start, false)];
        while let Some((node, is_done)) = stack.pop() {
            if is_done {
                let under = below[node].iter().filter_map(|next| heights[*next]).max();
                heights[node] = Some(under.map_or(0, |height| height + 1));
                is_open[node] = false;
            } else if heights[node].is_none() && !is_open[node] {
                is_open[node] = true;
                stack.push((node, true));
                stack.extend(below[node].iter().map(|next| (*next, false)));
            }
        }
    }
    heights.into_iter().map(Option::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_stands_left_of_what_it_needs() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (0, 2)]);
        assert_eq!(columns(4, &edges), [vec![0], vec![1], vec![2]]);
    }

    #[test]
    fn a_circle_ends() {
        let edges = BTreeSet::from([(0, 1), (1, 0), (2, 2)]);
        let columns = columns(3, &edges);
        assert_eq!(columns.iter().map(Vec::len).sum::<usize>(), 3);
    }

    #[test]
    fn lines_do_not_cross_where_they_need_not() {
        let edges = BTreeSet::from([(0, 3), (1, 2)]);
        assert_eq!(columns(4, &edges), [vec![0, 1], vec![3, 2]]);
    }
}

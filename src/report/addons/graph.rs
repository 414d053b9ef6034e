//! The graph of addons as SVG: what is in the tree, what it needs of OCA, of Enterprise, and of nobody knows whom.
//!
//! What comes with Odoo Community is counted, not drawn: nearly every addon needs some of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::layers::columns;
use crate::audit::{Addon, Audit};
use crate::report::escape::html;

/// Addons of a picture anybody can read.
const MAX_NODES: usize = 600;
/// Height of a row, and of a box in it.
const ROW: usize = 24;
const BOX: usize = 18;
/// Width of a letter, as much as is safe.
const LETTER: usize = 7;
/// Room for the lines between two columns.
const GAP: usize = 90;
const MARGIN: usize = 12;
/// The legend, by edition.
const LEGEND: [(&str, &str); 5] = [
    ("own", "own"),
    ("oca", "OCA"),
    ("ce", "Community"),
    ("ee", "Enterprise"),
    ("unknown", "unknown"),
];
const STYLE: &str = "text{font:12px sans-serif;fill:#1a1a1a}path{fill:none;stroke:#8a8a8a}rect{stroke:#555}\
    .own{fill:#dbe8f6}.oca{fill:#dcefd8}.ce{fill:#eee}.ee{fill:#f7d4d0}.unknown{fill:#fff3c9}.absent{stroke-dasharray:3 2}\
    path.ee{fill:none;stroke:#b3261e;stroke-width:1.5}";

/// A box.
struct Node<'a> {
    name: &'a str,
    edition: &'a str,
    is_present: bool,
    /// How many addons of Community it needs.
    community: usize,
}

/// The graph of dependencies, as one SVG file. None: there is no addon, or there are too many for a picture.
pub fn graph(audit: &Audit) -> Option<String> {
    let (nodes, edges) = nodes(&audit.addons.addons);
    if nodes.is_empty() || nodes.len() > MAX_NODES {
        return None;
    }
    let columns = columns(nodes.len(), &edges);
    let joined: BTreeSet<usize> = columns.iter().flatten().copied().collect();
    let alone: Vec<usize> = (0..nodes.len()).filter(|node| !joined.contains(node)).collect();
    Some(draw(&nodes, &edges, &columns, &alone))
}

/// The nodes by name, and who needs whom. Of several addons of one name one is drawn.
fn nodes(addons: &[Addon]) -> (Vec<Node<'_>>, BTreeSet<(usize, usize)>) {
    let mut named: BTreeMap<&str, Node<'_>> = BTreeMap::new();
    for addon in addons {
        let is_ce = |edition: &Option<String>| edition.as_deref() == Some("ce");
        let community = addon.depends.iter().filter(|it| is_ce(&it.edition)).count();
        let edition = addon.edition.as_deref().unwrap_or("unknown");
        named.insert(&addon.name, Node { name: &addon.name, edition, is_present: true, community });
    }
    for needed in addons.iter().flat_map(|addon| &addon.depends) {
        let edition = needed.edition.as_deref().unwrap_or("unknown");
        if edition != "ce" {
            let node = Node { name: &needed.name, edition, is_present: false, community: 0 };
            named.entry(&needed.name).or_insert(node);
        }
    }
    let at: BTreeMap<&str, usize> = named.keys().copied().zip(0..).collect();
    let edges = addons.iter().flat_map(|addon| {
        let from = at.get(addon.name.as_str());
        addon.depends.iter().filter_map({
            let at = &at;
            move |needed| Some((*from?, *at.get(needed.name.as_str())?))
        })
    });
    let edges = edges.collect();
    (named.into_values().collect(), edges)
}

fn label(node: &Node<'_>) -> String {
    match node.community {
        0 => node.name.to_owned(),
        some => format!("{} +{some} CE", node.name),
    }
}

fn width(node: &Node<'_>) -> usize {
    label(node).chars().count() * LETTER + 12
}

fn draw(
    nodes: &[Node<'_>],
    edges: &BTreeSet<(usize, usize)>,
    columns: &[Vec<usize>],
    alone: &[usize],
) -> String {
    let rows = columns.iter().map(Vec::len).max().unwrap_or_default();
    let top = MARGIN + 2 * ROW;
    let mut places: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut left = MARGIN;
    for column in columns {
        let widest = column.iter().map(|node| width(&nodes[*node])).max().unwrap_or_default();
        for (at, node) in column.iter().enumerate() {
            // A short column is spread over the height of the longest.
            let down = (2 * at + 1) * rows * ROW / (2 * column.len());
            places.insert(*node, (left, top + down - ROW / 2));
        }
        left += widest + GAP;
    }
    let right = left.saturating_sub(GAP).max(900);
    let mut bottom = top + rows * ROW;
    let mut x = MARGIN;
    for node in alone {
        let room = width(&nodes[*node]);
        if x == MARGIN || x + room > right {
            (x, bottom) = (MARGIN, bottom + ROW);
        }
        places.insert(*node, (x, bottom - ROW / 2));
        x += room + MARGIN;
    }
    let (wide, high) = (right + MARGIN, bottom + ROW);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" role=\"img\" \
         aria-label=\"Dependencies of addons\"><style>{STYLE}</style>\n"
    );
    legend(&mut svg);
    for (from, to) in edges {
        line(&mut svg, &nodes[*from], places[from], places[to], nodes[*to].edition);
    }
    for (node, place) in &places {
        block(&mut svg, &nodes[*node], *place);
    }
    svg + "</svg>\n"
}

fn legend(svg: &mut String) {
    let mut x = MARGIN;
    for (class, word) in LEGEND {
        let y = MARGIN;
        // A string takes any text.
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"14\" height=\"14\"/><text x=\"{}\" y=\"{}\">{word}</text>",
            x + 20,
            y + 12
        );
        x += 110;
    }
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\">dashed: not in the tree; +n CE: Community addons it needs</text>",
        MARGIN + 12
    );
}

fn line(
    svg: &mut String,
    node: &Node<'_>,
    from: (usize, usize),
    to: (usize, usize),
    edition: &str,
) {
    let (x1, y1) = (from.0 + width(node), from.1 + BOX / 2);
    let (x2, y2) = (to.0, to.1 + BOX / 2);
    let (bend1, bend2) = (x1 + GAP / 2, x2.saturating_sub(GAP / 2));
    let class = if edition == "ee" { " class=\"ee\"" } else { "" };
    let _ = writeln!(svg, "<path{class} d=\"M{x1} {y1}C{bend1} {y1} {bend2} {y2} {x2} {y2}\"/>");
}

fn block(svg: &mut String, node: &Node<'_>, (x, y): (usize, usize)) {
    let (edition, wide) = (node.edition, width(node));
    let absent = if node.is_present { "" } else { " absent" };
    let _ = writeln!(
        svg,
        "<rect class=\"{edition}{absent}\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{BOX}\" rx=\"3\"/><text x=\"{}\" y=\"{}\">{}</text>",
        x + 6,
        y + 13,
        html(&label(node))
    );
}

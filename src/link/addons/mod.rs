//! The graph of addons: what each depends on in the end, by which chain, and where the graph runs in circles.

mod graph;

use crate::base::{Column, Table};
use crate::facts::View;
use crate::facts::odoo::is_manifest;
use crate::link::{Linked, LinkedFacts, LinkedFile, Linker, Settings};

/// Follows dependencies.
pub static ADDONS_LINKER: Linker = Linker {
    name: "addons",
    version: env!("PARITY_LINK_ADDONS"),
    reads: "odoo_depend",
    selects: is_manifest,
    facts: &[
        LinkedFacts { name: "odoo_chain", columns: CHAIN },
        LinkedFacts { name: "odoo_cycle", columns: CYCLE },
    ],
    tables: &[
        View {
            table: Table {
                name: "odoo_chains",
                doc: "What each addon depends on, directly or through others, by one of the shortest chains.",
                columns: CHAIN,
                named: "module",
            },
            query: "select path, line, module, target, via, distance, chain from link_odoo_chain",
        },
        View {
            table: Table {
                name: "odoo_cycles",
                doc: "Addons that depend on themselves in the end.",
                columns: CYCLE,
                named: "module",
            },
            query: "select path, line, module, chain from link_odoo_cycle",
        },
    ],
    link,
};

const MODULE: Column = Column::text("module", "Name of the addon.");
const CHAIN_TEXT: Column = Column::text("chain", "The addons on the way, `a > b > c`.");
const CHAIN: &[Column] = &[
    Column::PATH,
    Column::int("line", "Line of the first step."),
    MODULE,
    Column::text("target", "What it depends on."),
    Column::text("via", "The addon before it on the way; the addon itself if directly."),
    Column::int("distance", "Steps on the way: 1 if directly."),
    CHAIN_TEXT,
];
const CYCLE: &[Column] =
    &[Column::PATH, Column::int("line", "Line of the first step."), MODULE, CHAIN_TEXT];

/// The most rows of one tree.
const MAX_ROWS: usize = 200_000;

fn link(files: &[LinkedFile], _: &Settings, out: &mut Linked) {
    let graph = graph::Graph::of(files);
    for file in files.iter().filter(|file| file.unread.is_some()) {
        let reason = file.unread.clone().unwrap_or_default();
        for table in ["odoo_chains", "odoo_cycles"] {
            out.unsure.push((table, None, file.path.clone(), None, reason.clone()));
        }
    }
    for addon in graph.addons() {
        for reached in graph.reached(addon) {
            if out.facts.len() >= MAX_ROWS {
                let message = format!("only the first {MAX_ROWS} chains of dependencies are kept");
                out.problems.push((addon.path.clone(), None, "too-many", message.clone()));
                out.unsure.push(("odoo_chains", None, addon.path.clone(), None, message.clone()));
                out.unsure.push(("odoo_cycles", None, addon.path.clone(), None, message));
                return;
            }
            let chain = reached.chain.join(" > ");
            let (path, line) = (addon.path.as_str().into(), reached.line.into());
            if reached.target == addon.name {
                out.facts.push((1, vec![path, line, addon.name.into(), chain.into()]));
            } else {
                let distance = reached.chain.len() - 1;
                let via = reached.chain[distance - 1];
                let (name, target) = (addon.name.into(), reached.target.into());
                let cells =
                    vec![path, line, name, target, via.into(), distance.into(), chain.into()];
                out.facts.push((0, cells));
            }
        }
    }
}

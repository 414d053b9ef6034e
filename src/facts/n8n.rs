//! n8n workflows, as the editor exports them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::documents::{Format, Node, parse};
use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, Value};

/// Reads JSON files that have nodes and connections.
pub static ANALYZER: Analyzer = Analyzer {
    name: "n8n",
    version: concat!(env!("PARITY_FACTS_N8N"), env!("PARITY_FACTS_DOCUMENTS")),
    applies: |path| path.ends_with(".json"),
    facts: &[
        Facts { name: "n8n_workflow", columns: &[NAME, ACTIVE] },
        Facts {
            name: "n8n_node",
            columns: &[Column::LINE, WORKFLOW, NODE_NAME, TYPE, DISABLED, CONNECTED, PARAMETERS],
        },
    ],
    tables: &[WORKFLOWS, NODES],
    extract,
};

/// The most bytes of a node's parameters that are kept; scripts may be long.
const MAX_PARAMETERS: usize = 64 * 1024;

const NAME: Column = Column::text("name", "Its name; that of the file if it has none.");
const ACTIVE: Column =
    Column::text("active", "1 or 0; empty if the export does not say, as most do not.").open();
const WORKFLOW: Column =
    Column::text("workflow", "The name of its workflow; empty if it has none.");
const NODE_NAME: Column = Column::text("name", "Its name.");
const TYPE: Column = Column::text("type", "Its type, such as `n8n-nodes-base.scheduleTrigger`.");
const DISABLED: Column = Column::flag("disabled", "Whether it is switched off.").open();
const CONNECTED: Column =
    Column::flag("connected", "Whether a connection leads to it or away from it.").open();
const PARAMETERS: Column = Column::json("parameters", "Its parameters; null: too long to be kept.");

const WORKFLOWS: View = View {
    table: Table {
        name: "n8n_workflows",
        doc: "n8n workflows: JSON files with nodes and connections.",
        columns: &[Column::PATH, NAME, ACTIVE],
        named: "path",
    },
    query: "select path, coalesce(nullif(name, ''), path_stem(path)) as name, active from fact_n8n_workflow",
};

const NODES: View = View {
    table: Table {
        name: "n8n_nodes",
        doc: "Nodes of n8n workflows.",
        columns: &[
            Column::PATH,
            NODE_NAME,
            TYPE,
            DISABLED,
            CONNECTED,
            PARAMETERS,
            Column::LINE,
            WORKFLOW,
        ],
        named: "type",
    },
    query: "select path, name, type, disabled, connected, parameters, line, workflow from fact_n8n_node",
};

static MARKS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    ["\"connections\"", "\"nodes\""].map(|mark| Regex::new(mark).expect("a valid pattern"))
});

fn extract(input: &Input<'_>, rows: &mut Rows) {
    if !MARKS.iter().all(|mark| mark.is_match(input.bytes)) {
        return;
    }
    let (documents, refusal) = parse(input.text(), Format::Json);
    if let Some((line, reason)) = refusal {
        // Only of what surely is one: other graphs have nodes and connections too.
        if input.text().contains("\"n8n-nodes-base.") {
            rows.add(0, ["".into(), Value::Null]);
            rows.unsure("n8n_nodes", None, line, reason);
        }
        return;
    }
    for root in &documents {
        for root in root.elements().iter().chain([root]) {
            workflow(root, rows);
        }
    }
}

fn workflow(root: &Node, rows: &mut Rows) {
    let (Some(nodes), Some(connections)) = (root.get("nodes"), root.get("connections")) else {
        return;
    };
    let is_node = |node: &Node| node.get("type").is_some() && node.get("parameters").is_some();
    if !connections.is_object() || !nodes.elements().iter().any(is_node) {
        return;
    }
    let active = match root.text_of("active").as_deref() {
        Some("true") => "1",
        Some("false") => "0",
        _ => "",
    };
    let name = root.name_of("name").unwrap_or_default();
    rows.add(0, [name.clone().into(), active.into()]);
    let connected = connected(connections);
    for node in nodes.elements() {
        let own = node.text_of("name").unwrap_or_default();
        let id = node.text_of("id").unwrap_or_default();
        let parameters = node.get("parameters").map(|node| node.json().to_string());
        let is_disabled = match node.get("disabled").and_then(Node::text).as_deref() {
            None | Some("false") => Some(false),
            Some("true") => Some(true),
            Some(_) => None,
        };
        rows.add(
            1,
            [
                node.line.into(),
                name.clone().into(),
                own.clone().into(),
                node.text_of("type").unwrap_or_default().into(),
                is_disabled.into(),
                (connected.contains(own.as_str()) || connected.contains(id.as_str())).into(),
                parameters.filter(|text| text.len() <= MAX_PARAMETERS).into(),
            ],
        );
    }
}

/// The nodes that a connection leaves or reaches.
fn connected(connections: &Node) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for (from, outputs) in connections.members() {
        let mut reached = BTreeSet::new();
        targets(outputs, &mut reached);
        if !reached.is_empty() {
            found.insert(from.as_str());
            found.extend(reached);
        }
    }
    found
}

fn targets<'n>(node: &'n Node, into: &mut BTreeSet<&'n str>) {
    into.extend(node.get("node").and_then(Node::as_str));
    node.elements().iter().for_each(|node| targets(node, into));
    node.members().iter().for_each(|(_, node)| targets(node, into));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Rows {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        rows
    }

    const BACKUP: &str = r#"{"name": "Backup", "active": false, "connections": {
        "Every night": {"main": [[{"node": "Dump", "type": "main", "index": 0}]]}}, "nodes": [
        {"name": "Every night", "type": "n8n-nodes-base.scheduleTrigger", "parameters": {"rule": 1}},
        {"name": "Dump", "type": "n8n-nodes-base.executeCommand", "parameters": {}, "disabled": true},
        {"name": "Note", "type": "n8n-nodes-base.stickyNote", "parameters": {}}]}"#;

    #[test]
    fn nodes_are_read_with_what_connects_them() {
        let rows = rows(BACKUP).facts;
        assert_eq!(rows[0].1, ["Backup".into(), "0".into()]);
        let flags: Vec<_> =
            rows[1..].iter().map(|(_, cells)| [cells[4].clone(), cells[5].clone()]).collect();
        assert_eq!(flags, [[0, 1], [1, 1], [0, 0]].map(|flags| flags.map(Value::Int)));
        assert_eq!(rows[1].1[0], Value::Int(3));
    }

    #[test]
    fn other_graphs_are_no_workflows() {
        assert!(rows(r#"{"nodes": [{"id": 1}], "connections": {}}"#).facts.is_empty());
        assert!(rows(r#"{"nodes": [], "edges": []}"#).facts.is_empty());
    }

    #[test]
    fn one_that_cannot_be_read_is_a_workflow_all_the_same() {
        let rows = rows(
            "{\"nodes\": [{\"type\": \"n8n-nodes-base.code\", \"x\": \"\\escape\"}], \"connections\": {}}",
        );
        assert_eq!(rows.facts[0].1, ["".into(), Value::Null]);
        assert_eq!(rows.unsure.len(), 1);
    }
}

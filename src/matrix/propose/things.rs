//! What a tree has that could be evidence: each thing with the line that asks for it.

use std::collections::BTreeMap;

use crate::snapshot::{Needs, Rows, Snapshot};
use crate::store::StoreError;

/// Things of one kind: what stands before and behind the name in the line, and the query for name, path, line, further words.
struct Kind {
    before: &'static str,
    query: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        before: "table ",
        query: "select t.schema || '.' || t.name, t.path, t.line,
                    (select group_concat(c.name, ' ') from sql_columns c
                     where c.catalog = t.catalog and c.schema = t.schema and c.table_name = t.name)
                from sql_tables t",
    },
    // Written and not in effect: what is proposed then says so.
    Kind {
        before: "table ",
        query: "select object, path, line, '' from sql_blockers where step = 1 and object_kind = 'table'",
    },
    Kind { before: "view ", query: "select schema || '.' || name, path, line, '' from sql_views" },
    Kind {
        before: "function ",
        query: "select schema || '.' || name, path, line, '' from sql_functions",
    },
    Kind {
        before: "rls ",
        query: "select schema || '.*', min(path), null, 'row level security' from sql_tables group by schema",
    },
    Kind { before: "job ", query: "select name, path, line, body from sql_jobs" },
    Kind { before: "extension ", query: "select name, path, line, '' from sql_extensions" },
    Kind {
        before: "workflow glob:",
        query: "select w.path, w.path, w.line, w.name || ' ' || coalesce(
                    (select group_concat(distinct c.program) from workflow_commands c where c.path = w.path), '')
                    || ' ' || coalesce((select group_concat(distinct s.uses) from workflow_steps s where s.path = w.path), '')
                from workflows w",
    },
    Kind {
        before: "module ",
        query: "select name, path, line, coalesce(category, '') || ' ' || coalesce(json_extract(manifest, '$.name'), '')
                    || ' ' || coalesce(json_extract(manifest, '$.summary'), '')
                from odoo_modules",
    },
    Kind { before: "service ", query: "select name, path, line, image from compose_services" },
    Kind { before: "edge-function ", query: "select name, path, null, '' from edge_functions" },
    Kind { before: "n8n * ", query: "select path, path, null, name from n8n_workflows" },
    Kind {
        before: "dbt ",
        query: "select kind || ' ' || name, path, line, coalesce(layer, '') from dbt_nodes
                where kind in ('model', 'source', 'snapshot', 'exposure', 'metric', 'semantic_model')",
    },
    Kind {
        before: "resource ",
        query: "select type, path, line, group_concat(name, ' ') from resources where kind = 'resource' group by type",
    },
    Kind {
        before: "mcp-server ",
        query: "select name, path, line, '' from mcp_servers where kind = 'package'",
    },
    Kind {
        before: "path ",
        query: "select path, path, null, '' from files
                where kind = 'file' and size > 0 and (language in ('shell', 'python', 'markdown', 'docker', 'makefile')
                    or path glob '*.conf' or path glob '*ocker*' or path glob '*.toml' or path glob 'infra/*')",
    },
];

/// Something the tree has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thing {
    /// What asks for it, as a matrix writes it.
    pub evidence: String,
    /// The kind of evidence.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
    /// What else it says of itself.
    pub more: String,
}

/// The questions for all things.
pub struct Things {
    asked: Vec<(&'static Kind, Rows)>,
}

impl Things {
    /// Puts the questions.
    ///
    /// # Errors
    /// The database failed.
    pub fn ask(snapshot: &mut Snapshot) -> Result<Things, StoreError> {
        let ask = |kind: &'static Kind| {
            let sql = format!(
                "select name, path, line, more from (select null as name, null as path, null as line, null as more
                 where 0 union all {}) q
                 where exists (select 1 from files f where f.path = q.path and f.standing = 'live')",
                kind.query
            );
            Ok((kind, snapshot.ask_rows(&sql, BTreeMap::new())?))
        };
        Ok(Things { asked: KINDS.iter().map(ask).collect::<Result<_, StoreError>>()? })
    }

    /// What must be read before they can be answered.
    pub fn needs(&self) -> impl Iterator<Item = &Needs> {
        self.asked.iter().map(|(_, asked)| &asked.needs)
    }

    /// All things of a snapshot that is ready, each line once.
    pub(super) fn read(&self, snapshot: &Snapshot) -> Result<Vec<Thing>, StoreError> {
        let mut things = BTreeMap::new();
        for (kind, asked) in &self.asked {
            for cells in snapshot.rows(asked)? {
                let text = |at: usize| cells[at].as_text().map(str::to_owned);
                let (Some(name), Some(path)) = (text(0), text(1)) else { continue };
                let Some(evidence) = kind.line(&name) else { continue };
                let line = cells[2].as_int().and_then(|line| u32::try_from(line).ok());
                let more = text(3).unwrap_or_default();
                let word = kind.before.split(' ').next().unwrap_or_default();
                let thing =
                    Thing { evidence: evidence.clone(), kind: word, name, path, line, more };
                things.entry(evidence).or_insert(thing);
            }
        }
        Ok(things.into_values().collect())
    }
}

impl Kind {
    /// The line that asks for a thing of this name; none for one that would be read as a pattern.
    fn line(&self, name: &str) -> Option<String> {
        let plain = name.strip_suffix(".*").filter(|_| self.before == "rls ").unwrap_or(name);
        if plain.contains(['*', '?', '[', ']', '{', '}', '"', '(', ')', '@', ',', '\\', '\n']) {
            return None;
        }
        let spaced = name.contains(char::is_whitespace) && self.before != "dbt ";
        Some(match spaced {
            true => format!("{}\"{name}\"", self.before),
            false => format!("{}{name}", self.before),
        })
    }
}

/// A value for tests of what is asked.
#[cfg(test)]
pub(super) fn thing(evidence: &str, name: &str, kind: &'static str) -> Thing {
    Thing {
        evidence: evidence.to_owned(),
        kind,
        name: name.to_owned(),
        path: name.to_owned(),
        line: None,
        more: String::new(),
    }
}

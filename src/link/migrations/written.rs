//! What a statement writes, by the name it is looked up under.

use crate::facts::sql::{Action, AlterAction, Name, Statement};

/// An object a statement writes.
pub struct Written {
    /// What kind of object.
    pub kind: &'static str,
    /// What it is looked up as: `relation`, `function`, `schema`, `type`, `extension`, `other`.
    pub class: &'static str,
    /// Its name with its schema; a policy and a trigger as `schema.table: name`.
    pub object: String,
    /// The columns of a table.
    pub columns: Vec<String>,
}

/// The object a statement writes, if it makes one.
pub fn written(statement: &Statement) -> Option<Written> {
    let make =
        |kind, class, object: String| Some(Written { kind, class, object, columns: Vec::new() });
    match statement {
        Statement::CreateSchema { name, .. } => make("schema", "schema", name.clone()),
        Statement::CreateTable(table) if !table.temporary => Some(Written {
            kind: "table",
            class: "relation",
            object: full(&table.name),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
        }),
        Statement::CreatePolicy(policy) => {
            make("policy", "other", format!("{}: {}", full(&policy.table), policy.name))
        }
        Statement::CreateIndex(index) => {
            let table = full(&index.table);
            let name = index.name.as_deref().unwrap_or("index");
            make("index", "other", format!("{table}: {name}"))
        }
        Statement::CreateView(view) => {
            let kind = if view.materialized { "matview" } else { "view" };
            make(kind, "relation", full(&view.name))
        }
        Statement::CreateFunction(function) => make("function", "function", full(&function.name)),
        Statement::Function { name, .. } => make("function", "function", full(name)),
        Statement::Relation { name, .. } => make("relation", "relation", full(name)),
        Statement::CreateType(made) => make("type", "type", full(&made.name)),
        Statement::CreateSequence { name, .. } => make("sequence", "relation", full(name)),
        Statement::CreateTrigger(trigger) => {
            make("trigger", "other", format!("{}: {}", full(&trigger.table), trigger.name))
        }
        Statement::CreateExtension { name, .. } => make("extension", "extension", name.clone()),
        Statement::CreateRole { name, .. } => make("role", "other", name.clone()),
        Statement::CreatePublication { name, .. } => make("publication", "other", name.clone()),
        Statement::Schedule { name, .. } => make("job", "other", name.clone().unwrap_or_default()),
        Statement::Grant(grant) if !grant.revoke => {
            let object = grant.objects.first()?;
            let whole = matches!(grant.kind.as_str(), "schema") || grant.kind.contains(' ');
            make(
                "grant",
                "other",
                if whole { object.name.name.clone() } else { full(&object.name) },
            )
        }
        Statement::Comment(comment) if comment.text.is_some() => {
            make("comment", "other", full(&comment.object.name))
        }
        Statement::AlterTable { table, actions, .. } => match actions.as_slice() {
            [Action::AddConstraint(made)] => {
                let name = made.name.as_deref().unwrap_or(&made.kind);
                make("constraint", "other", format!("{}: {name}", full(table)))
            }
            _ => None,
        },
        Statement::Alter(alter) => match &alter.action {
            AlterAction::Tables { verb, .. } if verb != "drop table" => {
                make("publication", "other", alter.object.name.name.clone())
            }
            _ => None,
        },
        Statement::Rows { command, .. } => match &**command {
            crate::facts::sql::Command::Insert(insert) => make("row", "other", full(&insert.table)),
            _ => None,
        },
        _ => None,
    }
}

fn full(name: &Name) -> String {
    format!("{}.{}", name.schema.as_deref().unwrap_or("public"), name.name)
}

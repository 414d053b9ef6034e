//! What statements about other objects than tables say: the rest of the `data` of `fact_sql_read`.

use serde::{Deserialize, Serialize};

use super::expr::{Command, Expr, Query};
use super::ir::{Name, Survey};

/// `create function` and `create procedure`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateFunction {
    /// Its name.
    pub name: Name,
    /// `procedure` instead of `function`.
    pub procedure: bool,
    /// `or replace`.
    pub or_replace: bool,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it returns, as written; none: not said.
    pub returns: Option<String>,
    /// Its language.
    pub language: String,
    /// Whether it runs with its owner's rights.
    pub security_definer: bool,
    /// Its own search path.
    pub search_path: Option<String>,
    /// Its body, cut where it is too long to keep.
    pub body: String,
    /// Relations its body names with a schema, after `from`, `into`, `update` or `join`.
    pub relations: Vec<Name>,
    /// What the server asks of its body when it is made.
    pub asks: Body,
    /// What its body could do when it is called.
    pub survey: Survey,
}

/// A parameter or a result column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// `in`, `out`, `inout`, `variadic`, `table`.
    pub mode: String,
    /// Its name.
    pub name: Option<String>,
    /// Its type as written.
    pub ty: String,
    /// Its default.
    pub default: Option<Expr>,
}

impl Parameter {
    /// Whether it is part of what a caller gives.
    pub fn is_input(&self) -> bool {
        matches!(self.mode.as_str(), "in" | "inout" | "variadic")
    }
}

/// What a server asks of a function's body when the function is made.
#[allow(missing_docs)] // A variant's sentence names its fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// Its syntax is right; these types and row types must be there.
    Sound { types: Vec<String>, rows: Vec<Name> },
    /// Statements about rows, whose names must mean something.
    Commands(Vec<Command>),
    /// It is not decided, and why.
    Unread(String),
}

/// `create view` and `create materialized view`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateView {
    /// Its name.
    pub name: Name,
    /// `materialized`.
    pub materialized: bool,
    /// `or replace`.
    pub or_replace: bool,
    /// `if not exists`.
    pub if_not_exists: bool,
    /// Whether it runs with its reader's rights.
    pub security_invoker: bool,
    /// Its columns, where they are named apart from the query.
    pub columns: Vec<String>,
    /// Its query as written, cut where it is too long to keep.
    pub body: String,
    /// Its query.
    pub query: Query,
    /// A clause whose effect is not read.
    pub unread: Option<String>,
    /// The words of it.
    pub survey: Survey,
}

/// `create type` and `create domain`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateType {
    /// Its name.
    pub name: Name,
    /// `enum`, `composite`, `domain`.
    pub kind: String,
    /// The values of an enum.
    pub labels: Vec<String>,
    /// The types it is made of.
    pub types: Vec<String>,
    /// The names of its fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// A clause whose effect is not read.
    pub unread: Option<String>,
}

/// `create trigger`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateTrigger {
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: Name,
    /// `or replace`.
    pub or_replace: bool,
    /// `before`, `after`, `instead of`.
    pub timing: String,
    /// `insert`, `update`, `delete`, `truncate`.
    pub events: Vec<String>,
    /// The columns of `update of`.
    pub columns: Vec<String>,
    /// What it calls.
    pub function: Name,
    /// The condition of a row's trigger.
    pub when: Option<Expr>,
    /// A clause whose effect is not read: `referencing`, `constraint`.
    pub unread: Option<String>,
}

/// `grant` and `revoke`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// `revoke` instead of `grant`.
    pub revoke: bool,
    /// Privileges, lower-cased; `all`.
    pub privileges: Vec<String>,
    /// Whether columns are named with a privilege.
    pub columns: bool,
    /// `table`, `sequence`, `function`, `schema`, `type`, `all tables`, `all functions`, `all sequences`, `role`, `default`, ...
    pub kind: String,
    /// The objects, or the schemas of `all ... in schema`.
    pub objects: Vec<Routine>,
    /// Whose objects default privileges are about; none: of whoever runs the statement.
    pub owners: Vec<String>,
    /// Who.
    pub grantees: Vec<String>,
    /// A clause whose effect is not read.
    pub unread: Option<String>,
}

/// A name, and the argument types of a function if they are said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Routine {
    /// Its name.
    pub name: Name,
    /// Its argument types as written.
    pub args: Option<Vec<String>>,
}

/// `comment on`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comment {
    /// `table`, `column`, `function`, `view`, `schema`, `policy`, ...
    pub kind: String,
    /// What it is on; of a column, a policy, a trigger or a constraint, its table.
    pub object: Routine,
    /// The column, policy, trigger or constraint.
    pub part: Option<String>,
    /// The comment; none: it is taken away.
    pub text: Option<String>,
}

/// `drop` of anything but tables, schemas and policies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drop {
    /// `function`, `view`, `matview`, `type`, `trigger`, `index`, `sequence`, `extension`, `publication`, ...
    pub kind: String,
    /// What is dropped.
    pub objects: Vec<Routine>,
    /// The table of a trigger.
    pub table: Option<Name>,
    /// `if exists`.
    pub if_exists: bool,
    /// `cascade`.
    pub cascade: bool,
}

/// `alter` of anything but tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alter {
    /// As in [`Drop`], and `policy`.
    pub kind: String,
    /// What is altered.
    pub object: Routine,
    /// The table of a policy or a trigger.
    pub table: Option<Name>,
    /// `if exists`.
    pub if_exists: bool,
    /// What is done.
    pub action: AlterAction,
}

/// What an `alter` does.
#[allow(missing_docs)] // A variant's sentence names its fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlterAction {
    /// `rename to`.
    Rename(String),
    /// `owner to`.
    Owner(String),
    /// `set schema`.
    Schema(String),
    /// `owned by` of a sequence: the table, if it is to be one's, and the column.
    OwnedBy(Option<Name>, String),
    /// `set search_path`.
    SearchPath(String),
    /// `security definer` or `security invoker`.
    SecurityDefiner(bool),
    /// `set (security_invoker = ...)`.
    SecurityInvoker(bool),
    /// `add value` of an enum.
    AddValue { label: String, if_not_exists: bool },
    /// `add table`, `set table`, `drop table` of a publication.
    Tables { verb: String, tables: Vec<Name> },
    /// `to`, `using` and `with check` of a policy.
    Policy {
        /// The roles, where they are said.
        roles: Option<Vec<String>>,
        /// `using`.
        using: Option<(String, Expr)>,
        /// `with check`.
        check: Option<(String, Expr)>,
    },
    /// Anything else, by its words.
    Other(String),
}

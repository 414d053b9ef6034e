//! What a statement says, in words that do not change with the parser: the `data` of `fact_sql_read`.

use serde::{Deserialize, Serialize};

use super::defined::{
    Alter, Comment, CreateFunction, CreateTrigger, CreateType, CreateView, Drop, Grant,
};
use super::expr::{Command, Expr};
use super::program::Program;

/// A name as written: unquoted parts lower-cased, quoted ones kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name {
    /// The schema, where the statement says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name itself.
    pub name: String,
}

impl std::fmt::Display for Name {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(out, "{schema}.{}", self.name),
            None => out.write_str(&self.name),
        }
    }
}

/// A statement whose meaning is read.
#[allow(missing_docs)] // A variant's sentence names its fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statement {
    /// `create schema`; `plain` if nothing but the name is said.
    CreateSchema { name: String, if_not_exists: bool, plain: bool },
    /// `create table`.
    CreateTable(Box<CreateTable>),
    /// `alter table`.
    AlterTable { table: Name, if_exists: bool, actions: Vec<Action> },
    /// `create policy`.
    CreatePolicy(Box<CreatePolicy>),
    /// `drop policy`.
    DropPolicy { name: String, table: Name, if_exists: bool },
    /// `drop table`.
    DropTables { tables: Vec<Name>, if_exists: bool, cascade: bool },
    /// `truncate`; `cascade`: what points to its tables as well.
    Truncate { tables: Vec<Name>, cascade: bool },
    /// `drop schema`.
    DropSchemas { schemas: Vec<String>, if_exists: bool, cascade: bool },
    /// `create index`.
    CreateIndex(Box<CreateIndex>),
    /// `comment on`.
    Comment(Box<Comment>),
    /// `create view`, `sequence`, `type` that is not read: takes a name that a table cannot have then.
    Relation { name: Name, survey: Survey },
    /// `create function` that is not read: what its body could do when it is called.
    Function { name: Name, survey: Survey },
    /// `create function` and `create procedure`.
    CreateFunction(Box<CreateFunction>),
    /// `create view` and `create materialized view`.
    CreateView(Box<CreateView>),
    /// `create type` and `create domain`.
    CreateType(Box<CreateType>),
    /// `create trigger`.
    CreateTrigger(Box<CreateTrigger>),
    /// `create sequence`; `unread` is a clause whose effect is not read.
    CreateSequence { name: Name, if_not_exists: bool, unread: Option<String> },
    /// `create extension`; `exact` if a version or `cascade` is said.
    CreateExtension { name: String, schema: Option<String>, if_not_exists: bool, exact: bool },
    /// `create role` and `create user`; `plain` if its options are all known.
    CreateRole { name: String, plain: bool },
    /// `create publication`.
    CreatePublication { name: String, tables: Vec<Name>, all_tables: bool },
    /// `grant`, `revoke` and `alter default privileges`.
    Grant(Box<Grant>),
    /// `select`, `insert`, `update`, `delete`, and what its functions could do.
    Rows { command: Box<Command>, survey: Survey },
    /// `select cron.schedule(...)`.
    Schedule { name: Option<String>, schedule: String, body: String },
    /// `drop` of anything but tables, schemas and policies.
    Drop(Box<Drop>),
    /// `alter` of anything but tables.
    Alter(Box<Alter>),
    /// `set search_path`: the schemas, and whether only this transaction is meant.
    SearchPath { schemas: Vec<String>, local: bool },
    /// `do`: the block, and what it could do.
    Do { program: Box<Program>, survey: Survey },
    /// Any other statement: what it could do.
    Opaque(Survey),
}

/// `create table`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateTable {
    /// Its name.
    pub name: Name,
    /// `if not exists`.
    pub if_not_exists: bool,
    /// `temp`: gone when the session ends.
    pub temporary: bool,
    /// `on commit drop`: gone when the transaction ends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fleeting: bool,
    /// `table`, `partitioned` or `foreign`.
    pub kind: String,
    /// The table it is a partition of.
    pub partition_of: Option<Name>,
    /// The tables it inherits from.
    pub inherits: Vec<Name>,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// Constraints of columns and of the table, in order.
    pub constraints: Vec<Constraint>,
    /// A clause whose effect is not read: `as`, `like`, `of`, ...
    pub unread: Option<String>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as written, lower-cased, white space collapsed.
    pub ty: String,
    /// Whether a constraint says `not null` or `primary key`.
    pub not_null: bool,
    /// `generated ... as identity`: a sequence is made along.
    pub identity: bool,
    /// Whether nothing else may give its values; none: not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<bool>,
    /// Its default.
    pub default: Option<Expr>,
    /// What it is computed from: `generated always as (...) stored`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Expr>,
    /// A clause whose effect is not read.
    pub unread: Option<String>,
}

/// A constraint; `columns` are those it stands on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name, if it is given one.
    pub name: Option<String>,
    /// `primary key`, `unique`, `foreign key`, `check`, `exclude`.
    pub kind: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table a foreign key points to, and the columns if said.
    pub target: Option<(Name, Vec<String>)>,
    /// The condition of a check.
    pub check: Option<Expr>,
    /// `using index`: the index whose columns they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// `deferrable`: it is looked at when the transaction ends, if asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferrable: bool,
    /// `not valid`: existing rows are not looked at.
    pub not_valid: bool,
    /// A clause whose effect is not read.
    pub unread: Option<String>,
}

/// One action of `alter table`.
#[allow(missing_docs)] // A variant's sentence names its fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// `enable` or `disable row level security`.
    Rls(bool),
    /// `force` or `no force row level security`.
    Force(bool),
    /// `add column`, with the constraints it brings.
    AddColumn { column: Column, constraints: Vec<Constraint>, if_not_exists: bool },
    /// `add constraint`.
    AddConstraint(Constraint),
    /// `drop column`.
    DropColumn { name: String, if_exists: bool, cascade: bool },
    /// `rename column`.
    RenameColumn { from: String, to: String },
    /// `rename to`.
    Rename(String),
    /// `set schema`.
    SetSchema(String),
    /// `alter column`.
    AlterColumn { name: String, change: ColumnChange },
    /// `rename constraint`.
    RenameConstraint { from: String, to: String },
    /// `validate constraint`.
    Validate(String),
    /// `attach partition` and `detach partition`.
    Partition { name: Name, attach: bool },
    /// `owner to`, `set (...)`, `replica identity`: no table of ours shows it.
    Unseen,
    /// Anything else, by its words.
    Other(String),
}

/// What `alter column` does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnChange {
    /// `set default`; none: `drop default`.
    Default(Option<Expr>),
    /// `set not null` and `drop not null`.
    NotNull(bool),
    /// `type ... using ...`.
    Type(String, Option<Expr>),
    /// `add generated ... as identity`; none: `drop identity`.
    Identity(bool),
    /// `drop expression`.
    Plain,
    /// Statistics, storage, options.
    Unseen,
}

/// `create policy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreatePolicy {
    /// Its name.
    pub name: String,
    /// The table it guards.
    pub table: Name,
    /// Whether it is permissive.
    pub permissive: bool,
    /// `all`, `select`, `insert`, `update`, `delete`.
    pub command: String,
    /// The roles, `public` if none is said.
    pub roles: Vec<String>,
    /// `using`: the text and what it means.
    pub using: Option<(String, Expr)>,
    /// `with check`: the text and what it means.
    pub check: Option<(String, Expr)>,
}

/// `create index`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateIndex {
    /// Its name, if it is given one.
    pub name: Option<String>,
    /// The table.
    pub table: Name,
    /// `unique`.
    pub unique: bool,
    /// `if not exists`.
    pub if_not_exists: bool,
    /// `concurrently`: refused inside a transaction.
    pub concurrently: bool,
    /// The access method.
    pub method: String,
    /// What is indexed; `plain` below says whether nothing but columns is.
    pub items: Vec<Expr>,
    /// Columns it carries along.
    pub include: Vec<Expr>,
    /// Its condition.
    pub predicate: Option<Expr>,
    /// The operator classes it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// A clause whose effect is not read: a collation, parameters.
    pub unread: Option<String>,
}

/// What a text that is not read as statements could do: found by its words, strings and comments' neighbours included.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// Whether it runs SQL that it puts together.
    pub dynamic: bool,
    /// Whether psql may put variables in: `:name`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub variables: bool,
    /// What it writes to the catalog.
    pub writes: Vec<Write>,
    /// The functions it calls, as written.
    pub calls: Vec<Name>,
    /// Every word in it, lower-cased, sorted, once.
    pub words: Vec<String>,
}

/// One write to the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// What kind of write.
    pub verb: Verb,
    /// The object; none: not said in so many words.
    pub object: Option<Name>,
    /// The table of a policy.
    pub table: Option<Name>,
}

/// A kind of write to the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// It makes a table.
    CreateTable,
    /// It makes, changes or drops a policy.
    Policy,
    /// It switches row level security.
    Rls,
    /// It changes, renames or moves a table.
    AlterTable,
    /// It drops a table.
    DropTable,
    /// It makes a schema.
    CreateSchema,
    /// It drops a schema.
    DropSchema,
    /// It makes another relation or a type.
    CreateRelation,
    /// It changes or drops another relation or a type.
    Relation,
    /// It makes, changes or drops a function.
    Routine,
    /// It makes, changes or drops a trigger.
    Trigger,
    /// It could do anything.
    Anything,
}

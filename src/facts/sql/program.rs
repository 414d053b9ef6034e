//! Blocks of PL/pgSQL, in words that do not change with the parser.

use serde::{Deserialize, Serialize};

use super::expr::{Command, Expr, Query};
use super::ir::Statement;

/// A block: what it declares, what it does, what it does about errors.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Program {
    /// Its variables.
    pub variables: Vec<Variable>,
    /// What it does.
    pub steps: Vec<Action>,
    /// Its handlers: the conditions and what is done then.
    pub handlers: Vec<(Vec<String>, Vec<Action>)>,
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type as written.
    pub ty: String,
    /// What it is at first.
    pub default: Option<Expr>,
}

/// What a loop goes over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// The rows of a query.
    Query(Query),
    /// The rows of a query that is put together.
    Text(Expr, Vec<Expr>),
    /// Numbers: first, last, whether downwards.
    Range(Expr, Expr, bool),
    /// The elements of an array.
    Array(Expr),
    /// Until it is left, or while something holds.
    While(Option<Expr>),
}

/// One thing a block does.
#[allow(missing_docs)] // A variant's sentence names its fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A block inside.
    Block(Program),
    /// `if`, with every `elsif`, and what is done else.
    If(Vec<(Expr, Vec<Action>)>, Vec<Action>),
    /// `:=`: the parts of the name, and the value.
    Assign(Vec<String>, Expr),
    /// A loop: the variables that are set, what it goes over, what it does.
    Loop(Vec<String>, Over, Vec<Action>),
    /// `exit` and `continue`, and the condition.
    Leave { exit: bool, when: Option<Expr> },
    /// `return`.
    Return,
    /// `commit` and `rollback`.
    Ends,
    /// `raise`: whether it ends the block, and its arguments.
    Raise(bool, Vec<Expr>),
    /// `execute ... into ... using ...`.
    Execute { text: Expr, into: Vec<Vec<String>>, using: Vec<Expr> },
    /// `select ... into ...`, `perform`, and writes of rows with what they return.
    Rows { command: Command, into: Vec<Vec<String>>, strict: bool, survey: super::ir::Survey },
    /// `get diagnostics`: the variables, and what they are set to.
    Diagnostics(Vec<(String, String)>),
    /// Any other statement.
    Sql { kind: String, object: Option<String>, says: Box<Statement> },
}

//! Tables and schemas in squawk's tree.

use squawk_syntax::SyntaxKind;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode as _};

use super::exprs::expr;
use super::names::{is_cascade, name_in, plain, words};
use crate::facts::sql::cursor::{Cursor, lowered, plain_type};
use crate::facts::sql::expr::Expr;
use crate::facts::sql::ir::{
    Action, Column, ColumnChange, Constraint, CreateTable, Name, Statement,
};
use crate::facts::sql::parse;

pub(super) fn create_schema(it: &ast::CreateSchema) -> Option<Statement> {
    let named = matches!(it.create_schema_target()?, ast::CreateSchemaTarget::NamedSchema(named) if named.role_ref().is_none());
    Some(Statement::CreateSchema {
        name: plain(&it.schema_name()?),
        if_not_exists: it.if_not_exists().is_some(),
        plain: named && it.schema_elements().next().is_none(),
    })
}

pub(super) fn create_table(it: &ast::CreateTable) -> Option<CreateTable> {
    let unread = [
        it.of_type().map(|_| "of"),
        it.using_method().map(|_| "using"),
        it.table_params().map(|_| "with"),
        it.tablespace_clause().map(|_| "tablespace"),
    ];
    let mut table = CreateTable {
        if_not_exists: it.if_not_exists().is_some(),
        temporary: it.persistence().is_some_and(|it| words(it.syntax()).contains("temp")),
        fleeting: it.on_commit().is_some_and(|it| words(it.syntax()).ends_with("drop")),
        kind: if it.partition_by().is_some() { "partitioned" } else { "table" }.to_owned(),
        partition_of: it.partition_of().and_then(|it| name_in(it.syntax())),
        inherits: it
            .inherits()
            .map(|it| it.table_name_refs().filter_map(|it| name_in(it.syntax())).collect())
            .unwrap_or_default(),
        unread: unread.into_iter().flatten().next().map(str::to_owned),
        ..empty_table(name_in(it.table_name()?.syntax())?)
    };
    if let Some(list) = it.table_arg_list() {
        table_args(&list, &mut table);
    }
    Some(table)
}

pub(super) fn create_table_as(it: &ast::CreateTableAs) -> Option<Statement> {
    let table = CreateTable {
        if_not_exists: it.if_not_exists().is_some(),
        temporary: it.persistence().is_some_and(|it| words(it.syntax()).contains("temp")),
        fleeting: it.on_commit().is_some_and(|it| words(it.syntax()).ends_with("drop")),
        unread: Some("as".to_owned()),
        ..empty_table(name_in(it.table_name()?.syntax())?)
    };
    Some(Statement::CreateTable(Box::new(table)))
}

pub(super) fn foreign_table(it: &ast::CreateForeignTable) -> Option<Statement> {
    let mut table = CreateTable {
        if_not_exists: it.if_not_exists().is_some(),
        kind: "foreign".to_owned(),
        partition_of: it.partition_of().and_then(|it| name_in(it.syntax())),
        unread: Some("server".to_owned()),
        ..empty_table(name_in(it.table_name()?.syntax())?)
    };
    if let Some(list) = it.table_arg_list() {
        table_args(&list, &mut table);
    }
    Some(Statement::CreateTable(Box::new(table)))
}

fn empty_table(name: Name) -> CreateTable {
    CreateTable {
        name,
        if_not_exists: false,
        temporary: false,
        fleeting: false,
        kind: "table".to_owned(),
        partition_of: None,
        inherits: Vec::new(),
        columns: Vec::new(),
        constraints: Vec::new(),
        unread: None,
    }
}

fn table_args(list: &ast::TableArgList, table: &mut CreateTable) {
    for arg in list.args() {
        match arg {
            ast::TableArg::Column(it) => {
                let Some(name) = it.name().map(|name| plain(name.syntax())) else { continue };
                let ty = it.ty().map(|ty| plain_type(&words(ty.syntax()))).unwrap_or_default();
                let (column, constraints) = column(name, ty, it.syntax());
                table.columns.push(column);
                table.constraints.extend(constraints);
            }
            ast::TableArg::LikeClause(_) => table.unread = Some("like".to_owned()),
            ast::TableArg::TableConstraint(it) => {
                table.constraints.extend(constraint(it.syntax(), None))
            }
        }
    }
}

/// A column and the constraints written at it. `node` holds them as children.
fn column(name: String, ty: String, node: &SyntaxNode) -> (Column, Vec<Constraint>) {
    let mut column = Column { name, ty, ..Column::default() };
    let mut constraints = Vec::new();
    for child in node.children() {
        match child.kind() {
            SyntaxKind::NOT_NULL_CONSTRAINT => column.not_null = true,
            SyntaxKind::NULL_CONSTRAINT => {}
            SyntaxKind::DEFAULT_CONSTRAINT => {
                column.default = child.children().find_map(ast::Expr::cast).map(|it| expr(&it))
            }
            SyntaxKind::GENERATED_CONSTRAINT => {
                let text = words(&child);
                let formula = child.descendants().find_map(ast::Expr::cast);
                column.identity = text.contains(" as identity");
                column.always = column.identity.then(|| text.contains("generated always"));
                column.generated = formula.filter(|_| text.ends_with("stored")).map(|it| expr(&it));
                let read = column.identity || column.generated.is_some();
                column.unread = (!read).then(|| "generated".to_owned());
                column.not_null |= column.identity;
            }
            SyntaxKind::COLLATE | SyntaxKind::STORAGE | SyntaxKind::ALTER_OPTION_LIST => {
                column.unread = Some(words(&child))
            }
            _ => {
                let made = constraint(&child, Some(&column.name));
                column.not_null |= made.as_ref().is_some_and(|made| made.kind == "primary key");
                constraints.extend(made);
            }
        }
    }
    (column, constraints)
}

/// The constraint that a node is; `column` is where it is written, if at a column.
fn constraint(node: &SyntaxNode, column: Option<&str>) -> Option<Constraint> {
    let kind = match node.kind() {
        SyntaxKind::PRIMARY_KEY_CONSTRAINT => "primary key",
        SyntaxKind::UNIQUE_CONSTRAINT => "unique",
        SyntaxKind::CHECK_CONSTRAINT => "check",
        SyntaxKind::FOREIGN_KEY_CONSTRAINT | SyntaxKind::REFERENCES_CONSTRAINT => "foreign key",
        SyntaxKind::EXCLUDE_CONSTRAINT => "exclude",
        SyntaxKind::NOT_NULL_CONSTRAINT => "not null",
        _ => return None,
    };
    let at_column = || column.map(str::to_owned).into_iter().collect::<Vec<_>>();
    let mut made = Constraint {
        name: ast::Constraint::cast(node.clone())
            .and_then(|it| it.constraint_name())
            .map(|name| plain(name.syntax())),
        kind: kind.to_owned(),
        columns: at_column(),
        target: None,
        check: None,
        index: None,
        deferrable: is_deferrable(node),
        not_valid: ast::Constraint::cast(node.clone()).is_some_and(|it| it.is_not_valid()),
        unread: matches!(kind, "exclude" | "not null").then(|| kind.to_owned()),
    };
    if let Some(it) = ast::ForeignKeyConstraint::cast(node.clone()) {
        made.columns = column_list(it.from_columns());
        made.target = Some((name_in(it.table_name_ref()?.syntax())?, column_list(it.to_columns())));
    } else if let Some(it) = ast::ReferencesConstraint::cast(node.clone()) {
        let columns = it.column().map(|column| plain(column.syntax())).into_iter().collect();
        made.target = Some((name_in(it.table()?.syntax())?, columns));
    } else if let Some(it) = ast::CheckConstraint::cast(node.clone()) {
        made.check = Some(it.expr().map_or(Expr::Other(words(node)), |it| expr(&it)));
    } else if column.is_none() {
        key_columns(node, &mut made);
    }
    Some(made)
}

/// Whether a constraint may wait for the end of the transaction.
fn is_deferrable(node: &SyntaxNode) -> bool {
    node.descendants().any(|it| {
        matches!(
            it.kind(),
            SyntaxKind::DEFERRABLE_CONSTRAINT_OPTION
                | SyntaxKind::INITIALLY_DEFERRED_CONSTRAINT_OPTION
        )
    })
}

/// The columns of `primary key (...)` and `unique (...)`.
fn key_columns(node: &SyntaxNode, made: &mut Constraint) {
    let list = node.descendants().find(|it| it.kind() == SyntaxKind::CONSTRAINT_COLUMN_REF_LIST);
    let names = list.iter().flat_map(|list| list.children()).map(|name| match name.kind() {
        SyntaxKind::COLUMN_NAME_REF => Some(plain(&name)),
        _ => None,
    });
    match names.collect::<Option<Vec<String>>>() {
        Some(columns) if !columns.is_empty() => made.columns = columns,
        _ => match words(node).rsplit_once(" using index ") {
            Some((_, rest)) => made.index = Cursor::new(rest).part(),
            None => made.unread = Some(words(node)),
        },
    }
}

fn column_list(list: Option<ast::ForeignKeyColumnList>) -> Vec<String> {
    list.map(|list| list.column_name_refs().map(|name| plain(name.syntax())).collect())
        .unwrap_or_default()
}

pub(super) fn alter_table(it: &ast::AlterTable) -> Option<Statement> {
    Some(Statement::AlterTable {
        table: name_in(it.table_relation_name()?.syntax())?,
        if_exists: it.if_exists().is_some(),
        actions: it.actions().map(|action| self::action(&action)).collect(),
    })
}

fn action(action: &ast::AlterTableAction) -> Action {
    let other = || Action::Other(words(action.syntax()));
    let read = match action {
        ast::AlterTableAction::EnableRls(_) => Some(Action::Rls(true)),
        ast::AlterTableAction::DisableRls(_) => Some(Action::Rls(false)),
        ast::AlterTableAction::ForceRls(_) => Some(Action::Force(true)),
        ast::AlterTableAction::NoForceRls(_) => Some(Action::Force(false)),
        ast::AlterTableAction::AddColumn(it) => it.column_name().map(|name| {
            let ty = it.ty().map(|ty| plain_type(&words(ty.syntax()))).unwrap_or_default();
            let (column, constraints) = column(plain(name.syntax()), ty, it.syntax());
            Action::AddColumn { column, constraints, if_not_exists: it.if_not_exists().is_some() }
        }),
        ast::AlterTableAction::AddConstraint(it) => {
            it.constraint().and_then(|it| constraint(it.syntax(), None)).map(Action::AddConstraint)
        }
        ast::AlterTableAction::DropColumn(it) => {
            it.column_name_ref().map(|name| Action::DropColumn {
                name: plain(name.syntax()),
                if_exists: it.if_exists().is_some(),
                cascade: is_cascade(it.syntax()),
            })
        }
        ast::AlterTableAction::RenameColumn(it) => (|| {
            let from = plain(it.column_name_ref()?.syntax());
            Some(Action::RenameColumn { from, to: plain(it.column_name()?.syntax()) })
        })(),
        ast::AlterTableAction::TableRenameTo(it) => {
            it.table_name().and_then(|it| name_in(it.syntax())).map(|it| Action::Rename(it.name))
        }
        ast::AlterTableAction::SetSchema(it) => {
            it.schema_ref().map(|it| Action::SetSchema(plain(it.syntax())))
        }
        ast::AlterTableAction::ReplicaIdentity(_) => Some(Action::Unseen),
        other => worded(&other.syntax().text().to_string()),
    };
    read.unwrap_or_else(other)
}

/// An action by its words.
fn worded(text: &str) -> Option<Action> {
    let mut cursor = Cursor::new(text);
    if cursor.eat("alter") {
        cursor.eat("column");
        let name = cursor.part()?;
        return column_change(&mut cursor).map(|change| Action::AlterColumn { name, change });
    }
    if cursor.eat("rename constraint") {
        let from = cursor.part()?;
        cursor.eat("to").then_some(())?;
        return Some(Action::RenameConstraint { from, to: cursor.part()? });
    }
    if cursor.eat("validate constraint") {
        return cursor.part().map(Action::Validate);
    }
    if let Some(verb) = cursor.eat_any(&["attach partition", "detach partition"]) {
        let name = cursor.name()?;
        return Some(Action::Partition { name, attach: verb.starts_with("attach") });
    }
    let unseen = [
        "set (",
        "reset (",
        "set logged",
        "set unlogged",
        "cluster on",
        "set without",
        "enable trigger",
        "disable trigger",
        "enable always",
        "enable replica",
    ];
    cursor.eat_any(&unseen).map(|_| Action::Unseen)
}

fn column_change(cursor: &mut Cursor<'_>) -> Option<ColumnChange> {
    if cursor.eat("set default") {
        return Some(ColumnChange::Default(Some(parse::expression(cursor.until(&[])))));
    }
    if cursor.eat("drop default") {
        return Some(ColumnChange::Default(None));
    }
    if let Some(words) = cursor.eat_any(&["set not null", "drop not null"]) {
        return Some(ColumnChange::NotNull(words.starts_with("set")));
    }
    if cursor.eat("drop expression") {
        return Some(ColumnChange::Plain);
    }
    if cursor.eat("drop identity") {
        return Some(ColumnChange::Identity(false));
    }
    if cursor.eat("add generated") {
        return Some(ColumnChange::Identity(true));
    }
    if cursor.eat("set data type") || cursor.eat("type") {
        let ty = plain_type(&lowered(cursor.until(&["using", "collate"])));
        if cursor.eat("collate") {
            cursor.name()?;
        }
        let using = cursor.eat("using").then(|| parse::expression(cursor.until(&[])));
        return Some(ColumnChange::Type(ty, using));
    }
    cursor.eat_any(&[
        "set statistics",
        "set storage",
        "set (",
        "reset (",
        "set compression",
        "set generated",
        "restart",
    ])?;
    Some(ColumnChange::Unseen)
}

//! Reads statements with squawk's parser. The only file that knows its types.

use squawk_syntax::SyntaxKind;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode as _};

use super::ir::{
    Action, Column, Constraint, CreateIndex, CreatePolicy, CreateTable, Expr, Name, Query,
    Statement,
};
use super::scan::{Token, token};

/// How deep expressions are read; what lies deeper is its text.
const MAX_EXPR: usize = 64;

/// What the parser says of one statement.
pub struct Parsed {
    /// The offset in the statement's text where PostgreSQL would stop.
    pub error: Option<usize>,
    /// What it says, where that is modelled.
    pub statement: Option<Statement>,
}

/// Parses one statement. Errors inside function bodies are not the statement's.
pub fn parse(text: &str) -> Parsed {
    let parse = ast::SourceFile::parse(text);
    let file = parse.tree();
    let in_bodies = file.sql_body_errors();
    let errors = parse.errors().into_iter().filter(|error| !in_bodies.contains(error));
    let error = errors.map(|error| usize::from(error.range().start())).min();
    let statement = file.stmts().next().filter(|_| error.is_none()).and_then(|stmt| read(&stmt));
    Parsed { error, statement }
}

fn read(stmt: &ast::Stmt) -> Option<Statement> {
    match stmt {
        ast::Stmt::CreateSchema(it) => create_schema(it),
        ast::Stmt::CreateTable(it) => create_table(it).map(Box::new).map(Statement::CreateTable),
        ast::Stmt::CreateTableAs(it) => create_table_as(it),
        ast::Stmt::CreateForeignTable(it) => foreign_table(it),
        ast::Stmt::AlterTable(it) => alter_table(it),
        ast::Stmt::CreatePolicy(it) => create_policy(it),
        ast::Stmt::DropPolicy(it) => Some(Statement::DropPolicy {
            name: plain(it.policy_ref()?.syntax()),
            table: name_in(it.on_table()?.syntax())?,
            if_exists: it.if_exists().is_some(),
        }),
        ast::Stmt::DropTable(it) => Some(Statement::DropTables {
            tables: it.table_name_refs().filter_map(|table| name_in(table.syntax())).collect(),
            if_exists: it.if_exists().is_some(),
            cascade: is_cascade(it.syntax()),
        }),
        ast::Stmt::DropSchema(it) => Some(Statement::DropSchemas {
            schemas: it.schema_refs().map(|schema| plain(schema.syntax())).collect(),
            if_exists: it.if_exists().is_some(),
            cascade: is_cascade(it.syntax()),
        }),
        ast::Stmt::CreateIndex(it) => create_index(it),
        ast::Stmt::CommentOn(it) => comment(it),
        _ => None,
    }
}

fn create_schema(it: &ast::CreateSchema) -> Option<Statement> {
    let named = matches!(it.create_schema_target()?, ast::CreateSchemaTarget::NamedSchema(named) if named.role_ref().is_none());
    Some(Statement::CreateSchema {
        name: plain(&it.schema_name()?),
        if_not_exists: it.if_not_exists().is_some(),
        plain: named && it.schema_elements().next().is_none(),
    })
}

fn create_table(it: &ast::CreateTable) -> Option<CreateTable> {
    let unread = [
        it.of_type().map(|_| "of"),
        it.using_method().map(|_| "using"),
        it.table_params().map(|_| "with"),
        it.tablespace_clause().map(|_| "tablespace"),
    ];
    let mut table = CreateTable {
        if_not_exists: it.if_not_exists().is_some(),
        temporary: it.persistence().is_some_and(|it| words(it.syntax()).contains("temp")),
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

fn create_table_as(it: &ast::CreateTableAs) -> Option<Statement> {
    let table = CreateTable {
        if_not_exists: it.if_not_exists().is_some(),
        temporary: it.persistence().is_some_and(|it| words(it.syntax()).contains("temp")),
        unread: Some("as".to_owned()),
        ..empty_table(name_in(it.table_name()?.syntax())?)
    };
    Some(Statement::CreateTable(Box::new(table)))
}

fn foreign_table(it: &ast::CreateForeignTable) -> Option<Statement> {
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
                let ty = it.ty().map(|ty| words(ty.syntax())).unwrap_or_default();
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
    let mut column =
        Column { name, ty, not_null: false, identity: false, default: None, unread: None };
    let mut constraints = Vec::new();
    for child in node.children() {
        match child.kind() {
            SyntaxKind::NOT_NULL_CONSTRAINT => column.not_null = true,
            SyntaxKind::NULL_CONSTRAINT => {}
            SyntaxKind::DEFAULT_CONSTRAINT => {
                column.default = child.children().find_map(ast::Expr::cast).map(|it| expr(&it, 0))
            }
            SyntaxKind::GENERATED_CONSTRAINT => {
                column.unread =
                    (!words(&child).ends_with("identity")).then(|| "generated".to_owned());
                column.identity = column.unread.is_none();
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
        made.check = Some(it.expr().map_or(Expr::Other(words(node)), |it| expr(&it, 0)));
    } else if column.is_none() {
        key_columns(node, &mut made);
    }
    Some(made)
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
        _ => made.unread = Some(words(node)),
    }
}

fn column_list(list: Option<ast::ForeignKeyColumnList>) -> Vec<String> {
    list.map(|list| list.column_name_refs().map(|name| plain(name.syntax())).collect())
        .unwrap_or_default()
}

fn alter_table(it: &ast::AlterTable) -> Option<Statement> {
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
            let ty = it.ty().map(|ty| words(ty.syntax())).unwrap_or_default();
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
        _ => None,
    };
    read.unwrap_or_else(other)
}

fn create_policy(it: &ast::CreatePolicy) -> Option<Statement> {
    let table = name_in(it.on_table()?.syntax())?;
    let roles = it
        .policy_roles()
        .and_then(|it| it.role_ref_list())
        .map(|list| list.role_refs().map(|it| role(it.syntax())).collect());
    Some(Statement::CreatePolicy(Box::new(CreatePolicy {
        name: plain(it.policy()?.syntax()),
        table,
        permissive: !it
            .as_policy_type()
            .is_some_and(|it| words(it.syntax()).contains("restrictive")),
        command: it
            .policy_command()
            .and_then(|it| it.command())
            .map_or("all".to_owned(), |it| words(it.syntax())),
        roles: roles.unwrap_or_else(|| vec!["public".to_owned()]),
        using: it
            .using_expr_clause()
            .and_then(|it| it.expr())
            .map(|it| (spaced(it.syntax()), expr(&it, 0))),
        check: it
            .with_check_expr_clause()
            .and_then(|it| it.expr())
            .map(|it| (spaced(it.syntax()), expr(&it, 0))),
    })))
}

fn role(node: &SyntaxNode) -> String {
    let leaf = node.descendants().last().unwrap_or_else(|| node.clone());
    plain(&leaf)
}

fn create_index(it: &ast::CreateIndex) -> Option<Statement> {
    let items = it.partition_item_list()?;
    let odd = items.partition_items().find_map(|item| {
        let class = item.op_class_ref().map(|it| words(it.syntax()));
        class
            .or_else(|| item.collate().map(|it| words(it.syntax())))
            .or_else(|| item.attribute_list().map(|it| words(it.syntax())))
    });
    let expressions = |list: ast::PartitionItemList| {
        list.partition_items().filter_map(|item| item.expr()).map(|it| expr(&it, 0)).collect()
    };
    Some(Statement::CreateIndex(Box::new(CreateIndex {
        name: it.index().and_then(|it| name_in(it.syntax())).map(|it| it.name),
        table: name_in(it.table_relation_name()?.syntax())?,
        unique: it.syntax().children_with_tokens().any(|it| it.kind() == SyntaxKind::UNIQUE_KW),
        if_not_exists: it.if_not_exists().is_some(),
        concurrently: it.concurrently_token().is_some(),
        method: it.using_method().map_or("btree".to_owned(), |it| {
            words(it.syntax()).trim_start_matches("using ").to_owned()
        }),
        items: expressions(items),
        include: it
            .index_include_clause()
            .and_then(|it| it.partition_item_list())
            .map(expressions)
            .unwrap_or_default(),
        predicate: it
            .where_clause()
            .and_then(|it| it.syntax().children().find_map(ast::Expr::cast))
            .map(|it| expr(&it, 0)),
        unread: odd.or_else(|| it.with_params().map(|it| words(it.syntax()))),
    })))
}

fn comment(it: &ast::CommentOn) -> Option<Statement> {
    match it.comment_object()? {
        ast::CommentObject::ObjectTable(it) => {
            Some(Statement::Comment { table: name_in(it.syntax())?, column: None })
        }
        ast::CommentObject::ObjectColumn(it) => {
            let mut parts = parts_in(it.syntax());
            let column = parts.pop()?;
            Some(Statement::Comment { table: name_of(parts)?, column: Some(column) })
        }
        _ => None,
    }
}

fn expr(it: &ast::Expr, depth: usize) -> Expr {
    let other = || Expr::Other(spaced(it.syntax()));
    if depth > MAX_EXPR {
        return other();
    }
    read_expr(it, depth + 1).unwrap_or_else(other)
}

fn read_expr(it: &ast::Expr, depth: usize) -> Option<Expr> {
    let boxed = |it: ast::Expr| Box::new(expr(&it, depth));
    Some(match it {
        ast::Expr::NameRef(it) => {
            keyword(&plain(it.syntax())).unwrap_or_else(|| Expr::Column(vec![plain(it.syntax())]))
        }
        ast::Expr::FieldExpr(it) => Expr::Column(parts_in_plain(it.syntax())?),
        ast::Expr::Literal(it) => literal(it)?,
        ast::Expr::ParenExpr(it) => match (it.expr(), it.select()) {
            (Some(inner), _) => expr(&inner, depth),
            (None, Some(select)) => Expr::Query(Box::new(query(&select, depth))),
            _ => return None,
        },
        ast::Expr::CallExpr(it) => call(it, depth)?,
        ast::Expr::PrefixExpr(it) => {
            let operator = words_of_tokens(it.syntax());
            Expr::Prefix(operator, boxed(it.expr()?))
        }
        ast::Expr::PostfixExpr(it) => Expr::Is(boxed(it.expr()?)),
        ast::Expr::CastExpr(it) => cast(it, depth)?,
        ast::Expr::ArrayExpr(it) if it.select_variant().is_none() => {
            Expr::Array(it.exprs().map(|it| expr(&it, depth)).collect())
        }
        ast::Expr::CaseExpr(it) if it.expr().is_none() => case(it, depth)?,
        ast::Expr::BetweenExpr(it) => {
            let mut operands =
                it.syntax().children().filter_map(ast::Expr::cast).map(|it| expr(&it, depth));
            Expr::Among(Box::new(operands.next()?), operands.collect())
        }
        ast::Expr::BinExpr(it) => binary(it, depth)?,
        _ => return None,
    })
}

fn binary(it: &ast::BinExpr, depth: usize) -> Option<Expr> {
    let left = expr(&it.lhs()?, depth);
    let right = it.rhs()?;
    let (start, end) = (it.lhs()?.syntax().text_range().end(), right.syntax().text_range().start());
    let offset = it.syntax().text_range().start();
    let text = it.syntax().text().to_string();
    let operator = collapse(&text[usize::from(start - offset)..usize::from(end - offset)])
        .to_ascii_lowercase();
    match operator.as_str() {
        "in" | "not in" => {
            let operands = match &right {
                ast::Expr::TupleExpr(it) => it.exprs().map(|it| expr(&it, depth)).collect(),
                other => vec![expr(other, depth)],
            };
            Some(Expr::Among(Box::new(left), operands))
        }
        "is" | "is not" | "is distinct from" | "is not distinct from" => {
            match expr(&right, depth) {
                Expr::Null | Expr::Bool(_) if !operator.ends_with("from") => {
                    Some(Expr::Is(Box::new(left)))
                }
                right => Some(Expr::Binary("=".to_owned(), Box::new(left), Box::new(right)))
                    .filter(|_| operator.ends_with("from")),
            }
        }
        _ => Some(Expr::Binary(operator, Box::new(left), Box::new(expr(&right, depth)))),
    }
}

fn call(it: &ast::CallExpr, depth: usize) -> Option<Expr> {
    if let Some(exists) = it.exists_fn() {
        let select = exists.syntax().children().find_map(ast::Select::cast)?;
        return Some(Expr::Exists(Box::new(query(&select, depth))));
    }
    if it.syntax().children().count() > 2 {
        return None;
    }
    let function = match it.expr()? {
        ast::Expr::NameRef(it) => name_of(vec![plain(it.syntax())]),
        ast::Expr::FieldExpr(it) => name_of(parts_in_plain(it.syntax())?),
        _ => None,
    }?;
    let list = it.arg_list()?;
    if list.all_or_distinct().is_some() || list.star_token().is_some() {
        return None;
    }
    let mut arguments = Vec::new();
    for argument in list.args() {
        let node = argument.func_arg_expr()?.syntax().clone();
        let value = ast::Expr::cast(node.clone());
        arguments.push(expr(&value.or_else(|| ast::Expr::cast(node.first_child()?))?, depth));
    }
    Some(Expr::Call(function, arguments))
}

fn cast(it: &ast::CastExpr, depth: usize) -> Option<Expr> {
    let ty = words(it.ty()?.syntax());
    let inner = match (it.expr(), it.literal()) {
        (Some(inner), _) => expr(&inner, depth),
        (None, Some(inner)) => literal(&inner)?,
        _ => return None,
    };
    it.interval_qualifier().is_none().then(|| Expr::Cast(Box::new(inner), ty))
}

fn case(it: &ast::CaseExpr, depth: usize) -> Option<Expr> {
    let (mut conditions, mut results) = (Vec::new(), Vec::new());
    for when in it.when_clause_list()?.when_clauses() {
        conditions.push(expr(&when.condition()?, depth));
        results.push(expr(&when.then()?, depth));
    }
    if let Some(end) = it.else_clause() {
        results.push(expr(&end.expr()?, depth));
    }
    Some(Expr::Case(conditions, results))
}

fn literal(it: &ast::Literal) -> Option<Expr> {
    let text = it.syntax().text().to_string();
    match text.to_ascii_lowercase().as_str() {
        "true" => return Some(Expr::Bool(true)),
        "false" => return Some(Expr::Bool(false)),
        "null" => return Some(Expr::Null),
        _ => {}
    }
    if text.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Some(Expr::Number(text));
    }
    let quoted = text.starts_with(['\'', '$']).then(|| it.string_value()).flatten();
    quoted.map(Expr::Text)
}

/// Words that look like columns and are functions.
fn keyword(word: &str) -> Option<Expr> {
    let known = matches!(
        word,
        "current_user"
            | "session_user"
            | "current_role"
            | "user"
            | "current_date"
            | "current_timestamp"
            | "current_time"
            | "localtime"
            | "localtimestamp"
    );
    known.then(|| Expr::Call(Name { schema: None, name: word.to_owned() }, Vec::new()))
}

fn query(it: &ast::Select, depth: usize) -> Query {
    let mut query =
        Query { items: Vec::new(), from: Vec::new(), conditions: Vec::new(), unread: None };
    for child in it.syntax().children() {
        match child.kind() {
            SyntaxKind::SELECT_CLAUSE => targets(&child, depth, &mut query),
            SyntaxKind::FROM_CLAUSE => from(&child, depth, &mut query),
            SyntaxKind::WHERE_CLAUSE => query
                .conditions
                .extend(child.children().find_map(ast::Expr::cast).map(|it| expr(&it, depth))),
            SyntaxKind::LIMIT_CLAUSE => {}
            _ => query.unread = Some(words(&child)),
        }
    }
    query
}

fn targets(clause: &SyntaxNode, depth: usize, query: &mut Query) {
    for target in clause.descendants().filter(|node| node.kind() == SyntaxKind::TARGET) {
        let nested = target
            .ancestors()
            .skip(1)
            .take_while(|node| node != clause)
            .any(|node| node.kind() == SyntaxKind::SELECT_CLAUSE);
        if nested {
            continue;
        }
        let item = target.children().find_map(ast::Expr::cast).map(|it| expr(&it, depth));
        let star = words(&target) == "*";
        match item {
            Some(item) => query.items.push(item),
            None if star => query.items.push(Expr::Column(vec!["*".to_owned()])),
            None => query.unread = Some(words(&target)),
        }
    }
    if clause.children_with_tokens().any(|it| it.kind() == SyntaxKind::DISTINCT_CLAUSE) {
        query.unread = Some("distinct".to_owned());
    }
}

/// Relations of a `from`: names with aliases, joined with conditions; anything else is not read.
fn from(clause: &SyntaxNode, depth: usize, query: &mut Query) {
    for node in clause.children() {
        match node.kind() {
            SyntaxKind::RELATION_FROM_ITEM => match relation(&node) {
                Some(relation) => query.from.push(relation),
                None => query.unread = Some(words(&node)),
            },
            SyntaxKind::JOIN_EXPR | SyntaxKind::JOIN if depth < MAX_EXPR => {
                from(&node, depth + 1, query)
            }
            SyntaxKind::ON_CLAUSE => {
                let condition = node.children().find_map(ast::Expr::cast);
                query.conditions.extend(condition.map(|it| expr(&it, depth)));
            }
            SyntaxKind::JOIN_INNER | SyntaxKind::JOIN_LEFT => {}
            _ => query.unread = Some(words(&node)),
        }
    }
}

fn relation(item: &SyntaxNode) -> Option<(Name, Option<String>)> {
    let mut children = item.children();
    let name = name_of(parts_in(&children.next()?))?;
    let alias = children.next().map(|alias| {
        let parts: Vec<SyntaxNode> = alias.children().collect();
        (parts.len() == 1).then(|| plain(&parts[0]))
    });
    match alias {
        Some(None) => None,
        alias => children.next().is_none().then_some((name, alias.flatten())),
    }
}

fn is_cascade(node: &SyntaxNode) -> bool {
    words(node).trim_end_matches(';').trim_end().ends_with("cascade")
}

/// The name a node is: unquoted lower-cased, quoted as it is.
fn plain(node: &SyntaxNode) -> String {
    ast::normalize_name_node(node)
}

fn name_in(node: &SyntaxNode) -> Option<Name> {
    name_of(parts_in(node))
}

fn name_of(mut parts: Vec<String>) -> Option<Name> {
    let name = parts.pop()?;
    let schema = parts.pop();
    parts.is_empty().then_some(Name { schema, name })
}

/// The parts of the dotted name in a node; keywords around it (`on`, `only`) are skipped.
fn parts_in(node: &SyntaxNode) -> Vec<String> {
    let segments = node.descendants().filter(|node| {
        matches!(
            node.kind(),
            SyntaxKind::PATH_SEGMENT
                | SyntaxKind::PATH_SEGMENT_REF
                | SyntaxKind::NAME_REF
                | SyntaxKind::COLUMN_NAME_REF
        )
    });
    segments.map(|segment| plain(&segment)).collect()
}

/// The parts of `a.b.c`; none if a part is not a name.
fn parts_in_plain(node: &SyntaxNode) -> Option<Vec<String>> {
    let text = spaced(node);
    let mut parts = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (kind, end) = token(&text, at);
        match kind {
            Token::Word => parts.push(text[at..end].to_ascii_lowercase()),
            Token::Quoted if text[at..].starts_with('"') => {
                parts.push(text[at + 1..end - 1].replace("\"\"", "\""))
            }
            Token::Symbol(b'.') | Token::Blank => {}
            _ => return None,
        }
        at = end;
    }
    Some(parts)
}

fn words_of_tokens(node: &SyntaxNode) -> String {
    let tokens = node
        .children_with_tokens()
        .filter_map(|it| it.into_token())
        .filter(|it| !it.kind().is_trivia());
    tokens.map(|it| it.text().to_ascii_lowercase()).collect::<Vec<_>>().join("")
}

/// A node's text without comments, white space collapsed.
fn spaced(node: &SyntaxNode) -> String {
    collapse(&node.text().to_string())
}

/// The same in lower case.
fn words(node: &SyntaxNode) -> String {
    spaced(node).to_ascii_lowercase()
}

/// Collapses white space and comments outside quotes to one space.
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (kind, end) = token(text, at);
        if kind != Token::Blank {
            out.push_str(text.get(at..end).unwrap_or(""));
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
        at = end;
    }
    out.truncate(out.trim_end().len());
    out
}

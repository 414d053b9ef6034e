//! Reads statements with squawk's parser. Only this folder knows its types.

mod exprs;
mod names;
mod queries;
mod tables;

use squawk_syntax::SyntaxKind;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode as _};

use self::exprs::expr;
use self::names::{is_cascade, name_in, plain, spaced, words};
use self::queries::{create_matview, create_view};
use self::tables::{alter_table, create_schema, create_table, create_table_as, foreign_table};
use super::ir::{CreateIndex, CreatePolicy, Statement};

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
    let errors = parse.errors();
    let in_bodies = if errors.is_empty() { Vec::new() } else { file.sql_body_errors() };
    let own = errors.iter().filter(|error| !in_bodies.contains(error));
    let error = own.map(|error| usize::from(error.range().start())).min();
    let statement = file.stmts().next().filter(|_| error.is_none()).and_then(|stmt| read(&stmt));
    Parsed { error, statement }
}

/// Whether the parser takes a text as the body of a PL/pgSQL block.
pub fn compiles(body: &str) -> bool {
    let block = format!("do $parity_body$ {body} $parity_body$");
    let parse = ast::SourceFile::parse(&block);
    if body.contains("$parity_body$") || !parse.errors().is_empty() {
        return false;
    }
    let inner = match parse.tree().stmts().next() {
        Some(ast::Stmt::Do(it)) => it.plpgsql(),
        _ => None,
    };
    inner.is_some_and(|body| body.errors().is_empty())
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
        ast::Stmt::CreateView(it) => create_view(it),
        ast::Stmt::CreateMaterializedView(it) => create_matview(it),
        _ => None,
    }
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
            .map(|it| (spaced(it.syntax()), expr(&it))),
        check: it
            .with_check_expr_clause()
            .and_then(|it| it.expr())
            .map(|it| (spaced(it.syntax()), expr(&it))),
    })))
}

fn role(node: &SyntaxNode) -> String {
    let leaf = node.descendants().last().unwrap_or_else(|| node.clone());
    plain(&leaf)
}

fn create_index(it: &ast::CreateIndex) -> Option<Statement> {
    let items = it.partition_item_list()?;
    let odd = items.partition_items().find_map(|item| {
        let collate = item.collate().map(|it| words(it.syntax()));
        collate.or_else(|| item.attribute_list().map(|it| words(it.syntax())))
    });
    let classes = items.partition_items().filter_map(|item| item.op_class_ref());
    let classes = classes.map(|it| words(it.syntax())).collect();
    let params = it.with_params().map(|it| words(it.syntax()));
    let lists = |it: &String| {
        let plain = |it: char| it.is_ascii_digit() || matches!(it, ' ' | '(' | ')' | '=');
        it.strip_prefix("with").is_some_and(|it| it.replace("lists", "").chars().all(plain))
    };
    let expressions = |list: ast::PartitionItemList| {
        list.partition_items().filter_map(|item| item.expr()).map(|it| expr(&it)).collect()
    };
    Some(Statement::CreateIndex(Box::new(CreateIndex {
        name: it.index().and_then(|it| name_in(it.syntax())).map(|it| it.name),
        table: name_in(it.table_relation_name()?.syntax())?,
        unique: it.syntax().children_with_tokens().any(|it| it.kind() == SyntaxKind::UNIQUE_KW),
        if_not_exists: it.if_not_exists().is_some(),
        concurrently: it.concurrently_token().is_some(),
        method: it.using_method().map_or("btree".to_owned(), |it| {
            words(it.syntax()).trim_start_matches("using ").trim_matches('"').to_owned()
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
            .map(|it| expr(&it)),
        classes,
        unread: odd.or_else(|| params.filter(|it| !lists(it))),
    })))
}

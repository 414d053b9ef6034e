//! Views and literal inserts in squawk's tree.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode as _};

use super::exprs::{expr, query};
use super::names::{name_in, plain, spaced, words};
use crate::facts::sql::defined::{CreateView, Insert};
use crate::facts::sql::ir::{Expr, Query, Statement};
use crate::facts::sql::objects::kept;
use crate::facts::sql::survey::survey;

/// The most rows of one statement that are kept.
const MAX_ROWS: usize = 100;

pub(super) fn create_view(it: &ast::CreateView) -> Option<Statement> {
    if it.persistence().is_some() || it.recursive_token().is_some() {
        return None;
    }
    let options: String = it
        .with_params()
        .map(|it| words(it.syntax()))
        .unwrap_or_default()
        .chars()
        .filter(|it| !it.is_whitespace())
        .collect();
    let invoker = matches!(
        options.as_str(),
        "with(security_invoker=true)"
            | "with(security_invoker=on)"
            | "with(security_invoker)"
            | "with(security_invoker='true')"
            | "with(security_invoker=1)"
    );
    let odd = !options.is_empty() && !options.contains("security_");
    let unread = odd.then_some(options).or(it.with_check_option().map(|_| "with check".to_owned()));
    let mut view = view(it.view()?, it.query()?, it.column_list(), it.syntax(), unread)?;
    view.or_replace = it.or_replace().is_some();
    view.security_invoker = invoker;
    Some(Statement::CreateView(Box::new(view)))
}

pub(super) fn create_matview(it: &ast::CreateMaterializedView) -> Option<Statement> {
    let odd = it.using_method().is_some() || it.with_params().is_some();
    let unread = odd.then(|| "with".to_owned());
    let mut view = view(it.view()?, it.query()?, it.column_list(), it.syntax(), unread)?;
    view.materialized = true;
    view.if_not_exists = it.if_not_exists().is_some();
    Some(Statement::CreateView(Box::new(view)))
}

fn view(
    name: ast::View,
    select: ast::SelectVariant,
    columns: Option<ast::ColumnList>,
    whole: &SyntaxNode,
    unread: Option<String>,
) -> Option<CreateView> {
    let columns = columns.map(|list| {
        let names = list.syntax().descendants().filter_map(ast::ColumnName::cast);
        names.map(|name| plain(name.syntax())).collect()
    });
    let query = match &select {
        ast::SelectVariant::Select(it) => query(it, 0),
        other => unread_query(words(other.syntax())),
    };
    Some(CreateView {
        name: name_in(name.syntax())?,
        materialized: false,
        or_replace: false,
        if_not_exists: false,
        security_invoker: false,
        columns: columns.unwrap_or_default(),
        body: kept(&spaced(select.syntax())),
        query,
        unread,
        survey: survey(&whole.text().to_string()),
    })
}

fn unread_query(text: String) -> Query {
    Query { unread: Some(text), ..Query::default() }
}

pub(super) fn insert(it: &ast::Insert) -> Option<Statement> {
    let Some(ast::InsertSource::SelectVariant(ast::SelectVariant::Values(values))) =
        it.insert_source()
    else {
        return None;
    };
    let (mut rows, mut count): (Vec<Vec<Expr>>, usize) = (Vec::new(), 0);
    for row in values.row_list()?.rows() {
        count += 1;
        if rows.len() < MAX_ROWS {
            rows.push(row.exprs().map(|it| expr(&it, 0)).collect());
        }
    }
    let columns = it.column_target_list().map(|list| {
        list.column_targets().map(|it| words(it.syntax()).trim_matches('"').to_owned()).collect()
    });
    let conflict = it.on_conflict_clause();
    let tolerant = matches!(
        conflict.as_ref().and_then(|it| it.conflict_action()),
        Some(ast::ConflictAction::ConflictDoNothing(_))
    );
    let unread = [
        it.alias().map(|_| "as"),
        it.with_clause().map(|_| "with"),
        it.overriding_clause().map(|_| "overriding"),
        it.returning_clause().map(|_| "returning"),
        values.with_clause().map(|_| "with"),
        values.tail_clauses().next().map(|_| "order by"),
        conflict.filter(|_| !tolerant).map(|_| "on conflict do update"),
    ];
    Some(Statement::Insert(Box::new(Insert {
        table: name_in(it.relation_name_ref()?.syntax())?,
        columns: columns.unwrap_or_default(),
        rows,
        count,
        tolerant,
        unread: unread.into_iter().flatten().next().map(str::to_owned),
        survey: survey(&it.syntax().text().to_string()),
    })))
}

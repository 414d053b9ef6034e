//! Views in squawk's tree.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode as _};

use super::names::{name_in, plain, spaced, words};
use crate::facts::sql::defined::CreateView;
use crate::facts::sql::expr::Query;
use crate::facts::sql::ir::Statement;
use crate::facts::sql::objects::kept;
use crate::facts::sql::parse;
use crate::facts::sql::survey::survey;

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
    let text = select.syntax().text().to_string();
    let odd_query = || Query { unread: Some(words(select.syntax())), ..Query::default() };
    let query = parse::query(&text).unwrap_or_else(odd_query);
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

//! Expressions and plain queries in squawk's tree.

use squawk_syntax::SyntaxKind;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode as _};

use super::names::{collapse, name_of, parts_in, plain, spaced, words};
use crate::facts::sql::cursor::plain_type;
use crate::facts::sql::ir::{Expr, Name, Query};
use crate::facts::sql::scan::{Token, token};

/// How deep expressions are read; what lies deeper is its text.
const MAX_EXPR: usize = 64;

pub(super) fn expr(it: &ast::Expr, depth: usize) -> Expr {
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
        "->" | "->>" if matches!(right, ast::Expr::BinExpr(_)) => {
            Some(leftward(operator, left, expr(&right, depth)))
        }
        _ => Some(Expr::Binary(operator, Box::new(left), Box::new(expr(&right, depth)))),
    }
}

/// `a -> b ->> c` is `(a -> b) ->> c`; the parser reads it from the right.
fn leftward(operator: String, left: Expr, right: Expr) -> Expr {
    match right {
        Expr::Binary(next, inner, last) if matches!(next.as_str(), "->" | "->>") => {
            Expr::Binary(next, Box::new(leftward(operator, left, *inner)), last)
        }
        other => Expr::Binary(operator, Box::new(left), Box::new(other)),
    }
}

fn call(it: &ast::CallExpr, depth: usize) -> Option<Expr> {
    if let Some(exists) = it.exists_fn() {
        let select = exists.syntax().children().find_map(ast::Select::cast)?;
        return Some(Expr::Exists(Box::new(query(&select, depth))));
    }
    let filter = it.syntax().children().find_map(ast::FilterClause::cast);
    if it.syntax().children().count() > 2 + usize::from(filter.is_some()) {
        return None;
    }
    if let Some(filter) = filter {
        let condition = filter.syntax().children().find_map(ast::Expr::cast)?;
        let condition = Box::new(expr(&condition, depth));
        return Some(Expr::Filter(Box::new(plain_call(it, depth)?), condition));
    }
    plain_call(it, depth)
}

fn plain_call(it: &ast::CallExpr, depth: usize) -> Option<Expr> {
    let function = match it.expr()? {
        ast::Expr::NameRef(it) => name_of(vec![plain(it.syntax())]),
        ast::Expr::FieldExpr(it) => name_of(parts_in_plain(it.syntax())?),
        _ => None,
    }?;
    let list = it.arg_list()?;
    if list.star_token().is_some() && function.name == "count" {
        return Some(Expr::Call(function, Vec::new()));
    }
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
    let ty = plain_type(&words(it.ty()?.syntax()));
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

pub(super) fn query(it: &ast::Select, depth: usize) -> Query {
    let mut query = Query::default();
    if it.with_clause().is_some() {
        // The names it gives may stand wherever a relation does.
        query.unread = Some("with".to_owned());
        return query;
    }
    for child in it.syntax().children() {
        match child.kind() {
            SyntaxKind::SELECT_CLAUSE => targets(&child, depth, &mut query),
            SyntaxKind::FROM_CLAUSE => from(&child, depth, &mut query),
            SyntaxKind::WHERE_CLAUSE => query
                .conditions
                .extend(child.children().find_map(ast::Expr::cast).map(|it| expr(&it, depth))),
            SyntaxKind::LIMIT_CLAUSE => limit(&child, &mut query),
            SyntaxKind::ORDER_BY_CLAUSE => {
                let sorts = child.descendants().filter_map(ast::SortBy::cast);
                let sorts = sorts.filter_map(|it| it.syntax().children().find_map(ast::Expr::cast));
                query.sorts.extend(sorts.map(|it| expr(&it, depth)));
            }
            SyntaxKind::GROUP_BY_CLAUSE => {
                for group in child.children().flat_map(|list| list.children()) {
                    let single = group.children().find_map(ast::Expr::cast);
                    match single.filter(|_| ast::GroupingExpr::can_cast(group.kind())) {
                        Some(it) => query.groups.push(expr(&it, depth)),
                        None => query.unread = Some(words(&child)),
                    }
                }
            }
            _ => query.unread = Some(words(&child)),
        }
    }
    query
}

/// A limit is a number, or is not read.
fn limit(clause: &SyntaxNode, query: &mut Query) {
    let text = words(clause);
    let number = text.strip_prefix("limit ").is_some_and(|it| it.parse::<u32>().is_ok());
    if !number {
        query.unread = Some(text);
    }
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
        let name = target.children().find_map(ast::AsName::cast);
        query.names.push(name.and_then(|it| it.name()).map(|name| plain(name.syntax())));
        match item {
            Some(item) => query.items.push(item),
            None if star => query.items.push(Expr::Column(vec!["*".to_owned()])),
            None => query.unread = Some(words(&target)),
        }
    }
    let inside = clause.children().flat_map(|it| it.children().collect::<Vec<_>>());
    let distinct = clause.children().chain(inside).find_map(ast::DistinctClause::cast);
    if let Some(distinct) = distinct {
        let on = distinct.syntax().children().flat_map(|it| it.children().collect::<Vec<_>>());
        query.distinct_on.extend(on.filter_map(ast::Expr::cast).map(|it| expr(&it, depth)));
        if query.distinct_on.is_empty() {
            query.unread = Some("distinct".to_owned());
        }
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
            SyntaxKind::PAREN_FROM_ITEM if depth < MAX_EXPR => match derived(&node, depth + 1) {
                Some(derived) => query.derived.push(derived),
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

/// A query in parentheses with an alias.
fn derived(item: &SyntaxNode, depth: usize) -> Option<(Query, String)> {
    let item = ast::ParenFromItem::cast(item.clone())?;
    let lateral = words(item.syntax()).starts_with("lateral");
    let select = item.syntax().children().find_map(ast::ParenSelect::cast)?;
    let inner = select.syntax().children().find_map(ast::Select::cast)?;
    let alias = item.syntax().children().find_map(ast::FromAlias::cast)?;
    let plain_alias = alias.columns().is_none() && !lateral;
    let name = alias.name().map(|it| plain(it.syntax())).filter(|_| plain_alias)?;
    Some((query(&inner, depth), name))
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

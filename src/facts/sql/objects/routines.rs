//! Functions, procedures and triggers.

use super::kept;
use crate::facts::sql::body;
use crate::facts::sql::cursor::{Cursor, lowered, plain_type};
use crate::facts::sql::defined::{Body, CreateFunction, CreateTrigger, Parameter, Routine};
use crate::facts::sql::expr::Command;
use crate::facts::sql::ir::Statement;
use crate::facts::sql::named;
use crate::facts::sql::parse;
use crate::facts::sql::scan;
use crate::facts::sql::survey::survey;

/// Options of a function whose effect no table shows.
const QUIET: [&str; 14] = [
    "immutable",
    "stable",
    "volatile",
    "strict",
    "called on null input",
    "returns null on null input",
    "leakproof",
    "not leakproof",
    "external security invoker",
    "security invoker",
    "parallel safe",
    "parallel unsafe",
    "parallel restricted",
    "window",
];

pub(super) fn create(cursor: &mut Cursor<'_>, or_replace: bool) -> Option<Statement> {
    let procedure = cursor.eat_any(&["function", "procedure"])? == "procedure";
    let mut function = CreateFunction {
        name: cursor.name()?,
        procedure,
        or_replace,
        parameters: parameters(cursor.group()?, "in")?,
        returns: None,
        language: String::new(),
        security_definer: false,
        search_path: None,
        body: String::new(),
        relations: Vec::new(),
        asks: Body::Unread("its body".to_owned()),
        survey: survey(""),
    };
    if cursor.eat("returns table") {
        function.parameters.extend(parameters(cursor.group()?, "table")?);
        function.returns = Some("table".to_owned());
    } else if cursor.eat("returns") {
        function.returns = Some(return_type(cursor));
    }
    let text = options(cursor, &mut function)?;
    function.survey = survey(&text);
    function.relations = named::relations(&text);
    function.asks = match function.language.as_str() {
        "plpgsql" => body::plpgsql(&text, &function),
        "sql" => {
            commands(&text).map_or_else(|| Body::Unread("its body".to_owned()), Body::Commands)
        }
        language => Body::Unread(format!("language {language}")),
    };
    function.body = kept(&text);
    Some(Statement::CreateFunction(Box::new(function)))
}

/// The statements of a body in SQL; none where one is not about rows.
fn commands(text: &str) -> Option<Vec<Command>> {
    let script = scan::cut(text);
    let pieces = script.pieces.iter().map(|it| parse::command(&text[it.start..it.end]));
    pieces.collect::<Option<Vec<_>>>().filter(|it| it.len() < 20)
}

/// Types end where an option begins.
fn return_type(cursor: &mut Cursor<'_>) -> String {
    let ends = [
        "language",
        "as",
        "immutable",
        "stable",
        "volatile",
        "strict",
        "security",
        "set",
        "cost",
        "rows",
        "parallel",
        "called",
        "returns",
        "leakproof",
        "not",
        "external",
        "begin",
        "return",
        "window",
        "support",
        "transform",
    ];
    plain_type(&lowered(cursor.until(&ends)))
}

/// Reads the options; gives the body.
fn options(cursor: &mut Cursor<'_>, function: &mut CreateFunction) -> Option<String> {
    let mut body = None;
    while !cursor.is_done() {
        if cursor.eat("language") {
            function.language = cursor.string().or_else(|| cursor.part())?.to_ascii_lowercase();
        } else if cursor.eat("security definer") || cursor.eat("external security definer") {
            function.security_definer = true;
        } else if cursor.eat("set \"search_path\"") {
            (cursor.eat("=") || cursor.eat("to")).then_some(())?;
            function.search_path = Some(setting(cursor)?);
        } else if cursor.eat("set search_path from current") {
            function.search_path = Some("current".to_owned());
        } else if cursor.eat("set search_path") {
            (cursor.eat("=") || cursor.eat("to")).then_some(())?;
            function.search_path = Some(setting(cursor)?);
        } else if cursor.eat("set") {
            other_setting(cursor)?;
        } else if cursor.eat("as") {
            body = Some(cursor.string()?);
        } else if cursor.eat("cost") || cursor.eat("rows") {
            cursor.skip();
        } else {
            cursor.eat_any(&QUIET)?;
        }
    }
    body
}

/// Settings every server has, whose effect no table shows.
const SETTINGS: [&str; 14] = [
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "work_mem",
    "maintenance_work_mem",
    "timezone",
    "datestyle",
    "row_security",
    "client_min_messages",
    "plan_cache_mode",
    "jit",
    "constraint_exclusion",
    "max_parallel_workers_per_gather",
    "default_transaction_isolation",
];

/// A setting that changes nothing we read.
fn other_setting(cursor: &mut Cursor<'_>) -> Option<()> {
    let name = cursor.part()?;
    let known = SETTINGS.contains(&name.as_str()) || name.starts_with("enable_");
    known.then_some(())?;
    if cursor.eat("from current") {
        return Some(());
    }
    (cursor.eat("=") || cursor.eat("to")).then_some(())?;
    if cursor.string().is_none() {
        cursor.skip();
    }
    Some(())
}

/// The schemas a setting lists, as written.
fn setting(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut schemas = Vec::new();
    loop {
        schemas.push(cursor.string().or_else(|| cursor.part()).or_else(|| {
            let empty = cursor.peek() == "\"\"";
            empty.then(|| cursor.skip()).map(|()| String::new())
        })?);
        if !cursor.eat(",") {
            return Some(schemas.join(", "));
        }
    }
}

/// The parameters between parentheses.
pub(super) fn parameters(text: &str, usual: &str) -> Option<Vec<Parameter>> {
    Cursor::split(text).into_iter().map(|piece| parameter(piece, usual)).collect()
}

fn parameter(text: &str, usual: &str) -> Option<Parameter> {
    let mut cursor = Cursor::new(text);
    let mode = cursor.eat_any(&["inout", "in out", "in", "out", "variadic"]);
    let mode = mode.map_or(usual, |mode| if mode == "in out" { "inout" } else { mode });
    let declared = cursor.until(&["default", "=", ":"]);
    let default = if cursor.is_done() {
        None
    } else {
        cursor.eat(":");
        cursor.skip();
        Some(parse::expression(cursor.until(&[])))
    };
    let mut inner = Cursor::new(declared);
    // One word alone is a type; of two the first is a name, but for types of several words.
    let before = inner.clone();
    let name = inner.part();
    let rest = lowered(inner.until(&[]));
    let whole = lowered(declared);
    let several = [
        "double precision",
        "character varying",
        "timestamp with",
        "timestamp without",
        "time with",
        "time without",
        "bit varying",
    ];
    let nameless = rest.is_empty()
        || rest.starts_with(['.', '(', '[', '%'])
        || several.iter().any(|ty| whole.starts_with(ty));
    drop(before);
    let (name, ty) = if nameless { (None, whole) } else { (name, rest) };
    Some(Parameter { mode: mode.to_owned(), name, ty: squeeze(&ty), default })
}

/// White space at dots and brackets taken out, the rest made single.
fn squeeze(ty: &str) -> String {
    plain_type(ty)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" [", "[")
        .replace(" (", "(")
}

/// A function's name and its argument types, if they are said.
pub(super) fn signature(cursor: &mut Cursor<'_>) -> Option<Routine> {
    let name = cursor.name()?;
    let args = match cursor.peek() {
        "(" => Some(parameters(cursor.group()?, "in")?),
        _ => None,
    };
    let types = |args: Vec<Parameter>| {
        args.into_iter().filter(Parameter::is_input).map(|it| it.ty).collect()
    };
    Some(Routine { name, args: args.map(types) })
}

pub(super) fn trigger(cursor: &mut Cursor<'_>, or_replace: bool) -> Option<Statement> {
    let constraint = cursor.eat("constraint");
    cursor.eat("trigger").then_some(())?;
    let name = cursor.part()?;
    let timing = cursor.eat_any(&["before", "after", "instead of"])?.to_owned();
    let (mut events, mut columns) = (Vec::new(), Vec::new());
    loop {
        let event = cursor.eat_any(&["insert", "update", "delete", "truncate"])?;
        events.push(event.to_owned());
        if event == "update" && cursor.eat("of") {
            loop {
                columns.push(cursor.part()?);
                if !cursor.eat(",") {
                    break;
                }
            }
        }
        if !cursor.eat("or") {
            break;
        }
    }
    cursor.eat("on").then_some(())?;
    let table = cursor.name()?;
    let each = cursor.eat_any(&["for each row", "for row"]);
    let when = if each.is_some() && cursor.eat("when") {
        Some(parse::expression(cursor.group()?))
    } else {
        None
    };
    let clauses = cursor.until(&["execute"]).to_ascii_lowercase();
    let clauses = clauses.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = matches!(
        clauses.as_str(),
        "" | "for each row" | "for each statement" | "for row" | "for statement"
    );
    let row = each.is_some() || clauses.contains("row");
    let odd = constraint || (row && events.iter().any(|event| event == "truncate"));
    let unread = if odd { Some("constraint".to_owned()) } else { (!plain).then_some(clauses) };
    cursor.eat_any(&["execute function", "execute procedure"])?;
    let function = cursor.name()?;
    cursor.group()?;
    Some(Statement::CreateTrigger(Box::new(CreateTrigger {
        name,
        table,
        or_replace,
        timing,
        events,
        columns,
        function,
        when,
        unread,
    })))
}

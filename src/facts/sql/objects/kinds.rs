//! Types, domains, sequences, extensions, roles and publications: made.

use crate::facts::sql::cursor::{Cursor, lowered, plain_type};
use crate::facts::sql::defined::CreateType;
use crate::facts::sql::ir::Statement;

pub(super) fn create(cursor: &mut Cursor<'_>) -> Option<Statement> {
    match cursor.eat_any(&[
        "type",
        "domain",
        "sequence",
        "extension",
        "role",
        "user",
        "publication",
    ])? {
        "type" => create_type(cursor).map(Box::new).map(Statement::CreateType),
        "domain" => domain(cursor).map(Box::new).map(Statement::CreateType),
        "sequence" => sequence(cursor),
        "extension" => extension(cursor),
        "publication" => publication(cursor),
        _ => role(cursor),
    }
}

fn create_type(cursor: &mut Cursor<'_>) -> Option<CreateType> {
    let mut made = CreateType {
        name: cursor.name()?,
        kind: "composite".to_owned(),
        labels: Vec::new(),
        types: Vec::new(),
        fields: Vec::new(),
        unread: None,
    };
    cursor.eat("as").then_some(())?;
    if cursor.eat("enum") {
        made.kind = "enum".to_owned();
        for label in Cursor::split(cursor.group()?) {
            made.labels.push(Cursor::new(label).string()?);
        }
        return Some(made);
    }
    for attribute in Cursor::split(cursor.group()?) {
        let mut attribute = Cursor::new(attribute);
        made.fields.push(attribute.part()?);
        made.types.push(plain_type(&lowered(attribute.until(&["collate"]))));
    }
    Some(made)
}

fn domain(cursor: &mut Cursor<'_>) -> Option<CreateType> {
    let name = cursor.name()?;
    cursor.eat("as");
    let ty = cursor.until(&["default", "check", "not", "null", "constraint", "collate"]);
    let clauses = cursor.until(&[]).to_ascii_lowercase();
    let plain = matches!(clauses.as_str(), "" | "not null" | "null");
    Some(CreateType {
        name,
        kind: "domain".to_owned(),
        labels: Vec::new(),
        types: vec![plain_type(&lowered(ty))],
        fields: Vec::new(),
        unread: (!plain).then(|| "a domain with conditions".to_owned()),
    })
}

fn sequence(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let if_not_exists = cursor.eat("if not exists");
    let name = cursor.name()?;
    let clauses = cursor.until(&[]).to_ascii_lowercase();
    let words =
        ["start", "with", "increment", "by", "cache", "no", "cycle", "minvalue", "maxvalue"];
    let plain = |word: &str| words.contains(&word) || word.parse::<u32>().is_ok_and(|it| it > 0);
    let unread = (!clauses.split_whitespace().all(plain)).then_some(clauses);
    Some(Statement::CreateSequence { name, if_not_exists, unread })
}

fn extension(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let if_not_exists = cursor.eat("if not exists");
    let name = cursor.part()?;
    let (mut schema, mut cascade, mut version) = (None, false, false);
    cursor.eat("with");
    while !cursor.is_done() {
        if cursor.eat("schema") {
            schema = Some(cursor.part()?);
        } else if cursor.eat("cascade") {
            cascade = true;
        } else {
            cursor.eat("version").then_some(())?;
            version = true;
            cursor.skip();
        }
    }
    Some(Statement::CreateExtension { name, schema, if_not_exists, exact: version || cascade })
}

fn role(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let name = cursor.part()?;
    let clauses = cursor.until(&[]).to_ascii_lowercase();
    let mut plain = true;
    for word in clauses.split_whitespace() {
        plain &= matches!(
            word,
            "with"
                | "login"
                | "nologin"
                | "inherit"
                | "noinherit"
                | "bypassrls"
                | "nobypassrls"
                | "superuser"
                | "nosuperuser"
                | "createdb"
                | "nocreatedb"
                | "createrole"
                | "nocreaterole"
                | "replication"
                | "noreplication"
                | "password"
        ) || word.starts_with('\'');
    }
    Some(Statement::CreateRole { name, plain })
}

fn publication(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let name = cursor.part()?;
    let (mut tables, mut all_tables) = (Vec::new(), false);
    if cursor.eat("for all tables") {
        all_tables = true;
    } else if cursor.eat("for table") {
        cursor.eat("only");
        tables = cursor.names()?;
    }
    if cursor.eat("with") {
        cursor.group()?;
    }
    Some(Statement::CreatePublication { name, tables, all_tables })
}

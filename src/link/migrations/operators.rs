//! Built-in functions and operators: what they certainly take and give.

use super::types;
use super::typing::{Stop, Type, Typed, fails, known, open};

/// The type of a number as written.
pub fn number(text: &str) -> Type {
    match text.parse::<i64>() {
        Ok(value) if i32::try_from(value).is_ok() => known("integer"),
        Ok(_) => known("bigint"),
        Err(_) => known("numeric"),
    }
}

/// The result of a built-in function for arguments it certainly takes.
pub fn builtin(name: &str, arguments: &[Type]) -> Option<Type> {
    let text = |at: usize| match arguments.get(at) {
        Some(Type::Literal(_)) => true,
        Some(Type::Known(name)) => types::is_text(name),
        _ => false,
    };
    match (name, arguments.len()) {
        (
            "now"
            | "current_timestamp"
            | "clock_timestamp"
            | "statement_timestamp"
            | "transaction_timestamp",
            0,
        ) => Some(known("timestamp with time zone")),
        ("current_date", 0) => Some(known("date")),
        ("localtimestamp", 0) => Some(known("timestamp without time zone")),
        ("gen_random_uuid", 0) => Some(known("uuid")),
        ("current_user" | "session_user" | "user" | "current_role", 0) => Some(known("name")),
        ("random", 0) => Some(known("double precision")),
        ("lower" | "upper" | "trim" | "btrim", 1) if text(0) => Some(known("text")),
        ("length" | "char_length", 1) if text(0) => Some(known("integer")),
        ("current_setting", 1) if text(0) => Some(known("text")),
        ("current_setting", 2) if text(0) && arguments[1] == known("boolean") => {
            Some(known("text"))
        }
        ("jsonb_build_object", count) if count % 2 == 0 => Some(known("jsonb")),
        ("json_build_object", count) if count % 2 == 0 => Some(known("json")),
        ("jsonb_build_array", _) => Some(known("jsonb")),
        ("to_jsonb", 1) if matches!(arguments[0], Type::Row | Type::Known(_)) => {
            Some(known("jsonb"))
        }
        ("row_to_json", 1) if arguments[0] == Type::Row => Some(known("json")),
        ("date_trunc", 2) if text(0) => match &arguments[1] {
            Type::Known(ty) if ty.starts_with("timestamp") => Some(arguments[1].clone()),
            _ => None,
        },
        ("round", 2) if arguments[0] == known("numeric") && arguments[1] == known("integer") => {
            Some(known("numeric"))
        }
        ("round" | "abs" | "ceil" | "floor", 1) if arguments[0] == known("numeric") => {
            Some(known("numeric"))
        }
        ("replace", 3) if text(0) && text(1) && text(2) => Some(known("text")),
        ("split_part", 3) if text(0) && text(1) && arguments[2] == known("integer") => {
            Some(known("text"))
        }
        ("to_tsvector", 2) if text(1) => match &arguments[0] {
            Type::Literal(name) if matches!(name.as_str(), "english" | "simple") => {
                Some(known("tsvector"))
            }
            _ => None,
        },
        ("md5", 1) if text(0) => Some(known("text")),
        ("encode", 2) if arguments[0] == known("bytea") && text(1) => Some(known("text")),
        ("concat", 1..) => Some(known("text")),
        ("coalesce", 1..) => common(arguments).ok(),
        ("nullif", 2) => {
            compare("=", &arguments[0], &arguments[1]).ok().and_then(|_| match &arguments[0] {
                Type::Known(_) => Some(arguments[0].clone()),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The type several values have in common.
pub fn common(values: &[Type]) -> Typed {
    let first = values
        .iter()
        .find_map(|value| if let Type::Known(name) = value { Some(name) } else { None });
    let Some(first) = first else {
        return if values.iter().all(|value| matches!(value, Type::Literal(_))) {
            Ok(known("text"))
        } else {
            open("values without a type")
        };
    };
    let fits = |value: &Type| match value {
        Type::Known(name) => name == first,
        Type::Literal(text) => types::takes(first, text),
        Type::Null => true,
        Type::Row => false,
    };
    let ranks = values.iter().map(|value| match value {
        Type::Known(name) => types::number(name),
        _ => None,
    });
    if let Some(ranks) = ranks.collect::<Option<Vec<_>>>() {
        return Ok(known(types::number_of(ranks.into_iter().max().unwrap_or(0))));
    }
    if values.iter().all(fits) { Ok(known(first)) } else { open("values of several types") }
}

/// The type of a comparison.
pub fn compare(operator: &str, left: &Type, right: &Type) -> Typed {
    let fits = match (left, right) {
        (Type::Known(a), Type::Known(b)) => {
            if lacks_equality(a, b) {
                return fails(format!("operator does not exist: {a} {operator} {b}"));
            }
            (a == b && types::is_ordered(a))
                || (types::number(a).is_some() && types::number(b).is_some())
                || (types::is_text(a) && types::is_text(b))
                || (types::is_time(a) && types::is_time(b))
        }
        (Type::Known(name), Type::Literal(text)) | (Type::Literal(text), Type::Known(name)) => {
            types::is_ordered(name) && types::takes(name, text)
        }
        (Type::Known(name), Type::Null) | (Type::Null, Type::Known(name)) => {
            types::is_ordered(name)
        }
        (Type::Literal(_), Type::Literal(_)) => true,
        _ => false,
    };
    if fits {
        Ok(known("boolean"))
    } else {
        open(format!("operator `{operator}` between types that are not known to have it"))
    }
}

/// Pairs of types PostgreSQL certainly does not compare.
fn lacks_equality(a: &str, b: &str) -> bool {
    let class = |name: &str| match name {
        "uuid" => 1,
        "text" | "character varying" => 2,
        "integer" | "bigint" => 3,
        _ => 0,
    };
    let (a, b) = (class(a), class(b));
    a != b && a > 0 && b > 0
}

/// The type of a calculation.
pub fn arithmetic(operator: &str, left: &Type, right: &Type) -> Typed {
    match (left, right) {
        (Type::Known(a), Type::Known(b)) => match (types::number(a), types::number(b)) {
            (Some(a), Some(b)) if operator != "%" => Ok(known(types::number_of(a.max(b)))),
            _ if b == "interval" && matches!(operator, "+" | "-") && a.starts_with("timestamp") => {
                Ok(Type::Known(a.clone()))
            }
            _ => open(format!("operator `{operator}`")),
        },
        _ => open(format!("operator `{operator}`")),
    }
}

/// The type of `||`.
pub fn concatenate(left: &Type, right: &Type) -> Typed {
    let text = |side: &Type| matches!(side, Type::Known(name) if types::is_text(name));
    let plain = |side: &Type| matches!(side, Type::Literal(_)) || text(side);
    if plain(left) && plain(right) { Ok(known("text")) } else { open("operator `||`") }
}

/// The type of `->` and `->>`.
pub fn member(operator: &str, left: &Type, right: &Type) -> Typed {
    let key =
        matches!(right, Type::Literal(_)) || *right == known("text") || *right == known("integer");
    match left {
        Type::Known(name) if key && matches!(name.as_str(), "json" | "jsonb") => {
            Ok(if operator == "->" { Type::Known(name.clone()) } else { known("text") })
        }
        _ => open(format!("operator `{operator}`")),
    }
}

/// Whether a default of this type is taken for a column.
pub fn assigns(to: &str, from: &Type) -> Result<(), Stop> {
    let base = types::base(to);
    let fits = match from {
        Type::Null => true,
        Type::Literal(text) => types::takes(to, text),
        Type::Known(name) => {
            *name == base
                || types::is_text(&base)
                || (types::number(name).is_some() && types::number(&base).is_some())
                || (types::is_time(name) && types::is_time(&base))
        }
        Type::Row => false,
    };
    if fits { Ok(()) } else { open(format!("a default for type `{to}`")) }
}

//! Names of PostgreSQL's own types, and which literals they take.

/// The name PostgreSQL prints for a built-in type as written (`int4` is `integer`); none: not built in.
pub fn canonical(written: &str) -> Option<String> {
    let written = written.trim();
    if let Some(inner) = written.strip_suffix("[]") {
        return canonical(inner).map(|inner| format!("{inner}[]"));
    }
    let bare = written.strip_prefix("pg_catalog.").unwrap_or(written);
    let (base, modifier, tail) = split(bare);
    let zoned = tail.trim();
    let (name, takes) = builtin(base.trim(), zoned)?;
    if name == "character" && modifier.is_empty() && base.trim() != "bpchar" {
        return Some("character(1)".to_owned());
    }
    if modifier.is_empty() || !takes {
        return (modifier.is_empty()).then(|| name.to_owned());
    }
    let modifier: String = modifier.chars().filter(|c| !c.is_whitespace()).collect();
    let digits = modifier.chars().all(|c| c.is_ascii_digit() || matches!(c, '(' | ')' | ','));
    digits.then(|| match name.split_once(' ') {
        Some(("timestamp" | "time", zone)) => {
            format!("{}{modifier} {zone}", &name[..name.len() - zone.len() - 1])
        }
        _ if name == "numeric" && !modifier.contains(',') => {
            format!("numeric{},0)", modifier.trim_end_matches(')'))
        }
        _ => format!("{name}{modifier}"),
    })
}

fn split(written: &str) -> (&str, &str, &str) {
    match (written.find('('), written.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            (&written[..open], &written[open..=close], &written[close + 1..])
        }
        _ => (written, "", ""),
    }
}

/// The printed name, and whether it takes a modifier.
fn builtin(base: &str, tail: &str) -> Option<(&'static str, bool)> {
    let whole = if tail.is_empty() { base.to_owned() } else { format!("{base} {tail}") };
    Some(match whole.as_str() {
        "int" | "int4" | "integer" | "serial" | "serial4" => ("integer", false),
        "int8" | "bigint" | "bigserial" | "serial8" => ("bigint", false),
        "int2" | "smallint" | "smallserial" => ("smallint", false),
        "text" => ("text", false),
        "varchar" | "character varying" => ("character varying", true),
        "char" | "character" | "bpchar" => ("character", true),
        "uuid" => ("uuid", false),
        "bool" | "boolean" => ("boolean", false),
        "timestamptz" | "timestamp with time zone" => ("timestamp with time zone", true),
        "timestamp" | "timestamp without time zone" => ("timestamp without time zone", true),
        "timetz" | "time with time zone" => ("time with time zone", true),
        "time" | "time without time zone" => ("time without time zone", true),
        "date" => ("date", false),
        "interval" => ("interval", false),
        "jsonb" => ("jsonb", false),
        "json" => ("json", false),
        "numeric" | "decimal" => ("numeric", true),
        "real" | "float4" => ("real", false),
        "double precision" | "float8" | "float" => ("double precision", false),
        "bytea" => ("bytea", false),
        "inet" => ("inet", false),
        "cidr" => ("cidr", false),
        "name" => ("name", false),
        "oid" => ("oid", false),
        "tsvector" => ("tsvector", false),
        _ => return None,
    })
}

/// The type without its modifier: what operators look at.
pub fn base(canonical: &str) -> String {
    let (base, _, tail) = split(canonical);
    format!("{base}{tail}")
}

/// Numbers, smallest first.
const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/// The rank of a number type.
pub fn number(base: &str) -> Option<usize> {
    NUMBERS.iter().position(|name| *name == base)
}

/// Whether it holds text.
pub fn is_text(base: &str) -> bool {
    matches!(base, "text" | "character varying" | "character" | "name")
}

/// Whether values of the type can be ordered and indexed.
pub fn is_ordered(base: &str) -> bool {
    !matches!(base, "json") && !base.ends_with("[]")
}

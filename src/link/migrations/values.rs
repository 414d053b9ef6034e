//! Values as far as they are known: what blocks compute with.

use std::cmp::Ordering;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Number(f64),
    /// A string, and whatever else has only its text.
    Text(String),
    /// An array.
    Array(Vec<Datum>),
    /// A row.
    Row(Vec<(String, Datum)>),
    /// A name of the platform's or the server's own: none of the tree's.
    Foreign,
    /// The definition of a function of the tree, maybe with other words in its body.
    Definition,
    /// What a condition reads like: neither `true` nor `false`.
    Condition,
    /// It is not known.
    Unknown,
}

impl Datum {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Datum::Text(text.into())
    }

    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        match self {
            Datum::Unknown | Datum::Foreign | Datum::Definition | Datum::Condition => true,
            Datum::Array(items) => items.iter().any(Datum::is_unknown),
            _ => false,
        }
    }

    /// Whether it holds; none: not known. What is null does not.
    pub fn holds(&self) -> Option<bool> {
        match self {
            Datum::Bool(it) => Some(*it),
            Datum::Null => Some(false),
            _ => None,
        }
    }

    /// How the server prints it; none: not known.
    pub fn printed(&self) -> Option<String> {
        match self {
            Datum::Null => Some(String::new()),
            Datum::Bool(it) => Some(if *it { "true" } else { "false" }.to_owned()),
            Datum::Int(it) => Some(it.to_string()),
            Datum::Number(it) => Some(it.to_string()),
            Datum::Text(it) => Some(it.clone()),
            Datum::Array(items) => {
                let items: Option<Vec<String>> = items.iter().map(Datum::printed).collect();
                Some(format!("{{{}}}", items?.join(",")))
            }
            Datum::Row(_)
            | Datum::Foreign
            | Datum::Definition
            | Datum::Condition
            | Datum::Unknown => None,
        }
    }

    /// A number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Datum::Int(it) => Some(*it as f64),
            Datum::Number(it) => Some(*it),
            Datum::Text(it) => it.trim().parse().ok(),
            _ => None,
        }
    }
}

/// `a and b`, `a or b` for values of which one may not be known.
pub fn joined(and: bool, a: &Datum, b: &Datum) -> Datum {
    let decides = Datum::Bool(!and);
    match (a, b) {
        (a, b) if *a == decides || *b == decides => decides,
        (Datum::Bool(_), Datum::Bool(_)) => Datum::Bool(and),
        (a, b) if a.is_unknown() || b.is_unknown() => Datum::Unknown,
        _ => Datum::Null,
    }
}

/// `not a`.
pub fn negated(a: &Datum) -> Datum {
    match a {
        Datum::Bool(it) => Datum::Bool(!it),
        Datum::Null => Datum::Null,
        _ => Datum::Unknown,
    }
}

/// `a = b` and its kin.
pub fn compared(operator: &str, a: &Datum, b: &Datum) -> Datum {
    if let Some(of) = operator.strip_prefix("is ") {
        let same = match (a, b) {
            (Datum::Null, Datum::Null) => Datum::Bool(true),
            (Datum::Null, it) | (it, Datum::Null) if !it.is_unknown() => Datum::Bool(false),
            _ => compared("=", a, b),
        };
        return if of.starts_with("not") { same } else { negated(&same) };
    }
    match (a, b) {
        (Datum::Null, _) | (_, Datum::Null) => return Datum::Null,
        (Datum::Condition, Datum::Text(it)) | (Datum::Text(it), Datum::Condition)
            if matches!(it.as_str(), "true" | "false" | "") =>
        {
            return match operator {
                "=" => Datum::Bool(false),
                "<>" => Datum::Bool(true),
                _ => Datum::Unknown,
            };
        }
        (Datum::Foreign, Datum::Text(name)) | (Datum::Text(name), Datum::Foreign) => {
            let elsewhere = super::conditions::is_elsewhere(name);
            return match (elsewhere, operator) {
                (false, "=") => Datum::Bool(false),
                (false, "<>") => Datum::Bool(true),
                _ => Datum::Unknown,
            };
        }
        _ if a.is_unknown() || b.is_unknown() => return Datum::Unknown,
        _ => {}
    }
    let equality = matches!(operator, "=" | "<>");
    let order = match (a, b) {
        (Datum::Text(a), Datum::Text(b)) if equality => Some(a.cmp(b)),
        (Datum::Text(a), Datum::Text(b)) if a == b => Some(Ordering::Equal),
        (Datum::Bool(a), Datum::Bool(b)) => Some(a.cmp(b)),
        (Datum::Bool(a), Datum::Text(b)) => Some(a.cmp(&b.starts_with(['t', 'T', 'y', 'Y', '1']))),
        (Datum::Text(a), Datum::Bool(b)) => Some(a.starts_with(['t', 'T', 'y', 'Y', '1']).cmp(b)),
        (Datum::Array(a), Datum::Array(b)) if equality => {
            Some(if a == b { Ordering::Equal } else { Ordering::Less })
        }
        _ => match (a.number(), b.number()) {
            (Some(a), Some(b)) => a.partial_cmp(&b),
            _ => None,
        },
    };
    let Some(order) = order else { return Datum::Unknown };
    Datum::Bool(match operator {
        "=" => order == Ordering::Equal,
        "<>" => order != Ordering::Equal,
        "<" => order == Ordering::Less,
        ">" => order == Ordering::Greater,
        "<=" => order != Ordering::Greater,
        ">=" => order != Ordering::Less,
        _ => return Datum::Unknown,
    })
}

/// `a + b` and its kin.
pub fn calculated(operator: &str, a: &Datum, b: &Datum) -> Datum {
    if *a == Datum::Null || *b == Datum::Null {
        return Datum::Null;
    }
    if let (Datum::Int(a), Datum::Int(b)) = (a, b) {
        let result = match operator {
            "+" => a.checked_add(*b),
            "-" => a.checked_sub(*b),
            "*" => a.checked_mul(*b),
            "/" if *b != 0 => a.checked_div(*b),
            "%" if *b != 0 => a.checked_rem(*b),
            _ => None,
        };
        return result.map_or(Datum::Unknown, Datum::Int);
    }
    match (a, b, a.number(), b.number()) {
        (Datum::Int(_) | Datum::Number(_), Datum::Int(_) | Datum::Number(_), Some(a), Some(b)) => {
            match operator {
                "+" => Datum::Number(a + b),
                "-" => Datum::Number(a - b),
                "*" => Datum::Number(a * b),
                _ => Datum::Unknown,
            }
        }
        _ => Datum::Unknown,
    }
}

/// `a || b`.
pub fn concatenated(a: &Datum, b: &Datum) -> Datum {
    match (a, b) {
        (Datum::Array(a), Datum::Array(b)) => Datum::Array(a.iter().chain(b).cloned().collect()),
        (Datum::Array(a), b) if !b.is_unknown() => {
            Datum::Array(a.iter().cloned().chain([b.clone()]).collect())
        }
        (Datum::Null, _) | (_, Datum::Null) => Datum::Null,
        _ => match (a.printed(), b.printed()) {
            (Some(a), Some(b)) => Datum::Text(a + &b),
            _ => Datum::Unknown,
        },
    }
}

/// `like`: `%` for any text, `_` for one character.
pub fn matches(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) =
        (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut of, mut star) = (0, 0, None);
    while at < text.len() {
        let escaped = pattern.get(of) == Some(&'\\') && of + 1 < pattern.len();
        let literal = if escaped { pattern.get(of + 1) } else { pattern.get(of) };
        if pattern.get(of) == Some(&'%') {
            star = Some((of, at));
            of += 1;
        } else if literal == Some(&text[at]) || (pattern.get(of) == Some(&'_') && !escaped) {
            of += 1 + usize::from(escaped);
            at += 1;
        } else if let Some((back, from)) = star {
            star = Some((back, from + 1));
            of = back + 1;
            at = from + 1;
        } else {
            return false;
        }
    }
    pattern[of..].iter().all(|it| *it == '%')
}

/// A name as it is written in SQL: quoted where it must be.
pub fn quoted_name(name: &str) -> String {
    let plain = name.starts_with(|it: char| it.is_ascii_lowercase() || it == '_')
        && name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_' || it == b'$')
        && !RESERVED.contains(&name);
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Words that are quoted when they are names.
const RESERVED: [&str; 40] = [
    "all",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "between",
    "case",
    "cast",
    "check",
    "column",
    "create",
    "default",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "false",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "in",
    "into",
    "limit",
    "not",
    "null",
    "offset",
    "on",
    "or",
    "order",
    "primary",
    "references",
    "select",
    "table",
    "to",
    "user",
    "where",
];

/// A string as it is written in SQL.
pub fn quoted_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `format(...)`; none where it is not known.
pub fn formatted(arguments: &[Datum]) -> Option<String> {
    let Datum::Text(format) = arguments.first()? else { return None };
    let (mut out, mut next) = (String::new(), 1);
    let mut chars = format.chars().peekable();
    while let Some(it) = chars.next() {
        if it != '%' {
            out.push(it);
            continue;
        }
        let mut digits = String::new();
        while let Some(digit) = chars.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        if !digits.is_empty() {
            (chars.next()? == '$').then_some(())?;
            next = digits.parse().ok()?;
        }
        let kind = chars.next()?;
        if kind == '%' {
            out.push('%');
            continue;
        }
        let value = arguments.get(next)?;
        next += 1;
        match (kind, value) {
            ('s', Datum::Null) => {}
            ('L', Datum::Null) => out.push_str("NULL"),
            ('s', value) => out.push_str(&value.printed()?),
            ('I', Datum::Null) => return None,
            ('I', value) => out.push_str(&quoted_name(&value.printed()?)),
            ('L', value) => out.push_str(&quoted_text(&value.printed()?)),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_put_together_as_the_server_does() {
        let texts = |of: &[&str]| of.iter().map(|it| Datum::text(*it)).collect::<Vec<_>>();
        assert_eq!(
            formatted(&texts(&["a %I %s %L %%", "Run", "x", "it's"])).as_deref(),
            Some("a \"Run\" x 'it''s' %")
        );
        assert_eq!(formatted(&texts(&["%2$s %1$I", "a", "b"])).as_deref(), Some("b a"));
        assert_eq!(formatted(&texts(&["%I"])), None);
        assert_eq!(quoted_name("user"), "\"user\"");
    }

    #[test]
    fn patterns_match_as_like_does() {
        assert!(matches("ops_runs", "ops\\_%"));
        assert!(!matches("opsxruns", "ops\\_%"));
        assert!(matches("abc", "a_c") && matches("", "%") && !matches("ab", "a"));
        assert!(matches("aXbXc", "a%b%c"));
    }
}

//! Whether the server takes a string literal as a value of a type.

use super::types::base;

/// Yes, no, or not decided here.
pub fn fits(ty: &str, text: &str) -> Option<bool> {
    let name = base(ty);
    if let Some(element) = name.strip_suffix("[]") {
        return array(element, text);
    }
    let trimmed = text.trim();
    Some(match name.as_str() {
        "text" | "name" | "\"char\"" | "character varying" | "character" | "bpchar" | "unknown"
        | "citext" => true,
        "integer" => whole(trimmed).map(|it| i32::try_from(it).is_ok())?,
        "bigint" => whole(trimmed).map(|it| i64::try_from(it).is_ok())?,
        "smallint" => whole(trimmed).map(|it| i16::try_from(it).is_ok())?,
        "numeric" | "real" | "double precision" => match trimmed.parse::<f64>() {
            Ok(number) => number.is_finite().then_some(true)?,
            Err(_) => {
                return (trimmed.is_empty() || trimmed.starts_with(char::is_alphabetic))
                    .then_some(false)
                    .filter(|_| {
                        !matches!(trimmed.to_ascii_lowercase().as_str(), "nan" | "infinity" | "inf")
                    });
            }
        },
        "boolean" => {
            let word = trimmed.to_ascii_lowercase();
            let prefix = |of: &str| !word.is_empty() && of.starts_with(&word);
            prefix("true")
                || prefix("false")
                || prefix("yes")
                || prefix("no")
                || matches!(word.as_str(), "on" | "off" | "of" | "1" | "0")
        }
        "jsonb" | "json" => {
            let valid = serde_json::from_str::<serde_json::Value>(text).is_ok();
            if text.contains("\\u") { return None } else { valid }
        }
        "uuid" => return uuid(trimmed),
        "interval" => return interval(trimmed),
        "date" | "timestamp without time zone" | "timestamp with time zone" => {
            return time(trimmed);
        }
        "ltree" => {
            let label = |it: &str| {
                !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
            };
            return text.split('.').all(label).then_some(true);
        }
        "tsvector" | "bytea" => return (!text.contains(['\\', '\'', ':'])).then_some(true),
        _ => return None,
    })
}

fn whole(text: &str) -> Option<i128> {
    let digits = text.trim_start_matches(['+', '-']);
    let plain = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if !plain {
        // Neither hexadecimal nor underscores are numbers to this server.
        return Some(i128::MAX);
    }
    text.parse().ok()
}

fn array(element: &str, text: &str) -> Option<bool> {
    let Some(inner) = text.trim().strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
        return if text.trim().starts_with('[') { None } else { Some(false) };
    };
    if inner.trim().is_empty() {
        return Some(true);
    }
    if inner.contains(['{', '\\']) {
        return None;
    }
    let mut all = Some(true);
    for item in inner.split(',') {
        let item = item.trim();
        let quoted = item.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        let item = quoted.unwrap_or(item);
        // A comma within quotes parts nothing.
        if item.contains('"') {
            return None;
        }
        let item = if item.eq_ignore_ascii_case("null") { Some(true) } else { fits(element, item) };
        match item {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

fn uuid(text: &str) -> Option<bool> {
    let hex = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let others = text.bytes().filter(|it| !it.is_ascii_hexdigit()).all(|it| it == b'-');
    let usual = text.len() == 36 && [8, 13, 18, 23].iter().all(|at| text.as_bytes()[*at] == b'-');
    match (hex == 32 && others && usual, hex != 32 && !text.contains('{')) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Counts of units: `30 days`, `1 hour 30 minutes`.
fn interval(text: &str) -> Option<bool> {
    let units = [
        "microsecond",
        "millisecond",
        "second",
        "sec",
        "s",
        "minute",
        "min",
        "m",
        "hour",
        "hr",
        "h",
        "day",
        "d",
        "week",
        "w",
        "month",
        "mon",
        "year",
        "y",
    ];
    let mut words = text.split_whitespace().peekable();
    words.peek()?;
    while let Some(word) = words.next() {
        let digits = word
            .trim_start_matches('-')
            .bytes()
            .take_while(|it| it.is_ascii_digit() || *it == b'.')
            .count();
        let (count, unit) = word.split_at(digits + word.len() - word.trim_start_matches('-').len());
        let unit = if unit.is_empty() { words.next()? } else { unit };
        let plain = count.parse::<f64>().is_ok();
        let single = unit.to_ascii_lowercase();
        let single =
            single.strip_suffix('s').filter(|it| !it.is_empty()).unwrap_or(&single).to_owned();
        if !plain || !units.contains(&single.as_str()) {
            return None;
        }
    }
    Some(true)
}

/// `2024-01-31`, with a time and a zone behind it.
fn time(text: &str) -> Option<bool> {
    let lower = text.to_ascii_lowercase();
    if matches!(
        lower.as_str(),
        "now" | "today" | "tomorrow" | "yesterday" | "infinity" | "-infinity" | "epoch"
    ) {
        return Some(true);
    }
    if text.is_empty() {
        return Some(false);
    }
    let (date, rest) = match text.find(['T', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let mut parts = date.split('-').map(|it| it.parse::<u32>().ok());
    let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1000..=9999).contains(&year) {
        return None;
    }
    if !(1..=12).contains(&month) || !(1..=days).contains(&day) {
        return Some(false);
    }
    let clock = rest.bytes().all(|it| it.is_ascii_digit() || b":.+-Z".contains(&it));
    (rest.is_empty() || (clock && rest.len() >= 5)).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn literals_are_taken_refused_or_left_open() {
        for (ty, text, expected) in [
            ("integer", "12", Some(true)),
            ("integer", "x", Some(false)),
            ("integer", "99999999999", Some(false)),
            ("boolean", "tru", Some(true)),
            ("boolean", "maybe", Some(false)),
            ("uuid", "00000000-0000-0000-0000-000000000000", Some(true)),
            ("uuid", "x", Some(false)),
            ("date", "2024-02-30", Some(false)),
            ("date", "2024-02-29", Some(true)),
            ("date", "next week", None),
            ("interval", "1 hour 30 minutes", Some(true)),
            ("interval", "7d", Some(true)),
            ("text[]", "{a,b}", Some(true)),
            ("integer[]", "{a}", Some(false)),
            ("text[]", "a", Some(false)),
            ("jsonb", "{", Some(false)),
            ("timestamp with time zone", "2024-01-01 10:00:00+00", Some(true)),
            ("point", "(1,2)", None),
        ] {
            assert_eq!(fits(ty, text), expected, "{ty} {text}");
        }
    }
}

//! What a plain scalar means by the core schema of YAML 1.2 (section 10.3.2).

use serde_json::{Number, Value};

/// The value of a plain scalar.
///
/// Whole numbers are exact or text; reals are the nearest `f64`, or text where there is none (`.inf`, `1e999`).
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let looks_numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let number = if looks_numeric { integer(text).or_else(|| real(text)) } else { None };
    number.unwrap_or_else(|| text.into())
}

/// A whole number: decimal with a sign, `0o17` or `0x1F`. One that does not fit is text.
pub(super) fn integer(text: &str) -> Option<Value> {
    let fitting = |parsed: Option<i64>| Some(parsed.map_or_else(|| text.into(), Value::from));
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let fits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return if fits { fitting(i64::from_str_radix(digits, radix).ok()) } else { None };
        }
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_integer { fitting(text.parse().ok()) } else { None }
}

/// A real number: `1.5`, `.5`, `5.`, `1e3`.
pub(super) fn real(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    let has_digits = !(whole.is_empty() && fraction.is_empty());
    if !(has_digits && all_digits(whole) && all_digits(fraction) && exponent_fits) {
        return None;
    }
    Number::from_f64(text.parse().ok()?).map(Value::Number)
}

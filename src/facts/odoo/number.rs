//! Python's number literals.

use super::literal::Literal;

/// The most digits of an integer; CPython refuses longer decimal ones (`sys.int_info.default_max_str_digits`).
const MAX_DIGITS: usize = 4300;

/// Reads the number that `text` begins with: its value and its length in bytes, or what is wrong with it.
pub fn number(text: &str) -> Result<(Literal, usize), &'static str> {
    let bytes = text.as_bytes();
    let (value, length) = match bytes {
        [b'0', b'x' | b'X', ..] => radix(bytes, 16)?,
        [b'0', b'o' | b'O', ..] => radix(bytes, 8)?,
        [b'0', b'b' | b'B', ..] => radix(bytes, 2)?,
        _ => decimal(text)?,
    };
    match text[length..].chars().next() {
        Some(next) if next == '_' || next.is_alphanumeric() => Err("an invalid number"),
        _ => Ok((value, length)),
    }
}

/// The end of a run of digits from `at`, single underscores between them allowed.
fn digits(bytes: &[u8], mut at: usize, is_digit: impl Fn(u8) -> bool) -> usize {
    let digit = |at: usize| bytes.get(at).is_some_and(|byte| is_digit(*byte));
    while digit(at) {
        at += 1;
        if bytes.get(at) == Some(&b'_') && digit(at + 1) {
            at += 1;
        }
    }
    at
}

fn radix(bytes: &[u8], radix: u32) -> Result<(Literal, usize), &'static str> {
    let is_digit = |byte: u8| char::from(byte).is_digit(radix);
    let start = if bytes.get(2) == Some(&b'_') { 3 } else { 2 };
    let end = digits(bytes, start, is_digit);
    if end == start {
        return Err("an invalid number");
    }
    let written: Vec<u32> =
        bytes[start..end].iter().filter_map(|byte| char::from(*byte).to_digit(radix)).collect();
    Ok((Literal::Int(to_decimal(&written, radix)?), end))
}

/// Schoolbook conversion in groups of nine decimal digits: quadratic, so the length is bounded.
fn to_decimal(written: &[u32], radix: u32) -> Result<String, &'static str> {
    if written.len() > MAX_DIGITS {
        return Err("a number of too many digits");
    }
    let mut groups: Vec<u64> = vec![0];
    for digit in written {
        let mut carry = u64::from(*digit);
        for group in &mut groups {
            let sum = *group * u64::from(radix) + carry;
            *group = sum % 1_000_000_000;
            carry = sum / 1_000_000_000;
        }
        if carry > 0 {
            groups.push(carry);
        }
    }
    let head = groups.pop().unwrap_or(0).to_string();
    Ok(groups.iter().rev().fold(head, |text, group| format!("{text}{group:09}")))
}

fn decimal(text: &str) -> Result<(Literal, usize), &'static str> {
    let bytes = text.as_bytes();
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let whole = digits(bytes, 0, is_digit);
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') {
        end = digits(bytes, end + 1, is_digit);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(bytes, end + 1 + sign, is_digit);
        if exponent == end + 1 + sign {
            return Err("an invalid number");
        }
        end = exponent;
    }
    let written = text[..end].replace('_', "");
    if matches!(bytes.get(end), Some(b'j' | b'J')) {
        return Ok((Literal::Complex(0.0, float(&written)?), end + 1));
    }
    if end > whole {
        return Ok((Literal::Float(float(&written)?), end));
    }
    Ok((Literal::Int(integer(&written)?), end))
}

fn float(written: &str) -> Result<f64, &'static str> {
    written.parse().map_err(|_| "an invalid number")
}

fn integer(written: &str) -> Result<String, &'static str> {
    let significant = written.trim_start_matches('0');
    match significant {
        "" => Ok("0".to_owned()),
        _ if significant.len() < written.len() => Err("a number with leading zeros"),
        _ if written.len() > MAX_DIGITS => Err("a number of too many digits"),
        _ => Ok(written.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str) -> Result<String, &'static str> {
        match number(text)? {
            (Literal::Int(digits), length) if length == text.len() => Ok(digits),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn integers_of_every_base_become_decimal() {
        assert_eq!(int("0x_ff").as_deref(), Ok("255"));
        assert_eq!(int("0b1010").as_deref(), Ok("10"));
        assert_eq!(int("1_000").as_deref(), Ok("1000"));
        assert_eq!(
            int("0x100000000000000000000000000000000").as_deref(),
            Ok("340282366920938463463374607431768211456")
        );
    }

    #[test]
    fn what_python_refuses_is_refused() {
        for wrong in ["01", "1__0", "1_", "0x", "0b2", "1e", "1a", "0o8", "1_e5", "1L"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_endless_number_is_refused() {
        assert_eq!(number(&"7".repeat(4301)), Err("a number of too many digits"));
        assert_eq!(number(&format!("0x{}", "f".repeat(4301))), Err("a number of too many digits"));
    }
}

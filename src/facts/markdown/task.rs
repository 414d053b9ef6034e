//! The ids that tasks begin with.

/// The id a task's text begins with: `T001`, `FR-001`, `M1-T03`, `US-1.2`; none if it begins with none.
///
/// Capitals, then digits, perhaps several such parts. One digit without a separator before it or behind it (`S3 bucket`)
/// is a word, not an id.
pub fn id(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(['[', '(', ' ']);
    let end = text
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '.'))
        .unwrap_or(text.len());
    let candidate = text[..end].trim_end_matches(['.', '-']);
    let follows = text[candidate.len()..].chars().next();
    let letters = candidate.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = candidate.bytes().filter(u8::is_ascii_digit).count();
    let is_marked =
        candidate.contains(['-', '.']) || matches!(follows, Some(':' | ']' | ')' | '.'));
    let is_id = (1..=8).contains(&letters)
        && candidate.len() <= 24
        && digits > 0
        && (digits > 1 || is_marked)
        && candidate[letters..].split(['-', '.']).enumerate().all(is_part);
    is_id.then_some(candidate)
}

/// A part of an id: capitals and then digits; only the first may be empty, where a separator follows the letters.
fn is_part((index, part): (usize, &str)) -> bool {
    let digits = part.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    (index == 0 || !part.is_empty()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_kind_are_found() {
        for (text, expected) in [
            ("T001 [P] Create the table", "T001"),
            ("FR-001: sign in", "FR-001"),
            ("[T12] x", "T12"),
            ("M1-T03 x", "M1-T03"),
            ("US-1.2. x", "US-1.2"),
            ("T1: x", "T1"),
            ("T001", "T001"),
        ] {
            assert_eq!(id(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_are_no_ids() {
        for text in [
            "S3 bucket",
            "README.md exists",
            "OAuth2 login",
            "Create T001",
            "18.0 port",
            "API",
            "",
            "K8s-2 x",
        ] {
            assert_eq!(id(text), None, "{text}");
        }
    }
}

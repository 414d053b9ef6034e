//! What of a script is sent to a scratch server: all of it, but lines for psql and words our stand-ins cannot take.

use std::sync::LazyLock;

use regex::Regex;

use crate::facts::sql::{PieceKind, cut, up};

/// A script as it is sent. Every line stays where it is.
#[derive(Debug, Default)]
pub struct Script {
    /// The text.
    pub text: String,
    /// Whether its statements run outside a transaction, each by itself.
    pub is_alone: bool,
    /// Where its statements are.
    ranges: Vec<(usize, usize)>,
}

/// Methods and parameters of vector indexes, which only the extension itself takes; in texts that are run, too.
static VECTORS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern =
        r"(?is)\busing\s+(hnsw|ivfflat)\b|\bwith\s*\(\s*(lists|m|ef_construction)\s*=[^)]*\)";
    Regex::new(pattern).expect("the pattern is right")
});
/// `create extension ... version 'x'`: which one is there is the machine's affair.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?is)\bcreate\s+extension\b[^;']*?(\bversion\s+('[^']*'|"[^"]*"|[\w.]+))"#;
    Regex::new(pattern).expect("the pattern is right")
});

impl Script {
    /// Its statements one by one, without those that begin and end transactions.
    pub fn statements(&self) -> impl Iterator<Item = &str> {
        let all = self.ranges.iter().map(|(start, end)| &self.text[*start..*end]);
        all.filter(|text| {
            !matches!(word(text).as_str(), "begin" | "commit" | "end" | "start" | "rollback" | "")
        })
    }
}

fn word(text: &str) -> String {
    let end = text.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(text.len());
    text[..end].to_ascii_lowercase()
}

/// Makes a script ready. `psql`: its own lines are blanked; the server would refuse them.
pub fn script(text: &str, psql: bool) -> Script {
    let (text, marks) = up(text);
    let mut bytes = text.as_bytes().to_vec();
    let is_alone = marks.is_some_and(|marks| marks.alone);
    let mut script = Script { is_alone, ..Script::default() };
    for piece in cut(&text).pieces {
        let range = (piece.start, piece.end);
        if piece.kind == PieceKind::Psql {
            if psql {
                blank(&mut bytes[range.0..range.1]);
            }
            continue;
        }
        script.ranges.push(range);
    }
    VECTORS.find_iter(&text).for_each(|found| blank(&mut bytes[found.range()]));
    let versions = VERSION.captures_iter(&text).filter_map(|found| found.get(1));
    versions.for_each(|found| blank(&mut bytes[found.range()]));
    script.text = String::from_utf8(bytes).unwrap_or_default();
    script
}

/// Spaces instead of text; lines stay.
fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_leaves_its_lines() {
        let text = "create table a (v int);\ncreate index i on a using hnsw (v)\n with (m = 16,\n ef_construction = 64);\nselect 1;\n";
        let made = script(text, false);
        assert_eq!((made.text.lines().count(), made.text.len()), (5, text.len()));
        assert!(!made.text.contains("hnsw") && !made.text.contains("ef_construction"));
        assert_eq!(made.statements().count(), 3);
    }

    #[test]
    fn lines_for_psql_are_sent_unless_psql_runs_the_file() {
        assert!(script("\\pset pager off\nselect 1;\n", false).text.contains("\\pset"));
        assert!(!script("\\pset pager off\nselect 1;\n", true).text.contains("\\pset"));
    }

    #[test]
    fn only_the_version_of_an_extension_is_taken_off() {
        let made =
            script("create extension if not exists pg_net version '0.1' schema extensions;", false);
        assert_eq!(
            made.text.split_whitespace().collect::<Vec<_>>().join(" "),
            "create extension if not exists pg_net schema extensions;"
        );
    }
}

//! Globs of `REUSE.toml` and of `.reuse/dep5` as patterns.

/// A glob of `REUSE.toml`: one asterisk stops at a slash, two do not, a backslash takes what follows as it is.
///
/// What the specification leaves open is as the reference tool has it: slashes and asterisks that follow two asterisks at
/// once say nothing more, and an asterisk that is taken as it is may still be followed by anything within a folder.
pub(super) fn of_toml(glob: &str) -> String {
    let mut pattern = String::new();
    let (mut is_taken, mut is_wide, mut before) = (false, false, '\0');
    for c in glob.chars() {
        let is_narrow = before == '*' && !is_wide;
        match c {
            '\\' if is_taken && before == '\\' => {
                is_taken = false;
                pattern.push_str(r"\\");
            }
            '\\' => is_taken = true,
            '*' if is_taken => {
                is_taken = false;
                pattern.push_str(r"\*");
            }
            '*' if is_narrow => {
                is_wide = true;
                pattern.push_str(".*");
            }
            '*' => {}
            '/' if is_wide => is_taken = false,
            other => {
                if is_narrow {
                    pattern.push_str("[^/]*");
                }
                pattern.push_str(&regex::escape(other.encode_utf8(&mut [0; 4])));
                is_taken = false;
                is_wide = is_wide && other == '/';
            }
        }
        before = c;
    }
    if before == '*' && !is_wide {
        pattern.push_str("[^/]*");
    }
    pattern
}

/// A glob of Debian: an asterisk stands for anything, slashes too, a question mark for one of anything.
pub(super) fn of_dep5(glob: &str) -> String {
    let mut pattern = String::new();
    let mut chars = glob.chars();
    while let Some(c) = chars.next() {
        match c {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            '\\' => pattern.extend(chars.next().map(|c| regex::escape(c.encode_utf8(&mut [0; 4])))),
            other => pattern.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::{of_dep5, of_toml};

    #[test]
    fn globs_of_reuse_toml_are_patterns() {
        for (glob, pattern) in [
            ("src/*.py", r"src/[^/]*\.py"),
            ("*", "[^/]*"),
            ("**", ".*"),
            ("**/a", ".*a"),
            ("src/**/x.c", r"src/.*x\.c"),
            ("**/*.js", r".*\.js"),
            ("**/*/x", ".*x"),
            ("*/**", "[^/]*/.*"),
            (r"a\\b", r"a\\b"),
            (r"\*", r"\*[^/]*"),
            ("(a)", r"\(a\)"),
        ] {
            assert_eq!(of_toml(glob), pattern, "{glob}");
        }
    }

    #[test]
    fn globs_of_debian_are_patterns() {
        assert_eq!(of_dep5(r"src/*.p? \*"), r"src/.*\.p. \*");
    }
}

//! Repository paths that a document names in words or inline code.
//!
//! Conservative: what could as well be a fraction, a package, a media type or a pattern is left out. Whether a path is
//! one of this tree at all is for the view to say, which knows the tree.

use super::said::said;

/// The longest line whose words are read, in bytes.
const MAX_LINE: usize = 4096;
/// What marks a path as a pattern to be filled in.
const PLACEHOLDERS: [&str; 7] = ["...", "path/to", "NNN", "XXX", "xxx", "YYYY", "MMDD"];

/// The paths among the words of `text`, each with its byte offset in it.
pub fn references(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = if text.contains('/') { text } else { "" }.split_whitespace();
    words.filter(|word| word.contains('/')).filter_map(move |word| {
        let target = target(word)?;
        Some((target.as_ptr() as usize - text.as_ptr() as usize, target))
    })
}

/// A path as it stands in the source of a document.
#[derive(Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// The path.
    pub target: &'a str,
    /// The byte it begins at, or one nearby.
    pub at: usize,
}

impl Written<'_> {
    /// What the line, which begins at byte `start`, says of it.
    pub fn said(&self, source: &str, start: usize) -> &'static str {
        let line = source[start..].lines().next().unwrap_or_default();
        let at = self.at.saturating_sub(start);
        if line.len() > MAX_LINE || line.get(at..at + self.target.len()) != Some(self.target) {
            return "";
        }
        let is_argument =
            line[..at].split_whitespace().next_back().is_some_and(|word| word.starts_with("--"));
        if is_argument { "command" } else { said(line, at, at + self.target.len()) }
    }
}

/// How a path found in rendered text, at about byte `near`, is written: `a/__init__.py` is emphasis to a renderer, and
/// `a/*.py and b/*.py` too. None: it is part of a pattern.
pub fn written<'a>(source: &'a str, near: usize, target: &'a str) -> Option<Written<'a>> {
    let found =
        (near..=near + 8).find(|at| source.get(*at..).is_some_and(|rest| rest.starts_with(target)));
    let Some(at) = found else { return Some(Written { target, at: near.min(source.len()) }) };
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "._@+-/*{}<>$".contains(letter);
    let rest = &source[at + target.len()..];
    let more = rest.find(|letter: char| !is_part(letter)).unwrap_or(rest.len());
    let word = source[at..at + target.len() + more].trim_end_matches(['*', '.', '-', '>']);
    let word = word.strip_suffix("__").filter(|_| !target.contains("__")).unwrap_or(word);
    let has_pattern = word.contains(['*', '{', '$', '<'])
        || source[..at].ends_with(['*', '}', '>', '$']) && !source[..at].ends_with("**");
    match word.len() > target.len() {
        _ if has_pattern => None,
        true => Some(Written { target: self::target(word).unwrap_or(target), at }),
        false => Some(Written { target, at }),
    }
}

/// The path that a word is, without the punctuation and line numbers around it.
fn target(word: &str) -> Option<&str> {
    let word = word.trim_start_matches(['(', '[', '"', '\'', '“', '‘']);
    let is_end = |letter: char| ".,;:!?)]\"'”’".contains(letter);
    let path = without_place(word.trim_end_matches(is_end).trim_end_matches("'s"));
    let path = path.trim_end_matches(is_end);
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._@+-/".contains(&byte);
    let starts =
        path.starts_with(|first: char| first.is_ascii_alphanumeric() || "._".contains(first));
    let is_path = starts
        && path.len() <= 400
        && path.bytes().all(is_allowed)
        && path.bytes().any(|byte| byte.is_ascii_alphabetic())
        && path.contains('/')
        && !path.contains("//")
        && !word.contains("...")
        && !PLACEHOLDERS.iter().any(|placeholder| path.contains(placeholder))
        && names_a_thing(path);
    is_path.then_some(path)
}

/// Cuts off `:12`, `:12-20`, `#L12`, `#section`, `::test_name`.
fn without_place(word: &str) -> &str {
    let word = word.split('#').next().unwrap_or(word);
    let word = word.split("::").next().unwrap_or(word);
    match word.split_once(':') {
        Some((path, place))
            if place.bytes().all(|byte| byte.is_ascii_digit() || b":-".contains(&byte)) =>
        {
            path
        }
        _ => word,
    }
}

/// Whether the last segment is a folder, a dotfile or has an extension: up to ten letters and digits, one a letter.
fn names_a_thing(path: &str) -> bool {
    let Some((_, name)) = path.rsplit_once('/') else { return false };
    if name.is_empty() {
        return path.len() > 2;
    }
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        (1..=10).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
    })
}

/// A target as a path from the root, without `.`, empty segments and a final `/`; none if it begins with `..`.
pub fn from_root(target: &str) -> Option<String> {
    crate::base::path_join("", target).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<&str> {
        references(text).map(|(_, target)| target).collect()
    }

    #[test]
    fn paths_are_found_among_words() {
        assert_eq!(of("see docs/a.md, and (scripts/b_c.sh)."), ["docs/a.md", "scripts/b_c.sh"]);
        assert_eq!(of("run ./x/y.py --to addons/ipai/ now"), ["./x/y.py", "addons/ipai/"]);
        assert_eq!(
            of(".github/workflows/ci.yml config/.env"),
            [".github/workflows/ci.yml", "config/.env"]
        );
        assert_eq!(of("docs/a.md's \"docs/b.md\""), ["docs/a.md", "docs/b.md"]);
    }

    #[test]
    fn places_in_a_file_are_cut_off() {
        assert_eq!(
            of("a/b.py:12 a/b.py:12-20, a/b.py#L3 t/c.py::test_x"),
            ["a/b.py", "a/b.py", "a/b.py", "t/c.py"]
        );
    }

    #[test]
    fn what_is_no_path_is_left_out() {
        for text in [
            "and/or",
            "24/7",
            "18.0/17.0",
            "https://a.b/c.md",
            "/etc/hosts.conf",
            "~/x.sh",
            "$HOME/x.sh",
            "@scope/pkg.js",
            "docs/*.md",
            "docs/{a,b}.md",
            "a/<name>.md",
            "path/to/file.md",
            "docs/...",
            "x/NNN_a.sql",
            "supabase/YYYYMMDD_x.sql",
            "application/json",
            "owner/repo",
            "a//b.md",
            "image:latest/x.y:z",
            "/",
            "a.md",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_path_is_read_as_it_is_written() {
        let of = |source: &str, near: usize, shown: &'static str| {
            written(source, near, shown).map(|found| (found.target.to_owned(), found.at))
        };
        assert_eq!(of("see a/__init__.py.", 4, "a/"), Some(("a/__init__.py".to_owned(), 4)));
        assert_eq!(of("see **a/b.py** now", 4, "a/b.py"), Some(("a/b.py".to_owned(), 6)));
        assert_eq!(of("see __a/b.py__ now", 4, "a/b.py"), Some(("a/b.py".to_owned(), 6)));
        assert_eq!(of("see a/*.py and b/*.py", 4, "a/"), None);
        assert_eq!(of(r"see a\_b/c.py", 4, "a_b/c.py"), Some(("a_b/c.py".to_owned(), 4)));
    }

    #[test]
    fn the_offset_is_that_of_the_path() {
        assert_eq!(references("see (docs/a.md)").next(), Some((5, "docs/a.md")));
    }

    #[test]
    fn a_path_from_the_root_is_normal() {
        assert_eq!(from_root("./a/b/").as_deref(), Some("a/b"));
        assert_eq!(from_root("../a"), None);
        assert_eq!(from_root("./"), None);
    }
}

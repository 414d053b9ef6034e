//! Repository paths that a document names in words or inline code.
//!
//! Conservative: what could as well be a fraction, a package, a media type or a pattern is left out. Whether a path is
//! one of this tree at all is for the view to say, which knows the tree.

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

//! Arithmetic on paths of a tree: relative to its root, with `/`, the root itself empty.
//!
//! The store offers each as an SQL function of the same name.

/// The folder of a path; empty for what lies in the root.
pub fn dirname(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

/// The last segment of a path.
pub fn basename(path: &str) -> &str {
    path.rfind('/').map_or(path, |at| &path[at + 1..])
}

/// The last segment of a path without its last extension: `a/b.tar.gz` gives `b.tar`, `.gitignore` itself.
pub fn path_stem(path: &str) -> &str {
    let name = basename(path);
    match name.rfind('.') {
        None | Some(0) => name,
        Some(at) => &name[..at],
    }
}

/// The path that `relative` names when read in the folder `dir`, without `.`, `..`, empty segments or a final `/`.
///
/// A leading `/` starts at the root of the tree, as in links on GitHub. None: it leaves the root.
pub fn path_join(dir: &str, relative: &str) -> Option<String> {
    let dir = if relative.starts_with('/') { "" } else { dir };
    let mut joined = String::with_capacity(dir.len() + relative.len() + 1);
    for segment in dir.split('/').chain(relative.split('/')) {
        match segment {
            "" | "." => {}
            ".." if joined.is_empty() => return None,
            ".." => joined.truncate(joined.rfind('/').unwrap_or(0)),
            _ => {
                if !joined.is_empty() {
                    joined.push('/');
                }
                joined.push_str(segment);
            }
        }
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_folder_and_its_name() {
        assert_eq!((dirname("a/b/c.md"), basename("a/b/c.md")), ("a/b", "c.md"));
        assert_eq!((dirname("c.md"), basename("c.md")), ("", "c.md"));
        assert_eq!((dirname(""), basename("")), ("", ""));
    }

    #[test]
    fn only_the_last_extension_is_not_of_the_stem() {
        assert_eq!(path_stem("a/b.tar.gz"), "b.tar");
        assert_eq!(path_stem("a.d/Makefile"), "Makefile");
        assert_eq!(path_stem(".gitignore"), ".gitignore");
    }

    #[test]
    fn joining_normalises() {
        assert_eq!(path_join("a/b", "./c//d/").as_deref(), Some("a/b/c/d"));
        assert_eq!(path_join("a/b", "../c").as_deref(), Some("a/c"));
        assert_eq!(path_join("a", "..").as_deref(), Some(""));
        assert_eq!(path_join("", "x").as_deref(), Some("x"));
    }

    #[test]
    fn a_leading_slash_starts_at_the_root() {
        assert_eq!(path_join("a/b", "/c").as_deref(), Some("c"));
    }

    #[test]
    fn no_join_leaves_the_root() {
        assert_eq!(path_join("a", "../../c"), None);
        assert_eq!(path_join("", "../c"), None);
        assert_eq!(path_join("a", "/.."), None);
    }
}

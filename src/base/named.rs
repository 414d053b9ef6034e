//! Which path of a tree a document means by a path it names.
//!
//! One way for all that read documents: task lists, claims, links in words. A name is looked for where its reader would:
//! beside the document and in every folder above it (the bundle, its project, the root), then without the repository's
//! own name, then at the end of a longer path if only one path ends so. A bare file name is no path: it names too much.

use std::collections::HashMap;

use super::basename;
use super::dirname;
use super::path_join;

/// Folders that keep what is no longer in use.
const RETIRED: [&str; 9] = [
    "archive",
    "archived",
    "archives",
    "attic",
    "deprecated",
    "legacy",
    "obsolete",
    "old",
    "trash",
];

/// What a name means in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A file or a folder of the tree.
    Path(String),
    /// Several paths end like this, or it lies in a submodule, behind a symbolic link or outside the tree.
    Open,
    /// Nothing in the tree.
    Nothing,
}

/// The paths of one tree, to look names up in.
#[derive(Debug, Default)]
pub struct Named {
    files: Vec<String>,
    folders: Vec<String>,
    /// Submodules and symbolic links, each with a final `/`: what is behind them is not seen.
    closed: Vec<String>,
    /// Live files and folders by their last segment.
    by_name: HashMap<String, Vec<String>>,
    /// What the repository is called, in lower case.
    own: Vec<String>,
}

impl Named {
    /// `paths`: each path, sorted, and whether it is a file rather than a submodule or a symbolic link. `own`: what the
    /// repository is called.
    pub fn new(paths: impl IntoIterator<Item = (String, bool)>, own: &[&str]) -> Named {
        let own = own.iter().filter(|name| !name.is_empty()).map(|name| name.to_lowercase());
        let own = own.collect();
        let mut named = Named { own, ..Named::default() };
        for (path, is_file) in paths {
            named.add_folders(dirname(&path));
            named.name(&path);
            if !is_file {
                named.closed.push(format!("{path}/"));
            }
            named.files.push(path);
        }
        named.files.sort_unstable();
        named.folders.sort_unstable();
        named
    }

    fn add_folders(&mut self, folder: &str) {
        let known = self.folders.last().is_some_and(|last| {
            last == folder || last.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        });
        if folder.is_empty() || known {
            return;
        }
        self.add_folders(dirname(folder));
        self.name(folder);
        self.folders.push(folder.to_owned());
    }

    fn name(&mut self, path: &str) {
        if !is_retired(path) {
            self.by_name.entry(basename(path).to_owned()).or_default().push(path.to_owned());
        }
    }

    /// What `target` means in the document at a path.
    pub fn meaning(&self, document: &str, target: &str) -> Meaning {
        let mut folder = dirname(document);
        if target.starts_with("../") {
            let beside = path_join(folder, target).filter(|path| self.has(path));
            return beside.map_or(Meaning::Open, Meaning::Path);
        }
        loop {
            if let Some(path) = path_join(folder, target).filter(|path| !path.is_empty()) {
                if self.has(&path) {
                    return Meaning::Path(path);
                }
                if self.closed.iter().any(|closed| path.starts_with(closed.as_str())) {
                    return Meaning::Open;
                }
            }
            if folder.is_empty() {
                break;
            }
            folder = dirname(folder);
        }
        let Some(path) = path_join("", target) else { return Meaning::Open };
        match self.without_own_name(&path).filter(|rest| self.has(rest)) {
            Some(rest) => Meaning::Path(rest.to_owned()),
            None => self.by_ending(&path),
        }
    }

    /// The paths that `target` could have meant in another tree, as `meaning` would look for them.
    pub fn readings(&self, document: &str, target: &str) -> Vec<String> {
        let mut folder = dirname(document);
        let mut readings: Vec<String> = Vec::new();
        let mut add = |path: Option<String>| {
            readings.extend(path.filter(|path| !path.is_empty()));
        };
        while !folder.is_empty() {
            add(path_join(folder, target));
            folder = dirname(folder);
        }
        let plain = path_join("", target);
        add(plain.clone());
        add(plain.as_deref().and_then(|path| self.without_own_name(path)).map(str::to_owned));
        readings
    }

    /// Whether the tree has a file or a folder at a path.
    pub fn has(&self, path: &str) -> bool {
        let find =
            |paths: &[String]| paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok();
        find(&self.files) || find(&self.folders)
    }

    /// A path without its first segment, if that is what the repository is called, or if the tree has no such folder and
    /// enough is left to be sure.
    pub fn without_own_name<'a>(&self, path: &'a str) -> Option<&'a str> {
        let (first, rest) = path.split_once('/')?;
        let is_own = self.own.contains(&first.to_lowercase());
        (is_own || (rest.contains('/') && !self.has(first))).then_some(rest)
    }

    fn by_ending(&self, path: &str) -> Meaning {
        let same = path.contains('/').then(|| self.by_name.get(basename(path))).flatten();
        let ends =
            |known: &&String| known.strip_suffix(path).is_some_and(|rest| rest.ends_with('/'));
        let mut found = same.into_iter().flatten().filter(ends);
        match (found.next(), found.next()) {
            (None, _) => Meaning::Nothing,
            (Some(only), None) => Meaning::Path(only.clone()),
            _ => Meaning::Open,
        }
    }
}

/// Whether a path lies in a folder for what is no longer in use.
pub fn is_retired(path: &str) -> bool {
    let is_such = |part: &str| {
        let part = part.trim_start_matches('_');
        RETIRED.iter().any(|name| part.eq_ignore_ascii_case(name))
    };
    dirname(path).split('/').any(is_such)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(paths: &[&str]) -> Named {
        let mut paths: Vec<_> = paths.iter().map(|path| ((*path).to_owned(), true)).collect();
        paths.sort();
        Named::new(paths, &["acme-erp"])
    }

    fn path(path: &str) -> Meaning {
        Meaning::Path(path.to_owned())
    }

    #[test]
    fn a_name_is_looked_for_beside_the_document_and_in_every_folder_above() {
        let tree = named(&["apps/web/specs/001/plan.md", "apps/web/src/a.ts", "src/b.ts"]);
        let of = |target: &str| tree.meaning("apps/web/specs/001/tasks.md", target);
        assert_eq!(of("./plan.md"), path("apps/web/specs/001/plan.md"));
        assert_eq!(of("src/a.ts"), path("apps/web/src/a.ts"));
        assert_eq!(of("src/b.ts"), path("src/b.ts"));
        assert_eq!(of("src/"), path("apps/web/src"));
        assert_eq!(of("src/c.ts"), Meaning::Nothing);
        assert_eq!(of("../../src/a.ts"), path("apps/web/src/a.ts"));
        assert_eq!(of("../../../../x.ts"), Meaning::Open);
    }

    #[test]
    fn the_repositorys_own_name_is_left_out() {
        let tree = named(&["specs/1/tasks.md", "scripts/a.sh", "README.md"]);
        let of = |target: &str| tree.meaning("specs/1/tasks.md", target);
        assert_eq!(of("Acme-ERP/README.md"), path("README.md"));
        assert_eq!(of("erp/scripts/a.sh"), path("scripts/a.sh"));
        assert_eq!(of("erp/README.md"), Meaning::Nothing, "too little is left to be sure");
    }

    #[test]
    fn the_end_of_one_path_is_enough_but_a_bare_name_is_not() {
        let tree =
            named(&["a/x/models/m.py", "b/y/models/n.py", "b/z/models/n.py", "specs/1/t.md"]);
        let of = |target: &str| tree.meaning("specs/1/t.md", target);
        assert_eq!(of("models/m.py"), path("a/x/models/m.py"));
        assert_eq!(of("x/models/"), path("a/x/models"));
        assert_eq!(of("models/n.py"), Meaning::Open);
        assert_eq!(of("m.py"), Meaning::Nothing);
    }

    #[test]
    fn what_a_name_could_have_meant_is_told_in_the_order_of_looking() {
        let tree = named(&["specs/1/tasks.md", "src/a.ts"]);
        let expected = ["specs/1/acme-erp/b.ts", "specs/acme-erp/b.ts", "acme-erp/b.ts", "b.ts"];
        assert_eq!(tree.readings("specs/1/tasks.md", "acme-erp/b.ts"), expected);
    }

    #[test]
    fn what_is_kept_in_an_archive_is_no_longer_where_it_was() {
        let tree = named(&["archive/2024/scripts/a.sh", "specs/1/t.md"]);
        assert_eq!(tree.meaning("specs/1/t.md", "scripts/a.sh"), Meaning::Nothing);
    }

    #[test]
    fn what_is_behind_a_link_or_in_a_submodule_is_open() {
        let tree = Named::new([("lib".to_owned(), false), ("t.md".to_owned(), true)], &[]);
        assert_eq!(tree.meaning("t.md", "lib/a.c"), Meaning::Open);
        assert_eq!(tree.meaning("t.md", "lib/"), path("lib"));
    }
}

//! The digest of what each addon's README is made of: its manifest and everything in its folder `readme`.
//!
//! As OCA's maintainer-tools take it: path and contents of each file, one after the other; in a folder first the files,
//! then the folders, both by name; files whose name begins with a dot left out.

use std::collections::BTreeMap;

use crate::base::{Column, Table, Value, basename, dirname, sha256_hex};
use crate::facts::View;
use crate::facts::odoo::is_manifest;
use crate::facts::readmes::is_source;
use crate::link::{Linked, LinkedFacts, LinkedFile, Linker, Settings};

/// Takes the digests.
pub static READMES_LINKER: Linker = Linker {
    name: "readmes",
    version: env!("PARITY_LINK_READMES"),
    reads: "readme_source",
    selects: is_source,
    facts: &[LinkedFacts { name: "readme_made", columns: COLUMNS }],
    tables: &[View {
        table: Table {
            name: "odoo_readme_sources",
            doc: "Addons with a folder `readme`, and the digest of what their README is made of.",
            columns: COLUMNS,
            named: "dir",
        },
        query: "select path, dir, digest from link_readme_made",
    }],
    link,
};

const COLUMNS: &[Column] = &[
    Column::PATH,
    Column::text("dir", "Folder of the addon; empty for the root."),
    Column::text("digest", "The SHA-256, in hex; undecided where a file is too long or no text.")
        .open(),
];

fn link(files: &[LinkedFile], _: &Settings, out: &mut Linked) {
    let mut manifests: BTreeMap<&str, &LinkedFile> = BTreeMap::new();
    for file in files.iter().filter(|file| is_manifest(&file.path)) {
        manifests.entry(dirname(&file.path)).or_insert(file);
    }
    let mut fragments: BTreeMap<&str, Vec<&LinkedFile>> = BTreeMap::new();
    for file in files.iter().filter(|file| !basename(&file.path).starts_with('.')) {
        let addon = around(&file.path).filter(|dir| manifests.contains_key(dir));
        fragments.entry(addon.unwrap_or_default()).or_default().extend(addon.map(|_| file));
    }
    for (dir, mut parts) in fragments {
        let Some(manifest) = manifests.get(dir).filter(|_| !parts.is_empty()) else { continue };
        parts.sort_by_cached_key(|file| walked(&file.path));
        let all: Option<String> =
            std::iter::once(manifest).chain(&parts).map(|file| part(dir, file)).collect();
        let digest = all.map(|all| sha256_hex(&all));
        out.facts.push((0, vec![manifest.path.as_str().into(), dir.into(), digest.into()]));
    }
}

/// The folder that has the outermost `readme` a file is in.
fn around(path: &str) -> Option<&str> {
    path.find("/readme/").map(|at| &path[..at])
}

/// Where a file comes in a walk that enters folders after their files.
fn walked(path: &str) -> Vec<(bool, String)> {
    let mut parts: Vec<(bool, String)> =
        path.split('/').map(|part| (true, part.to_owned())).collect();
    if let Some(last) = parts.last_mut() {
        last.0 = false;
    }
    parts
}

/// What one file adds: its path from the addon on, and its contents.
fn part(dir: &str, file: &LinkedFile) -> Option<String> {
    let text = file.rows.first()?.iter().find_map(Value::as_text)?;
    let name = file.path[dir.len()..].trim_start_matches('/');
    Some(format!("{name}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(files: &[(&str, Option<&str>)]) -> Vec<Vec<Value>> {
        let mut files: Vec<LinkedFile> = files
            .iter()
            .map(|(path, text)| LinkedFile {
                path: (*path).to_owned(),
                rows: vec![vec![Value::Null, text.map(str::to_owned).into()]],
                unread: None,
            })
            .collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let mut out = Linked::default();
        link(&files, &Settings::default(), &mut out);
        out.facts.into_iter().map(|row| row.1).collect()
    }

    #[test]
    fn files_come_before_folders_and_hidden_ones_not_at_all() {
        let rows = digests(&[
            ("a/__manifest__.py", Some("{}")),
            ("a/readme/USAGE.rst", Some("u")),
            ("a/readme/newsfragments/1.misc", Some("n")),
            ("a/readme/a/b.rst", Some("b")),
            ("a/readme/.hidden", Some("x")),
            ("b/__manifest__.py", Some("{}")),
        ]);
        let all = "__manifest__.py{}readme/USAGE.rsturreadme/a/b.rstbreadme/newsfragments/1.miscn";
        let all = all.replace("rstur", "rstu");
        assert_eq!(rows, [vec!["a/__manifest__.py".into(), "a".into(), sha256_hex(&all).into()]]);
    }

    #[test]
    fn what_is_no_text_leaves_the_digest_open() {
        let rows = digests(&[("a/__manifest__.py", Some("{}")), ("a/readme/picture.png", None)]);
        assert_eq!(rows[0][2], Value::Null);
    }
}

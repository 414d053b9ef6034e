//! What all formats of a bill of materials say of a tree, whatever they call it.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{Audit, LicensedFile, LicensedPart};
use crate::base::{basename, sha256_hex};

/// What documents hold of the contents themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The SHA-1 of each file's bytes, by path.
    pub sha1: BTreeMap<String, String>,
    /// The texts of licences that are on no list, by their ids.
    pub texts: BTreeMap<String, String>,
}

/// A bill of materials.
pub(super) struct Bill<'a> {
    pub audit: &'a Audit,
    /// The repository's name.
    pub name: &'a str,
    /// When: the day of the commit or, where there is none, that of the audit.
    pub created: String,
    /// The commit, or nothing.
    pub version: Option<&'a str>,
    /// Where it is to be had; none: nobody says, or not in a form everybody can read.
    pub download: Option<String>,
    /// A digest of everything that is told: other contents, another document.
    pub digest: String,
}

impl<'a> Bill<'a> {
    pub(super) fn of(audit: &'a Audit) -> Bill<'a> {
        let revision = &audit.revision;
        let day = revision.date.as_ref().unwrap_or(&audit.as_of);
        let version = revision.commit.as_deref();
        let remote = revision.remote.as_deref().filter(|remote| remote.starts_with("https://"));
        let download = remote.map(|remote| {
            format!("git+{remote}{}", version.map(|id| format!("@{id}")).unwrap_or_default())
        });
        let told =
            format!("{}\n{day}\n{version:?}\n{:?}", env!("CARGO_PKG_VERSION"), audit.licenses);
        Bill {
            audit,
            name: &revision.repository,
            created: format!("{day}T00:00:00Z"),
            version,
            download,
            digest: sha256_hex(&told)[..32].to_owned(),
        }
    }

    /// Every file, with its number.
    pub(super) fn files(&self) -> impl Iterator<Item = (usize, &'a LicensedFile)> {
        self.audit.licenses.files.iter().enumerate()
    }

    /// Every part, with its number; the first is the whole.
    pub(super) fn parts(&self) -> impl Iterator<Item = (usize, &'a LicensedPart)> {
        self.audit.licenses.parts.iter().enumerate()
    }

    /// The name of a part: its folder's.
    pub(super) fn part_name(&self, part: &'a LicensedPart) -> &'a str {
        if part.dir.is_empty() { self.name } else { basename(&part.dir) }
    }

    /// What a part declares, if a document can say it.
    pub(super) fn declared(part: &LicensedPart) -> Option<&str> {
        part.license().filter(|license| is_sayable(license))
    }

    /// What a file states, as one expression.
    pub(super) fn stated(file: &LicensedFile) -> Option<String> {
        match file.stated.as_slice() {
            _ if file.text.is_some() => None,
            [] => None,
            [one] => Some(one.clone()),
            all => Some(
                all.iter()
                    .map(|one| if one.contains(" OR ") { format!("({one})") } else { one.clone() })
                    .collect::<Vec<_>>()
                    .join(" AND "),
            ),
        }
        .filter(|expression| is_sayable(expression))
    }

    /// The licences that a file names, one by one, or whose text it is.
    pub(super) fn named(file: &LicensedFile) -> BTreeSet<String> {
        let expressions = file.stated.iter().chain(&file.text).filter(|stated| is_sayable(stated));
        expressions.flat_map(|stated| terms(stated)).collect()
    }

    /// Who has the copyright of a file, a line each; none: nobody says.
    pub(super) fn held(file: &LicensedFile) -> Option<String> {
        (!file.copyrights.is_empty()).then(|| file.copyrights.join("\n"))
    }

    /// Licences on no list that are named anywhere.
    pub(super) fn own(&self) -> BTreeSet<String> {
        let of_files = self.files().flat_map(|(_, file)| Bill::named(file));
        let of_parts = self.parts().filter_map(|(_, part)| Bill::declared(part)).flat_map(terms);
        of_files.chain(of_parts).filter(|id| id.starts_with("LicenseRef-")).collect()
    }
}

/// The licences of an expression, each with its exception.
pub(super) fn terms(expression: &str) -> Vec<String> {
    let plain = expression.replace(['(', ')'], " ").replace(" AND ", " OR ");
    plain.split(" OR ").map(|term| term.trim().to_owned()).filter(|term| !term.is_empty()).collect()
}

/// Whether an expression names nothing that is explained in another document.
fn is_sayable(expression: &str) -> bool {
    !["DocumentRef-", "AdditionRef-"].iter().any(|word| expression.contains(word))
}

/// Text for people, if a document that does not know something says so.
pub(super) fn or_unsaid(text: Option<impl Into<String>>) -> String {
    text.map_or_else(|| "NOASSERTION".to_owned(), Into::into)
}

/// What made the document.
pub(super) fn tool() -> String {
    format!("parity-{}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_licences_with_their_exceptions() {
        assert_eq!(
            terms("MIT OR (GPL-2.0-only WITH Classpath-exception-2.0 AND ISC)"),
            ["MIT", "GPL-2.0-only WITH Classpath-exception-2.0", "ISC"]
        );
    }

    #[test]
    fn several_statements_hold_together() {
        let stated = vec!["ISC".to_owned(), "MIT OR Apache-2.0".to_owned()];
        let file = LicensedFile { stated, ..LicensedFile::default() };
        assert_eq!(Bill::stated(&file).as_deref(), Some("ISC AND (MIT OR Apache-2.0)"));
    }
}

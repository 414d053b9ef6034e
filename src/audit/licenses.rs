//! The licences of a tree: what each file states, and what the manifest of each part declares.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::base::Value;
use crate::facts::license;
use crate::snapshot::{Needs, Rows, Snapshot};
use crate::store::{Cells, StoreError};

/// What is known of the licences of a tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Licenses {
    /// Every file, by path.
    pub files: Vec<LicensedFile>,
    /// Parts of the tree that have a manifest of their own, by folder; the first is the root, which may have none.
    pub parts: Vec<LicensedPart>,
}

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LicensedFile {
    /// Its path.
    pub path: String,
    /// Git's id of its contents.
    pub blob: String,
    /// live, archived, vendored or generated.
    pub standing: String,
    /// Valid SPDX expressions that it, or what stands for it by REUSE, states; each once.
    pub stated: Vec<String>,
    /// Who has the copyright, as stated.
    pub copyrights: Vec<String>,
    /// The licence whose text it is; none: it is no text of one that is known.
    pub text: Option<String>,
    /// Where in [`Licenses::parts`] the part is that it belongs to.
    pub part: usize,
}

/// A folder with a manifest, and all below it that no other part has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LicensedPart {
    /// The folder; empty: the root.
    pub dir: String,
    /// What its manifests declare.
    pub declared: Vec<Declared>,
}

/// What one manifest declares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    /// The manifest.
    pub path: String,
    /// odoo, npm, composer, cargo or python.
    pub system: String,
    /// As written.
    pub raw: String,
    /// As an SPDX expression; none: it is none, or points elsewhere.
    pub spdx: Option<String>,
}

impl LicensedPart {
    /// The one licence that its manifests declare; none: they declare none, or several. A badge declares nothing.
    pub fn license(&self) -> Option<&str> {
        let manifests = self.declared.iter().filter(|declared| declared.system != "readme");
        let mut declared = manifests.map(|declared| declared.spdx.as_deref());
        let first = declared.next()??;
        declared.all(|other| other == Some(first)).then_some(first)
    }
}

/// What is asked for it.
pub(super) struct Asked {
    files: Rows,
    declared: Rows,
}

impl Asked {
    pub(super) fn needs(&self) -> impl Iterator<Item = &Needs> {
        [&self.files.needs, &self.declared.needs].into_iter()
    }
}

pub(super) fn prepare(snapshot: &mut Snapshot) -> Result<Asked, StoreError> {
    let mut ask = |sql| snapshot.ask_rows(sql, BTreeMap::new());
    Ok(Asked {
        files: ask(
            "with heads as materialized (select path, json_group_array(spdx) as stated from license_headers
                    where spdx is not null and form not in ('pointer', 'public-domain') group by path),
                holders as materialized (select path, json_group_array(trim(coalesce(years, '') || ' ' || holder)) as held from copyrights group by path)
             select f.path, f.blob, f.standing, nullif(r.expressions, '[]'), h.stated, nullif(r.copyrights, '[]'), c.held,
                    (select min(t.spdx) from license_texts t where t.path = f.path and t.verdict = 'match' and t.spdx <> '')
             from files f left join reuse_files r on r.path = f.path left join heads h on h.path = f.path
                left join holders c on c.path = f.path
             where f.kind = 'file' order by f.path",
        )?,
        declared: ask(
            "with own as (select scope, path, system, raw, spdx from license_declared
                    union select dir, path, '', '', null from odoo_modules)
             select scope, path, system, raw, spdx from own
             union select dirname(b.path), b.path, 'readme', b.raw, b.spdx from license_badges b
             where dirname(b.path) in (select scope from own)
             order by 1, 2, 3, 4",
        )?,
    })
}

pub(super) fn count(snapshot: &Snapshot, asked: &Asked) -> Result<Licenses, StoreError> {
    let mut parts: BTreeMap<String, Vec<Declared>> = BTreeMap::from([(String::new(), Vec::new())]);
    for cells in snapshot.rows(&asked.declared)? {
        let declared = parts.entry(text(&cells[0])).or_default();
        if cells[3].as_text().is_some_and(|raw| !raw.is_empty()) {
            declared.push(Declared {
                path: text(&cells[1]),
                system: text(&cells[2]),
                raw: text(&cells[3]),
                spdx: said(&cells[4]).and_then(|spdx| license::canonical(&spdx)),
            });
        }
    }
    let places: BTreeMap<&str, usize> = parts.keys().map(String::as_str).zip(0..).collect();
    let files = snapshot.rows(&asked.files)?;
    let files = files.iter().map(|cells| file(cells, &places)).collect();
    let parts = parts.into_iter().map(|(dir, declared)| LicensedPart { dir, declared }).collect();
    Ok(Licenses { files, parts })
}

fn file(cells: &Cells, places: &BTreeMap<&str, usize>) -> LicensedFile {
    let path = text(&cells[0]);
    let folders = path.rmatch_indices('/').map(|(end, _)| &path[..end]).chain([""]);
    let part = folders.filter_map(|dir| places.get(dir)).copied().next().unwrap_or_default();
    let either = |one: &Value, other: &Value| match list(one) {
        nothing if nothing.is_empty() => list(other),
        said => said,
    };
    let mut stated: Vec<String> =
        either(&cells[3], &cells[4]).iter().filter_map(|said| license::canonical(said)).collect();
    stated.sort();
    stated.dedup();
    let mut copyrights = either(&cells[5], &cells[6]);
    copyrights.retain(|held| !held.trim().is_empty());
    copyrights.dedup();
    LicensedFile {
        blob: text(&cells[1]),
        standing: text(&cells[2]),
        stated,
        copyrights,
        text: said(&cells[7]),
        part,
        path,
    }
}

fn list(value: &Value) -> Vec<String> {
    let items = value.as_text().and_then(|text| serde_json::from_str::<Vec<Json>>(text).ok());
    let items = items.into_iter().flatten();
    items.filter_map(|item| item.as_str().map(crate::base::redact)).collect()
}

fn text(value: &Value) -> String {
    said(value).unwrap_or_default()
}

fn said(value: &Value) -> Option<String> {
    value.as_text().map(crate::base::redact)
}

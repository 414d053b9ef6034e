//! The pages that are built in, and those an organisation adds or replaces.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use thiserror::Error;

use super::page::{Kind, Page};
use super::parse::PageError;

static RULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// All pages of an audit, by id.
#[derive(Debug, Clone, Default)]
pub struct Library {
    pages: BTreeMap<String, Page>,
    aliases: BTreeMap<String, String>,
}

/// Why pages cannot be used together.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// One page is wrong.
    #[error(transparent)]
    Page(#[from] PageError),
    /// Ids collide.
    #[error("{0}")]
    Clash(String),
}

impl Library {
    /// The built-in pages.
    ///
    /// # Errors
    /// A built-in page is wrong, which the tests exclude.
    pub fn built_in() -> Result<Library, LibraryError> {
        let mut files = Vec::new();
        collect(&RULES, &mut files);
        let mut library = Library::default();
        for (path, text) in files {
            let page = Page::parse(&format!("rules/{path}"), text)?;
            let expected = match page.kind {
                Kind::Rule { .. } => format!("{}.md", page.id),
                Kind::Evidence { .. } => format!("evidence/{}.md", page.id),
            };
            if path != expected {
                return Err(LibraryError::Clash(format!(
                    "rules/{path} holds `{}`, whose place is rules/{expected}",
                    page.id
                )));
            }
            library.add(page)?;
        }
        Ok(library)
    }

    /// Adds a page, or replaces the one of the same id.
    ///
    /// # Errors
    /// An alias of it is somebody else's id.
    pub fn add(&mut self, page: Page) -> Result<(), LibraryError> {
        for alias in &page.aliases {
            let taken = self.pages.contains_key(alias)
                || self.aliases.get(alias).is_some_and(|id| *id != page.id);
            if taken {
                return Err(LibraryError::Clash(format!(
                    "{}: alias `{alias}` is taken",
                    page.file
                )));
            }
            self.aliases.insert(alias.clone(), page.id.clone());
        }
        self.pages.insert(page.id.clone(), page);
        Ok(())
    }

    /// All rules, by id.
    pub fn rules(&self) -> impl Iterator<Item = &Page> {
        self.pages.values().filter(|page| matches!(page.kind, Kind::Rule { .. }))
    }

    /// All kinds of evidence, by id.
    pub fn evidence(&self) -> impl Iterator<Item = &Page> {
        self.pages.values().filter(|page| matches!(page.kind, Kind::Evidence { .. }))
    }

    /// The page with this id or former id.
    pub fn get(&self, id: &str) -> Option<&Page> {
        self.pages.get(id).or_else(|| self.pages.get(self.aliases.get(id)?))
    }

    /// The rules a selector names: an id, a former id or a family. With what must be said aloud about it.
    ///
    /// # Errors
    /// It names nothing; the message suggests what was meant.
    pub fn select(&self, selector: &str) -> Result<(BTreeSet<String>, Option<String>), String> {
        let family: BTreeSet<String> = self
            .rules()
            .filter(|rule| rule.family() == selector)
            .map(|rule| rule.id.clone())
            .collect();
        if !family.is_empty() {
            return Ok((family, None));
        }
        let known = self.rules().flat_map(|rule| [rule.id.clone(), rule.family().to_owned()]);
        match self.get(selector).filter(|page| matches!(page.kind, Kind::Rule { .. })) {
            Some(page) => {
                let renamed =
                    (page.id != selector).then(|| format!("`{selector}` is now `{}`", page.id));
                Ok((BTreeSet::from([page.id.clone()]), renamed))
            }
            None => Err(match crate::config::nearest(selector, known) {
                Some(name) => {
                    format!("there is no rule or family `{selector}`; did you mean `{name}`?")
                }
                None => format!("there is no rule or family `{selector}`"),
            }),
        }
    }
}

fn collect<'a>(folder: &'a Dir<'a>, into: &mut Vec<(String, &'a str)>) {
    for file in
        folder.files().filter(|file| file.path().extension().is_some_and(|ending| ending == "md"))
    {
        let path = file.path().to_string_lossy().replace('\\', "/");
        into.push((path, file.contents_utf8().unwrap_or_default()));
    }
    for folder in folder.dirs() {
        collect(folder, into);
    }
}

//! The mapping an organisation keeps in its repository: what is said of features is written into it, line by line.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::adopt::{writable, write};
use super::args::Args;
use super::error::CliError;
use super::matrices::mapping_file;
use super::prepare::{Ready, read};
use crate::matrix::{Catalogue, Mapping, Matrix, Sheet};

/// The mapping of one catalogue, being written.
pub(super) struct Own {
    catalogue: Catalogue,
    /// Its name in the repository.
    pub name: String,
    file: PathBuf,
    pub sheet: Sheet,
}

impl Own {
    /// The mapping of the tree, or the beginning of one.
    pub(super) fn open(args: &Args, ready: &Ready, catalogue: &str) -> Result<Own, CliError> {
        let name = mapping_file(catalogue);
        let root = writable(args, &name)?;
        let mut catalogues = ready.catalogues()?.into_iter();
        let catalogue = catalogues.find(|known| known.catalogue == catalogue);
        let catalogue = catalogue.expect("a matrix of this name was judged");
        let text = read(ready.snapshot.source(), &name).transpose().map_err(CliError::Page)?;
        if let (None, Some(profile)) = (&text, &ready.profile) {
            return Err(CliError::Usage(format!(
                "the mapping is that of the profile {profile}; with --profile none a {name} is begun"
            )));
        }
        let text = text.unwrap_or_else(|| begin(&catalogue));
        let sheet =
            Sheet::parse(&text).map_err(|message| CliError::Page(format!("{name}: {message}")))?;
        Ok(Own { catalogue, file: root.join(&name), name, sheet })
    }

    /// Who keeps it.
    pub(super) fn owner(&self) -> Result<Option<String>, CliError> {
        let mapping = Mapping::parse(&self.name, &self.sheet.text())?;
        Ok(Some(mapping.owner).filter(|owner| !owner.is_empty()))
    }

    /// Adds lines to the evidence of a feature.
    pub(super) fn accept(&mut self, id: &str, lines: &[String]) -> Result<(), CliError> {
        let mut said = self.said(id);
        let known = said.remove("evidence").map(|known| match known {
            Value::Array(known) => known,
            known => vec![known],
        });
        let mut evidence = known.unwrap_or_default();
        let new = lines.iter().map(|line| Value::from(line.as_str()));
        let new: Vec<Value> = new.filter(|line| !evidence.contains(line)).collect();
        evidence.extend(new);
        let mut entry = serde_json::Map::from_iter([("evidence".to_owned(), evidence.into())]);
        entry.extend(said);
        self.say(id, entry)
    }

    /// Records a decision about a feature: what and why.
    pub(super) fn decide(
        &mut self,
        id: &str,
        decision: [&str; 2],
        by: &str,
        on: &str,
    ) -> Result<(), CliError> {
        let mut entry = self.said(id);
        for [key, value] in [decision, ["by", by], ["on", on]] {
            entry.insert(key.to_owned(), value.into());
        }
        self.say(id, entry)
    }

    fn said(&self, id: &str) -> serde_json::Map<String, Value> {
        self.sheet.said(id).and_then(|said| said.as_object().cloned()).unwrap_or_default()
    }

    fn say(&mut self, id: &str, entry: serde_json::Map<String, Value>) -> Result<(), CliError> {
        let place = |message| CliError::Usage(format!("{}: {message}", self.name));
        self.sheet.say(id, &Value::Object(entry)).map_err(place)
    }

    /// Writes the mapping, if it can be judged.
    pub(super) fn write(&self, ready: &Ready) -> Result<(), CliError> {
        let text = self.sheet.text();
        let mapping = Mapping::parse(&self.name, &text)?;
        Matrix::new(&self.catalogue, Some((&self.name, &mapping)), &ready.library)?;
        let folder = self.file.parent().expect("the file is in a folder");
        fs::create_dir_all(folder).map_err(|error| {
            CliError::Usage(format!("cannot make `{}`: {error}", folder.display()))
        })?;
        write(&self.file, &text)
    }
}

/// A mapping that says nothing yet.
pub(super) fn begin(catalogue: &Catalogue) -> String {
    let Catalogue { catalogue: name, version, title, features, .. } = catalogue;
    format!(
        "# Where the features of {title} are, here. Catalogue: {name}@{version} ({} features)\n\
         extends: {name}@{version}\nowner: platform\nfeatures:\n",
        features.len()
    )
}

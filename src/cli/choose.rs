//! Which rules run: all that are known to be right, those somebody names, or really all.

use std::collections::BTreeSet;

use super::error::CliError;
use super::prepare::Ready;
use crate::audit::Request;
use crate::pages::Page;

/// The rules to run, what stays out, and what must be said aloud.
#[derive(Default)]
pub(super) struct Chosen {
    pub rules: BTreeSet<String>,
    pub left_out: BTreeSet<String>,
    pub notes: Vec<String>,
}

impl Chosen {
    /// The beginning of a request to run them.
    pub(super) fn request(&self) -> Request {
        let (rules, left_out) = (self.rules.clone(), self.left_out.clone());
        Request { rules, left_out, waivers: true, ..Request::default() }
    }

    fn add(&mut self, rule: &Page, wanted: bool) {
        let into = if wanted { &mut self.rules } else { &mut self.left_out };
        into.insert(rule.id.clone());
    }
}

/// Every rule that is out of preview, and those in preview that `parity.toml` waives or sets: somebody relies on them.
pub(super) fn usual(ready: &Ready, all: bool) -> Chosen {
    let waived = ready.waivers.iter().map(|(waiver, _)| waiver.rule.as_str());
    let named: BTreeSet<&str> =
        ready.config.rule.keys().map(String::as_str).chain(waived).collect();
    let is_named =
        |rule: &Page| rule.aliases.iter().chain([&rule.id]).any(|id| named.contains(id.as_str()));
    let mut chosen = Chosen::default();
    for rule in ready.library.rules() {
        chosen.add(rule, all || !rule.preview || is_named(rule));
    }
    chosen
}

/// What `--select` and `--ignore` leave. A rule in preview runs if it is named itself; its family does not name it.
///
/// # Errors
/// A selector names nothing, or no rule is left.
pub(super) fn chosen(
    ready: &Ready,
    select: &[String],
    ignore: &[String],
    all: bool,
) -> Result<Chosen, CliError> {
    let mut chosen = usual(ready, all);
    let select = if select.is_empty() { &ready.select } else { select };
    let mut notes = Vec::new();
    let mut named = |selector: &String| -> Result<BTreeSet<String>, CliError> {
        let (ids, note) = ready.library.select(selector).map_err(CliError::Usage)?;
        notes.extend(note);
        Ok(ids)
    };
    if !select.is_empty() {
        let mut selected = Chosen::default();
        for selector in select {
            let ids = named(selector)?;
            let itself = ready.library.get(selector).is_some();
            for rule in ids.iter().filter_map(|id| ready.library.get(id)) {
                selected.add(rule, itself || chosen.rules.contains(&rule.id));
            }
        }
        chosen = selected;
    }
    for selector in ignore {
        let ids = named(selector)?;
        chosen.rules.retain(|id| !ids.contains(id));
        chosen.left_out.retain(|id| !ids.contains(id));
    }
    chosen.left_out.retain(|id| !chosen.rules.contains(id));
    chosen.notes = notes;
    match (chosen.rules.is_empty(), chosen.left_out.is_empty()) {
        (false, _) => Ok(chosen),
        (true, true) => Err(CliError::Usage("no rule is left to run".to_owned())),
        (true, false) => Err(CliError::Usage(
            "no rule is left to run but those in preview; --all runs them".to_owned(),
        )),
    }
}

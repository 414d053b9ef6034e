//! Why what is written is not in effect: from each statement to the first cause somebody can edit, one row a link.

use std::collections::{BTreeMap, BTreeSet};

use super::emit::Writer;
use super::failure::Failure;
use super::files::Migration;
use super::replay::{Outcome, Replay};
use super::written::{Written, written};
use crate::base::Value;

/// The index into the linker's facts.
const BLOCKERS: usize = 19;
/// The longest chain, and the most rows, that are written down.
const MAX_CHAIN: usize = 16;
const MAX_ROWS: usize = 20_000;

/// A statement: the file and its place in it.
type At = (usize, usize);

/// One link of a chain.
struct Link {
    kind: &'static str,
    at: At,
    needs: Option<String>,
    error: Option<String>,
    /// Where it leads: a path and a line.
    cause: (String, u32),
    next: Option<At>,
}

struct Finder<'a> {
    files: &'a [Migration],
    replay: &'a Replay,
    /// Statements that write an object, by what they are looked up as.
    writers: BTreeMap<(&'static str, String), Vec<At>>,
}

impl Writer<'_> {
    /// Writes the chains of everything that is written and not in effect.
    pub fn blockers(&mut self, files: &[Migration], replay: &Replay) {
        let finder = Finder::new(files, replay);
        let mut rows = 0;
        for (file, migration) in files.iter().enumerate() {
            for (index, line) in migration.lines.iter().enumerate() {
                let at = (file, index);
                let outcome = finder.outcome(at);
                let Some(written) = line.says.as_ref().and_then(written) else { continue };
                if !is_blocked(outcome) || rows > MAX_ROWS {
                    continue;
                }
                let chain = finder.chain(at);
                rows += chain.len();
                self.chain(migration, line.line, &written, &chain, &finder);
            }
        }
    }

    fn chain(
        &mut self,
        file: &Migration,
        line: u32,
        written: &Written,
        chain: &[Link],
        finder: &Finder<'_>,
    ) {
        let columns = (written.kind == "table")
            .then(|| serde_json::to_string(&written.columns).expect("a list of texts"));
        for (step, link) in chain.iter().enumerate() {
            let (path, at_line) = finder.place(link.at);
            let cells = vec![
                file.path.as_str().into(),
                line.into(),
                written.object.as_str().into(),
                written.kind.into(),
                columns.clone().into(),
                Value::from(step + 1),
                link.kind.into(),
                path.into(),
                at_line.into(),
                link.needs.clone().into(),
                link.error.clone().into(),
                link.cause.0.clone().into(),
                link.cause.1.into(),
                Value::from(step + 1 == chain.len()),
            ];
            self.add(BLOCKERS, &[], cells);
        }
    }
}

/// Whether a statement certainly did not do what it says: it did not run, or an older thing was kept that is another.
fn is_blocked(outcome: &Outcome) -> bool {
    let other = outcome.kept.as_ref().is_some_and(|kept| !kept.lacks.is_empty());
    outcome.applies == Some(false) || (outcome.applies == Some(true) && other)
}

impl<'a> Finder<'a> {
    fn new(files: &'a [Migration], replay: &'a Replay) -> Self {
        let mut writers: BTreeMap<(&'static str, String), Vec<At>> = BTreeMap::new();
        for (file, migration) in files.iter().enumerate() {
            for (index, line) in migration.lines.iter().enumerate() {
                if let Some(it) = line.says.as_ref().and_then(written) {
                    writers.entry((it.class, it.object)).or_default().push((file, index));
                }
            }
        }
        Finder { files, replay, writers }
    }

    fn outcome(&self, at: At) -> &Outcome {
        &self.replay.files[at.0].statements[at.1]
    }

    fn place(&self, at: At) -> (String, u32) {
        let file = &self.files[at.0];
        (file.path.clone(), file.lines[at.1].line)
    }

    fn chain(&self, start: At) -> Vec<Link> {
        let (mut links, mut seen) = (Vec::new(), BTreeSet::new());
        let mut next = Some(start);
        while let Some(at) = next.filter(|at| seen.insert(*at) && links.len() < MAX_CHAIN) {
            let link = self.link(at);
            next = link.next;
            links.push(link);
        }
        links
    }

    /// From a statement that is not in effect to what keeps it from being so.
    fn link(&self, at: At) -> Link {
        let outcome = self.outcome(at);
        if let Some(kept) = outcome.kept.as_ref().filter(|kept| !kept.lacks.is_empty()) {
            let cause = (kept.place.0.to_string(), kept.place.1);
            let needs = Some(kept.lacks.join(", "));
            return Link { kind: "kept-older", at, needs, error: None, cause, next: None };
        }
        if let Some(failure) = &outcome.failure {
            return self.failed(at, failure);
        }
        let statements = &self.replay.files[at.0].statements;
        let failing = statements.iter().position(|it| it.failure.is_some());
        let to = failing.map(|index| (at.0, index));
        Link {
            kind: "rolled-back",
            at,
            needs: None,
            error: to.and_then(|to| self.outcome(to).failure.as_ref().map(|it| it.error.clone())),
            cause: self.place(to.unwrap_or(at)),
            next: to,
        }
    }

    fn failed(&self, at: At, failure: &Failure) -> Link {
        let kind = match failure.kind {
            "relation" => "missing-relation",
            "column" => "missing-column",
            "schema" => "missing-schema",
            "function" => "missing-function",
            "type" => "missing-type",
            "extension" => "missing-extension",
            "there" => "already-there",
            "syntax" => "syntax",
            "psql" => "psql",
            _ => "rejected",
        };
        let next = match failure.kind {
            "relation" | "schema" | "function" | "type" | "extension" => {
                self.writer(failure.kind, failure.needs.as_deref().unwrap_or(""), at)
            }
            "column" => self.newer(failure, at),
            _ => None,
        };
        let older = failure.older.as_ref().filter(|_| failure.kind == "there");
        let older = older.filter(|place| !place.0.is_empty());
        let cause = match (next, older) {
            (Some(next), _) => self.place(next),
            (None, Some(place)) => (place.0.to_string(), place.1),
            (None, None) => self.place(at),
        };
        let needs = failure.needs.clone();
        Link { kind, at, needs, error: Some(failure.error.clone()), cause, next }
    }

    /// The statement that writes an object and is not in effect: the last one before, else the first one after.
    fn writer(&self, class: &'static str, object: &str, at: At) -> Option<At> {
        let all = self.writers.get(&(class, object.to_owned()))?;
        let mut blocked = all.iter().filter(|it| self.outcome(**it).applies == Some(false));
        let before = blocked.clone().rfind(|it| **it < at);
        before.or_else(|| blocked.find(|it| **it > at)).copied()
    }

    /// The statement whose table has the column that the table there lacks.
    fn newer(&self, failure: &Failure, at: At) -> Option<At> {
        let (table, column) = failure.needs.as_deref()?.rsplit_once('.')?;
        let all = self.writers.get(&("relation", table.to_owned()))?;
        let has = |it: &&At| {
            let says = self.files[it.0].lines[it.1].says.as_ref().and_then(written);
            let kept = self.outcome(**it).kept.is_some();
            kept && says.is_some_and(|it| it.columns.iter().any(|name| name == column))
        };
        all.iter().filter(|it| **it < at).rfind(has).copied()
    }
}

//! One use of a page put to a snapshot: a question whose answer is an outcome.

use std::collections::BTreeMap;

use super::bind::Bound;
use super::outcome::{Outcome, Row};
use super::page::{Kind, Mechanism};
use super::run::{Prepared, RowError};
use crate::base::Value;
use crate::snapshot::{Needs, Question, Search, Snapshot};
use crate::store::{Asking, glob};

/// One use of a page on one snapshot.
#[derive(Debug, Clone)]
pub struct Use {
    same: Option<Mechanism>,
    within: Option<String>,
    question: Question<Outcome>,
}

impl Use {
    /// What must be read before it can run.
    pub fn needs(&self) -> &Needs {
        &self.question.needs
    }

    /// The content search it declares.
    pub fn search(&self) -> Option<&Search> {
        self.question.needs.search.as_ref()
    }
}

impl Prepared {
    /// Binds parameters as given, with the page's defaults.
    ///
    /// # Errors
    /// A parameter is unknown, lacking or of another type.
    pub fn bind(&self, given: &BTreeMap<String, serde_json::Value>) -> Result<Bound, RowError> {
        let mut bound = self.page.bind(given).map_err(|message| self.wrong(message))?;
        if let Some(search) = &bound.search {
            bound.parameters.insert("search".to_owned(), Value::Text(search.name()));
        }
        Ok(bound)
    }

    /// Puts one use to a snapshot that need not be ready. `same`: keep the rows of each such mechanism apart, too. `within`:
    /// rows of other files do not count.
    pub fn put(
        &self,
        bound: Bound,
        same: Option<Mechanism>,
        within: Option<&str>,
        snapshot: &Snapshot,
    ) -> Use {
        let about = format!("{same:?} {within:?}");
        let Bound { parameters, search } = bound;
        let needs =
            Needs { query: Some(self.query.clone()), parameters, search, ..Needs::default() };
        let question = snapshot.ask(needs, &about);
        Use { same, within: within.map(str::to_owned), question }
    }

    /// The outcome of one use, on a snapshot that is ready for it.
    ///
    /// # Errors
    /// The query failed, or a row is not what a page gives.
    pub fn run(&self, snapshot: &Snapshot, used: &Use) -> Result<Outcome, RowError> {
        self.settle(snapshot, used, || {
            self.ask(used, &|query, parameters, take| snapshot.run(query, parameters, take))
        })
    }

    /// All rows of a use whose answer is not known, asked on any connection.
    ///
    /// # Errors
    /// The query failed, or a row is not what a page gives.
    pub fn ask(&self, used: &Use, asking: &Asking<'_>) -> Result<Vec<Row>, RowError> {
        let mut rows = Vec::new();
        let parameters = &used.question.needs.parameters;
        self.gather(&mut |query, take| asking(query, parameters, take), &mut rows)?;
        Ok(rows)
    }

    /// The outcome of one use: the one that is known, or what its rows come to.
    ///
    /// # Errors
    /// Those of `rows`, or a row is not what a page gives.
    pub fn settle(
        &self,
        snapshot: &Snapshot,
        used: &Use,
        rows: impl FnOnce() -> Result<Vec<Row>, RowError>,
    ) -> Result<Outcome, RowError> {
        let mut outcome = snapshot.answer(&used.question, || {
            let mut rows = rows()?;
            let search = &used.question.needs.search;
            self.check_paths(snapshot, &rows)?;
            if let Some(within) = &used.within {
                let within = glob(within).map_err(|message| self.wrong(message))?;
                rows.retain(|row| row.path.as_ref().is_none_or(|path| within.is_match(path)));
            }
            let outcome = Outcome::of(rows, |path| snapshot.is_archived(path), used.same);
            let mut outcome = outcome.map_err(|message| self.wrong(message))?;
            outcome.searched.extend(search.as_ref().map(|search| snapshot.gone_through(search)));
            Ok(outcome)
        })?;
        if matches!(self.page.kind, Kind::Evidence { .. }) {
            outcome.searched = snapshot.searched(&self.query, outcome.searched.pop());
        }
        Ok(outcome)
    }

    /// Asks for all rows of a use, those that hold too.
    pub fn put_all(&self, used: &Use, snapshot: &Snapshot) -> Question<Vec<Row>> {
        snapshot.ask(used.question.needs.clone(), "all rows")
    }

    /// All rows of a use, on a snapshot that is ready for it.
    ///
    /// # Errors
    /// The query failed, or a row is not what a page gives.
    pub fn all(
        &self,
        snapshot: &Snapshot,
        question: &Question<Vec<Row>>,
    ) -> Result<Vec<Row>, RowError> {
        snapshot.answer(question, || {
            let mut rows = Vec::new();
            let parameters = &question.needs.parameters;
            self.gather(&mut |query, take| snapshot.run(query, parameters, take), &mut rows)?;
            Ok(rows)
        })
    }

    fn wrong(&self, message: String) -> RowError {
        RowError::Shape { page: self.page.file.clone(), message }
    }
}

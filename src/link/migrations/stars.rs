//! What `*` stands for.

use super::queries::{Columns, every_column};
use super::typing::{Scope, Stop, fails};
use crate::facts::sql::{Expr, Query};

impl Scope<'_> {
    /// Whether a column is among those a `*` stands for.
    pub(super) fn is_starred(&mut self, query: &Query, sort: &Expr) -> bool {
        let Expr::Column(sought) = sort else { return false };
        let [before @ .., name] = sought.as_slice() else { return false };
        let stars = query.items.iter().filter_map(|it| match it {
            Expr::Column(parts) => parts.split_last().filter(|it| it.0 == "*").map(|it| it.1),
            _ => None,
        });
        let mut fits = stars.filter(|it| before.is_empty() || it.is_empty() || *it == before);
        fits.any(|it| {
            let from = if before.is_empty() { it } else { before };
            self.star(from).is_ok_and(|columns| columns.iter().any(|it| it.0 == *name))
        })
    }

    /// `*` and `alias.*`.
    pub(super) fn star(&mut self, qualifier: &[String]) -> Result<Columns, Stop> {
        let frames =
            self.frames.iter().rev().take(if qualifier.is_empty() { 1 } else { usize::MAX });
        let alias = qualifier.last();
        let mut merged: Vec<String> = Vec::new();
        let mut columns = Columns::new();
        let mut used = Vec::new();
        let mut found = false;
        for frame in frames {
            for source in
                frame.sources.iter().filter(|it| alias.is_none_or(|name| *name == it.alias))
            {
                found = true;
                for (name, ty) in every_column(&source.table)? {
                    let twice = alias.is_none() && frame.merged.contains(&name);
                    if twice && merged.contains(&name) {
                        continue;
                    }
                    if twice {
                        merged.push(name.clone());
                    }
                    if let Some(key) = &source.key {
                        used.push(super::typing::Used::Column(key.clone(), name.clone()));
                    }
                    columns.push((name, ty));
                }
            }
            if found {
                break;
            }
        }
        self.used.extend(used);
        match (found, alias) {
            (true, _) => Ok(columns),
            (false, Some(alias)) if self.has_column(alias) => {
                super::typing::open("the fields of a row")
            }
            (false, Some(alias)) => {
                fails(format!("missing FROM-clause entry for table \"{alias}\""))
            }
            (false, None) => fails("SELECT * with no tables specified is not valid"),
        }
    }
}

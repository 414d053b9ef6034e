//! How long each stage of an audit took.

use std::time::{Duration, Instant};

/// A stage, in the order they are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Listing the tree and laying it over the cache.
    List,
    /// Reading bytes (the sum over all workers).
    Read,
    /// Extracting facts (the sum over all workers).
    Extract,
    /// Writing facts to the cache.
    Write,
    /// Linking.
    Link,
    /// Searching contents (the sum over all workers).
    Search,
    /// Preparing and running pages.
    Pages,
    /// Writing what was found.
    Report,
}

impl Stage {
    /// All stages with their names.
    pub const ALL: [(Stage, &'static str); 8] = [
        (Stage::List, "list"),
        (Stage::Read, "read"),
        (Stage::Extract, "extract"),
        (Stage::Write, "write"),
        (Stage::Link, "link"),
        (Stage::Search, "search"),
        (Stage::Pages, "pages"),
        (Stage::Report, "report"),
    ];
}

/// The time of each stage, and of each page.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    spent: [Duration; Stage::ALL.len()],
    /// How long each page took, by id.
    pub pages: Vec<(String, Duration)>,
}

impl Stages {
    /// Adds to a stage.
    pub fn add(&mut self, stage: Stage, spent: Duration) {
        self.spent[stage as usize] += spent;
    }

    /// Runs `work` on a stage's account.
    pub fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = work();
        self.add(stage, started.elapsed());
        result
    }

    /// The time of a stage.
    pub fn spent(&self, stage: Stage) -> Duration {
        self.spent[stage as usize]
    }
}

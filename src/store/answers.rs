//! Answers that were given before, each under a digest of all it follows from.
//!
//! A key names the question and everything that could change its answer, so what is found under it is what would be found
//! again. An answer whose checksum is wrong was never given.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};

use super::cache::{Begun, Store};
use super::error::StoreError;
use crate::base::sha256_hex;

/// Days after which an answer is forgotten; if it is still asked for, it is found again.
const KEEP_DAYS: i64 = 30;
/// The longest answer that is kept, in bytes.
const LONGEST: usize = 4 << 20;

/// The tables of kept answers.
pub(super) const SHAPE: &str = "
    create table if not exists answers (key text not null unique, given integer not null, sum text not null,
        answer text not null) strict;
    create index if not exists answers_by_day on answers (given);";

impl Store {
    /// The answer that is kept under a key.
    pub fn recall(&self, key: &str) -> Option<String> {
        if self.is_private() {
            return None;
        }
        let sql = "select sum, answer from main.answers where key = ?";
        let mut select = self.conn.prepare_cached(sql).ok()?;
        let row =
            select.query_row([key], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
        let (sum, answer) = row.optional().ok()??;
        (sum == sum_of(key, &answer)).then_some(answer)
    }

    /// Notes an answer for [`Store::remember`].
    pub fn learn(&self, key: String, answer: String) {
        if !self.is_private() && answer.len() <= LONGEST {
            self.learned.lock().expect("no panic while it is held").insert(key, answer);
        }
    }

    /// Keeps what was learned. Where another process is writing, the next audit learns it again.
    ///
    /// # Errors
    /// The database failed.
    pub fn remember(&mut self) -> Result<(), StoreError> {
        let learned = std::mem::take(&mut *self.learned.lock().expect("no panic while it is held"));
        if learned.is_empty() {
            return Ok(());
        }
        self.open_again()?;
        if self.begin()? != Begun::Not {
            self.write_all(&learned).map_err(StoreError::Cache)?;
            self.commit()?;
        }
        self.close()
    }

    fn write_all(&self, learned: &BTreeMap<String, String>) -> rusqlite::Result<()> {
        let old = self.today - KEEP_DAYS;
        self.conn.execute("delete from main.answers where given < ?", [old])?;
        let sql = "insert or replace into main.answers values (?, ?, ?, ?)";
        let mut insert = self.conn.prepare_cached(sql)?;
        learned.iter().try_for_each(|(key, answer)| {
            insert.execute(params![key, self.today, sum_of(key, answer), answer]).map(drop)
        })
    }
}

fn sum_of(key: &str, answer: &str) -> String {
    sha256_hex(format!("{key}\0{answer}"))
}

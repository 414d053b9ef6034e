//! Types as they are written.

use super::tokens::Reader;
use crate::facts::sql::cursor::{lowered, plain_type};

impl Reader<'_> {
    /// A type as written, lower-cased, white space collapsed.
    pub(super) fn ty(&mut self) -> Option<String> {
        let start = self.at;
        let first = self.part()?;
        if self.eat(".") {
            self.part()?;
        }
        match first.as_str() {
            "double" => self.needs("precision")?,
            "character" | "bit" | "char" | "nchar" => {
                self.eat("varying");
            }
            _ => {}
        }
        if self.eat("(") {
            while !self.eat(")") {
                self.token(0)?;
                self.at += 1;
            }
        }
        if matches!(first.as_str(), "timestamp" | "time") {
            let _ = self.eat("with time zone") || self.eat("without time zone");
        }
        while self.eat("[") {
            if !self.eat("]") {
                self.at += 1;
                self.needs("]")?;
            }
        }
        if self.eat("%") {
            self.part()?;
        }
        Some(plain_type(&squeezed(self.since(start))))
    }
}

fn squeezed(written: &str) -> String {
    let spaced = lowered(written).split_whitespace().collect::<Vec<_>>().join(" ");
    spaced.replace(" [", "[").replace(" (", "(").replace(" .", ".").replace(". ", ".")
}

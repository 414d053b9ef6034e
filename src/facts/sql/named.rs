//! The relations a body of SQL names with their schema.

use std::collections::BTreeSet;

use super::cursor::Cursor;
use super::ir::Name;

/// Relations named with a schema after `from`, `join`, `into` and `update`.
pub fn relations(text: &str) -> Vec<Name> {
    let mut cursor = Cursor::new(text);
    let mut found = BTreeSet::new();
    while !cursor.is_done() {
        let Some(word) = cursor.eat_any(&["from", "join", "into", "update"]) else {
            cursor.skip();
            continue;
        };
        cursor.eat("only");
        let mut ahead = cursor.clone();
        if let Some(name) = ahead.name().filter(|name| name.schema.is_some())
            && found.len() < 64
            && (ahead.peek() != "(" || word == "into")
        {
            found.insert(name);
        }
    }
    found.into_iter().collect()
}

//! Says what a text that is not read statement by statement could do to the catalog, by its words.

use super::ir::{Name, Survey, Verb, Write};
use super::scan::{Token, token};

/// Verbs that dynamic SQL starts with; one that names none of them could run anything.
const VERBS: [&str; 18] = [
    "create", "alter", "drop", "grant", "revoke", "comment", "insert", "update", "delete",
    "select", "refresh", "truncate", "analyze", "set", "notify", "vacuum", "reindex", "with",
];
/// Relations and types share their names with tables.
const RELATIONS: [&str; 6] = ["view", "sequence", "type", "index", "domain", "materialized"];

/// Surveys `text`: strings are looked into, because they may be run.
pub fn survey(text: &str) -> Survey {
    let mut reader = Reader { tokens: Vec::new(), quoted_verb: false };
    reader.read(text, 0);
    let (dynamic, variables) = (reader.is_dynamic(), has_variables(text));
    let mut survey = Survey { dynamic, variables, ..Survey::default() };
    for at in 0..reader.tokens.len() {
        survey.writes.extend(reader.write(at));
        survey.calls.extend(reader.call(at));
    }
    if survey.dynamic && !reader.quoted_verb {
        survey.writes.push(Write { verb: Verb::Anything, object: None, table: None });
    }
    survey.writes.dedup();
    survey.calls.sort();
    survey.calls.dedup();
    survey.words = reader.words();
    survey
}

/// A colon and a word or a quote behind it, unless two colons make a cast. psql looks into no string.
fn has_variables(text: &str) -> bool {
    let (mut at, mut colons) = (0, 0);
    while at < text.len() {
        let (kind, end) = token(text, at);
        if colons == 1 && matches!(kind, Token::Word | Token::Quoted) {
            return true;
        }
        colons = if kind == Token::Symbol(b':') { colons + 1 } else { 0 };
        at = end;
    }
    false
}

#[derive(Debug, PartialEq)]
enum Part {
    Word(String),
    Name(String),
    Symbol(u8),
}

struct Reader {
    tokens: Vec<Part>,
    quoted_verb: bool,
}

impl Reader {
    fn read(&mut self, text: &str, depth: usize) {
        let mut at = 0;
        while at < text.len() {
            let (kind, end) = token(text, at);
            let part = &text[at..end];
            match kind {
                Token::Blank => {}
                Token::Word => {
                    let word = part.to_ascii_lowercase();
                    self.quoted_verb |= depth > 1 && VERBS.contains(&word.as_str());
                    self.tokens.push(Part::Word(word));
                }
                Token::Quoted if part.starts_with('"') => {
                    let inner = part.trim_matches('"').replace("\"\"", "\"");
                    self.tokens.push(Part::Name(inner));
                }
                // The body itself is the first level; a string in it may be SQL.
                Token::Quoted if depth < 8 => {
                    let dollar = part.starts_with('$');
                    self.read(inside(part), depth + usize::from(!dollar || depth > 0 || at > 0));
                }
                Token::Quoted => {}
                Token::Symbol(byte) => self.tokens.push(Part::Symbol(byte)),
            }
            at = end;
        }
    }

    fn at(&self, at: usize) -> &str {
        match self.tokens.get(at) {
            Some(Part::Word(word)) => word,
            _ => "",
        }
    }

    fn is_dynamic(&self) -> bool {
        (0..self.tokens.len()).any(|at| {
            let before = at.checked_sub(1).map_or("", |at| self.at(at));
            let after = self.at(at + 1);
            let privilege = matches!(after, "function" | "procedure" | "on")
                || matches!(before, "grant" | "revoke")
                || self.tokens.get(at + 1) == Some(&Part::Symbol(b','));
            self.at(at) == "execute" && !privilege
        })
    }

    fn words(&self) -> Vec<String> {
        let words = self.tokens.iter().filter_map(|part| match part {
            Part::Word(word) | Part::Name(word) => Some(word.clone()),
            Part::Symbol(_) => None,
        });
        let mut words: Vec<String> = words.collect();
        words.sort();
        words.dedup();
        words
    }

    /// The write that starts at a token, if one does.
    fn write(&self, at: usize) -> Option<Write> {
        let verb = self.at(at);
        if !matches!(verb, "create" | "alter" | "drop") {
            return None;
        }
        if self.tokens.get(at + 1) == Some(&Part::Symbol(b'%')) {
            return Some(Write { verb: Verb::Anything, object: None, table: None });
        }
        let noun = (at + 1..at + 6).find(|at| !self.is_adjective(*at))?;
        let object = self.skip_conditions(noun + 1);
        let name = self.name(object).map(|(name, _)| name);
        let write = |verb, object| Some(Write { verb, object, table: None });
        match (verb, self.at(noun)) {
            ("create", "table") => write(Verb::CreateTable, name),
            ("drop", "table") => write(Verb::DropTable, name.filter(|_| !self.is_list(object))),
            ("create", "schema") => write(Verb::CreateSchema, name),
            ("drop", "schema" | "owned") => write(Verb::DropSchema, None),
            ("alter", "schema") => write(Verb::Anything, None),
            ("drop", "extension") => write(Verb::DropTable, None),
            ("alter", "table") => write(self.altered(object), name),
            (_, "policy") => Some(Write { verb: Verb::Policy, ..self.policy(object) }),
            (_, "function" | "procedure") => write(Verb::Routine, name),
            (_, "trigger") => Some(Write { verb: Verb::Trigger, ..self.trigger(object) }),
            (_, "view" | "index" | "materialized" | "sequence" | "type" | "domain")
                if verb != "create" =>
            {
                write(Verb::Relation, name)
            }
            ("create", noun) if RELATIONS.contains(&noun) => write(Verb::CreateRelation, name),
            _ => None,
        }
    }

    fn is_adjective(&self, at: usize) -> bool {
        matches!(
            self.at(at),
            "or" | "replace"
                | "temp"
                | "temporary"
                | "unlogged"
                | "foreign"
                | "unique"
                | "global"
                | "local"
                | "recursive"
        )
    }

    fn skip_conditions(&self, at: usize) -> usize {
        let skipped =
            |word: &str| matches!(word, "if" | "not" | "exists" | "only" | "concurrently");
        (at..at + 6).find(|at| !skipped(self.at(*at))).unwrap_or(at)
    }

    /// Whether the name at a token is one of several.
    fn is_list(&self, at: usize) -> bool {
        self.name(at).is_some_and(|(_, next)| self.tokens.get(next) == Some(&Part::Symbol(b',')))
    }

    /// What an `alter table` is about, by the words up to the end of the statement.
    fn altered(&self, from: usize) -> Verb {
        let end = (from..self.tokens.len())
            .find(|at| self.tokens[*at] == Part::Symbol(b';'))
            .unwrap_or(self.tokens.len());
        let rls = (from..end).any(|at| self.at(at) == "row" && self.at(at + 1) == "level");
        let more = (from..end).any(|at| {
            matches!(
                self.at(at),
                "rename" | "set" | "drop" | "add" | "attach" | "detach" | "alter" | "inherit"
            )
        });
        if rls && !more { Verb::Rls } else { Verb::AlterTable }
    }

    /// The table of a trigger follows the first `on`.
    fn trigger(&self, at: usize) -> Write {
        let on = (at..at + 16).find(|at| self.at(*at) == "on");
        let table = on.and_then(|on| self.name(on + 1)).map(|(name, _)| name);
        Write {
            verb: Verb::Trigger,
            object: self.name(at).map(|(name, _)| name).filter(|_| table.is_some()),
            table,
        }
    }

    fn policy(&self, at: usize) -> Write {
        let object = self.name(at);
        let on = object.as_ref().map_or(at, |(_, next)| *next);
        let table = (self.at(on) == "on").then(|| self.name(on + 1)).flatten();
        Write {
            verb: Verb::Policy,
            object: object.map(|(name, _)| name),
            table: table.map(|(name, _)| name),
        }
    }

    /// The name at a token and the token after it; none where it is put together.
    fn name(&self, at: usize) -> Option<(Name, usize)> {
        let first = self.part(at)?;
        let built = |at: usize| matches!(self.tokens.get(at), Some(Part::Symbol(b'%' | b'|')));
        if built(at + 1) || (built(at + 3) && self.tokens.get(at + 1) == Some(&Part::Symbol(b'.')))
        {
            return None;
        }
        if self.tokens.get(at + 1) != Some(&Part::Symbol(b'.')) {
            return Some((Name { schema: None, name: first }, at + 1));
        }
        let second = self.part(at + 2)?;
        Some((Name { schema: Some(first), name: second }, at + 3))
    }

    fn part(&self, at: usize) -> Option<String> {
        match self.tokens.get(at)? {
            Part::Word(word) | Part::Name(word) => Some(word.clone()),
            Part::Symbol(_) => None,
        }
    }

    fn call(&self, at: usize) -> Option<Name> {
        if at > 0 && self.tokens[at - 1] == Part::Symbol(b'.') {
            return None;
        }
        let (name, next) = self.name(at)?;
        (self.tokens.get(next) == Some(&Part::Symbol(b'('))).then_some(name)
    }
}

/// What stands between the quotes.
fn inside(part: &str) -> &str {
    if part.starts_with('$') {
        let tag = part.match_indices('$').nth(1).map_or(1, |(at, _)| at + 1);
        return part.get(tag..part.len().saturating_sub(tag)).unwrap_or("");
    }
    let open = part.find('\'').map_or(0, |at| at + 1);
    part.get(open..part.len().saturating_sub(1)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbs(text: &str) -> Vec<(Verb, Option<String>)> {
        let writes = survey(text).writes.into_iter();
        writes
            .map(|write| (write.verb, write.table.or(write.object).map(|name| name.to_string())))
            .collect()
    }

    #[test]
    fn statements_in_a_block_are_found_with_their_names() {
        let text = "do $$ begin if true then create policy \"a b\" on ops.runs using (true); end if; end $$";
        assert_eq!(verbs(text), [(Verb::Policy, Some("ops.runs".to_owned()))]);
    }

    #[test]
    fn a_name_put_together_is_none() {
        let text =
            "do $$ begin execute format('alter table %I enable row level security', t); end $$";
        assert_eq!(verbs(text), [(Verb::Rls, None)]);
    }

    #[test]
    fn sql_from_data_could_do_anything() {
        assert_eq!(verbs("do $$ begin execute stmt; end $$"), [(Verb::Anything, None)]);
    }

    #[test]
    fn a_trigger_runs_no_dynamic_sql() {
        assert!(
            !survey("create trigger a before insert on b for each row execute function c()")
                .dynamic
        );
    }
}

//! The functions a query may use: some of SQLite's by name, and ours.
//!
//! None draws random numbers, reads a clock, or makes a value longer than its arguments allow. Ours return null on null.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, RwLock};

use globset::{GlobBuilder, GlobMatcher};
use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::ValueRef;

use super::built_in;
use crate::base;

/// What may be called, with one sentence where the function is ours.
pub static FUNCTIONS: &[(&str, &str)] = &[
    ("maybe", "maybe(table, name): null where a row of that name may exist unseen, else 0."),
    ("every", "every(x): 0 if any x is 0, else null if any is null, else 1; 1 over no rows."),
    ("some", "some(x): 1 if any x is 1, else null if any is null, else 0; 0 over no rows."),
    (
        "glob_match",
        "glob_match(glob, path): whether the path matches; `*` stays in a folder, `**` does not, {a,b}.",
    ),
    (
        "regexp_like",
        "regexp_like(text, pattern): whether the pattern (Rust regex syntax) occurs in the text.",
    ),
    ("dirname", "dirname(path): the folder of a path; '' at the root."),
    ("basename", "basename(path): the last part of a path."),
    ("path_stem", "path_stem(path): the last part without its extension."),
    (
        "spdx_allowed",
        "spdx_allowed(expression, list): whether licences of the JSON array meet the SPDX expression; `AGPL-3.0` stands for \
         `-only` and `-or-later`.",
    ),
    (
        "spdx_status",
        "spdx_status(id): what the id of a licence or exception is: listed, deprecated, own (`LicenseRef-`) or bad.",
    ),
    (
        "odoo_edition",
        "odoo_edition(addon, series): ce, ee or oca; '' for a name not known, null where the series matters and is not known.",
    ),
    (
        "odoo_instead",
        "odoo_instead(addon): what OCA has in place of an Enterprise addon, `addon (repository)`; '' where nothing is known.",
    ),
    (
        "odoo_website",
        "odoo_website(url): whether a manifest may name it as its website: http or https, and a domain.",
    ),
    (
        "version_compare",
        "version_compare(a, b): -1, 0 or 1 by the numbers between dots; null where a part of either is no number.",
    ),
    ("built_in", "built_in(name): data that comes with the tool, as JSON; tables read it."),
    (
        "path_join",
        "path_join(folder, relative): the path, `.` and `..` resolved; null when it leaves the root.",
    ),
    (
        "git_ignored",
        "git_ignored(path): whether the `.gitignore` files of the tree leave the path out; null where that was not read.",
    ),
    (
        "named_before",
        "named_before(document, target): the paths a name could mean in another tree, as a JSON array.",
    ),
    (
        "named_path",
        "named_path(document, target): the path of the tree that a document means by a name: beside it, in the folders above, \
         without the repository's own name, or the only path that ends so; '' for none, null where that is open.",
    ),
    ("short_id", "short_id(text): the first eight digits of its SHA-256, in hex."),
];

/// SQLite's own that may be called.
const BUILT_IN: &str = " abs avg char coalesce concat concat_ws count cume_dist dense_rank first_value glob group_concat \
    ifnull iif instr json json_array json_array_length json_each json_extract json_group_array json_group_object json_object \
    json_quote json_tree json_type json_valid lag last_value lead length like likely lower ltrim max min nth_value ntile \
    nullif octet_length percent_rank quote rank replace round row_number rtrim sign string_agg substr substring sum \
    total trim typeof unicode unlikely upper -> ->> ";

/// Patterns kept per connection; a query with more is slower, not wrong.
const PATTERNS: usize = 1_000;
/// Size limit of one compiled pattern, in bytes.
const PATTERN_BYTES: usize = 1 << 20;

/// Whether a query may call the function.
pub(super) fn is_allowed(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    FUNCTIONS.iter().any(|(ours, _)| *ours == name) || BUILT_IN.contains(&format!(" {name} "))
}

/// What may exist unseen: by table, the names; an empty name stands for any.
pub(super) type Unsure = Arc<RwLock<HashMap<String, HashSet<String>>>>;

/// Registers our functions.
pub(super) fn register(conn: &Connection, unsure: &Unsure) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    let unsure = Arc::clone(unsure);
    conn.create_scalar_function(
        "maybe",
        2,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS,
        move |call| {
            let known = unsure.read().expect("no panic while it is held");
            let Some(names) = known.get(text(call, 0)?.unwrap_or_default()) else {
                return Ok(Some(0));
            };
            let open = names.contains("") || text(call, 1)?.is_none_or(|name| names.contains(name));
            Ok((!open).then_some(0))
        },
    )?;
    built_in::register(conn, flags)?;
    conn.create_aggregate_function("every", 1, flags, Every)?;
    conn.create_aggregate_function("some", 1, flags, Some_)?;
    let globs = Mutex::new(HashMap::new());
    conn.create_scalar_function("glob_match", 2, flags, move |call| {
        let (Some(pattern), Some(path)) = (text(call, 0)?, text(call, 1)?) else { return Ok(None) };
        cached(&globs, pattern, glob, |glob| glob.is_match(path)).map(Some)
    })?;
    let regexes = Mutex::new(HashMap::new());
    conn.create_scalar_function("regexp_like", 2, flags, move |call| {
        let (Some(text), Some(pattern)) = (text(call, 0)?, text(call, 1)?) else { return Ok(None) };
        cached(&regexes, pattern, regex, |regex| regex.is_match(text)).map(Some)
    })?;
    conn.create_scalar_function("dirname", 1, flags, |call| {
        Ok(text(call, 0)?.map(|path| base::dirname(path).to_owned()))
    })?;
    conn.create_scalar_function("basename", 1, flags, |call| {
        Ok(text(call, 0)?.map(|path| base::basename(path).to_owned()))
    })?;
    conn.create_scalar_function("path_stem", 1, flags, |call| {
        Ok(text(call, 0)?.map(|path| base::path_stem(path).to_owned()))
    })?;
    conn.create_scalar_function("path_join", 2, flags, |call| {
        let (Some(folder), Some(relative)) = (text(call, 0)?, text(call, 1)?) else {
            return Ok(None);
        };
        Ok(base::path_join(folder, relative))
    })?;
    conn.create_scalar_function("version_compare", 2, flags, |call| {
        let (Some(one), Some(other)) = (text(call, 0)?, text(call, 1)?) else { return Ok(None) };
        let both = base::numbers(one).zip(base::numbers(other));
        Ok(both.map(|(one, other)| one.cmp(&other) as i64))
    })?;
    conn.create_scalar_function("short_id", 1, flags, |call| {
        Ok(text(call, 0)?.map(|text| base::sha256_hex(text)[..8].to_owned()))
    })
}

/// A glob as pages and configuration write it: over the whole path, `*` within a folder.
///
/// # Errors
/// The glob's own words for what is wrong with it.
pub fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
    glob.map(|glob| glob.compile_matcher()).map_err(|error| error.to_string())
}

/// A bounded regular expression.
///
/// # Errors
/// What is wrong with the pattern, in one line.
pub fn regex(pattern: &str) -> Result<Regex, String> {
    // Nobody asks for groups, and what finds them takes longer to make than most searches to run.
    let config = Config::new()
        .nfa_size_limit(Some(PATTERN_BYTES))
        .which_captures(WhichCaptures::Implicit)
        .onepass(false);
    let built = Regex::builder().configure(config).build(pattern);
    built.map_err(|error| {
        let error = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
        error.lines().last().unwrap_or_default().to_owned()
    })
}

fn cached<T, R>(
    cache: &Mutex<HashMap<String, T>>,
    pattern: &str,
    compile: fn(&str) -> Result<T, String>,
    apply: impl FnOnce(&T) -> R,
) -> rusqlite::Result<R> {
    let mut cache = cache.lock().expect("no panic while it is held");
    if let Some(compiled) = cache.get(pattern) {
        return Ok(apply(compiled));
    }
    if cache.len() >= PATTERNS {
        cache.clear();
    }
    let compiled = compile(pattern).map_err(failure)?;
    Ok(apply(cache.entry(pattern.to_owned()).or_insert(compiled)))
}

pub(super) fn text<'a>(call: &'a Context<'_>, index: usize) -> rusqlite::Result<Option<&'a str>> {
    match call.get_raw(index) {
        ValueRef::Null => Ok(None),
        ValueRef::Text(bytes) => {
            std::str::from_utf8(bytes).map(Some).map_err(|error| failure(error.to_string()))
        }
        _ => Err(failure("this function takes text".to_owned())),
    }
}

pub(super) fn failure(message: String) -> rusqlite::Error {
    rusqlite::Error::UserFunctionError(message.into())
}

struct Every;
struct Some_;

/// Whether a 0, a 1 or a null was among the values.
#[derive(Default)]
struct Met {
    zero: bool,
    one: bool,
    null: bool,
}

impl Met {
    fn take(&mut self, call: &Context<'_>) -> rusqlite::Result<()> {
        match call.get_raw(0) {
            ValueRef::Null => self.null = true,
            ValueRef::Integer(0) => self.zero = true,
            ValueRef::Integer(_) => self.one = true,
            _ => return Err(failure("this function takes 1, 0 or null".to_owned())),
        }
        Ok(())
    }
}

impl Aggregate<Met, Option<i64>> for Every {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Met> {
        Ok(Met::default())
    }

    fn step(&self, call: &mut Context<'_>, met: &mut Met) -> rusqlite::Result<()> {
        met.take(call)
    }

    fn finalize(&self, _: &mut Context<'_>, met: Option<Met>) -> rusqlite::Result<Option<i64>> {
        let met = met.unwrap_or_default();
        Ok(if met.zero { Some(0) } else { (!met.null).then_some(1) })
    }
}

impl Aggregate<Met, Option<i64>> for Some_ {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<Met> {
        Ok(Met::default())
    }

    fn step(&self, call: &mut Context<'_>, met: &mut Met) -> rusqlite::Result<()> {
        met.take(call)
    }

    fn finalize(&self, _: &mut Context<'_>, met: Option<Met>) -> rusqlite::Result<Option<i64>> {
        let met = met.unwrap_or_default();
        Ok(if met.one { Some(1) } else { (!met.null).then_some(0) })
    }
}

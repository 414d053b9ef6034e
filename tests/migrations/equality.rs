//! How much of a recorded catalog the replay says: equal of the union, what is wrong and what is left open apart.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::Database;

/// What is compared, by its key in words.
type Facts = BTreeMap<String, String>;

/// One comparison: what both say, what either says, what is contradicted, what is left open.
#[derive(Debug, Default)]
pub struct Equality {
    /// Facts both have.
    pub equal: usize,
    /// Facts either has.
    pub union: usize,
    /// Facts of ours that the server contradicts, or that it has and we say it has not.
    pub wrong: Vec<String>,
    /// Facts of the server that we leave open.
    pub unknown: usize,
}

impl Equality {
    fn of(ours: &Facts, truth: &Facts, may: impl Fn(&str) -> bool) -> Self {
        let mut all = Equality::default();
        let keys: BTreeSet<&String> = ours.keys().chain(truth.keys()).collect();
        all.union = keys.len();
        for key in keys {
            match (ours.get(key), truth.get(key)) {
                (Some(a), Some(b)) if a == b => all.equal += 1,
                (Some(a), Some(_)) if a.contains('?') => all.unknown += 1,
                (None, Some(_)) if may(key) => all.unknown += 1,
                (a, b) => all.wrong.push(format!("{key}: ours {a:?}, server {b:?}")),
            }
        }
        all
    }

    /// One line of the report.
    pub fn line(&self, name: &str) -> String {
        let share = 100.0 * self.equal as f64 / self.union.max(1) as f64;
        format!(
            "  {name:<10} {:>5} / {:<5} {share:>6.1} %   wrong {:<4} unknown {}",
            self.equal,
            self.union,
            self.wrong.len(),
            self.unknown
        )
    }
}

fn text<'a>(row: &'a Json, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_default()
}

fn flag(value: Option<bool>) -> String {
    value.map_or("?".to_owned(), |it| it.to_string())
}

fn roles(row: &Json) -> String {
    let mut roles: Vec<&str> =
        row["roles"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    roles.sort_unstable();
    roles.join(",")
}

/// The object a key names: what stands before the first blank.
fn object(key: &str) -> &str {
    key.split(' ').next().unwrap_or(key)
}

/// Compares everything, by name.
pub fn compare(ours: &Database, truth: &Json) -> Vec<(&'static str, Equality)> {
    vec![
        ("tables", tables(ours, truth)),
        ("policies", policies(ours, truth)),
        ("definers", definers(ours, truth)),
        ("views", views(ours, truth)),
    ]
}

fn rows<'a>(truth: &'a Json, name: &str) -> impl Iterator<Item = &'a Json> {
    truth[name].as_array().into_iter().flatten()
}

fn tables(ours: &Database, truth: &Json) -> Equality {
    let theirs = rows(truth, "tables").map(|it| {
        let key = format!("{}.{}", text(it, "schema"), text(it, "name"));
        (key, format!("rls {} force {}", it["rls"] == true, it["force_rls"] == true))
    });
    let said = ours.tables().into_iter().map(|(key, (rls, force))| {
        (format!("{}.{}", key.0, key.1), format!("rls {} force {}", flag(rls), flag(force)))
    });
    Equality::of(&said.collect(), &theirs.collect(), |key| ours.maybe("sql_tables", key))
}

fn policies(ours: &Database, truth: &Json) -> Equality {
    let theirs = rows(truth, "policies").map(|it| {
        let key = format!("{}.{} {}", text(it, "schema"), text(it, "table"), text(it, "name"));
        let value = format!(
            "{} {} {}",
            text(it, "cmd").to_lowercase(),
            it["permissive"] == true,
            roles(it)
        );
        (key, value)
    });
    let said = ours.policies().into_iter().map(|((table, name), (command, permissive, roles))| {
        (
            format!("{}.{} {name}", table.0, table.1),
            format!("{command} {permissive} {}", roles.join(",")),
        )
    });
    Equality::of(&said.collect(), &theirs.collect(), |key| ours.maybe("sql_policies", object(key)))
}

/// The names and types of arguments as the server prints them, to the types alone.
fn types_of(args: &str) -> String {
    let types = args.split(", ").map(|argument| {
        let argument = argument.strip_prefix("INOUT ").unwrap_or(argument);
        let argument = argument.strip_prefix("VARIADIC ").unwrap_or(argument);
        let several = ["double precision", "character varying", "timestamp with", "time with"];
        let nameless = several.iter().any(|it| argument.starts_with(it));
        let rest = argument.split_once(' ').filter(|_| !nameless).map_or(argument, |it| it.1);
        rest.strip_prefix("public.").unwrap_or(rest).to_owned()
    });
    types.collect::<Vec<_>>().join(", ")
}

fn definers(ours: &Database, truth: &Json) -> Equality {
    let definer = |it: &&Json| it["security_definer"] == true;
    let theirs = rows(truth, "functions").filter(definer).map(|it| {
        let args = types_of(text(it, "args"));
        let key = format!("{}.{} ({args})", text(it, "schema"), text(it, "name"));
        (key, format!("search_path {}", it["has_search_path"] == true))
    });
    let said = ours.definers().into_iter().map(|(name, args, path)| {
        let args: Vec<String> = args
            .split(", ")
            .map(|it| it.strip_prefix("public.").unwrap_or(it).to_owned())
            .map(|it| it.split('(').next().unwrap_or("").to_owned())
            .collect();
        (format!("{name} ({})", args.join(", ")), format!("search_path {path}"))
    });
    Equality::of(&said.collect(), &theirs.collect(), |key| ours.maybe("sql_functions", object(key)))
}

fn views(ours: &Database, truth: &Json) -> Equality {
    let theirs = rows(truth, "views").map(|it| {
        let key = format!("{}.{}", text(it, "schema"), text(it, "name"));
        (key, format!("{} {}", text(it, "kind") == "m", it["security_invoker"] == true))
    });
    let said = ours
        .views()
        .into_iter()
        .map(|(name, kind, invoker)| (name, format!("{} {}", kind == "matview", flag(invoker))));
    Equality::of(&said.collect(), &theirs.collect(), |key| ours.maybe("sql_views", key))
}

//! Inventory counts: `43 custom modules`, `80+ workflows`.

use super::number::Number;
use crate::facts::statements::plain::Plain;

/// Things that a repository has and a tree can count, or another document counts too; in order.
const THINGS: [&str; 88] = [
    "addons",
    "agents",
    "alerts",
    "applications",
    "apps",
    "buckets",
    "bundles",
    "charts",
    "checks",
    "commands",
    "commits",
    "components",
    "connectors",
    "containers",
    "controllers",
    "controls",
    "crons",
    "dashboards",
    "documents",
    "domains",
    "endpoints",
    "environments",
    "features",
    "files",
    "findings",
    "folders",
    "functions",
    "gates",
    "hooks",
    "images",
    "indexes",
    "integrations",
    "issues",
    "jobs",
    "libraries",
    "manifests",
    "menus",
    "metrics",
    "migrations",
    "models",
    "modules",
    "packages",
    "pages",
    "pipelines",
    "playbooks",
    "plugins",
    "policies",
    "ports",
    "projects",
    "prompts",
    "records",
    "reports",
    "repos",
    "repositories",
    "requirements",
    "resources",
    "roles",
    "routes",
    "rows",
    "rules",
    "runbooks",
    "schedules",
    "schemas",
    "scripts",
    "secrets",
    "servers",
    "services",
    "settings",
    "skills",
    "specs",
    "stages",
    "subagents",
    "subdomains",
    "submodules",
    "tables",
    "tasks",
    "templates",
    "tests",
    "themes",
    "tools",
    "triggers",
    "variables",
    "views",
    "violations",
    "vulnerabilities",
    "webhooks",
    "widgets",
    "workflows",
];
/// What documents count besides: parts of themselves and of the work.
const PARTS: [&str; 26] = [
    "areas",
    "articles",
    "capabilities",
    "categories",
    "clients",
    "columns",
    "deliverables",
    "entities",
    "entries",
    "examples",
    "fields",
    "guides",
    "invariants",
    "items",
    "languages",
    "lines",
    "nodes",
    "objectives",
    "objects",
    "phases",
    "placeholders",
    "scenarios",
    "sections",
    "sources",
    "surfaces",
    "syncs",
];
/// Words before a number that make a name or an order of it: `Odoo 18`, `phase 2`, `top 5`.
const NAMES: [&str; 40] = [
    "chapter",
    "debian",
    "django",
    "dynamics",
    "epic",
    "figure",
    "first",
    "http",
    "java",
    "last",
    "layer",
    "level",
    "microsoft",
    "next",
    "node",
    "odoo",
    "office",
    "option",
    "part",
    "phase",
    "php",
    "postgres",
    "postgresql",
    "priority",
    "python",
    "question",
    "react",
    "rule",
    "section",
    "sprint",
    "stage",
    "step",
    "task",
    "tier",
    "top",
    "ubuntu",
    "version",
    "wave",
    "week",
    "year",
];
/// Words that end what a number counts.
const BREAKS: [&str; 14] =
    ["", "-", "of", "for", "in", "the", "and", "or", "with", "is", "to", "per", "from", "as"];
/// The most words between the number and the thing.
const MAX_QUALITIES: usize = 3;

/// A number of things.
#[derive(Debug, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub value: u64,
    /// What, with its qualities, lower case.
    pub unit: String,
    /// Whether it says so: `80+`, `~80`, about 80.
    pub is_approximate: bool,
    /// Whether the number is where something shall go: `to 80 modules`.
    pub is_aim: bool,
    /// Where the number starts.
    pub start: usize,
}

/// Whether a line names a thing that is counted.
pub fn may_count(words: &str) -> bool {
    words.split(|letter: char| !letter.is_ascii_alphabetic()).any(|word| {
        word.len() > 3 && word.ends_with(['s', 'S']) && is_counted(&word.to_lowercase())
    })
}

/// Whether a lower case word is the plural of something a repository has.
pub fn is_thing(word: &str) -> bool {
    THINGS.binary_search(&word).is_ok()
}

/// Whether a lower case word is the plural of something documents count.
fn is_counted(word: &str) -> bool {
    is_thing(word) || PARTS.binary_search(&word).is_ok()
}

/// The inventory counts of a line.
pub fn counts(plain: &Plain, numbers: &[Number]) -> Vec<Count> {
    numbers.iter().filter_map(|number| count(&plain.text, number)).collect()
}

fn count(text: &str, number: &Number) -> Option<Count> {
    let before = text[..number.range.start].trim_end();
    let is_part = before.ends_with('/') || text[number.range.end..].starts_with('/');
    if !number.is_whole() || is_part || before.ends_with("of") {
        return None;
    }
    let last = before.rsplit(' ').next().unwrap_or_default().to_lowercase();
    if is_named(before) {
        return None;
    }
    let is_vague = matches!(
        last.as_str(),
        "about" | "around" | "approximately" | "over" | "nearly" | "almost"
    );
    Some(Count {
        value: number.value,
        unit: thing(text[number.range.end..].trim_start_matches('+'))?,
        is_approximate: number.is_approximate || is_vague,
        is_aim: last == "to",
        start: number.range.start,
    })
}

/// Whether the words before a number make a name of it: `Odoo 18`.
pub fn is_named(before: &str) -> bool {
    let last = before.trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
    NAMES.binary_search(&last.trim_start_matches(|letter: char| !letter.is_alphabetic())).is_ok()
}

/// The thing a text begins with: a few qualities and a noun in the plural.
fn thing(text: &str) -> Option<String> {
    let rest = text.strip_prefix(' ')?;
    let rest = &rest[..end(rest)];
    let mut unit = String::new();
    for word in rest.split(' ').take(MAX_QUALITIES + 1) {
        let word = word.to_lowercase();
        let is_name = word.contains(|letter: char| letter.is_ascii_digit());
        if is_name || BREAKS.contains(&word.as_str()) {
            return None;
        }
        unit.push_str(&word);
        if is_counted(&word) {
            return Some(unit);
        }
        unit.push(' ');
    }
    None
}

/// Where words end that are one name: a slash between capitals, as in `CI/CD`, ends none.
fn end(text: &str) -> usize {
    let is_capital = |letter: Option<char>| letter.is_some_and(char::is_uppercase);
    let ends = |(at, letter): &(usize, char)| {
        let is_within = *letter == '/'
            && is_capital(text[..*at].chars().next_back())
            && is_capital(text[at + 1..].chars().next());
        !(is_within || letter.is_alphanumeric() || " -_".contains(*letter))
    };
    text.char_indices().find(ends).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::statements::claims::number::numbers;

    fn of(text: &str) -> Vec<String> {
        let plain = Plain::new(text);
        let shown = |count: &Count| {
            let about = if count.is_approximate { "~" } else { "" };
            format!("{about}{} {}", count.value, count.unit)
        };
        counts(&plain, &numbers(&plain)).iter().map(shown).collect()
    }

    #[test]
    fn words_are_in_the_order_they_are_searched_in() {
        assert!(THINGS.is_sorted() && NAMES.is_sorted() && PARTS.is_sorted());
    }

    #[test]
    fn things_are_counted() {
        assert_eq!(
            of("**43 custom modules**, 80+ workflows."),
            ["43 custom modules", "~80 workflows"]
        );
        assert_eq!(
            of("355 CI/CD pipelines; 7 modules/addons"),
            ["355 ci/cd pipelines", "7 modules"]
        );
        assert_eq!(of("with about 12 MCP servers (11 servers)"), ["~12 mcp servers", "11 servers"]);
    }

    #[test]
    fn other_numbers_are_not() {
        for text in [
            "18.0 modules",
            "3 of 12 modules",
            "12/15 modules",
            "version 19 of the modules",
            "5 minutes, modules",
            "`4 modules`",
            "Odoo 18 is what all modules need",
            "Odoo 19 modules",
            "Microsoft 365 servers",
            "Phase 2 tasks",
            "the top 5 endpoints",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }
}

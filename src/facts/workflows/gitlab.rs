//! GitLab CI, in the words of GitHub: a job's scripts are its steps, a merge request is a pull request.
//!
//! What starts jobs is gathered from `workflow: rules`, else from the rules of the jobs. What is included from other files
//! is not followed.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;

use super::github::needs;
use super::model::{Job, Script, Step, Trigger, Workflow};
use crate::facts::documents::{MAX_NAME, Node};

/// Keys of the top level that are no jobs.
const WORDS: [&str; 16] = [
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "pages_deploy",
    "services",
    "spec",
    "stages",
    "types",
    "variables",
    "workflow",
    "artifacts",
    "retry",
    "interruptible",
];
/// How deep `extends` is followed, as by GitLab itself.
const MAX_EXTENDS: usize = 11;
/// How much of values and bytes jobs may inherit from others in all.
const MAX_INHERITED: usize = 8_000_000;

static SOURCE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"CI_PIPELINE_SOURCE\s*==\s*["']([a-z_]+)["']"#));
static BRANCH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"CI_COMMIT_(?:BRANCH|REF_NAME)\s*(?:==|=~)\s*(?:["']([^"']+)["']|/\^?([\w./-]+?)\$?/|\$(CI_DEFAULT_BRANCH))"#,
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

/// Whether a document has the shape of a pipeline.
pub(super) fn is_pipeline(root: &Node) -> bool {
    ["include", "workflow"].iter().any(|key| root.get(key).is_some())
        || root.members().iter().any(|(_, node)| is_job(node))
}

fn is_job(node: &Node) -> bool {
    ["script", "trigger", "extends", "run"].iter().any(|key| node.get(key).is_some())
}

/// A pipeline while it is read.
struct Pipeline<'n> {
    entries: HashMap<&'n str, &'n Node>,
    /// What may still be inherited.
    room: Cell<usize>,
}

/// Reads a pipeline.
pub(super) fn workflow(root: &Node) -> Workflow {
    let entries = root.members().iter().map(|(name, node)| (name.as_str(), node)).collect();
    let pipeline = Pipeline { entries, room: Cell::new(MAX_INHERITED) };
    let own = root.get("workflow");
    let is_one = |id: &str| !WORDS.contains(&id) && !id.starts_with('.') && id.len() <= MAX_NAME;
    let jobs = root.members().iter().filter(|(id, node)| is_one(id) && is_job(node));
    let mut workflow = Workflow {
        line: root.members().first().map(|(_, node)| node.line),
        name: own.and_then(|node| node.text_of("name")).unwrap_or_default(),
        ..Workflow::default()
    };
    let mut secrets = BTreeSet::new();
    let rules = own.and_then(|node| node.get("rules"));
    let mut triggers = rules.map(of_rules).unwrap_or_default();
    for (id, node) in jobs {
        let names = pipeline.inherited(node, "secrets").map(Node::members).unwrap_or_default();
        secrets.extend(names.iter().map(|(name, _)| name.clone()));
        if rules.is_none() {
            triggers.extend(pipeline.triggers(node));
        }
        workflow.jobs.push(pipeline.job(id, node));
        workflow.elsewhere.extend(pipeline.lost(node));
    }
    merge(&mut triggers);
    workflow.triggers = triggers;
    workflow.secrets = secrets.into_iter().collect();
    workflow.elsewhere.truncate(1);
    if let Some(include) = root.get("include") {
        workflow.elsewhere.push((include.line, "it includes other files".to_owned()));
    }
    if pipeline.room.get() == 0 {
        workflow.elsewhere.push((1, "its jobs inherit more than is read".to_owned()));
    }
    workflow
}

impl<'n> Pipeline<'n> {
    /// What a job says under a key, or what it extends does, or the defaults do.
    fn inherited(&self, node: &'n Node, key: &str) -> Option<&'n Node> {
        if let Some(own) = node.get(key) {
            return Some(own);
        }
        let found = self.base(node, key).or_else(|| {
            let default = self.entries.get("default").and_then(|node| node.get(key));
            let is_global = ["before_script", "after_script"].contains(&key);
            default.or_else(|| self.entries.get(key).copied().filter(|_| is_global))
        })?;
        (self.pays(1) && self.pays(found.size())).then_some(found)
    }

    /// Whether there is room for so much more; asked before anything is walked through.
    fn pays(&self, amount: usize) -> bool {
        self.room.set(self.room.get().saturating_sub(amount));
        self.room.get() > 0
    }

    fn base(&self, node: &'n Node, key: &str) -> Option<&'n Node> {
        let mut at = node;
        for _ in 0..MAX_EXTENDS {
            at = self.entries.get(at.get("extends")?.texts().last()?.as_str()).copied()?;
            if !self.pays(at.members().len()) {
                return None;
            }
            if let Some(found) = at.get(key) {
                return Some(found);
            }
        }
        None
    }

    /// That a job extends one of another file.
    fn lost(&self, node: &Node) -> Option<(u32, String)> {
        let extends = node.get("extends")?;
        let is_lost = extends.texts().iter().any(|name| !self.entries.contains_key(name.as_str()));
        is_lost.then_some((extends.line, "it extends a job of another file".to_owned()))
    }

    fn job(&self, id: &str, node: &'n Node) -> Job {
        let get = |key: &str| self.inherited(node, key);
        let environment = |node: &Node| node.text().or_else(|| node.text_of("name"));
        let allowed = get("allow_failure").filter(|node| node.text().as_deref() == Some("true"));
        Job {
            line: node.line,
            end_line: node.last_line(),
            id: id.to_owned(),
            environment: get("environment").and_then(environment),
            condition: get("when").and_then(Node::text).filter(|when| when == "never"),
            needs: get("needs").map(needs).unwrap_or_default(),
            uses: get("trigger").and_then(|node| node.text().or_else(|| node.text_of("project"))),
            may_fail: allowed.map(|node| node.line),
            steps: ["before_script", "script", "after_script"]
                .into_iter()
                .filter_map(|key| Some(step(key, get(key)?)))
                .collect(),
            ..Job::default()
        }
    }

    fn triggers(&self, node: &'n Node) -> Vec<Trigger> {
        if let Some(rules) = self.inherited(node, "rules") {
            return of_rules(rules);
        }
        if let Some(only) = self.inherited(node, "only") {
            let refs = only.get("refs").unwrap_or(only);
            return refs.texts().iter().map(|name| of_only(name, refs.line)).collect();
        }
        vec![new("push", node.line)]
    }
}

fn step(name: &str, node: &Node) -> Step {
    let lines = node.texts();
    let script = match node.elements().first() {
        Some(first) => Some(Script { text: lines.join("\n"), line: first.line }),
        None => Script::of(node),
    };
    Step {
        line: node.line,
        end_line: node.last_line(),
        name: Some(name.to_owned()),
        run: script,
        ..Step::default()
    }
}

fn of_only(name: &str, line: u32) -> Trigger {
    match name {
        "merge_requests" | "external_pull_requests" => new("pull_request", line),
        "schedules" => new("schedule", line),
        "web" => new("workflow_dispatch", line),
        "branches" | "pushes" => new("push", line),
        "tags" => Trigger { tags: vec!["*".to_owned()], ..new("push", line) },
        "api" | "triggers" | "pipelines" | "chat" => new("repository_dispatch", line),
        branch => Trigger { branches: vec![branch.to_owned()], ..new("push", line) },
    }
}

fn of_rules(rules: &Node) -> Vec<Trigger> {
    let rules =
        rules.elements().iter().filter(|rule| rule.text_of("when").as_deref() != Some("never"));
    rules.flat_map(of_rule).collect()
}

fn of_rule(rule: &Node) -> Vec<Trigger> {
    let Some(condition) = rule.text_of("if") else {
        let paths = rule.get("changes").map(|node| node.get("paths").unwrap_or(node).texts());
        return vec![Trigger { paths: paths.unwrap_or_default(), ..new("push", rule.line) }];
    };
    let source = |found: regex::Captures<'_>| match &found[1] {
        "merge_request_event" | "external_pull_request_event" => "pull_request",
        "schedule" => "schedule",
        "web" => "workflow_dispatch",
        "push" => "push",
        _ => "repository_dispatch",
    };
    let mut found: Vec<Trigger> =
        SOURCE.captures_iter(&condition).map(|found| new(source(found), rule.line)).collect();
    let branches: Vec<String> = BRANCH
        .captures_iter(&condition)
        .filter_map(|found| {
            found.iter().skip(1).flatten().next().map(|name| name.as_str().to_owned())
        })
        .collect();
    if !branches.is_empty() {
        found.push(Trigger { branches, ..new("push", rule.line) });
    } else if condition.contains("CI_COMMIT_TAG") {
        found.push(Trigger { tags: vec!["*".to_owned()], ..new("push", rule.line) });
    } else if found.is_empty() && condition.contains("CI_MERGE_REQUEST") {
        found.push(new("pull_request", rule.line));
    } else if found.is_empty() {
        found.push(new("push", rule.line));
    }
    found
}

fn new(event: &str, line: u32) -> Trigger {
    Trigger { event: event.to_owned(), line, ..Trigger::default() }
}

/// One trigger for each event and its filters: most jobs say the same.
fn merge(triggers: &mut Vec<Trigger>) {
    let mut seen = BTreeSet::new();
    triggers.retain(|trigger| {
        seen.insert((
            trigger.event.clone(),
            trigger.branches.clone(),
            trigger.tags.clone(),
            trigger.paths.clone(),
        ))
    });
}

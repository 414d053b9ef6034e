//! Azure Pipelines, in the words of GitHub: a task is what a step uses, a stage's jobs are jobs.
//!
//! A pipeline that does not speak of `trigger` runs on every push; one that does not speak of `pr` runs on every pull
//! request of a repository that is not in Azure Repos, which cannot be known here. One that is started by nothing is started
//! by hand.

use super::model::{Job, Script, Step, Trigger, Workflow};
use crate::facts::documents::Node;

const SCRIPTS: [&str; 4] = ["script", "bash", "pwsh", "powershell"];
const USES: [&str; 7] =
    ["task", "template", "checkout", "download", "publish", "downloadBuild", "getPackage"];

/// Whether a document has the shape of a pipeline.
pub(super) fn is_pipeline(root: &Node) -> bool {
    let starts =
        ["trigger", "pr", "schedules", "resources"].iter().any(|key| root.get(key).is_some());
    (runs(root) && (starts || root.get("parameters").is_none()))
        || root.get("extends").is_some_and(Node::is_object)
}

/// Whether a document is a template: something to run and parameters, but nothing that starts it.
pub(super) fn is_template(root: &Node) -> bool {
    runs(root) && !is_pipeline(root)
}

fn runs(root: &Node) -> bool {
    let list = |key: &str| root.get(key).is_some_and(Node::is_array);
    let stages = root.get("stages").map(Node::elements).unwrap_or_default();
    list("steps") || list("jobs") || stages.iter().any(Node::is_object)
}

/// Reads a pipeline.
pub(super) fn workflow(root: &Node) -> Workflow {
    Workflow { triggers: triggers(root), ..template(root) }
}

/// Reads a template, which runs where a pipeline names it.
pub(super) fn template(root: &Node) -> Workflow {
    let mut workflow = Workflow {
        line: root.members().first().map(|(_, node)| node.line),
        secrets: groups(root),
        ..Workflow::default()
    };
    let mut to = Jobs { workflow: &mut workflow };
    to.all(root, None, "");
    if let Some(extends) = root.get("extends") {
        to.called(extends, None, "");
    }
    workflow
}

/// Variable groups: where secrets are kept.
fn groups(root: &Node) -> Vec<String> {
    let variables = root.get("variables").map(Node::elements).unwrap_or_default();
    variables.iter().filter_map(|variable| variable.text_of("group")).collect()
}

fn triggers(root: &Node) -> Vec<Trigger> {
    let mut found = Vec::new();
    match root.get("trigger") {
        Some(node) => found.extend(filtered(node, "push")),
        None => {
            let line = root.members().first().map_or(1, |(_, node)| node.line);
            found.push(Trigger { line, event: "push".to_owned(), ..Trigger::default() });
        }
    }
    found.extend(root.get("pr").and_then(|node| filtered(node, "pull_request")));
    let schedules = root.get("schedules").map(Node::elements).unwrap_or_default();
    found.extend(schedules.iter().map(|node| Trigger {
        crons: node.text_of("cron").into_iter().collect(),
        ..filters(node, "schedule")
    }));
    let resources = root.get("resources");
    let pipelines = resources.and_then(|node| node.get("pipelines")).map(Node::elements);
    let triggering = pipelines.unwrap_or_default().iter().filter_map(|node| node.get("trigger"));
    found.extend(triggering.filter_map(|node| filtered(node, "workflow_run")));
    // Anybody may start any pipeline by hand; it is told of those that nothing else starts.
    if let Some(node) = root.get("trigger").filter(|_| found.is_empty()) {
        let event = "workflow_dispatch".to_owned();
        found.push(Trigger { line: node.line, event, ..Trigger::default() });
    }
    found
}

/// `none`, a list of branches, or filters.
fn filtered(node: &Node, event: &str) -> Option<Trigger> {
    match node.text().as_deref() {
        Some("none" | "false") => None,
        _ => Some(filters(node, event)),
    }
}

fn filters(node: &Node, event: &str) -> Trigger {
    let of = |what: &str, which: &str| {
        let node = node.get(what).and_then(|node| node.get(which));
        node.map(Node::texts).unwrap_or_default()
    };
    let branches = match node.elements() {
        [] => of("branches", "include"),
        _ => node.texts(),
    };
    Trigger {
        line: node.line,
        event: event.to_owned(),
        branches,
        branches_ignore: of("branches", "exclude"),
        paths: of("paths", "include"),
        paths_ignore: of("paths", "exclude"),
        tags: of("tags", "include"),
        ..Trigger::default()
    }
}

/// Gathers jobs wherever they stand.
struct Jobs<'w> {
    workflow: &'w mut Workflow,
}

impl Jobs<'_> {
    fn all(&mut self, node: &Node, condition: Option<&str>, stage: &str) {
        let list = |key: &str| node.get(key).map(inserted).unwrap_or_default();
        for stage in list("stages") {
            self.called(stage, condition, "");
            let condition = stage.name_of("condition");
            self.all(stage, condition.as_deref(), &stage.name_of("stage").unwrap_or_default());
        }
        for job in list("jobs") {
            self.called(job, condition, stage);
            self.job(job, condition, stage);
        }
        if node.get("steps").is_some() {
            self.job(node, condition, stage);
        }
    }

    /// A template in the place of a stage or job is a job that uses it, as a called workflow is.
    fn called(&mut self, node: &Node, condition: Option<&str>, stage: &str) {
        let Some(template) = node.text_of("template") else { return };
        self.workflow.jobs.push(Job {
            line: node.line,
            end_line: node.last_line(),
            id: stage.to_owned(),
            condition: node.text_of("condition").or(condition.map(str::to_owned)),
            uses: Some(template),
            ..Job::default()
        });
    }

    fn job(&mut self, node: &Node, condition: Option<&str>, stage: &str) {
        let own = node.name_of("job").or_else(|| node.name_of("deployment")).unwrap_or_default();
        let dot = if own.is_empty() || stage.is_empty() { "" } else { "." };
        let environment = |node: &Node| node.text().or_else(|| node.text_of("name"));
        let mut job = Job {
            line: node.line,
            end_line: node.last_line(),
            id: format!("{stage}{dot}{own}"),
            name: node.text_of("displayName").unwrap_or_default(),
            environment: node.get("environment").and_then(environment),
            condition: node.text_of("condition").or(condition.map(str::to_owned)),
            may_fail: may_fail(node),
            ..Job::default()
        };
        for steps in step_lists(node) {
            job.steps.extend(inserted(steps).into_iter().map(step));
        }
        if !job.steps.is_empty() || !own.is_empty() {
            self.workflow.jobs.push(job);
        }
    }
}

/// The elements of a list; where a template expression (`${{ if … }}:`) puts a list in, its elements.
fn inserted(list: &Node) -> Vec<&Node> {
    let mut all = Vec::new();
    for element in list.elements() {
        match element.members() {
            [(key, within)] if key.starts_with("${{") => all.extend(inserted(within)),
            _ => all.push(element),
        }
    }
    all
}

/// The steps of a job, and those of every phase of a deployment's strategy.
fn step_lists(node: &Node) -> Vec<&Node> {
    let strategy = node.get("strategy").map(Node::members).unwrap_or_default();
    let phases = strategy.iter().flat_map(|(_, kind)| kind.members());
    let phases = phases.flat_map(|(name, phase)| {
        // `on: {failure, success}` holds two phases more.
        let deeper = if name == "on" { phase.members() } else { &[] };
        deeper.iter().map(|(_, phase)| phase).chain([phase])
    });
    node.get("steps").into_iter().chain(phases.filter_map(|phase| phase.get("steps"))).collect()
}

fn may_fail(node: &Node) -> Option<u32> {
    let said = node.get("continueOnError")?;
    (said.text()? == "true").then_some(said.line)
}

fn step(node: &Node) -> Step {
    let script = SCRIPTS.iter().find_map(|key| node.get(key));
    let input =
        || node.get("inputs")?.get("script").or_else(|| node.get("inputs")?.get("inlineScript"));
    Step {
        line: node.line,
        end_line: node.last_line(),
        id: node.text_of("name"),
        name: node.text_of("displayName"),
        uses: USES.iter().find_map(|key| node.text_of(key)),
        run: script.or_else(input).and_then(Script::of),
        condition: node.text_of("condition"),
        working_directory: node.text_of("workingDirectory"),
        may_fail: may_fail(node),
        with: node.get("inputs").map(Node::json),
    }
}

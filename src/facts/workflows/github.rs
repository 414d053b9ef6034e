//! GitHub Actions. What a called workflow or a composite action does is not followed; that it is called is a row.

use super::model::{Job, Script, Step, Trigger, Workflow};
use crate::facts::documents::{MAX_NAME, Node};

/// Reads a workflow.
pub(super) fn workflow(root: &Node) -> Workflow {
    Workflow {
        line: root.get("name").or_else(|| root.get("on")).map(|node| node.line),
        name: root.text_of("name").unwrap_or_default(),
        permissions: root.get("permissions").map(Node::json),
        concurrency: root.get("concurrency").and_then(group),
        secrets: super::secrets(root),
        asked: super::asked(root),
        triggers: root.get("on").map(triggers).unwrap_or_default(),
        jobs: jobs(root),
        ..Workflow::default()
    }
}

fn group(node: &Node) -> Option<String> {
    node.text().or_else(|| node.text_of("group"))
}

/// `on` is an event, a list of them, or a map with filters.
fn triggers(on: &Node) -> Vec<Trigger> {
    let bare =
        |node: &Node| Some(Trigger { line: node.line, event: node.text()?, ..Trigger::default() });
    let simple = on.elements().iter().chain([on]).filter_map(bare);
    simple.chain(on.members().iter().map(|(event, node)| trigger(event, node))).collect()
}

fn trigger(event: &str, node: &Node) -> Trigger {
    let texts = |key: &str| node.get(key).map(Node::texts).unwrap_or_default();
    Trigger {
        line: node.line,
        event: event.to_owned(),
        branches: texts("branches"),
        branches_ignore: texts("branches-ignore"),
        paths: texts("paths"),
        paths_ignore: texts("paths-ignore"),
        tags: texts("tags"),
        types: texts("types"),
        crons: node.elements().iter().filter_map(|entry| entry.text_of("cron")).collect(),
    }
}

fn jobs(root: &Node) -> Vec<Job> {
    let shell = |node: &Node| node.get("defaults")?.get("run")?.name_of("working-directory");
    let folder = shell(root);
    let jobs = root.get("jobs").map(Node::members).unwrap_or_default();
    let jobs = jobs.iter().filter(|(id, _)| id.len() <= MAX_NAME);
    jobs.map(|(id, node)| job(id, node, shell(node).or_else(|| folder.clone()))).collect()
}

fn job(id: &str, node: &Node, folder: Option<String>) -> Job {
    let steps = node.get("steps").map(Node::elements).unwrap_or_default();
    let environment = |node: &Node| node.text().or_else(|| node.text_of("name"));
    Job {
        line: node.line,
        end_line: node.last_line(),
        id: id.to_owned(),
        name: node.text_of("name").unwrap_or_default(),
        environment: node.get("environment").and_then(environment),
        condition: node.text_of("if"),
        permissions: node.get("permissions").map(Node::json),
        needs: node.get("needs").map(needs).unwrap_or_default(),
        uses: node.text_of("uses"),
        may_fail: may_fail(node),
        steps: steps.iter().map(|step| self::step(step, folder.as_ref())).collect(),
    }
}

/// The jobs a job waits for, each with its line.
pub(super) fn needs(node: &Node) -> Vec<(String, u32)> {
    let named = |node: &Node| Some((node.text().or_else(|| node.text_of("job"))?, node.line));
    node.elements().iter().chain([node]).filter_map(named).collect()
}

/// Where it says that failing does not count. An expression may say otherwise.
fn may_fail(node: &Node) -> Option<u32> {
    let said = node.get("continue-on-error")?;
    (said.text()? == "true").then_some(said.line)
}

fn step(node: &Node, folder: Option<&String>) -> Step {
    Step {
        line: node.line,
        end_line: node.last_line(),
        id: node.text_of("id"),
        name: node.text_of("name"),
        uses: node.text_of("uses"),
        run: node.get("run").and_then(Script::of),
        condition: node.text_of("if"),
        working_directory: node.text_of("working-directory").or_else(|| folder.cloned()),
        may_fail: may_fail(node),
        with: node.get("with").map(Node::json),
    }
}

//! A workflow of any system, in one vocabulary: that of GitHub.

use serde_json::Value as Json;

use super::script;
use super::tables::{COMMANDS, JOBS, STEPS, TRIGGERS, WORKFLOW};
use crate::base::Value;
use crate::facts::Rows;
use crate::facts::documents::Node;

/// The most commands of one file that are kept.
const MAX_COMMANDS: usize = 20_000;

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Workflow {
    pub line: Option<u32>,
    pub name: String,
    pub permissions: Option<Json>,
    pub concurrency: Option<String>,
    pub secrets: Vec<String>,
    pub triggers: Vec<Trigger>,
    pub jobs: Vec<Job>,
    /// What stands elsewhere: line, why.
    pub elsewhere: Vec<(u32, String)>,
}

/// Something that starts it.
#[derive(Debug, Default)]
pub(super) struct Trigger {
    pub line: u32,
    pub event: String,
    pub branches: Vec<String>,
    pub branches_ignore: Vec<String>,
    pub paths: Vec<String>,
    pub paths_ignore: Vec<String>,
    pub tags: Vec<String>,
    pub types: Vec<String>,
    pub crons: Vec<String>,
}

/// A job.
#[derive(Debug, Default)]
pub(super) struct Job {
    pub line: u32,
    pub end_line: u32,
    pub id: String,
    pub name: String,
    pub environment: Option<String>,
    pub condition: Option<String>,
    pub permissions: Option<Json>,
    pub needs: Vec<(String, u32)>,
    pub uses: Option<String>,
    /// The line that lets it fail.
    pub may_fail: Option<u32>,
    pub steps: Vec<Step>,
}

/// A step.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub line: u32,
    pub end_line: u32,
    pub id: Option<String>,
    pub name: Option<String>,
    pub uses: Option<String>,
    pub run: Option<Script>,
    pub condition: Option<String>,
    pub working_directory: Option<String>,
    /// The line that lets it fail.
    pub may_fail: Option<u32>,
    pub with: Option<Json>,
}

/// The text a step runs, and the line on which it begins.
#[derive(Debug)]
pub(super) struct Script {
    pub text: String,
    pub line: u32,
}

impl Script {
    /// The script of a node: a text in block style begins below its key.
    pub fn of(node: &Node) -> Option<Script> {
        let text = node.text()?;
        let below = u32::from(text.contains('\n'));
        Some(Script { line: node.line.saturating_add(below), text })
    }
}

impl Job {
    /// Whether its condition is plainly false.
    pub fn is_off(&self) -> bool {
        self.condition.as_deref().is_some_and(is_false)
    }
}

/// Whether a condition is the word for never, in an expression or not.
pub(super) fn is_false(condition: &str) -> bool {
    let bare = condition.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    bare == "false" || bare == "never"
}

impl Workflow {
    /// Writes its rows.
    pub fn put(self, shape: &str, rows: &mut Rows) {
        let is_off = !self.jobs.is_empty() && self.jobs.iter().all(Job::is_off);
        rows.add(
            WORKFLOW,
            [
                self.line.into(),
                shape.into(),
                self.name.into(),
                is_off.into(),
                json(self.permissions),
                self.concurrency.into(),
                list(self.secrets),
            ],
        );
        for trigger in self.triggers {
            trigger.put(rows);
        }
        let mut commands = 0;
        for job in self.jobs {
            job.put(&mut commands, rows);
        }
        if commands > MAX_COMMANDS {
            let reason = format!("more than {MAX_COMMANDS} commands");
            rows.unsure("workflow_commands", None, None, reason.clone());
            rows.problem(None, "too-many-commands", reason);
        }
        for (line, reason) in self.elsewhere {
            for table in
                ["workflow_triggers", "workflow_jobs", "workflow_steps", "workflow_commands"]
            {
                rows.unsure(table, None, Some(line), reason.clone());
            }
        }
    }
}

impl Trigger {
    fn put(self, rows: &mut Rows) {
        rows.add(
            TRIGGERS,
            [
                self.line.into(),
                self.event.into(),
                list(self.branches),
                list(self.branches_ignore),
                list(self.paths),
                list(self.paths_ignore),
                list(self.tags),
                list(self.types),
                list(self.crons),
            ],
        );
    }
}

impl Job {
    fn put(self, commands: &mut usize, rows: &mut Rows) {
        let is_off = self.is_off();
        let needs = self.needs.iter().map(|(job, line)| serde_json::json!([job, line])).collect();
        rows.add(
            JOBS,
            [
                self.line.into(),
                self.end_line.into(),
                self.id.clone().into(),
                self.name.into(),
                self.environment.into(),
                self.condition.into(),
                json(self.permissions),
                json(Some(Json::Array(needs))),
                self.uses.into(),
                self.may_fail.is_some().into(),
                self.may_fail.into(),
                is_off.into(),
            ],
        );
        for (position, step) in (1_u32..).zip(self.steps) {
            step.put(&self.id, position, is_off, commands, rows);
        }
    }
}

impl Step {
    fn put(
        self,
        job: &str,
        position: u32,
        job_is_off: bool,
        commands: &mut usize,
        rows: &mut Rows,
    ) {
        let is_off = job_is_off || self.condition.as_deref().is_some_and(is_false);
        let (run, run_line) = match self.run {
            Some(script) => (Some(script.text), Some(script.line)),
            None => (None, None),
        };
        for command in
            run.iter().flat_map(|run| script::commands(run, run_line.unwrap_or(self.line)))
        {
            *commands += 1;
            if *commands <= MAX_COMMANDS {
                rows.add(
                    COMMANDS,
                    [
                        job.into(),
                        self.line.into(),
                        command.line.into(),
                        command.end_line.into(),
                        command.program.into(),
                        command.heredoc.into(),
                        command.text.into(),
                    ],
                );
            }
        }
        rows.add(
            STEPS,
            [
                job.into(),
                position.into(),
                self.line.into(),
                self.end_line.into(),
                self.id.into(),
                self.name.into(),
                self.uses.into(),
                run.into(),
                run_line.into(),
                self.may_fail.is_some().into(),
                self.may_fail.into(),
                self.condition.into(),
                self.working_directory.into(),
                json(self.with),
                is_off.into(),
            ],
        );
    }
}

/// A list as a cell: JSON, or null where nothing is in it.
fn list(texts: Vec<String>) -> Value {
    if texts.is_empty() { Value::Null } else { Json::from(texts).to_string().into() }
}

fn json(value: Option<Json>) -> Value {
    value.map(|value| value.to_string()).into()
}

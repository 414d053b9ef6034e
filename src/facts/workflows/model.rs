//! A workflow of any system, in one vocabulary: that of GitHub.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::calls::Calls;
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
    /// Ids of steps whose outcome or outputs something asks for.
    pub asked: BTreeSet<String>,
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
        let known = self.jobs.iter().map(|job| job.id.clone()).collect();
        let mut file = File { known, asked: self.asked, ..File::default() };
        for job in self.jobs {
            file.put_job(job, rows);
        }
        if file.commands > MAX_COMMANDS {
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

/// What jobs and steps of one file share while they are written.
#[derive(Debug, Default)]
struct File {
    known: BTreeSet<String>,
    asked: BTreeSet<String>,
    calls: Calls,
    steps: u32,
    commands: usize,
}

impl File {
    fn put_job(&mut self, job: Job, rows: &mut Rows) {
        let is_off = job.is_off();
        let need =
            |(id, line): &(String, u32)| serde_json::json!([id, line, self.known.contains(id)]);
        let needs = job.needs.iter().map(need).collect();
        rows.add(
            JOBS,
            [
                job.line.into(),
                job.end_line.into(),
                job.id.clone().into(),
                job.name.into(),
                job.environment.into(),
                job.condition.into(),
                json(job.permissions),
                json(Some(Json::Array(needs))),
                job.uses.into(),
                job.may_fail.is_some().into(),
                job.may_fail.into(),
                is_off.into(),
            ],
        );
        for step in job.steps {
            self.steps += 1;
            self.put_commands(&job.id, &step, rows);
            self.put_step(&job.id, step, is_off, rows);
        }
    }

    fn put_commands(&mut self, job: &str, step: &Step, rows: &mut Rows) {
        self.calls.next_step();
        let Some(script) = step.run.as_ref().filter(|_| self.commands <= MAX_COMMANDS) else {
            return;
        };
        for command in script::commands(&script.text, script.line) {
            self.commands += 1;
            if self.commands > MAX_COMMANDS {
                break;
            }
            let (calls, guarded) = self.calls.of(&command);
            rows.add(
                COMMANDS,
                [
                    job.into(),
                    self.steps.into(),
                    command.line.into(),
                    command.end_line.into(),
                    command.program.into(),
                    command.heredoc.into(),
                    command.text.into(),
                    calls.into(),
                    guarded.into(),
                ],
            );
        }
    }

    fn put_step(&self, job: &str, step: Step, job_is_off: bool, rows: &mut Rows) {
        let is_off = job_is_off || step.condition.as_deref().is_some_and(is_false);
        let is_asked = step.id.as_ref().is_some_and(|id| self.asked.contains(id));
        let (run, run_line) = step.run.map(|script| (script.text, script.line)).unzip();
        rows.add(
            STEPS,
            [
                job.into(),
                self.steps.into(),
                step.line.into(),
                step.end_line.into(),
                step.id.into(),
                step.name.into(),
                step.uses.into(),
                run.into(),
                run_line.into(),
                step.may_fail.is_some().into(),
                step.may_fail.into(),
                step.condition.into(),
                step.working_directory.into(),
                json(step.with),
                is_off.into(),
                is_asked.into(),
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

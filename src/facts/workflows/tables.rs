//! What is stored of workflows, and the tables pages read.

use crate::base::{Column, Table, Value};
use crate::facts::documents::Refusal;
use crate::facts::{Facts, Rows, View};

/// Index of the workflow as a whole in [`FACTS`].
pub(super) const WORKFLOW: usize = 0;
/// Index of the triggers.
pub(super) const TRIGGERS: usize = 1;
/// Index of the jobs.
pub(super) const JOBS: usize = 2;
/// Index of the steps.
pub(super) const STEPS: usize = 3;
/// Index of the commands.
pub(super) const COMMANDS: usize = 4;

const NAME: Column = Column::text("name", "Its name; that of the file if it has none.");
const OFF: Column = Column::flag("is_off", "Whether its condition is plainly false.");
const JOB: Column = Column::text("job", "The job's id.");
const END: Column = Column::int("end_line", "Its last line.");
const EVENT: Column = Column::text(
    "event",
    "The event in GitHub's words: push, pull_request, schedule, workflow_dispatch (manual), ...",
);
const BRANCHES: Column = Column::json("branches", "Branch filters; null: any branch.");
const BRANCHES_IGNORE: Column = Column::json("branches_ignore", "Branches left out.");
const PATHS: Column = Column::json("paths", "Path filters; null: any path.");
const PATHS_IGNORE: Column = Column::json("paths_ignore", "Paths left out.");
const TAGS: Column = Column::json("tags", "Tag filters.");
const TYPES: Column = Column::json("types", "Kinds of the event: opened, closed, ...");
const CRONS: Column = Column::json("crons", "Cron lines of a schedule.");
const JOB_NAME: Column = Column::text("name", "Its name; empty if not said.");
const ENVIRONMENT: Column =
    Column::text("environment", "The environment it deploys to; an expression as written.");
const CONDITION: Column = Column::text("condition", "Its `if`.");
const PERMISSIONS: Column =
    Column::json("permissions", "Its permissions: a word or a map; null: not said.");
const NEEDS: Column = Column::json(
    "needs",
    "The jobs it waits for: of each its id, the line, and whether the file has it.",
);
const JOB_USES: Column = Column::text("uses", "The workflow it calls.");
const MAY_FAIL: Column = Column::flag(
    "continue_on_error",
    "Whether its failure is ignored; an expression counts as no.",
);
const MAY_FAIL_LINE: Column = Column::int("continue_on_error_line", "The line that says so.");
const POSITION: Column = Column::int("position", "Its number in the file, from 1.");
const ID: Column = Column::text("id", "Its id.");
const STEP_NAME: Column = Column::text("name", "Its name.");
const USES: Column = Column::text("uses", "The action or task, with its version.");
const RUN: Column = Column::text("run", "The script, as written.");
const RUN_LINE: Column = Column::int("run_line", "The script's first line.");
const FOLDER: Column = Column::text("working_directory", "The folder it runs in.");
const WITH: Column = Column::json("inputs", "What the action is given.");
const STEP: Column = Column::int("step", "The step's position.");
const CALLS: Column = Column::text("calls", "The file of the repository it runs.");
const GUARDED: Column = Column::flag(
    "guarded",
    "Whether what stands before or beside it may account for the absence of that file.",
);
const ASKED: Column =
    Column::flag("is_asked", "Whether the file asks elsewhere for its outcome or its outputs.");
const PROGRAM: Column =
    Column::text("program", "The word that is run; empty where a variable is set or text stands.");
const HEREDOC: Column =
    Column::text("heredoc", "The program that reads this line, if it stands in a here-document.");
const TEXT: Column = Column::text("text", "The command, continued lines joined, without comment.");
const CONCURRENCY: Column = Column::text("concurrency", "Its concurrency group.");
const SECRETS: Column = Column::json(
    "secrets",
    "Names of the secrets (of Azure, the variable groups) it asks for, but `GITHUB_TOKEN`.",
);

/// The stored facts.
pub(super) const FACTS: &[Facts] = &[
    Facts {
        name: "workflow",
        columns: &[
            Column::LINE,
            Column::text(
                "shape",
                "github, azure-pipelines, azure-template, gitlab or none; invalid: is not YAML; empty: cannot be read.",
            ),
            NAME,
            OFF,
            PERMISSIONS,
            CONCURRENCY,
            SECRETS,
        ],
    },
    Facts {
        name: "workflow_trigger",
        columns: &[
            Column::LINE,
            EVENT,
            BRANCHES,
            BRANCHES_IGNORE,
            PATHS,
            PATHS_IGNORE,
            TAGS,
            TYPES,
            CRONS,
        ],
    },
    Facts {
        name: "workflow_job",
        columns: &[
            Column::LINE,
            END,
            JOB,
            JOB_NAME,
            ENVIRONMENT,
            CONDITION,
            PERMISSIONS,
            NEEDS,
            JOB_USES,
            MAY_FAIL,
            MAY_FAIL_LINE,
            OFF,
        ],
    },
    Facts {
        name: "workflow_step",
        columns: &[
            JOB,
            POSITION,
            Column::LINE,
            END,
            ID,
            STEP_NAME,
            USES,
            RUN,
            RUN_LINE,
            MAY_FAIL,
            MAY_FAIL_LINE,
            CONDITION,
            FOLDER,
            WITH,
            OFF,
            ASKED,
        ],
    },
    Facts {
        name: "workflow_command",
        columns: &[JOB, STEP, Column::LINE, END, PROGRAM, HEREDOC, TEXT, CALLS, GUARDED],
    },
];

/// A file that cannot be read is a workflow all the same. Of one that is not YAML no system runs anything, whatever is written in it.
pub(super) fn unreadable(refusal: &Refusal, rows: &mut Rows) {
    let shape = if refusal.is_syntax() { "invalid" } else { "" };
    let none = Value::Null;
    rows.add(
        WORKFLOW,
        [none.clone(), shape.into(), "".into(), none.clone(), none.clone(), none.clone(), none],
    );
    for table in ["workflow_triggers", "workflow_jobs", "workflow_steps", "workflow_commands"] {
        rows.unsure(table, None, refusal.line, refusal.message.clone());
    }
}

/// The tables of the contract.
pub(super) const TABLES: &[View] =
    &[WORKFLOW_ROWS, TRIGGER_ROWS, JOB_ROWS, STEP_ROWS, COMMAND_ROWS];

/// The system by place: each looks for its files somewhere else.
macro_rules! system {
    ($path:literal) => {
        concat!(
            "case when instr('/' || ",
            $path,
            ", '/.github/workflows') then 'github' when ",
            $path,
            " like '%.gitlab-ci.yml' or instr('/' || ",
            $path,
            ", '/.gitlab/ci/') then 'gitlab' else 'azure-pipelines' end"
        )
    };
}

/// The second part reads the tree: a workflow whose bytes are not to be had is one too.
const WORKFLOW_ROWS: View = View {
    table: Table {
        name: "workflows",
        doc: "CI workflows, those that nothing starts included.",
        columns: &[
            Column::PATH,
            Column::LINE,
            NAME,
            Column::text("system", "github, azure-pipelines or gitlab."),
            Column::flag("triggers_at_all", "Whether anything starts it, which nothing does if it is not YAML; null: it cannot be read."),
            Column::flag(
                "disabled",
                "Whether it is switched off: every job is, or it is not where its system looks.",
            )
            .open(),
            PERMISSIONS,
            CONCURRENCY,
            SECRETS,
        ],
        named: "path",
    },
    query: concat!(
        "with placed as (
            select f.path, f.line, f.name, f.shape, f.is_off, f.permissions, f.concurrency, f.secrets, ",
        system!("f.path"),
        " as system,
                case when instr('/' || f.path, '/.github/workflows')
                          then dirname(f.path) = '.github/workflows' and (f.path like '%.yml' or f.path like '%.yaml')
                     when f.path = '.gitlab-ci.yml' then 1
                     when f.path like '%.gitlab-ci.yml' or instr('/' || f.path, '/.gitlab/ci/') then null
                     else 1 end as in_place
            from fact_workflow f)
        select w.path, w.line, coalesce(nullif(w.name, ''), path_stem(w.path)) as name, w.system,
            case when w.shape = '' then null when w.shape = 'invalid' then 0 when w.in_place is not 1 then w.in_place
                 else exists (select 1 from fact_workflow_trigger t where t.path = w.path) end as triggers_at_all,
            case when w.in_place = 0 then 1 else w.is_off or w.in_place is null and null end as disabled,
            w.permissions, w.concurrency, w.secrets
        from placed w where w.system <> 'azure-pipelines' or w.shape in ('azure-pipelines', 'invalid', '')
        union all
        select t.path, null, path_stem(t.path), ",
        system!("t.path"),
        ", null, null, null, null, null
        from tree t
        where t.kind <> 'submodule' and (t.path like '%.yml' or t.path like '%.yaml')
          and (dirname(t.path) = '.github/workflows' or t.path = '.gitlab-ci.yml' or basename(t.path) like 'azure-pipeline%')
          and not exists (select 1 from fact_workflow f where f.path = t.path)"
    ),
};

const TRIGGER_ROWS: View = View {
    table: Table {
        name: "workflow_triggers",
        doc: "What starts workflows.",
        columns: &[
            Column::PATH,
            Column::LINE,
            EVENT,
            BRANCHES,
            PATHS,
            BRANCHES_IGNORE,
            PATHS_IGNORE,
            TAGS,
            TYPES,
            CRONS,
        ],
        named: "event",
    },
    query: "select path, line, event, branches, paths, branches_ignore, paths_ignore, tags, types, crons
            from fact_workflow_trigger",
};

const JOB_ROWS: View = View {
    table: Table {
        name: "workflow_jobs",
        doc: "Jobs of workflows and of templates of Azure Pipelines.",
        columns: &[
            Column::PATH,
            Column::LINE,
            JOB,
            ENVIRONMENT,
            CONDITION,
            PERMISSIONS,
            END,
            JOB_NAME,
            NEEDS,
            JOB_USES,
            MAY_FAIL,
            MAY_FAIL_LINE,
            OFF,
        ],
        named: "job",
    },
    query: "select path, line, job, environment, condition, permissions, end_line, name, needs, uses, continue_on_error,
                continue_on_error_line, is_off
            from fact_workflow_job",
};

const STEP_ROWS: View = View {
    table: Table {
        name: "workflow_steps",
        doc: "Steps of jobs. What an action does inside is not followed; a template's steps are rows of its own file.",
        columns: &[
            Column::PATH,
            JOB,
            Column::LINE,
            USES,
            RUN,
            MAY_FAIL,
            END,
            POSITION,
            ID,
            STEP_NAME,
            RUN_LINE,
            MAY_FAIL_LINE,
            CONDITION,
            FOLDER,
            WITH,
            OFF,
            ASKED,
            Column::flag(
                "pinned",
                "Whether an action of GitHub from another repository is named by commit or digest; null: it is none.",
            ),
        ],
        named: "job",
    },
    query: "select path, job, line, uses, run, continue_on_error, end_line, position, id, name, run_line,
                continue_on_error_line, condition, working_directory, inputs, is_off, is_asked,
                case when substr(uses, 1, 9) = 'docker://' then instr(uses, '@sha256:') > 0
                     when not instr('/' || path, '/.github/workflows') or substr(uses, 1, 1) = '.' or not instr(uses, '/') or not instr(uses, '@') then null
                     else regexp_like(uses, '@[0-9a-f]{40}$') end as pinned
            from fact_workflow_step",
};

const COMMAND_ROWS: View = View {
    table: Table {
        name: "workflow_commands",
        doc: "Commands of the scripts of steps, comments left out.",
        columns: &[
            Column::PATH,
            JOB,
            STEP,
            Column::LINE,
            END,
            PROGRAM,
            HEREDOC,
            TEXT,
            CALLS,
            GUARDED,
        ],
        named: "program",
    },
    query: "select path, job, step, line, end_line, program, heredoc, text, calls, guarded from fact_workflow_command",
};

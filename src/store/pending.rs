//! Tables of the contract that no analyzer fills yet: pages that read them are undecided, not clean.

use crate::base::{Column, Table};

/// Shorthand for the tables below.
pub(super) const fn pending(
    name: &'static str,
    doc: &'static str,
    named: &'static str,
    columns: &'static [Column],
) -> Table {
    Table { name, doc, columns, named }
}

pub(super) const NAME: Column = Column::text("name", "Its name.");

/// The tables, in the order of `parity schema`.
pub static PENDING: &[Table] = &[
    pending(
        "commits",
        "The commits reachable from the revision.",
        "sha",
        &[
            Column::text("sha", "The commit's id."),
            Column::text("date", "Its date, YYYY-MM-DD."),
            Column::text("author", "Its author's name."),
            Column::text("subject", "The first line of its message."),
        ],
    ),
    pending(
        "tags",
        "The repository's tags.",
        "name",
        &[
            NAME,
            Column::text("sha", "The commit it names."),
            Column::text("date", "The commit's date."),
        ],
    ),
    pending(
        "file_history",
        "When each file came and last changed.",
        "path",
        &[
            Column::PATH,
            Column::text("first_commit", "The commit that added it."),
            Column::text("first_date", "Its date."),
            Column::text("last_commit", "The commit that changed it last."),
            Column::text("last_date", "Its date."),
            Column::text("renamed_from", "Its path before.").open(),
            Column::text("deleted_in", "The commit that deleted it.").open(),
        ],
    ),
    pending(
        "codeowners",
        "Lines of CODEOWNERS.",
        "pattern",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("pattern", "The pattern."),
            Column::json("owners", "The owners, a JSON array."),
            Column::int("position", "From 1; the last match decides."),
        ],
    ),
    pending(
        "md_path_history",
        "What became of a path a document names.",
        "target",
        &[
            Column::text("target", "The path as written."),
            Column::text("moved_to", "Where it is now.").open(),
            Column::text("deleted_in", "The commit that deleted it.").open(),
            Column::flag("ever_existed", "Whether any commit has it.").open(),
        ],
    ),
    pending(
        "odoo_reference",
        "What is known of Odoo's own modules.",
        "name",
        &[
            NAME,
            Column::text("edition", "ce, oca or ee."),
            Column::text("series", "Such as 18.0."),
            Column::text("app", "The application it belongs to."),
            Column::text("oca_repo", "The OCA repository of the equivalent."),
            Column::text("oca_module", "The equivalent."),
            Column::text("fit", "direct, partial or none."),
        ],
    ),
    pending(
        "license_headers",
        "Licence notices at the head of files.",
        "path",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("spdx", "The SPDX expression."),
            Column::text("qualifier", "only or or-later."),
            Column::text("form", "What kind of notice."),
            Column::text("text", "Its words."),
        ],
    ),
    pending(
        "copyrights",
        "Copyright lines.",
        "path",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("holder", "Who."),
            Column::text("years", "When."),
        ],
    ),
    pending(
        "license_texts",
        "Licence texts.",
        "path",
        &[
            Column::PATH,
            Column::text("spdx", "The SPDX id.").open(),
            Column::int("confidence", "In percent."),
            Column::text("verdict", "match, modified, review or none."),
        ],
    ),
    pending(
        "license_declared",
        "Licences that metadata declares.",
        "path",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("scope", "What it is declared for."),
            Column::text("raw", "As written."),
            Column::text("spdx", "As SPDX.").open(),
        ],
    ),
    pending(
        "license_compat",
        "Which licence may build on which.",
        "licensee",
        &[
            Column::text("relation", "merge or depend."),
            Column::text("licensee", "The licence of the work."),
            Column::text("dependency", "The licence of what it uses."),
            Column::text("verdict", "yes, no or review."),
            Column::text("reason", "Why."),
            Column::text("source", "Who says so."),
        ],
    ),
    pending(
        "workflows",
        "CI workflows.",
        "name",
        &[
            Column::PATH,
            NAME,
            Column::text("system", "github, azure-pipelines or gitlab."),
            Column::flag("triggers_at_all", "Whether anything starts it."),
            Column::flag("disabled", "Whether it is switched off.").open(),
        ],
    ),
    pending(
        "workflow_triggers",
        "What starts workflows.",
        "event",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("event", "The event."),
            Column::json("branches", "Branch filters."),
            Column::json("paths", "Path filters."),
        ],
    ),
    pending(
        "workflow_jobs",
        "Jobs of workflows.",
        "job",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("job", "Its id."),
            Column::text("environment", "The environment it deploys to."),
            Column::text("condition", "Its `if`."),
            Column::json("permissions", "Its permissions."),
        ],
    ),
    pending(
        "workflow_steps",
        "Steps of jobs.",
        "job",
        &[
            Column::PATH,
            Column::text("job", "The job's id."),
            Column::LINE,
            Column::text("uses", "The action."),
            Column::text("run", "The script."),
            Column::flag("continue_on_error", "Whether its failure is ignored."),
        ],
    ),
    pending(
        "compose_services",
        "Services of compose files.",
        "name",
        &[
            Column::PATH,
            Column::LINE,
            NAME,
            Column::text("image", "Its image."),
            Column::json("profiles", "Its profiles."),
            Column::flag("healthcheck", "Whether it has one."),
            Column::json("environment", "Its environment."),
        ],
    ),
    pending(
        "edge_functions",
        "Supabase edge functions.",
        "name",
        &[
            NAME,
            Column::text("dir", "Its folder."),
            Column::PATH,
            Column::int("lines", "Lines of code."),
            Column::flag("is_stub", "Whether it does nothing.").open(),
        ],
    ),
    pending(
        "n8n_workflows",
        "n8n workflows.",
        "name",
        &[Column::PATH, NAME, Column::flag("active", "Whether it runs.").open()],
    ),
    pending(
        "n8n_nodes",
        "Nodes of n8n workflows.",
        "name",
        &[
            Column::PATH,
            NAME,
            Column::text("type", "Its type."),
            Column::flag("disabled", "Whether it is switched off.").open(),
            Column::flag("connected", "Whether anything leads to it.").open(),
            Column::json("parameters", "Its parameters."),
        ],
    ),
    pending(
        "dbt_nodes",
        "Nodes of dbt projects.",
        "name",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("kind", "model, source, test, snapshot, ..."),
            NAME,
            Column::text("layer", "The folder below models."),
            Column::json("config", "Its configuration."),
        ],
    ),
    pending(
        "resources",
        "Infrastructure as code.",
        "name",
        &[
            Column::PATH,
            Column::LINE,
            Column::text("tool", "terraform, bicep, bundle or do-app."),
            Column::text("kind", "resource, data, module, ..."),
            Column::text("type", "Its type."),
            NAME,
            Column::json("attributes", "Its attributes; an expression is undecided."),
        ],
    ),
    pending(
        "mcp_servers",
        "MCP servers.",
        "name",
        &[
            Column::PATH,
            Column::LINE,
            NAME,
            Column::text("transport", "stdio, http or sse."),
            Column::text("command", "What starts it."),
            Column::flag("has_entry", "Whether what it starts is in the tree.").open(),
        ],
    ),
];

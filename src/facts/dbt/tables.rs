//! What is stored of dbt projects, and the table pages read.

use crate::base::{Column, Table};
use crate::facts::{Facts, View};

const KIND: Column = Column::text(
    "kind",
    "`model`, `source`, `freshness`, `test`, `snapshot`, `exposure`, `metric`, `semantic_model`, `contract`, `package`, \
     `seed`, `unit_test`, `saved_query`, `project`, or `model-properties`: what YAML says of a model.",
);
const NAME: Column = Column::text("name", "Its name; of a source, `source.table`.");
const CONFIG: Column = Column::json(
    "config",
    "Its configuration where it is declared; an expression in SQL is `{\"$expr\": text}`.",
);
const DESCRIBED: Column = Column::flag("described", "Whether it has a description.");

macro_rules! settings {
    ($($column:expr),* $(,)?) => {
        &[
            $($column,)*
            Column::text("materialized", "As said; empty: not, `?`: by Jinja. So below."),
            Column::text("unique_key", "As said."),
            Column::text("enforced", "As said of the contract."),
            Column::text("store_failures", "As said."),
            Column::text("enabled", "As said."),
        ]
    };
}

/// The stored facts of YAML.
pub(super) const YAML_FACTS: &[Facts] = &[
    Facts { name: "dbt_property", columns: settings![Column::LINE, KIND, NAME, CONFIG, DESCRIBED] },
    Facts {
        name: "dbt_default",
        columns: settings![
            Column::LINE,
            Column::text("resource", "What the settings are for: models, snapshots, tests."),
            Column::text("folder", "Below which folder, or for which model; empty: all."),
        ],
    },
];

/// The stored facts of SQL and Python.
pub(super) const MODEL_FACTS: &[Facts] = &[Facts {
    name: "dbt_file",
    columns: settings![
        Column::LINE,
        Column::text("snapshot", "Name of the snapshot it declares; empty: none."),
        CONFIG,
    ],
}];

/// A row of a project: its nearest `dbt_project.yml` is above it, and it is not an installed package.
macro_rules! project_of {
    () => {
        "(select p.dir from projects p where p.dir = '' or substr(f.path, 1, length(p.dir) + 1) = p.dir || '/'
            order by length(p.dir) desc limit 1)"
    };
}

/// The setting of the nearest folder of `dbt_project.yml`.
macro_rules! default_of {
    ($column:literal, $resource:literal) => {
        concat!(
            "(select d.",
            $column,
            " from defaults d where d.project = n.project and d.resource = '",
            $resource,
            "' and d.",
            $column,
            " <> '' and (d.folder = '' or n.below = d.folder or substr(n.below, 1, length(d.folder) + 1) = d.folder || '/')
            order by length(d.folder) desc limit 1)"
        )
    };
}

/// Layers are known by the names of folders.
macro_rules! layer_of {
    () => {
        "(select l.value from json_each('[\"bronze\",\"silver\",\"gold\",\"staging\",\"intermediate\",\"marts\"]') l
            where instr('/' || n.path, '/' || l.value || '/') limit 1)"
    };
}

/// The nodes of all dbt projects.
pub(super) const NODES: View = View {
    table: Table {
        name: "dbt_nodes",
        doc: "Nodes of dbt projects: of folders with a `dbt_project.yml`, installed packages excepted.",
        columns: &[
            Column::PATH,
            Column::LINE,
            KIND,
            NAME,
            Column::text(
                "layer",
                "The folder it is in that names a layer: bronze, silver, gold, staging, intermediate or marts.",
            ),
            CONFIG,
            Column::text("project", "Folder of the project; empty for the root."),
            Column::text("materialized", "Of a model: by its file, its properties, its folder, else `view`.").open(),
            Column::text("unique_key", "Its unique key; empty if none is said.").open(),
            DESCRIBED,
            Column::flag("enforced", "Whether its contract is enforced.").open(),
            Column::flag("store_failures", "Of a test: whether its failures are stored.").open(),
            Column::flag("enabled", "Whether it is switched on; the default is 1.").open(),
        ],
        named: "name",
    },
    query: concat!(
        "with projects as materialized (
            select dirname(path) as dir from tree
            where basename(path) = 'dbt_project.yml' and '/' || path not like '%/dbt\\_packages/%' escape '\\'),
        properties as materialized (
            select f.*, ",
        project_of!(),
        " as project from fact_dbt_property f where '/' || f.path not like '%/dbt\\_packages/%' escape '\\'),
        documented as materialized (
            select p.project, p.name, p.described, p.materialized, p.unique_key, p.enforced, p.enabled, min(p.path) as path
            from properties p where p.kind = 'model-properties' group by p.project, p.name),
        defaults as materialized (
            select f.*, dirname(f.path) as project from fact_dbt_default f where basename(f.path) = 'dbt_project.yml'),
        written as materialized (
            select f.*, ",
        project_of!(),
        " as project from fact_dbt_file f where '/' || f.path not like '%/dbt\\_packages/%' escape '\\'),
        placed as materialized (
            select n.*, case when n.snapshot <> '' then 'snapshot'
                             when instr('/' || n.path, '/models/') then 'model'
                             when instr('/' || n.path, '/tests/') and not instr('/' || n.path, '/tests/generic/') then 'test' end as kind,
                   case when n.snapshot <> '' then n.snapshot else path_stem(n.path) end as name,
                   substr(n.path, instr('/' || n.path, '/models/') + 7, length(n.path) - instr('/' || n.path, '/models/') - 6
                       - length(basename(n.path))) || path_stem(n.path) as below
            from written n where n.project is not null),
        models as materialized (
            select n.path, n.line, n.kind, n.name, n.config, n.project, coalesce(p.described, 0) as described,
                   coalesce(nullif(n.materialized, ''), nullif(p.materialized, ''), ",
        default_of!("materialized", "models"),
        ", 'view') as materialized,
                   coalesce(nullif(n.unique_key, ''), nullif(p.unique_key, ''), ",
        default_of!("unique_key", "models"),
        ", '') as unique_key,
                   coalesce(nullif(n.enforced, ''), nullif(p.enforced, ''), ",
        default_of!("enforced", "models"),
        ", 'false') as enforced,
                   coalesce(nullif(n.enabled, ''), nullif(p.enabled, ''), ",
        default_of!("enabled", "models"),
        ", 'true') as enabled
            from placed n left join documented p on p.project = n.project and p.name = n.name
            where n.kind = 'model' group by n.path, n.line),
        nodes as (
            select path, line, kind, name, config, project, materialized, unique_key, described, enforced, '' as store_failures,
                   enabled from models
            union all
            select path, line, 'contract', name, config, project, materialized, unique_key, described, enforced, '', enabled
            from models where enforced <> 'false'
            union all
            select n.path, n.line, n.kind, n.name, n.config, n.project, '', n.unique_key, 0, 'false',
                   coalesce(nullif(n.store_failures, ''), ",
        default_of!("store_failures", "tests"),
        ", 'false'), coalesce(nullif(n.enabled, ''), 'true')
            from placed n where n.kind in ('snapshot', 'test')
            union all
            select n.path, n.line, n.kind, n.name, n.config, n.project, n.materialized, n.unique_key, n.described,
                   coalesce(nullif(n.enforced, ''), 'false'),
                   case when n.kind = 'test' then coalesce(nullif(n.store_failures, ''),
                       (select d.store_failures from defaults d where d.project = n.project and d.resource = 'tests'
                          and d.folder = '' and d.store_failures <> '' limit 1), 'false') else 'false' end,
                   coalesce(nullif(n.enabled, ''), 'true')
            from properties n where n.project is not null)
        select n.path, n.line, n.kind, n.name, ",
        layer_of!(),
        " as layer, n.config, n.project, nullif(n.materialized, '?') as materialized, nullif(n.unique_key, '?') as unique_key,
            n.described, case n.enforced when '?' then null else n.enforced = 'true' end as enforced,
            case n.store_failures when '?' then null else n.store_failures = 'true' end as store_failures,
            case n.enabled when '?' then null else n.enabled <> 'false' end as enabled
        from nodes n"
    ),
};

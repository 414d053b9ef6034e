//! Infrastructure as code: what Terraform, Bicep, Databricks asset bundles and DigitalOcean app specs declare.
//!
//! A literal is decided. A variable, an expression and what a dynamic block makes are not: their value is null in
//! `resource_attributes` and `{"$expr": text}` in `resources.attributes`.

mod app;
mod bicep;
mod bundle;
mod scanner;
mod setting;
mod terraform;

use super::{Analyzer, Facts, View};
use crate::base::{Column, Table, basename};

/// Reads Terraform and OpenTofu.
pub static TERRAFORM: Analyzer = Analyzer {
    name: "terraform",
    version: concat!(env!("PARITY_FACTS_RESOURCES"), env!("PARITY_FACTS_DOCUMENTS")),
    applies: |path| path.ends_with(".tf") || path.ends_with(".tofu"),
    facts: &[
        Facts { name: "terraform_block", columns: DECLARED },
        Facts { name: "terraform_attribute", columns: SET },
    ],
    tables: &[],
    extract: terraform::extract,
};

/// Reads Bicep.
pub static BICEP: Analyzer = Analyzer {
    name: "bicep",
    version: TERRAFORM.version,
    applies: |path| path.ends_with(".bicep"),
    facts: &[
        Facts { name: "bicep_declaration", columns: DECLARED },
        Facts { name: "bicep_attribute", columns: SET },
    ],
    tables: &[],
    extract: bicep::extract,
};

/// Reads Databricks asset bundles. Files below a folder `resources` count where a bundle's file is above them.
pub static BUNDLE: Analyzer = Analyzer {
    name: "bundle",
    version: TERRAFORM.version,
    applies: |path| {
        is_bundle(path) || is_yaml(path) && path.split('/').any(|name| name == "resources")
    },
    facts: &[
        Facts { name: "bundle_resource", columns: DECLARED },
        Facts { name: "bundle_attribute", columns: SET },
    ],
    tables: &[],
    extract: bundle::extract,
};

/// Reads app specs of DigitalOcean's App Platform, and declares the tables of all four.
pub static APP: Analyzer = Analyzer {
    name: "do-app",
    version: TERRAFORM.version,
    applies: is_app,
    facts: &[
        Facts { name: "app_component", columns: DECLARED },
        Facts { name: "app_attribute", columns: SET },
    ],
    tables: &[RESOURCES, RESOURCE_ATTRIBUTES],
    extract: app::extract,
};

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

fn is_bundle(path: &str) -> bool {
    matches!(basename(path), "databricks.yml" | "databricks.yaml" | "bundle.yml" | "bundle.yaml")
}

fn is_app(path: &str) -> bool {
    let name = basename(path);
    let known = matches!(name, "app.yaml" | "app.yml")
        || ["app-spec", "app_spec", "appspec"].iter().any(|start| name.starts_with(start));
    is_yaml(path) && (known || path.starts_with(".do/") || path.contains("/.do/"))
}

const TOOL: Column = Column::text("tool", "`terraform`, `bicep`, `bundle` or `do-app`.");
const KIND: Column = Column::text(
    "kind",
    "`resource`, `data` (one that exists already), `module`, `provider`, `variable` or `output`.",
);
const TYPE: Column = Column::text(
    "type",
    "What is declared: `cloudflare_record`, `Microsoft.Web/sites`, `jobs`, `service`; of a module, its source.",
);
const NAME: Column = Column::text("name", "What it is called.");
const ATTRIBUTES: Column = Column::json(
    "attributes",
    "What it sets; an expression, which is undecided, is `{\"$expr\": text}`, a repeated block an array.",
);
const DISABLED: Column = Column::flag(
    "disabled",
    "Whether it is switched off (`count = 0`); undecided where a condition, a count or a loop decides.",
)
.open();

/// What is stored of one declaration.
const DECLARED: &[Column] = &[Column::LINE, KIND, TYPE, NAME, ATTRIBUTES, DISABLED];

const RESOURCE_LINE: Column = Column::int("resource_line", "Line of the declaration.");
const ATTRIBUTE: Column = Column::text(
    "attribute",
    "Its name with those of the blocks and objects it is in: `inbound_rule.port_range`; `*`: any.",
);
const VALUE: Column =
    Column::text("value", "Its value; undecided where it is an expression.").open();

/// What is stored of one attribute.
const SET: &[Column] = &[Column::LINE, RESOURCE_LINE, TYPE, NAME, ATTRIBUTE, VALUE];

/// Files below `resources/` are a bundle's only where one is above them.
const RESOURCES: View = View {
    table: Table {
        name: "resources",
        doc: "Infrastructure as code: what is declared. What is commented out is not.",
        columns: &[Column::PATH, Column::LINE, TOOL, KIND, TYPE, NAME, ATTRIBUTES, DISABLED],
        named: "type",
    },
    query: "with bundles as materialized (
            select path_join(dirname(path), 'resources') || '/' as below from tree
            where basename(path) in ('databricks.yml', 'databricks.yaml', 'bundle.yml', 'bundle.yaml'))
        select path, line, 'terraform' as tool, kind, type, name, attributes, disabled from fact_terraform_block
        union all
        select path, line, 'bicep', kind, type, name, attributes, disabled from fact_bicep_declaration
        union all
        select f.path, f.line, 'bundle', f.kind, f.type, f.name, f.attributes, f.disabled from fact_bundle_resource f
        where basename(f.path) in ('databricks.yml', 'databricks.yaml', 'bundle.yml', 'bundle.yaml')
           or exists (select 1 from bundles b where substr(f.path, 1, length(b.below)) = b.below)
        union all
        select path, line, 'do-app', kind, type, name, attributes, disabled from fact_app_component",
};

const RESOURCE_ATTRIBUTES: View = View {
    table: Table {
        name: "resource_attributes",
        doc: "What resources set, one row per literal and expression, null excepted.",
        columns: &[Column::PATH, Column::LINE, RESOURCE_LINE, TOOL, TYPE, NAME, ATTRIBUTE, VALUE],
        named: "type",
    },
    query: "select path, line, resource_line, 'terraform' as tool, type, name, attribute, value from fact_terraform_attribute
        union all select path, line, resource_line, 'bicep', type, name, attribute, value from fact_bicep_attribute
        union all select path, line, resource_line, 'bundle', type, name, attribute, value from fact_bundle_attribute
        union all select path, line, resource_line, 'do-app', type, name, attribute, value from fact_app_attribute",
};

#[cfg(test)]
mod tests;

//! The evidence report in Markdown, from a template that can be replaced.

use tera::{Context, Tera};

use super::escape::cell;
use super::terminal::{heading, number, printed};
use super::wire::AuditWire;
use crate::audit::Audit;

/// The built-in template.
const TEMPLATE: &str = include_str!("../../templates/report.md");

/// Renders the report. `template` replaces the built-in one.
///
/// # Errors
/// What the template engine says, with the template's line.
pub fn markdown(audit: &Audit, template: Option<&str>) -> Result<String, String> {
    let mut tera = Tera::default();
    tera.register_filter("cell", |text: &str, _: tera::Kwargs, _: &tera::State| cell(text));
    tera.register_filter("count", |count: u64, _: tera::Kwargs, _: &tera::State| {
        number(usize::try_from(count).unwrap_or(usize::MAX))
    });
    let explain = |error: tera::Error| error.to_string();
    tera.add_raw_template("report.md", template.unwrap_or(TEMPLATE)).map_err(explain)?;
    let mut context = Context::new();
    context.insert("audit", &AuditWire::of(audit));
    context.insert("heading", &heading(audit));
    let words: std::collections::BTreeMap<String, &str> = audit
        .matrices
        .iter()
        .flat_map(|(result, _)| &result.features)
        .map(|judged| (judged.verdict.to_string(), printed(judged.verdict)))
        .collect();
    context.insert("words", &words);
    tera.render("report.md", &context).map_err(explain)
}

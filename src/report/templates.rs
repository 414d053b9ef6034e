//! The templates of reports: built in, replaced one by one, and filled with the audit and its story.

use std::collections::BTreeMap;

use tera::{Context, Tera};

use super::escape;
use super::story::{Story, Told};
use super::terminal::{heading, number, printed};
use super::wire::AuditWire;
use crate::audit::Audit;
use crate::base::Verdict;

/// Bytes of a report, beyond which a template must be at fault.
const MAX_REPORT: usize = 256 << 20;
/// Items a template may count to.
const MAX_RANGE: usize = 10_000;

/// The built-in templates by name.
const BUILT_IN: &[(&str, &str)] = &[
    ("report.md", include_str!("../../templates/report.md")),
    ("report.html", include_str!("../../templates/report.html")),
    ("html/addons.html", include_str!("../../templates/html/addons.html")),
    ("html/licenses.html", include_str!("../../templates/html/licenses.html")),
    ("html/again.html", include_str!("../../templates/html/again.html")),
    ("html/brief.html", include_str!("../../templates/html/brief.html")),
    ("html/causes.html", include_str!("../../templates/html/causes.html")),
    ("html/claims.html", include_str!("../../templates/html/claims.html")),
    ("html/contents.html", include_str!("../../templates/html/contents.html")),
    ("html/decisions.html", include_str!("../../templates/html/decisions.html")),
    ("html/features.html", include_str!("../../templates/html/features.html")),
    ("html/findings.html", include_str!("../../templates/html/findings.html")),
    ("html/open.html", include_str!("../../templates/html/open.html")),
    ("html/parts.html", include_str!("../../templates/html/parts.html")),
    ("html/patterns.html", include_str!("../../templates/html/patterns.html")),
    ("html/scope.html", include_str!("../../templates/html/scope.html")),
    ("html/style.css", include_str!("../../templates/html/style.css")),
];

/// Templates that replace built-in ones or stand beside them, by name.
pub type Templates = BTreeMap<String, String>;

/// The evidence report in Markdown.
///
/// # Errors
/// What the template engine says, with the template's line.
pub fn markdown(audit: &Audit, told: &Told, own: &Templates) -> Result<String, String> {
    render("report.md", audit, told, own)
}

/// The evidence report as one HTML file that needs neither a network nor JavaScript.
///
/// # Errors
/// What the template engine says, with the template's line.
pub fn html(audit: &Audit, told: &Told, own: &Templates) -> Result<String, String> {
    render("report.html", audit, told, own)
}

fn render(name: &str, audit: &Audit, told: &Told, own: &Templates) -> Result<String, String> {
    let mut context = Context::new();
    context.insert("audit", &AuditWire::of(audit));
    context.insert("story", &Story::of(audit, told));
    context.insert("heading", &heading(audit));
    context.insert("words", &words());
    let mut out = Bounded(Vec::new());
    let tera = engine(own).map_err(explain)?;
    tera.render_to(name, &context, &mut out).map_err(explain)?;
    String::from_utf8(out.0).map_err(|error| error.to_string())
}

/// A template that cannot be read or filled, with what it was about.
fn explain(error: tera::Error) -> String {
    error.to_string()
}

fn engine(own: &Templates) -> tera::TeraResult<Tera> {
    let mut tera = Tera::default();
    tera.register_filter("cell", |text: &str, _: tera::Kwargs, _: &tera::State| escape::cell(text));
    tera.register_filter("code", |text: &str, _: tera::Kwargs, _: &tera::State| {
        escape::html_code(text)
    });
    tera.register_filter("count", |count: u64, _: tera::Kwargs, _: &tera::State| {
        number(usize::try_from(count).unwrap_or(usize::MAX))
    });
    // The engine's own would count as far as it is told.
    tera.register_function("range", range);
    tera.set_escape_fn(|text, out| out.write_all(escape::html(text).as_bytes()));
    let replaced = BUILT_IN.iter().filter(|(name, _)| !own.contains_key(*name)).copied();
    let all = replaced.chain(own.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    tera.add_raw_templates(all.collect::<Vec<_>>())?;
    Ok(tera)
}

fn range(arguments: tera::Kwargs, _: &tera::State) -> tera::TeraResult<Vec<u64>> {
    let start = arguments.get::<u64>("start")?.unwrap_or(0);
    let end = arguments.must_get::<u64>("end")?;
    Ok((start..end).take(MAX_RANGE).collect())
}

/// The word a verdict has for readers, by its name.
fn words() -> BTreeMap<String, &'static str> {
    Verdict::ALL.into_iter().map(|verdict| (verdict.to_string(), printed(verdict))).collect()
}

/// Takes what a template writes until it is too much.
struct Bounded(Vec<u8>);

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_REPORT {
            return Err(std::io::Error::other("the report is larger than 256 MB"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

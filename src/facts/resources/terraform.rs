//! Terraform and OpenTofu: the blocks of `*.tf`.

use hcl_edit::Span;
use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::structure::{Attribute, Block, Body, Structure};
use hcl_edit::template::Element;
use serde_json::Value as Json;

use super::setting::{Declaration, Setting, unreadable};
use crate::base::Lines;
use crate::facts::Input;
use crate::facts::Rows;

/// Attributes by which a block is repeated, or left out.
const REPETITION: [&str; 2] = ["count", "for_each"];

pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    match text.parse::<Body>() {
        Ok(body) => {
            let source = Source { text, lines: Lines::new(text) };
            for declaration in body.blocks().filter_map(|block| source.declaration(block)) {
                declaration.write(rows);
            }
        }
        Err(error) => {
            let line = u32::try_from(error.location().line()).ok();
            unreadable(rows, line, error.message().lines().last().unwrap_or("not HCL"));
        }
    }
}

struct Source<'a> {
    text: &'a str,
    lines: Lines,
}

impl Source<'_> {
    fn declaration(&self, block: &Block) -> Option<Declaration> {
        let label = |at: usize| block.labels.get(at).map_or("", |label| label.as_str()).to_owned();
        let (kind, of, name) = match block.ident.as_str() {
            "resource" => ("resource", label(0), label(1)),
            "data" => ("data", label(0), label(1)),
            "module" => ("module", text_of(&block.body, "source"), label(0)),
            "provider" => ("provider", label(0), text_of(&block.body, "alias")),
            "variable" => ("variable", text_of(&block.body, "type"), label(0)),
            "output" => ("output", String::new(), label(0)),
            _ => return None,
        };
        let settings = self.body(&block.body);
        let disabled = is_disabled(&settings);
        Some(Declaration { line: self.line(block), kind, of, name, disabled, settings })
    }

    fn line(&self, place: &impl Span) -> u32 {
        place.span().map_or(1, |span| self.lines.line(span.start))
    }

    fn body(&self, body: &Body) -> Setting {
        Setting::Map(body.iter().map(|structure| self.member(structure)).collect())
    }

    fn member(&self, structure: &Structure) -> (String, u32, Setting) {
        match structure {
            Structure::Attribute(Attribute { key, value, .. }) => {
                (key.to_string(), self.line(key), self.value(value))
            }
            // What a dynamic block makes is computed, how often too.
            Structure::Block(block) if block.ident.as_str() == "dynamic" => {
                let name = block.labels.first().map_or("", |label| label.as_str());
                (name.to_owned(), self.line(block), Setting::Expression("dynamic".to_owned()))
            }
            Structure::Block(block) => {
                let mut name = block.ident.to_string();
                block.labels.iter().for_each(|label| name.extend([".", label.as_str()]));
                (name, self.line(block), self.body(&block.body))
            }
        }
    }

    fn value(&self, value: &Expression) -> Setting {
        match value {
            Expression::Null(_) => Setting::Literal(Json::Null),
            Expression::Bool(flag) => Setting::Literal(Json::Bool(*flag.value())),
            Expression::String(text) => Setting::Literal(text.as_str().into()),
            Expression::Number(number) => {
                Setting::Literal(number.value().to_string().parse().unwrap_or(Json::Null))
            }
            Expression::HeredocTemplate(heredoc) => {
                let mut text = String::new();
                for element in heredoc.template.iter() {
                    match element {
                        Element::Literal(literal) => text.push_str(literal),
                        _ => return self.expression(value),
                    }
                }
                Setting::Literal(text.into())
            }
            Expression::Parenthesis(inner) => self.value(inner.inner()),
            Expression::Array(elements) => Setting::List(
                elements.iter().map(|element| (self.line(element), self.value(element))).collect(),
            ),
            Expression::Object(members) => self.object(members, value),
            _ => self.expression(value),
        }
    }

    fn object(&self, members: &Object, whole: &Expression) -> Setting {
        let mut map = Vec::new();
        for (key, member) in members.iter() {
            let name = match key {
                ObjectKey::Ident(name) => name.to_string(),
                ObjectKey::Expression(Expression::String(name)) => name.to_string(),
                ObjectKey::Expression(_) => return self.expression(whole),
            };
            map.push((name, self.line(member.expr()), self.value(member.expr())));
        }
        Setting::Map(map)
    }

    fn expression(&self, value: &Expression) -> Setting {
        let text = value.span().and_then(|span| self.text.get(span)).unwrap_or_default();
        Setting::Expression(text.chars().take(200).collect())
    }
}

/// Whether a block stands for nothing: `count = 0`, an empty `for_each`; none where that is computed.
fn is_disabled(settings: &Setting) -> Option<bool> {
    let Setting::Map(members) = settings else { return Some(false) };
    let repetition = members.iter().find(|(name, ..)| REPETITION.contains(&name.as_str()));
    match repetition.map(|(_, _, value)| value) {
        None => Some(false),
        Some(Setting::Expression(_)) => None,
        Some(Setting::Literal(value)) => Some(value.as_f64() == Some(0.0)),
        Some(Setting::Map(members)) => Some(members.is_empty()),
        Some(Setting::List(elements)) => Some(elements.is_empty()),
    }
}

/// A word that an attribute of a block says literally.
fn text_of(body: &Body, name: &str) -> String {
    match body.get_attribute(name).map(|attribute| &attribute.value) {
        Some(Expression::String(text)) => text.to_string(),
        Some(Expression::Variable(word)) => word.to_string(),
        _ => String::new(),
    }
}

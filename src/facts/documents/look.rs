//! How analyzers of one kind of document look into it: what is not of the shape they expect is not there.

use serde_json::Value;

use super::node::{Node, Shape};

/// The longest text that is taken for a name, in bytes.
pub(in crate::facts) const MAX_NAME: usize = 400;

impl Node {
    /// The members, if this is an object.
    pub fn members(&self) -> &[(String, Node)] {
        match &self.shape {
            Shape::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements, if this is an array.
    pub fn elements(&self) -> &[Node] {
        match &self.shape {
            Shape::Array(elements) => elements,
            _ => &[],
        }
    }

    /// Whether this is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.shape, Shape::Object(_))
    }

    /// Whether this is an array.
    pub fn is_array(&self) -> bool {
        matches!(self.shape, Shape::Array(_))
    }

    /// The member of that key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.shape {
            Shape::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A text, number or boolean as text.
    pub fn text(&self) -> Option<String> {
        match &self.shape {
            Shape::Scalar(Value::String(text)) => Some(text.clone()),
            Shape::Scalar(Value::Null) => None,
            Shape::Scalar(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The text of a member.
    pub fn text_of(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    /// The text of a member, if it is short enough for a name: names are written into many rows.
    pub fn name_of(&self, key: &str) -> Option<String> {
        self.text_of(key).filter(|text| text.len() <= MAX_NAME)
    }

    /// The number of its values and bytes.
    pub fn size(&self) -> usize {
        let weight = self.weight();
        weight.values + weight.bytes
    }

    /// One text, or a list of them.
    pub fn texts(&self) -> Vec<String> {
        match &self.shape {
            Shape::Array(elements) => elements.iter().filter_map(Node::text).collect(),
            _ => self.text().into_iter().collect(),
        }
    }

    /// The value as JSON.
    pub fn json(&self) -> Value {
        self.clone().into_value(&mut Vec::new())
    }

    /// The last line of what it holds, the lines of texts counted.
    pub fn last_line(&self) -> u32 {
        match &self.shape {
            Shape::Scalar(Value::String(text)) => {
                let breaks = text.trim_end().matches('\n').count();
                let block = usize::from(text.contains('\n'));
                self.line.saturating_add(u32::try_from(breaks + block).unwrap_or(u32::MAX))
            }
            Shape::Scalar(_) => self.line,
            Shape::Array(elements) => {
                elements.iter().map(Node::last_line).max().unwrap_or(self.line)
            }
            Shape::Object(members) => {
                members.iter().map(|(_, node)| node.last_line()).max().unwrap_or(self.line)
            }
        }
    }

    /// Every text in it, keys left out.
    pub fn each_text<'n>(&'n self, take: &mut impl FnMut(&'n str)) {
        match &self.shape {
            Shape::Scalar(Value::String(text)) => take(text),
            Shape::Scalar(_) => {}
            Shape::Array(elements) => elements.iter().for_each(|node| node.each_text(take)),
            Shape::Object(members) => members.iter().for_each(|(_, node)| node.each_text(take)),
        }
    }
}

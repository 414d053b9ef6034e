//! Names and texts of nodes of squawk's tree.

use squawk_syntax::SyntaxKind;
use squawk_syntax::SyntaxNode;
use squawk_syntax::ast;

use crate::facts::sql::cursor::lowered;
use crate::facts::sql::ir::Name;
use crate::facts::sql::scan::{Token, cut_name, token};

pub(super) fn is_cascade(node: &SyntaxNode) -> bool {
    words(node).trim_end_matches(';').trim_end().ends_with("cascade")
}

/// The name a node is: unquoted lower-cased, quoted as it is.
pub(super) fn plain(node: &SyntaxNode) -> String {
    cut_name(ast::normalize_name_node(node))
}

pub(super) fn name_in(node: &SyntaxNode) -> Option<Name> {
    name_of(parts_in(node))
}

pub(super) fn name_of(mut parts: Vec<String>) -> Option<Name> {
    let name = parts.pop()?;
    let schema = parts.pop();
    parts.is_empty().then_some(Name { schema, name })
}

/// The parts of the dotted name in a node; keywords around it (`on`, `only`) are skipped.
pub(super) fn parts_in(node: &SyntaxNode) -> Vec<String> {
    let segments = node.descendants().filter(|node| {
        matches!(
            node.kind(),
            SyntaxKind::PATH_SEGMENT
                | SyntaxKind::PATH_SEGMENT_REF
                | SyntaxKind::NAME_REF
                | SyntaxKind::COLUMN_NAME_REF
        )
    });
    segments.map(|segment| plain(&segment)).collect()
}

/// A node's text without comments, white space collapsed.
pub(super) fn spaced(node: &SyntaxNode) -> String {
    collapse(&node.text().to_string())
}

/// The same in lower case, but for what is quoted.
pub(super) fn words(node: &SyntaxNode) -> String {
    lowered(&spaced(node))
}

/// Collapses white space and comments outside quotes to one space.
pub(super) fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (kind, end) = token(text, at);
        if kind != Token::Blank {
            out.push_str(text.get(at..end).unwrap_or(""));
        } else if !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
        at = end;
    }
    out.truncate(out.trim_end().len());
    out
}

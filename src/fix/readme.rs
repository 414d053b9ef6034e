//! Changes to the READMEs of addons.

use super::{Ask, Change};
use crate::base::{dirname, path_join};

/// Marks that mean something in Markdown and something else, or nothing, in reStructuredText.
const MARKS: [&str; 8] = ["](", "```", "**[", "![", "| -", "|-", "~~~", "<!--"];

/// Renames a README to `README.rst` where its text reads alike in both: a title that is underlined, no mark of Markdown.
pub fn rename(ask: &Ask<'_>) -> Option<Change> {
    let path = ask.finding.path.as_deref()?;
    let text = std::str::from_utf8(ask.bytes).ok()?;
    let is_markdown = |line: &str| {
        let line = line.trim_start();
        line.starts_with('#')
            || line.starts_with("> ")
            || MARKS.iter().any(|mark| line.contains(mark))
    };
    let lines: Vec<&str> = text.lines().collect();
    let is_underlined = lines.windows(2).any(|pair| {
        let line = pair[1].trim_end();
        line.len() > 2
            && line.bytes().all(|letter| b"=-~^".contains(&letter))
            && line.len() >= pair[0].trim_end().chars().count()
            && !pair[0].trim().is_empty()
    });
    let reads_alike = is_underlined && !lines.into_iter().any(is_markdown);
    reads_alike.then(|| path_join(dirname(path), "README.rst")).flatten().map(Change::Rename)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::base::Severity;
    use crate::settle::{Finding, Status};

    fn renamed(text: &str) -> Option<Change> {
        let finding = Finding {
            id: String::new(),
            rule: "odoo/prefer-readme-rst".to_owned(),
            severity: Severity::Note,
            path: Some("a/README.md".to_owned()),
            line: Some(1),
            end_line: None,
            subject: "a".to_owned(),
            message: String::new(),
            status: Status::Active,
            fingerprint: String::new(),
        };
        rename(&Ask {
            bytes: text.as_bytes(),
            finding: &finding,
            parameters: &BTreeMap::new(),
            year: None,
        })
    }

    #[test]
    fn a_text_that_reads_alike_in_both_is_renamed() {
        let to = Some(Change::Rename("a/README.rst".to_owned()));
        assert_eq!(renamed("Stock\n=====\n\nCounts parts.\n\n* one\n* two\n"), to);
    }

    #[test]
    fn markdown_stays_what_it_is() {
        for text in [
            "# Stock\n",
            "Stock\n=====\n\nSee [it](x).\n",
            "plain words\n",
            "A\n===\n\n```\nx\n```\n",
        ] {
            assert_eq!(renamed(text), None, "{text}");
        }
    }
}

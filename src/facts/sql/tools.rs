//! Marks of migration tools: which half of a file runs up, where a tool cuts what it sends, and the plans that order files.

use std::borrow::Cow;

/// What a tool's marks say of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// The tool.
    pub tool: &'static str,
    /// Where its first mark is.
    pub at: usize,
    /// Whether its statements run outside a transaction, each by itself.
    pub alone: bool,
}

/// The tools that are told by their marks.
pub const TOOLS: [&str; 5] = ["goose", "sql-migrate", "dbmate", "tern", "drizzle"];

/// Words without which there are no marks.
const HINTS: [&str; 5] = ["+goose", "+migrate", "migrate:", "drop below ----", BREAK];
/// Between two statements of drizzle, at the end of a line as well.
const BREAK: &str = "--> statement-breakpoint";

enum Mark {
    Up,
    Down,
    End,
    Alone,
}

/// The half of a script that runs up, every byte where it was: the rest is blank. A tool's cut is a semicolon where there is none.
pub fn up(text: &str) -> (Cow<'_, str>, Option<Marks>) {
    if !HINTS.iter().any(|hint| text.contains(hint)) {
        return (Cow::Borrowed(text), None);
    }
    let mut bytes = text.as_bytes().to_vec();
    let (mut marks, mut is_up, mut at) = (None::<Marks>, true, 0);
    for line in text.split_inclusive('\n') {
        let mark = mark(line.trim());
        if let Some((tool, mark)) = &mark {
            let marks = marks.get_or_insert(Marks { tool, at, alone: false });
            match mark {
                Mark::Up => is_up = true,
                Mark::Down => is_up = false,
                Mark::Alone => marks.alone = true,
                Mark::End => {}
            }
            marks.alone |= is_up && line.contains("transaction:false");
        }
        let ends = is_up && matches!(mark, Some((_, Mark::End)));
        let breaks = line.find(BREAK).filter(|_| is_up);
        if let Some(start) = breaks.or_else(|| line.find("--").filter(|_| ends)) {
            marks.get_or_insert(Marks { tool: "drizzle", at, alone: false });
            cut(&mut bytes, at + start, at + line.len());
        } else if !is_up {
            blank(&mut bytes[at..at + line.len()]);
        }
        at += line.len();
    }
    let text = String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned);
    (text, marks)
}

/// The mark a line is.
fn mark(line: &str) -> Option<(&'static str, Mark)> {
    let said = line.strip_prefix("--")?.trim().to_ascii_lowercase();
    if said.contains("create above") && said.contains("drop below") {
        return Some(("tern", Mark::Down));
    }
    let (tool, rest) = [("goose", "+goose "), ("sql-migrate", "+migrate "), ("dbmate", "migrate:")]
        .into_iter()
        .find_map(|(tool, prefix)| said.strip_prefix(prefix).map(|rest| (tool, rest.trim())))?;
    let mark = match rest.split_whitespace().next()? {
        "up" if rest.ends_with("notransaction") => Mark::Alone,
        "up" => Mark::Up,
        "down" => Mark::Down,
        "statementend" => Mark::End,
        "no" if rest.ends_with("transaction") => Mark::Alone,
        _ => return None,
    };
    Some((tool, mark))
}

/// Ends a statement at a place that is a comment; the comment goes.
fn cut(bytes: &mut [u8], at: usize, end: usize) {
    blank(&mut bytes[at..end]);
    let before = bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace());
    if before.is_some_and(|byte| *byte != b';') {
        bytes[at] = b';';
    }
}

/// Spaces instead of text; lines stay.
fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

/// Whether a path is that of a plan: it says which scripts run, and in which order.
pub fn is_plan(path: &str) -> bool {
    path == "sqitch.plan" || path.ends_with("/sqitch.plan") || path.ends_with("/meta/_journal.json")
}

/// The scripts a plan names, in order; none: the text is no plan.
pub fn plan(text: &str) -> Option<Vec<String>> {
    if text.trim_start().starts_with("%syntax-version") {
        return Some(sqitch(text));
    }
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let journal: serde_json::Value = serde_json::from_str(text).ok()?;
    let mut entries: Vec<(u64, &str)> = journal["entries"]
        .as_array()?
        .iter()
        .filter_map(|entry| Some((entry["idx"].as_u64()?, entry["tag"].as_str()?)))
        .collect();
    entries.sort();
    Some(entries.into_iter().map(|(_, tag)| tag.to_owned()).collect())
}

/// Changes of sqitch. One that is planned again was copied under the tag that came after it.
fn sqitch(text: &str) -> Vec<String> {
    let mut changes: Vec<String> = Vec::new();
    let mut since_tag = 0;
    for line in text.lines() {
        let Some(first) = line.split_whitespace().next() else { continue };
        match first.as_bytes()[0] {
            b'%' | b'#' => {}
            b'@' => {
                let later: Vec<&str> = text
                    .lines()
                    .skip_while(|it| !it.starts_with(first))
                    .filter_map(|it| it.split_whitespace().next())
                    .collect();
                for change in &mut changes[since_tag..] {
                    if later.contains(&change.as_str()) {
                        change.push_str(first);
                    }
                }
                since_tag = changes.len();
            }
            _ => changes.push(first.to_owned()),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_half_that_runs_up_is_left_where_it_was() {
        let text = "-- +goose Up\n-- +goose StatementBegin\ncreate table a (v int)\n-- +goose StatementEnd\n-- +goose Down\ndrop table a;\n";
        let (kept, marks) = up(text);
        assert_eq!(kept.len(), text.len());
        assert!(kept.contains("create table a (v int)\n;") && !kept.contains("drop"));
        assert_eq!(marks, Some(Marks { tool: "goose", at: 0, alone: false }));
    }

    #[test]
    fn a_file_may_run_outside_a_transaction() {
        assert!(up("-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;\n").1.unwrap().alone);
        let dbmate = up("-- migrate:up transaction:false\nselect 1;\n-- migrate:down\nselect 2;\n");
        assert!(dbmate.1.unwrap().alone && !dbmate.0.contains('2'));
    }

    #[test]
    fn statements_are_cut_at_breakpoints() {
        let (kept, marks) = up(
            "create table a (v int)\n--> statement-breakpoint\nselect 1;--> statement-breakpoint\nselect 2;",
        );
        assert_eq!(kept.matches(';').count(), 3);
        assert_eq!(marks.unwrap().tool, "drizzle");
    }

    #[test]
    fn a_plan_says_the_order() {
        let text = "%syntax-version=1.0.0\n%project=x\n\nroles 2020-01-01T00:00:00Z a <a@b> # first\nusers [roles] 2020-01-01T00:00:00Z a <a@b>\n@v1 2020-01-01T00:00:00Z a <a@b>\nusers [users@v1] 2020-01-02T00:00:00Z a <a@b>\n";
        assert_eq!(plan(text).unwrap(), ["roles", "users@v1", "users"]);
        let journal = r#"{"entries": [{"idx": 1, "tag": "0001_b"}, {"idx": 0, "tag": "0000_a"}]}"#;
        assert_eq!(plan(journal).unwrap(), ["0000_a", "0001_b"]);
    }
}

//! What the words around a path say became of it: a path that is named because it goes away is not missed.

/// Words that take away what follows them.
const GONE: [&str; 13] = [
    "remov",
    "delet",
    "drop",
    "retir",
    "archiv",
    "deprecat",
    "purg",
    "uninstall",
    "elimin",
    "unlink",
    "supprim",
    "entfern",
    "удал",
];
/// Words that make one thing of another.
const MOVES: [&str; 19] = [
    "renam",
    "mov",
    "migrat",
    "convert",
    "consolidat",
    "merg",
    "split",
    "port",
    "relocat",
    "extract",
    "adapt",
    "copy",
    "copied",
    "fold",
    "deriv",
    "fork",
    "inspir",
    "base",
    "transform",
];
/// Words that make, change or ask for what follows them.
const MAKES: [&str; 26] = [
    "creat",
    "add",
    "writ",
    "implement",
    "updat",
    "configur",
    "build",
    "extend",
    "defin",
    "generat",
    "verif",
    "document",
    "test",
    "set",
    "wire",
    "integrat",
    "refactor",
    "fix",
    "run",
    "ensur",
    "introduc",
    "scaffold",
    "modif",
    "edit",
    "use",
    "commit",
];
/// What says of the whole line that nothing need be there.
const WAIVED: [(&str, &str); 21] = [
    ("ignore", "ignored"),
    ("exclud", "ignored"),
    ("not committed", "ignored"),
    ("n't commit", "ignored"),
    ("untracked", "ignored"),
    ("skipped", "dropped"),
    ("not needed", "dropped"),
    ("not required", "dropped"),
    ("unnecessary", "dropped"),
    ("deferred", "dropped"),
    ("cancelled", "dropped"),
    ("canceled", "dropped"),
    ("superseded", "dropped"),
    ("no longer", "dropped"),
    ("out of scope", "dropped"),
    ("if needed", "optional"),
    ("if it exists", "optional"),
    ("if present", "optional"),
    ("if applicable", "optional"),
    ("other repo", "elsewhere"),
    ("separate repo", "elsewhere"),
];
/// Verbs of languages that write without spaces, and what they make of the path beside them.
const UNSPACED: [(&str, &str); 12] = [
    ("删除", "removed"),
    ("刪除", "removed"),
    ("移除", "removed"),
    ("削除", "removed"),
    ("삭제", "removed"),
    ("重命名", "renamed"),
    ("创建", ""),
    ("建立", ""),
    ("实现", ""),
    ("新增", ""),
    ("更新", ""),
    ("作成", ""),
];
/// What goes before an example.
const EXAMPLES: [&str; 9] =
    ["e.g", "e.g.", "eg", "example", "examples", "instance", "like", "예", "例"];
/// Words read on either side.
const REACH: usize = 40;

/// What the line around `line[start..end]`, a path, says of it: removed, renamed, replaced, source, ignored, dropped,
/// optional, elsewhere, example, or nothing.
pub fn said(line: &str, start: usize, end: usize) -> &'static str {
    let (Some(before), Some(after)) = (line.get(..start), line.get(end..)) else { return "" };
    for told in [whole(line, start), ahead(after), behind(before)] {
        if !told.is_empty() {
            return told;
        }
    }
    ""
}

/// What is said of the whole line. That something is dropped stands behind a path, or begins the line: between a verb that
/// makes and what it makes, the words are those of a title or a message.
fn whole(line: &str, path: usize) -> &'static str {
    let lower = line.to_ascii_lowercase();
    let is_of_it = |at: usize, told: &str| {
        told != "dropped" || at > path || !words(&lower[..at]).any(|word| begins(word, &MAKES))
    };
    let found =
        WAIVED.iter().find(|(words, told)| lower.find(words).is_some_and(|at| is_of_it(at, told)));
    let is_void = || words(&lower).any(|word| word == "n/a");
    found.map_or_else(|| if is_void() { "dropped" } else { "" }, |(_, told)| told)
}

/// What the words behind the path say, the next first.
fn ahead(after: &str) -> &'static str {
    let after = after.trim_start_matches(['`', '*', '"', '\'', ')', ':']).trim_start();
    if ["→", "->", "=>", "➜"].iter().any(|arrow| after.starts_with(arrow)) {
        return "renamed";
    }
    if after.starts_with("~~") {
        return "dropped";
    }
    let links =
        ["", "is", "was", "were", "are", "has", "been", "have", "now", "already", "file", "and"];
    let next = words(after).find(|word| !links.iter().any(|link| word.eq_ignore_ascii_case(link)));
    let is_past =
        |word: &str| word.ends_with("ed") && (begins(word, &GONE) || begins(word, &MOVES));
    match next {
        Some(word) if is_past(word) || begins(word, &["replaced"]) => "removed",
        next => next.and_then(unspaced).unwrap_or_default(),
    }
}

/// What a run of letters with such a verb in it says.
fn unspaced(run: &str) -> Option<&'static str> {
    let is_in = |(verb, _): &&(&str, _)| run.contains(verb);
    (!run.is_ascii()).then(|| UNSPACED.iter().find(is_in).map(|(_, told)| *told)).flatten()
}

/// What the words before the path say, the nearest first: the nearest verb decides, and what stands between it and the
/// path.
fn behind(before: &str) -> &'static str {
    let mut between = "";
    for (distance, word) in words(before).rev().take(REACH).enumerate() {
        if distance < 2 && EXAMPLES.iter().any(|example| word.eq_ignore_ascii_case(example)) {
            return "example";
        }
        if distance < 2
            && ["was", "formerly", "previously"].iter().any(|was| word.eq_ignore_ascii_case(was))
        {
            return "renamed";
        }
        if distance < 3 && ["instead", "than"].iter().any(|than| word.eq_ignore_ascii_case(than)) {
            return "replaced";
        }
        let is_between = [
            "from", "to", "into", "→", "->", "with", "by", "in", "within", "inside", "at", "on",
            "under",
        ];
        if let Some(link) = is_between.iter().find(|link| word.eq_ignore_ascii_case(link)) {
            between = if between.is_empty() { link } else { between };
        } else if let Some(told) = unspaced(word) {
            return told;
        } else if begins(word, &GONE) {
            return if between.is_empty() { "removed" } else { "" };
        } else if begins(word, &["replac", "supersed"]) {
            return if between.is_empty() { "replaced" } else { "" };
        } else if begins(word, &MOVES) && is_verb(word) {
            return match between {
                "" if !word.ends_with('d') => "renamed",
                "from" | "on" | "by" => "source",
                _ => "",
            };
        } else if begins(word, &MAKES) {
            return "";
        }
    }
    ""
}

/// Whether a word is a form of one of the verbs, given by their stems.
fn begins(word: &str, stems: &[&str]) -> bool {
    let starts = |stem: &&str| {
        word.len() <= stem.len() + 5
            && word.get(..stem.len()).is_some_and(|start| start.eq_ignore_ascii_case(stem))
    };
    stems.iter().any(starts)
}

/// Whether a word with the stem of a move is the verb: `base`, `port`, `merge conflict` and the like are things.
fn is_verb(word: &str) -> bool {
    !["base", "port", "ports", "portal", "bases", "basic"]
        .iter()
        .any(|thing| word.eq_ignore_ascii_case(thing))
}

/// Words without the punctuation around them.
fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split_whitespace().map(|word| {
        word.trim_matches(|letter: char| {
            letter.is_ascii_punctuation() && !matches!(letter, '-' | '>' | '.')
        })
        .trim_end_matches('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of `a/x.py` in a line.
    fn of(line: &str) -> &'static str {
        let start = line.find("a/x.py").unwrap();
        said(line, start, start + 6)
    }

    #[test]
    fn what_goes_away_is_known_by_the_nearest_verb() {
        for (line, expected) in [
            ("Remove `a/x.py`", "removed"),
            ("T1 Delete old b/y.py, a/x.py and c/z.py", "removed"),
            ("Rename a/x.py to b/y.py", "renamed"),
            ("a/x.py → b/y.py", "renamed"),
            ("Replace a/x.py with b/y.py", "replaced"),
            ("b/y.py (replaces custom a/x.py)", "replaced"),
            ("Use b/y.py instead of a/x.py", "replaced"),
            ("`a/x.py` was removed", "removed"),
            ("a/x.py (deleted)", "removed"),
            ("删除模板示例文件 `b/y.py` 和 `a/x.py`", "removed"),
            ("`a/x.py` を削除", "removed"),
            ("Supprimer a/x.py", "removed"),
            ("Write b/y.py (adapted from a/x.py)", "source"),
            ("Migrate helpers from a/x.py into b/y.py", "source"),
            ("Split a/x.py into two", "renamed"),
            ("Create b/y.py (formerly a/x.py)", "renamed"),
        ] {
            assert_eq!(of(line), expected, "{line}");
        }
    }

    #[test]
    fn what_is_made_or_changed_stays() {
        for line in [
            "Create a/x.py",
            "Rename b/y.py to a/x.py",
            "Replace b/y.py with a/x.py",
            "Remove dead code from a/x.py",
            "Delete the field in a/x.py",
            "Add removal of users in a/x.py",
            "Implement removeEntry(name:) method in a/x.py",
            "Move b/y.py into a/x.py",
            "Load settings from a/x.py",
            "Add port mapping in a/x.py",
            "Implement base class a/x.py",
            "Test the flow in integration/a/x.py",
            "删除 `b/y.py` 后创建 `a/x.py`",
            "Add sections (Success Criteria, Out of Scope) in a/x.py",
            "Write the message 'no longer available' in a/x.py",
        ] {
            assert_eq!(of(line), "", "{line}");
        }
    }

    #[test]
    fn what_need_not_be_there_is_known() {
        for (line, expected) in [
            ("Create .gitignore (exclude a/x.py)", "ignored"),
            ("Create a/x.py (SKIPPED: one was enough)", "dropped"),
            ("Deferred: create a/x.py", "dropped"),
            ("Update a/x.py if needed", "optional"),
            ("Add the hook in the other repository: a/x.py", "elsewhere"),
            ("Support paths (e.g. a/x.py)", "example"),
        ] {
            assert_eq!(of(line), expected, "{line}");
        }
    }
}

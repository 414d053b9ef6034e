//! Which files of the repository scripts run, and whether that is known to be meant: a file that is asked for first, or that
//! something made before, is none whose absence says anything.

use std::collections::HashSet;

use super::script::Command;

/// Programs that run the file they are given.
const RUNNERS: [&str; 8] = ["bash", "sh", "python", "python3", "node", "source", ".", "tsx"];
/// Folders that builds fill.
const MADE: [&str; 9] =
    ["dist", "build", "out", "target", "bin", "node_modules", "venv", ".venv", "__pycache__"];

/// What was seen so far in the scripts of one file.
#[derive(Debug, Default)]
pub(super) struct Calls {
    words: HashSet<String>,
    moved: bool,
}

impl Calls {
    /// Another step begins, in the folder where each begins.
    pub fn next_step(&mut self) {
        self.moved = false;
    }

    /// The file a command runs, and whether what stands before it, or beside it, may account for its absence.
    pub fn of(&mut self, command: &Command) -> (Option<String>, bool) {
        let called = if command.heredoc.is_none() { called(&command.text) } else { None };
        let is_known = |file: &str| self.words.contains(file);
        let guarded =
            self.moved || command.text.contains("||") || called.as_deref().is_some_and(is_known);
        self.moved |= moves(command);
        if command.program != "chmod" {
            let words = words(&command.text).map(|word| word.trim_start_matches("./"));
            let files = words.filter(|word| word.contains('/') && Some(*word) != called.as_deref());
            self.words.extend(files.map(str::to_owned));
        }
        (called, guarded)
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace() || "\"';|&()<>=".contains(letter))
}

/// Whether the commands after it run elsewhere, or on other files.
fn moves(command: &Command) -> bool {
    let text = &command.text;
    let begins = |word: &str| {
        command.program == word
            || ["&& ", "; ", "then ", "("]
                .iter()
                .any(|mark| text.contains(&format!("{mark}{word} ")))
    };
    begins("cd")
        || begins("pushd")
        || ["git clone", "git checkout", "git worktree", "tar x", "unzip "]
            .iter()
            .any(|word| text.contains(word))
}

/// The file of the repository that a command begins with.
fn called(text: &str) -> Option<String> {
    let mut words = text.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    let is_setting = |word: &str| word == "sudo" || word.contains('=') && !word.starts_with('-');
    let first = words.by_ref().find(|word| !is_setting(word))?;
    let word = if RUNNERS.contains(&first) { words.next()? } else { first };
    let file = word.trim_end_matches(';').trim_start_matches("./");
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
    let is_script = [".sh", ".py", ".js", ".mjs", ".ts"].iter().any(|end| file.ends_with(end));
    let is_ours = file.contains('/') && !file.starts_with('/') && file.chars().all(is_plain);
    let is_made = file.split('/').any(|part| part == ".." || MADE.contains(&part));
    (is_script && is_ours && !is_made).then(|| file.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::script::commands;
    use super::*;

    fn calls(script: &str) -> Vec<(String, bool)> {
        let mut calls = Calls::default();
        let found = commands(script, 1);
        let pairs = found.iter().map(|command| calls.of(command));
        pairs.filter_map(|(file, guarded)| Some((file?, guarded))).collect()
    }

    #[test]
    fn a_script_is_called_by_itself_or_by_a_runner() {
        assert_eq!(calls("./ci/a.sh --x"), [("ci/a.sh".to_owned(), false)]);
        assert_eq!(calls("A=1 python3 tools/b.py"), [("tools/b.py".to_owned(), false)]);
        for script in
            ["bash -c ci/a.sh", "./$X/a.sh", "node dist/x.js", "python3 -m x", "cat ci/a.sh"]
        {
            assert_eq!(calls(script), [], "{script}");
        }
    }

    #[test]
    fn what_is_asked_for_or_made_or_elsewhere_is_guarded() {
        for script in [
            "if [ -f ci/a.sh ]; then\nbash ci/a.sh\nfi",
            "curl x > ci/a.sh\n./ci/a.sh",
            "cd web\n./ci/a.sh",
            "./ci/a.sh || echo none",
        ] {
            assert_eq!(calls(script), [("ci/a.sh".to_owned(), true)], "{script}");
        }
        assert_eq!(calls("chmod +x ci/a.sh\n./ci/a.sh"), [("ci/a.sh".to_owned(), false)]);
    }
}

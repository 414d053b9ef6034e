//! Lines of prose that are one statement: a sentence says the same wherever its lines break.

/// The most lines that are taken for one statement.
const MAX_LINES: usize = 40;
/// The longest statement of several lines, in bytes: each of its claims quotes it.
const MAX_BYTES: usize = 4_000;

/// Adjacent lines that belong together.
#[derive(Debug, Default)]
pub struct Flow {
    /// The first line; none: nothing is open.
    line: Option<u32>,
    words: String,
    lines: usize,
}

impl Flow {
    /// Begins with a line.
    pub fn begin(line: u32, words: &str) -> Flow {
        Flow { line: Some(line), words: words.to_owned(), lines: 1 }
    }

    /// Takes the next line, if it goes on with what the last one said.
    pub fn takes(&mut self, words: &str) -> bool {
        let is_more = self.line.is_some()
            && self.lines < MAX_LINES
            && self.words.len() + words.len() < MAX_BYTES
            && !self.words.ends_with(['.', ':', ';', '!', '?', '\\', '|'])
            && goes_on(words);
        if is_more {
            self.words.push('\n');
            self.words.push_str(words);
            self.lines += 1;
        }
        is_more
    }

    /// The first line and all words; none: nothing is open.
    pub fn finish(self) -> Option<(u32, String)> {
        self.line.map(|line| (line, self.words))
    }
}

/// Whether a line can go on with a sentence: it begins with no mark and no label of its own.
fn goes_on(words: &str) -> bool {
    let mut letters = words.chars();
    let starts = letters.next().is_some_and(|first| {
        first.is_alphanumeric() || matches!(first, '(' | '`' | '~' | '≈' | '/' | '_')
    });
    starts && !is_labelled(words)
}

/// Whether words begin with a label: `Status: done`.
fn is_labelled(words: &str) -> bool {
    words.split_once(':').is_some_and(|(label, rest)| {
        label.len() <= 40
            && (rest.is_empty() || rest.starts_with(' '))
            && label.chars().next().is_some_and(char::is_uppercase)
            && label.chars().all(|letter| letter.is_alphanumeric() || " -_/".contains(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_goes_on_and_a_label_does_not() {
        let mut flow = Flow::begin(3, "we reached 95%");
        assert!(flow.takes("(57 of 60) of it"));
        assert!(!flow.takes("**Date**: today"));
        assert!(!flow.takes("Status: done"));
        assert!(!flow.takes("✅ next"));
        assert_eq!(flow.finish(), Some((3, "we reached 95%\n(57 of 60) of it".to_owned())));
        assert!(!Flow::begin(1, "the end.").takes("another"));
        assert_eq!(Flow::default().finish(), None);
    }
}

//! Many phrases sought in a text at once.

use aho_corasick::AhoCorasick;

/// Phrases in lower case.
pub struct Phrases {
    automaton: AhoCorasick,
    words: Vec<&'static str>,
}

impl Phrases {
    /// These, none of which is empty.
    pub fn new(words: &[&'static str]) -> Self {
        let automaton = AhoCorasick::new(words).expect("a few short phrases fit an automaton");
        Phrases { automaton, words: words.to_vec() }
    }

    /// Where the first that occurs in a text in lower case begins, be it inside a word.
    pub fn find(&self, text: &str) -> Option<usize> {
        self.automaton.find(text).map(|found| found.start())
    }

    /// Whether one occurs in a text in lower case, beginning at the start of a word; a short one must end there too, but
    /// for a plural.
    pub fn are_in(&self, text: &str) -> bool {
        self.automaton.find_overlapping_iter(text).any(|found| {
            let word = self.words[found.pattern().as_usize()];
            let behind = &text[found.end()..];
            let behind = behind.strip_prefix('s').unwrap_or(behind);
            let is_within = is_letter(word.chars().next())
                && is_letter(text[..found.start()].chars().next_back());
            let goes_on = word.len() <= 4
                && is_letter(word.chars().next_back())
                && is_letter(behind.chars().next());
            !(is_within || goes_on)
        })
    }
}

fn is_letter(letter: Option<char>) -> bool {
    letter.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::Phrases;

    #[test]
    fn phrases_begin_with_a_word_and_short_ones_end_with_it() {
        let phrases = Phrases::new(&["kpi", "goal", "plan to", ">="]);
        for text in ["a kpi", "kpis", "goals:", "goal", "x plan to", "a>=b"] {
            assert!(phrases.are_in(text), "{text}");
        }
        for text in ["kpix", "goalkeeper", "airplan to", "", "megoal"] {
            assert!(!phrases.are_in(text), "{text}");
        }
    }
}

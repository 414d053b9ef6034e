//! The fragments GitHub gives to headings.

use std::collections::HashMap;

/// Hands out the anchors of one document, in its order.
#[derive(Default)]
pub struct Anchors {
    uses: HashMap<String, u32>,
}

impl Anchors {
    /// The anchor of the next heading: a repeated one gets `-1`, `-2` and so on.
    pub fn next(&mut self, title: &str) -> String {
        let base = slug(title);
        let mut anchor = base.clone();
        while self.uses.contains_key(&anchor) {
            let count = self.uses.entry(base.clone()).or_insert(0);
            *count += 1;
            anchor = format!("{base}-{count}");
        }
        self.uses.insert(anchor.clone(), 0);
        anchor
    }
}

/// Lower case, without anything but letters, marks, digits, `_` and `-`; blanks become `-` (html-pipeline's
/// `TableOfContentsFilter`).
fn slug(title: &str) -> String {
    title
        .trim()
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            _ if letter.is_alphanumeric() || is_mark(letter) => Some(letter),
            _ => None,
        })
        .collect()
}

/// Combining marks and variation selectors; the latter are what emoji leave behind.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_githubs() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.next("Layer 2: What's `new`?"), "layer-2-whats-new");
        assert_eq!(anchors.next("A & B"), "a--b");
        assert_eq!(anchors.next("Größe_1"), "größe_1");
        assert_eq!(anchors.next("✅ Done"), "-done");
    }

    #[test]
    fn repeated_headings_have_different_anchors() {
        let mut anchors = Anchors::default();
        let given: Vec<String> = ["a", "a", "a-1", "a"].map(|title| anchors.next(title)).into();
        assert_eq!(given, ["a", "a-1", "a-1-1", "a-2"]);
    }
}

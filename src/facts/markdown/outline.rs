//! Headings and the sections they open.

use super::anchor::Anchors;

/// A heading and its section.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// Line of the heading.
    pub line: u32,
    /// Last line of the section: before the next heading of the same or a higher level.
    pub end_line: u32,
    /// 1 to 6.
    pub level: u32,
    /// The heading's text without markup.
    pub title: String,
    /// GitHub's fragment.
    pub anchor: String,
    /// Words between this heading and the next of any level.
    pub words: usize,
}

/// The sections of one document, in order.
#[derive(Default)]
pub struct Outline {
    sections: Vec<Section>,
    open: Vec<usize>,
    anchors: Anchors,
}

impl Outline {
    /// Adds a heading.
    pub fn open(&mut self, line: u32, level: u32, title: &str) {
        let title = title.trim().to_owned();
        self.close(level, line.saturating_sub(1));
        self.open.push(self.sections.len());
        let anchor = self.anchors.next(&title);
        self.sections.push(Section { line, end_line: line, level, title, anchor, words: 0 });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sections.len()
    }

    /// Counts words of the current section.
    pub fn count(&mut self, words: usize) {
        if let Some(section) = self.sections.last_mut() {
            section.words += words;
        }
    }

    /// The title of the current section.
    pub fn title(&self) -> Option<&str> {
        self.sections.last().map(|section| section.title.as_str())
    }

    /// All sections of a document whose last line is `last`.
    pub fn finish(mut self, last: u32) -> Vec<Section> {
        self.close(0, last);
        self.sections
    }

    /// Ends the open sections of `level` and below.
    fn close(&mut self, level: u32, line: u32) {
        while let Some(index) = self.open.last().copied() {
            if self.sections[index].level < level {
                return;
            }
            self.open.pop();
            self.sections[index].end_line = line.max(self.sections[index].line);
        }
    }
}

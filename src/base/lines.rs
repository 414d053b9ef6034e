//! From byte offsets to line numbers.

/// Where the lines of a text start.
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the line starts of `text`; `\n` ends a line, so CRLF files count the same.
    pub fn new(text: &str) -> Self {
        let breaks =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The line of a byte offset, from 1. An offset past the end is on the last line.
    pub fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The byte a line, counted from 1, starts at.
    pub fn start(&self, line: u32) -> usize {
        self.starts[(line.max(1) as usize - 1).min(self.starts.len() - 1)]
    }

    /// The column of a byte offset, in bytes from 1.
    pub fn column(&self, offset: usize) -> u32 {
        let start = self.starts[self.line(offset) as usize - 1];
        u32::try_from(offset - start + 1).unwrap_or(u32::MAX)
    }
}

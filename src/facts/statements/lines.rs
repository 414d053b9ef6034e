//! The lines of a document that can hold claims, each with its role.

/// A line by its role.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// Nothing on it.
    Blank,
    /// A heading: level and title.
    Heading(usize, &'a str),
    /// A row of a table, bars included.
    Row(&'a str),
    /// An item of a list: its indent, and its text without the bullet.
    Item(usize, &'a str),
    /// Other words.
    Prose(&'a str),
    /// A line of a fence that shows what something printed: a fence without a language, or of plain text; in one of a
    /// shell, a line that begins with a mark.
    Output(&'a str),
}

impl<'a> Line<'a> {
    /// Its words, without what makes its role.
    pub fn words(&self) -> &'a str {
        match self {
            Line::Blank => "",
            Line::Heading(_, words)
            | Line::Item(_, words)
            | Line::Row(words)
            | Line::Output(words)
            | Line::Prose(words) => words,
        }
    }
}

/// What the reading is inside of.
enum Inside {
    Nothing,
    /// The mark, how often it stands there, and what is inside.
    Fence(char, usize, Shown),
    Comment,
}

/// What a fence shows.
#[derive(Clone, Copy)]
enum Shown {
    Code,
    /// Commands, perhaps with what they printed.
    Shell,
    Printed,
}

impl Shown {
    fn by(language: &str) -> Shown {
        match language {
            "" | "text" | "txt" | "plaintext" | "output" | "console" | "log" => Shown::Printed,
            "bash" | "sh" | "shell" | "zsh" => Shown::Shell,
            _ => Shown::Code,
        }
    }

    /// Whether a line was printed. No command begins with a mark.
    fn is_printed(self, words: &str) -> bool {
        match self {
            Shown::Code => false,
            Shown::Shell => words.starts_with(['✅', '✓', '✔', '❌', '✗', '✘']),
            Shown::Printed => true,
        }
    }
}

/// The document's own lines, numbered from 1, without front matter, code, comments and quotes.
pub fn lines(text: &str) -> impl Iterator<Item = (u32, Line<'_>)> {
    let mut inside = Inside::Nothing;
    let mut front = front_matter(text);
    let mut is_list = false;
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        if front > 0 {
            front -= 1;
            return None;
        }
        let line = role(line, &mut inside, is_list)?;
        match line {
            Line::Item(..) => is_list = true,
            Line::Heading(..) => is_list = false,
            _ => {}
        }
        Some((number, line))
    })
}

/// How many lines a front matter takes: from a first `---`, followed by a key, to the next.
fn front_matter(text: &str) -> usize {
    let mut lines = text.lines();
    let opens = lines.next().is_some_and(|line| line.trim_end() == "---")
        && lines
            .next()
            .is_some_and(|line| line.contains(':') && !line.starts_with([' ', '|', '*']));
    let end = text.lines().skip(2).position(|line| line.trim_end() == "---");
    end.filter(|_| opens).map_or(0, |at| at + 3)
}

fn role<'a>(line: &'a str, inside: &mut Inside, is_list: bool) -> Option<Line<'a>> {
    let words = line.trim();
    match *inside {
        Inside::Fence(mark, length, shown) => {
            if words.chars().all(|letter| letter == mark) && words.chars().count() >= length {
                *inside = Inside::Nothing;
                return Some(Line::Blank);
            }
            return shown.is_printed(words).then_some(Line::Output(words));
        }
        Inside::Comment => {
            if words.contains("-->") {
                *inside = Inside::Nothing;
            }
            return None;
        }
        Inside::Nothing => {}
    }
    if words.is_empty() {
        return Some(Line::Blank);
    }
    if let Some(fence) = fence(words) {
        *inside = fence;
        return Some(Line::Blank);
    }
    if let Some(comment) = words.strip_prefix("<!--") {
        if !comment.contains("-->") {
            *inside = Inside::Comment;
        }
        return None;
    }
    shape(line, words, is_list)
}

/// The fence a line opens, alone or behind a bullet.
fn fence(words: &str) -> Option<Inside> {
    let words = words.trim_start_matches(['-', '*', '+', '>', ' ']);
    let mark = words.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
    let length = words.chars().take_while(|letter| *letter == mark).count();
    let is_span = mark == '`' && words[length..].contains('`');
    let language = words[length..].trim().to_lowercase();
    let shown = Shown::by(&language);
    (length >= 3 && !is_span).then_some(Inside::Fence(mark, length, shown))
}

fn shape<'a>(line: &'a str, words: &'a str, is_list: bool) -> Option<Line<'a>> {
    let indent = line.len() - line.trim_start().len();
    if words.starts_with('>') {
        return None;
    }
    if words.starts_with('|') {
        return Some(Line::Row(words));
    }
    let level = words.bytes().take_while(|byte| *byte == b'#').count();
    if indent < 4 && (1..=6).contains(&level) && words[level..].starts_with(' ') {
        return Some(Line::Heading(level, words[level..].trim().trim_end_matches('#').trim_end()));
    }
    if let Some(item) = item(words) {
        return Some(Line::Item(indent, item));
    }
    (indent < 4 || is_list).then_some(Line::Prose(words))
}

/// What follows a bullet or a number; a rule such as `---` or `* * *` is no item.
fn item(words: &str) -> Option<&str> {
    let digits = words.bytes().take_while(u8::is_ascii_digit).count();
    let rest = match digits {
        0 => words.strip_prefix(['-', '*', '+'])?,
        1..=9 => words[digits..].strip_prefix(['.', ')'])?,
        _ => return None,
    };
    let text = rest.strip_prefix([' ', '\t'])?.trim();
    text.contains(char::is_alphanumeric).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(u32, Line<'_>)> {
        lines(text).filter(|(_, line)| *line != Line::Blank).collect()
    }

    #[test]
    fn every_line_has_its_role() {
        assert_eq!(
            of("# A #\nwords\n- one\n  2. two\n| a |\n"),
            [
                (1, Line::Heading(1, "A")),
                (2, Line::Prose("words")),
                (3, Line::Item(0, "one")),
                (4, Line::Item(2, "two")),
                (5, Line::Row("| a |")),
            ]
        );
    }

    #[test]
    fn what_others_say_is_left_out() {
        for text in [
            "---\na: 1\n---\n",
            "```json\n1/2 (50%)\n```\n",
            "~~~~ sql\n```\n1/2\n~~~~\n",
            "- ```sh\n  1/2\n  ```\n",
            "<!-- 1/2\n3/4 -->\n",
            "> 1/2 (50%)\n",
            "    1/2 (50%)\n",
        ] {
            assert_eq!(of(text), [], "{text}");
        }
    }

    #[test]
    fn a_rule_at_the_top_is_no_front_matter() {
        assert_eq!(of("---\n\nwords\n").last(), Some(&(3, Line::Prose("words"))));
    }

    #[test]
    fn what_was_printed_is_kept_apart() {
        assert_eq!(of("```\na: 1\n```\nb"), [(2, Line::Output("a: 1")), (4, Line::Prose("b"))]);
        assert_eq!(of("```sh\nmake\n✓ built\n```"), [(3, Line::Output("✓ built"))]);
    }

    #[test]
    fn an_unclosed_fence_takes_the_rest() {
        assert_eq!(of("a\n```sh\nb\nc"), [(1, Line::Prose("a"))]);
    }
}

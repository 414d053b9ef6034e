//! Scripts of steps, cut into commands: a shell's lines with continuations joined and comments left out.

/// The most lines a quoted text of a command may span; an apostrophe in words would else swallow the rest.
const MAX_JOINED: usize = 60;

/// The most commands of one script that are cut.
const MAX_COMMANDS: usize = 20_001;
/// The most lines of a here-document.
const MAX_HEREDOC: usize = 2_000;

/// Words before the program that a shell knows, and programs that run the one after them.
const BEFORE: [&str; 17] = [
    "if", "then", "else", "elif", "while", "until", "do", "!", "time", "sudo", "env", "exec",
    "nohup", "command", "{", "(", "&&",
];

/// One command line of a script.
#[derive(Debug, PartialEq)]
pub(super) struct Command {
    /// First line, counted from that of the script.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// The line, joined, without comment.
    pub text: String,
    /// The word that is run; empty where a variable is set.
    pub program: String,
    /// The program whose input this text is, if it stands in a here-document.
    pub heredoc: Option<String>,
}

/// The commands of a script whose first line is `first`.
pub(super) fn commands(script: &str, first: u32) -> Vec<Command> {
    let lines: Vec<&str> = script.lines().collect();
    let number = |at: usize| first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() && found.len() < MAX_COMMANDS {
        let (text, after) = logical(&lines, at);
        if !text.is_empty() {
            let program = program(&text);
            let tag = heredoc(&text).map(str::to_owned);
            found.push(Command {
                line: number(at),
                end_line: number(after - 1),
                text,
                program: program.clone(),
                heredoc: None,
            });
            if let Some(end) = tag.and_then(|tag| end_of(&lines, after, &tag)) {
                let inside = (after..end).filter(|at| !lines[*at].trim().is_empty());
                found.extend(inside.map(|at| Command {
                    line: number(at),
                    end_line: number(at),
                    text: lines[at].trim().to_owned(),
                    program: String::new(),
                    heredoc: Some(program.clone()),
                }));
                at = end + 1;
                continue;
            }
        }
        at = after;
    }
    found
}

/// The command that begins at a line, and the line after it.
fn logical(lines: &[&str], start: usize) -> (String, usize) {
    let mut text = String::new();
    let mut open = None;
    for (line, at) in lines[start..].iter().take(MAX_JOINED).zip(start..) {
        let (end, state) = cut(line, open);
        let part = if open.is_some() { &line[..end] } else { line[..end].trim() };
        if !text.is_empty() {
            text.push(if open.is_some() { '\n' } else { ' ' });
        }
        open = state;
        if open.is_some() {
            text.push_str(part);
            continue;
        }
        let part = part.trim_end();
        match part.strip_suffix('\\') {
            Some(part) => text.push_str(part.trim_end()),
            None => {
                text.push_str(part);
                let goes_on = ["|", "&&"].iter().any(|mark| part.ends_with(mark));
                if !goes_on {
                    return (text.trim().to_owned(), at + 1);
                }
            }
        }
    }
    if open.is_some() {
        let line = lines[start];
        return (line[..cut(line, None).0].trim().to_owned(), start + 1);
    }
    (text.trim().to_owned(), lines.len().min(start + MAX_JOINED))
}

/// Where the comment of a line begins (else its end), and the quote that is open there.
fn cut(line: &str, open: Option<u8>) -> (usize, Option<u8>) {
    let bytes = line.as_bytes();
    let (mut open, mut at) = (open, 0);
    while at < bytes.len() {
        match (bytes[at], open) {
            (b'\\', None | Some(b'"')) => at += 1,
            (quote @ (b'"' | b'\''), None) => open = Some(quote),
            (quote, Some(own)) if quote == own => open = None,
            (b'#', None) if at == 0 || bytes[at - 1].is_ascii_whitespace() => return (at, None),
            _ => {}
        }
        at += 1;
    }
    (bytes.len(), open)
}

/// The word that is run.
fn program(text: &str) -> String {
    let mut rest = text.trim_start();
    loop {
        let word = first_word(rest);
        let name = word.split('=').next().unwrap_or_default().trim_end_matches('+');
        let sets = word.contains('=')
            && !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !sets && !BEFORE.contains(&word) {
            return word.trim_matches(['"', '\'', ';', '(', ')']).to_owned();
        }
        if sets && word.contains("$(") {
            return String::new();
        }
        rest = rest[word.len()..].trim_start();
    }
}

/// Up to the first blank outside quotes and parentheses.
fn first_word(text: &str) -> &str {
    let (mut quote, mut depth) = (None, 0_u32);
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(own)) if letter == own => quote = None,
            ('(', None) if at > 0 => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            (letter, None) if letter.is_whitespace() && depth == 0 => return &text[..at],
            _ => {}
        }
    }
    text
}

/// The word that ends the here-document a command opens.
fn heredoc(text: &str) -> Option<&str> {
    let at = text
        .match_indices("<<")
        .map(|(at, _)| at)
        .find(|at| !text[at + 2..].starts_with(['<', '=']) && !text[..*at].ends_with(['<', '(']))?;
    let rest =
        text[at + 2..].trim_start_matches('-').trim_start().trim_start_matches(['\'', '"', '\\']);
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let tag = &rest[..end.unwrap_or(rest.len())];
    (!tag.is_empty() && !tag.starts_with(|letter: char| letter.is_ascii_digit())).then_some(tag)
}

fn end_of(lines: &[&str], from: usize, tag: &str) -> Option<usize> {
    (from..lines.len().min(from + MAX_HEREDOC)).find(|at| lines[*at].trim() == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<(u32, String, String)> {
        let cut = commands(script, 10).into_iter();
        cut.map(|command| (command.line, command.program, command.text)).collect()
    }

    fn row(line: u32, program: &str, text: &str) -> (u32, String, String) {
        (line, program.to_owned(), text.to_owned())
    }

    #[test]
    fn comments_are_left_out_and_continuations_joined() {
        let script = "# first\nset -e\n\nsudo docker build \\\n  -t x .  # why\nA=1 make check ||\\\n true\n";
        assert_eq!(
            texts(script),
            [
                row(11, "set", "set -e"),
                row(13, "docker", "sudo docker build -t x ."),
                row(15, "make", "A=1 make check || true"),
            ]
        );
    }

    #[test]
    fn a_quoted_text_may_span_lines_and_a_hash_in_it_is_no_comment() {
        assert_eq!(
            texts("python3 -c '\nimport x # y\n'\necho \"a # b\""),
            [
                row(10, "python3", "python3 -c '\nimport x # y\n'"),
                row(13, "echo", "echo \"a # b\"")
            ]
        );
    }

    #[test]
    fn an_open_quote_swallows_nothing() {
        let script = format!("echo it's\n{}", "true\n".repeat(100));
        assert_eq!(texts(&script)[1], row(11, "true", "true"));
    }

    #[test]
    fn a_here_document_belongs_to_the_program_that_reads_it() {
        let cut = commands("psql <<'SQL'\nselect 1;\nSQL\nls", 1);
        assert_eq!(cut[1].heredoc.as_deref(), Some("psql"));
        assert_eq!((cut[2].line, cut[2].program.as_str()), (4, "ls"));
        assert_eq!(commands("x <<< y\nz", 1).len(), 2);
    }

    #[test]
    fn a_variable_that_is_set_runs_nothing() {
        assert_eq!(texts("N=$(grep -c x y || true)")[0].1, "");
        assert_eq!(texts("if ! ./check.sh; then")[0].1, "./check.sh");
    }
}

//! Tables of comma-separated values, by RFC 4180; semicolons and tabs where the header has more of them.

/// Rows that are read of one file at most.
const MAX_ROWS: usize = 100_000;

/// A row: the line it begins on and its cells.
pub(super) type Line = (u32, Vec<String>);

/// The rows of a text, the header first.
pub(super) fn rows(text: &str) -> Vec<Line> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let most = [',', ';', '\t'].into_iter().rev().max_by_key(|mark| header.matches(*mark).count());
    let mark = most.unwrap_or(',');
    let mut rows = Vec::new();
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let (mut line, mut first, mut quoted) = (1, 1, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                rows.push((first, std::mem::take(&mut cells)));
                if rows.len() >= MAX_ROWS {
                    return rows;
                }
                first = line + 1;
            }
            '\r' if !quoted => {}
            letter if letter == mark && !quoted => cells.push(std::mem::take(&mut cell)),
            letter => cell.push(letter),
        }
        line += u32::from(letter == '\n');
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        rows.push((first, cells));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, String)> {
        rows(text).into_iter().map(|(line, cells)| (line, cells.join("|"))).collect()
    }

    #[test]
    fn cells_may_hold_marks_quotes_and_lines() {
        let text = "id,what\r\n1,\"a, \"\"b\"\"\nc\"\n2,d\n";
        let expected = [(1, "id|what"), (2, "1|a, \"b\"\nc"), (4, "2|d")];
        assert_eq!(read(text), expected.map(|(line, cells)| (line, cells.to_owned())));
        assert_eq!(read("id;what\n1;a,b"), [(1, "id|what".to_owned()), (2, "1|a,b".to_owned())]);
    }

    #[test]
    fn whatever_is_given_is_read() {
        for text in ["", "\"", "a,\"b\n", ",,,", "\u{feff}", "\n\n"] {
            rows(text);
        }
    }
}

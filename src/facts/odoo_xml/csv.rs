//! From the bytes of one CSV file to its rows: the dialect Python's `csv` reads.

use crate::base::Value;
use crate::facts::{Input, Rows};

/// The longest field Python's reader takes.
const MAX_FIELD: usize = 131_072;
/// Rows kept of one file.
const MAX_ROWS: usize = 50_000;

/// Reads one file.
pub(super) fn extract(input: &Input<'_>, rows: &mut Rows) {
    let error = match (std::str::from_utf8(input.bytes), input.bytes.contains(&0)) {
        (Err(_), _) => Some("not UTF-8"),
        (_, true) => Some("a null character"),
        _ => records(input.text(), rows).err(),
    };
    rows.add(0, [Value::Null, error.map(str::to_owned).into()]);
}

/// Adds the id of each record, with the line it ends on, if there is a column `id`.
fn records(text: &str, rows: &mut Rows) -> Result<(), &'static str> {
    let mut reader = Reader { text, line: 0 };
    let Some(names) = reader.next()? else { return Ok(()) };
    let Some(column) = names.iter().rposition(|name| name == "id") else { return Ok(()) };
    while let Some(mut record) = reader.next()? {
        if record.len() > column {
            if rows.facts.len() >= MAX_ROWS {
                let reason = format!("only the first {MAX_ROWS} rows are kept");
                rows.unsure("odoo_csv_rows", None, Some(reader.line), reason);
                return Ok(());
            }
            rows.add(1, [reader.line.into(), record.swap_remove(column).into()]);
        }
    }
    Ok(())
}

struct Reader<'a> {
    text: &'a str,
    /// Lines that were read.
    line: u32,
}

impl Reader<'_> {
    /// The fields of the next record that is not empty.
    fn next(&mut self) -> Result<Option<Vec<String>>, &'static str> {
        while !self.text.is_empty() {
            let fields = self.record()?;
            if fields.len() > 1 || !fields[0].is_empty() {
                return Ok(Some(fields));
            }
        }
        Ok(None)
    }

    fn record(&mut self) -> Result<Vec<String>, &'static str> {
        let (mut fields, mut field, mut is_quoted, mut at_start) =
            (Vec::new(), String::new(), false, true);
        let mut letters = self.text.char_indices().peekable();
        let mut end = self.text.len();
        self.line += 1;
        while let Some((at, letter)) = letters.next() {
            if field.len() > MAX_FIELD {
                return Err("a field is longer than Python's reader takes");
            }
            match letter {
                '"' if is_quoted && letters.peek().is_some_and(|next| next.1 == '"') => {
                    field.push('"');
                    letters.next();
                }
                '"' if is_quoted => is_quoted = false,
                '"' if at_start => is_quoted = true,
                ',' if !is_quoted => {
                    fields.push(std::mem::take(&mut field));
                    at_start = true;
                    continue;
                }
                '\n' if !is_quoted => {
                    end = at + 1;
                    break;
                }
                '\r' if !is_quoted => {}
                letter => {
                    self.line += u32::from(letter == '\n');
                    field.push(letter);
                }
            }
            at_start = false;
        }
        fields.push(field);
        self.text = &self.text[end..];
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_line_their_record_ends_on() {
        let mut rows = Rows::default();
        let text = "name,id\n\"a\nb\",x\n\n\"c\"\"d\",y\r\nshort\n";
        extract(&Input::new(text.as_bytes()), &mut rows);
        let ids: Vec<_> =
            rows.facts.iter().filter(|row| row.0 == 1).map(|row| row.1.clone()).collect();
        assert_eq!(ids, [vec![3_u32.into(), "x".into()], vec![5_u32.into(), "y".into()]]);
    }
}

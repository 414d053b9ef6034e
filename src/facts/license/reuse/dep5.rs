//! `.reuse/dep5`: the older file of REUSE, in the format of Debian.

use crate::facts::{Input, Rows};

use super::annotations::{Annotation, add, refuse};
use super::glob::of_dep5;

/// Fields of a paragraph, in lower case, with their values.
type Fields = Vec<(String, String)>;

/// Reads `.reuse/dep5`: a row for each paragraph about files. It adds to what files say.
pub(in super::super) fn dep5(input: &Input<'_>, rows: &mut Rows) {
    match items(input.text()) {
        Ok(items) => add(rows, &items),
        Err(reason) => refuse(rows, "reuse-dep5", reason),
    }
}

fn items(text: &str) -> Result<Vec<Annotation>, &'static str> {
    let mut paragraphs = paragraphs(text).into_iter();
    let is_one = paragraphs.next().is_some_and(|first| value(&first, "format").is_some());
    is_one.then_some(()).ok_or("its first paragraph says no `Format`")?;
    let about_files = paragraphs.filter(|fields| value(fields, "files").is_some());
    about_files.map(|fields| item(&fields)).collect()
}

fn item(fields: &Fields) -> Result<Annotation, &'static str> {
    let of = |name: &str| {
        value(fields, name).ok_or("a paragraph about files lacks `License` or `Copyright`")
    };
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    Ok(Annotation {
        patterns: of("files")?.split_whitespace().map(of_dep5).collect(),
        precedence: "aggregate".to_owned(),
        copyrights: lines(of("copyright")?),
        expressions: lines(of("license")?).into_iter().take(1).collect(),
    })
}

/// The paragraphs of a text: between them are blank lines. A line that is indented goes on with the one before.
fn paragraphs(text: &str) -> Vec<Fields> {
    let mut paragraphs = vec![Fields::new()];
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some(fields) = paragraphs.last_mut() else { break };
        if line.trim().is_empty() {
            if !fields.is_empty() {
                paragraphs.push(Fields::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim_end().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    paragraphs.retain(|fields| !fields.is_empty());
    paragraphs
}

fn value<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n";

    #[test]
    fn a_paragraph_about_files_is_an_item() {
        let text = format!(
            "{HEAD}# a comment\nFiles: a/*\n b.c\nCopyright: 2020 Acme\n  2021 Beta\nLicense: MIT\n some text\n \nLicense: ISC\n"
        );
        let items = items(&text).expect("a sound file");
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].patterns, ["a/.*", r"b\.c"]);
        assert_eq!(items[0].copyrights, ["2020 Acme", "2021 Beta"]);
        assert_eq!(items[0].expressions, ["MIT"]);
    }

    #[test]
    fn a_file_that_is_none_says_so() {
        for text in ["", "Files: *\n", &format!("{HEAD}Files: *\nLicense: MIT\n")] {
            assert!(items(text).is_err(), "{text}");
        }
    }
}

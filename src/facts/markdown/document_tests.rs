use super::super::tables::FACTS;
use super::*;

fn rows(source: &str) -> Rows {
    let mut rows = Rows::default();
    extract(&Input::new(source.as_bytes()), &mut rows);
    for (facts, cells) in &rows.facts {
        assert_eq!(cells.len(), FACTS[*facts].columns.len());
    }
    rows
}

/// The rows of one kind, their cells joined with `|`.
fn of(source: &str, facts: usize) -> Vec<String> {
    let word = |cell: &Value| match cell {
        Value::Null => "-".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Real(text) | Value::Text(text) => text.clone(),
    };
    let rows = rows(source).facts.into_iter().filter(|row| row.0 == facts);
    rows.map(|row| row.1.iter().map(word).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn a_section_ends_before_the_next_heading_of_its_level_or_above() {
    let source = "# A\none two\n## B `x`\nthree\n### C\n## D\n\n```\nfour five\n```\n";
    assert_eq!(
        of(source, HEADINGS),
        ["1|10|1|A|a|2", "3|5|2|B x|b-x|1", "5|5|3|C|c|0", "6|10|2|D|d|2"]
    );
}

#[test]
fn front_matter_is_no_heading() {
    let source = "---\ntitle: x\n# note\n---\n# A\n";
    assert_eq!(of(source, HEADINGS), ["5|5|1|A|a|0"]);
}

#[test]
fn a_rule_at_the_top_is_no_front_matter() {
    assert_eq!(of("---\n# A\n\nb\n\n---\n", HEADINGS), ["2|6|1|A|a|1"]);
    assert_eq!(of("---\n\nSome words here\n\n# A\n\n---\n", HEADINGS), ["5|7|1|A|a|0"]);
}

#[test]
fn a_task_is_its_own_text_and_not_that_of_nested_ones() {
    let source = "# Plan\n- [x] **T001** make `a/b.py`\n  on two_lines\n  - [ ] inner\n- no task\n";
    assert_eq!(
        of(source, TASKS),
        ["2|3|1|T001|T001 make a/b.py on two_lines|Plan", "4|4|0|-|inner|Plan"]
    );
}

#[test]
fn tasks_of_a_loose_list_are_tasks() {
    let source = "- [x] one\n\n  more\n\n- [ ] two\n";
    assert_eq!(of(source, TASKS), ["1|1|1|-|one|-", "5|5|0|-|two|-"]);
}

#[test]
fn links_of_the_document_itself_are_decided() {
    let source =
        "[a](#b) [c](#no) <a name=\"no2\"></a>[d](#no2) [e](x.md#y) ![f](https://g/h.png)\n\n# B\n";
    assert_eq!(
        of(source, LINKS),
        [
            "1|#b|anchor|-|b|1",
            "1|#no|anchor|-|no|0",
            "1|#no2|anchor|-|no2|1",
            "1|x.md#y|relative|x.md|y|-",
            "1|https://g/h.png|external|-|-|-"
        ]
    );
}

#[test]
fn paths_know_where_they_are_named() {
    let source = "# In a/h.md\nprose a/p_q_r.md and `a/c.md`\n- [ ] a/t.md\n\n|x|\n|-|\n|a/cell.md|\n\n\
                  [a/l.md](b.md)\n\n```\nx\nrun a/f.md\n```\n";
    assert_eq!(
        of(source, PATHS),
        [
            "1|a/h.md|a/h.md|a|heading|",
            "2|a/p_q_r.md|a/p_q_r.md|a|prose|",
            "2|a/c.md|a/c.md|a|code|",
            "3|a/t.md|a/t.md|a|task|",
            "7|a/cell.md|a/cell.md|a|cell|",
            "9|a/l.md|a/l.md|a|link|",
            "13|a/f.md|a/f.md|a|fence|"
        ]
    );
}

#[test]
fn an_escaped_path_is_the_path() {
    assert_eq!(of("docs/a\\_b.md", PATHS), ["1|docs/a_b.md|docs/a_b.md|docs|prose|"]);
}

#[test]
fn a_document_of_too_many_rows_is_said_to_be_cut() {
    let rows = rows(&"- [ ] b\n".repeat(MAX_ROWS + 1));
    assert_eq!(rows.problems[0].1, "document-too-large");
    assert_eq!(rows.unsure.len(), OPEN_TABLES.len());
    assert!(rows.facts.len() <= MAX_ROWS + 2);
}

#[test]
fn a_binary_document_leaves_its_tables_open() {
    let rows = rows("# a\0");
    assert_eq!(rows.problems[0].1, "document-binary");
    assert!(rows.facts.is_empty());
}

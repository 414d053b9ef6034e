use super::*;

fn refused(source: &str) -> String {
    parse(source).expect_err("refused").to_string()
}

#[test]
fn what_is_not_a_literal_is_named_with_its_place() {
    assert_eq!(refused("{'a': _('x')}"), "not-literal: a call of `_` at 1:7");
    assert_eq!(refused("{\n 'a': true}"), "not-literal: the name `true` at 2:7");
    assert_eq!(refused("{'é': os.sep}"), "not-literal: an attribute of `os` at 1:7");
    assert_eq!(refused("['a' % 1]"), "not-literal: an operation at 1:6");
    assert_eq!(refused("['a' + 'b']"), "not-literal: an operation at 1:6");
    assert_eq!(refused("[f'{x}']"), "not-literal: a formatted string at 1:2");
    assert_eq!(refused("[1 for x in y]"), "not-literal: a comprehension at 1:4");
    assert_eq!(refused("{**{}}"), "not-literal: an unpacking at 1:2");
    assert_eq!(refused("{[]: 1}"), "not-literal: an unhashable item at 1:2");
    assert_eq!(refused("'a'.upper()"), "not-literal: an attribute at 1:4");
    assert_eq!(refused("10**10**10"), "not-literal: an operation at 1:3");
}

#[test]
fn what_is_not_python_is_named_with_its_place() {
    assert_eq!(refused("{'a': 1"), "syntax: an unexpected end at 1:8");
    assert_eq!(refused("{'a' 1}"), "syntax: an unexpected `1` at 1:6");
    assert_eq!(refused("# x\n  {}"), "syntax: an unexpected indent at 2:3");
    assert_eq!(refused("['a\n']"), "syntax: a string without an end at 1:2");
    assert_eq!(refused("{}\n{}"), "syntax: an unexpected `{` at 2:1");
    assert_eq!(refused(""), "syntax: an unexpected end at 1:1");
}

#[test]
fn a_deep_bomb_is_refused_at_its_limit() {
    assert!(parse(&format!("{}{}", "[".repeat(100), "]".repeat(100))).is_ok());
    let deep = "[".repeat(1_000_000);
    assert_eq!(refused(&deep), "limit: brackets nested too deeply at 1:101");
    assert_eq!(refused(&"-".repeat(1_000_000)), "not-literal: an operation at 1:1");
}

#[test]
fn a_place_is_where_the_value_starts_in_characters() {
    let node = parse("# é\n[\n  'é', ('b'\n  'c')]").expect("a literal");
    let items = node.value.items().expect("a list");
    assert_eq!((node.at.line, node.at.column), (2, 1));
    assert_eq!((items[0].at.line, items[0].at.column), (3, 3));
    assert_eq!((items[1].at.line, items[1].at.column), (3, 9));
    assert_eq!(items[1].value.as_text(), Some("bc"));
}

#[test]
fn carriage_returns_do_not_shift_lines() {
    let node = parse("[\r\n'a',\r\n\"\"\"b\r\nc\"\"\"]").expect("a literal");
    let items = node.value.items().expect("a list");
    assert_eq!(items[1].at.line, 3);
    assert_eq!(items[1].value.as_text(), Some("b\nc"));
}

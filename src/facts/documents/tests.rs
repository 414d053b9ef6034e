//! What the three readers make of files, hostile ones included.

use serde_json::{Value as Json, json};

use super::*;
use crate::base::json_at;

fn rows(analyzer: &Analyzer, text: &str) -> Rows {
    let mut rows = Rows::default();
    (analyzer.extract)(&Input::new(text.as_bytes()), &mut rows);
    rows
}

/// What is said of a file by the analyzer that only judges it.
fn judged(analyzer: &Analyzer, text: &str) -> Rows {
    let syntax = [&YAML_SYNTAX, &JSON_SYNTAX, &TOML_SYNTAX];
    let of = |it: &&&Analyzer| it.name.strip_suffix("-syntax") == Some(analyzer.name);
    rows(syntax.iter().find(of).expect("one for each format"), text)
}

/// The documents of a file that has no problems.
fn documents(analyzer: &Analyzer, text: &str) -> Vec<Json> {
    let rows = rows(analyzer, text);
    assert_eq!(judged(analyzer, text).problems, [], "{text}");
    let data = rows.facts.iter().map(|(_, cells)| cells[2].as_text().expect("text"));
    data.map(|data| serde_json::from_str(data).expect("JSON")).collect()
}

fn on_one_line(data: &str) -> String {
    data.replace(['\n', '\r'], "")
}

fn yaml(text: &str) -> Json {
    documents(&YAML, text).remove(0)
}

/// Pointer and line of every value of the first document.
fn places(analyzer: &Analyzer, text: &str) -> Vec<(String, u32)> {
    let rows = rows(analyzer, text);
    let cell = |at: usize| rows.facts[0].1[at].as_text().expect("text").to_owned();
    let (data, lines) = placed(&cell(2)).expect("JSON");
    let hits = json_at(&data, &lines, "/**").expect("a path");
    assert_eq!(hits.len(), lines.len(), "a line for every value");
    hits.into_iter().map(|hit| (hit.pointer, hit.line.expect("a line"))).collect()
}

/// Code and line of every problem; a refused file is also unsure.
fn problems(analyzer: &Analyzer, text: &str) -> Vec<(&'static str, Option<u32>)> {
    let (rows, judged) = (rows(analyzer, text), judged(analyzer, text));
    let refused = judged.problems.iter().any(|(_, code, _)| *code != "duplicate-key");
    let unsure: Vec<_> = rows.unsure.iter().map(|(table, name, ..)| (*table, name)).collect();
    let expected: &[_] = &[("documents", &None), ("document_values", &None)];
    assert_eq!(unsure, if refused { expected } else { &[] });
    judged.problems.iter().map(|(line, code, _)| (*code, *line)).collect()
}

#[test]
fn the_format_comes_from_the_path() {
    let readers = |path| {
        let all = [&YAML, &JSON, &TOML].into_iter().filter(|analyzer| (analyzer.applies)(path));
        all.map(|analyzer| analyzer.name).collect::<Vec<_>>()
    };
    assert_eq!(readers("a/b.yml"), ["yaml"]);
    assert_eq!(readers("B.YAML"), ["yaml"]);
    assert_eq!(readers(".devcontainer/devcontainer.json"), ["json"]);
    assert_eq!(readers("x.jsonc"), ["json"]);
    assert_eq!(readers("Cargo.toml"), ["toml"]);
    assert_eq!(readers("json"), [""; 0]);
    assert_eq!(readers("a.json/readme"), [""; 0]);
}

#[test]
fn yaml_scalars_follow_the_core_schema() {
    let text = "[on, yes, no, off, y, true, False, NULL, ~, 12, -0, 0o17, 0x1F, 1_000, 1e3, .5, 5., '12', \
                .inf, 2026-02-15, 0b1, 99999999999999999999, +, ., -, 1.2.3, 08]";
    let expected = json!([
        "on",
        "yes",
        "no",
        "off",
        "y",
        true,
        false,
        null,
        null,
        12,
        0,
        15,
        31,
        "1_000",
        1000.0,
        0.5,
        5.0,
        "12",
        ".inf",
        "2026-02-15",
        "0b1",
        "99999999999999999999",
        "+",
        ".",
        "-",
        "1.2.3",
        8
    ]);
    // `-` alone opens an entry in a block only; in a flow it is refused, so it is tried quoted.
    assert_eq!(yaml(&text.replace(" -, ", " '-', ")), expected);
}

#[test]
fn yaml_keys_are_text_as_written() {
    let text = "on: 1\n1: 2\ntrue: 3\n~: 4\n1.0: 5\n[a, 1]: 6\n? {b: c}\n: 7\n";
    assert_eq!(
        yaml(text),
        json!({"on": 1, "1": 2, "true": 3, "~": 4, "1.0": 5, "[\"a\",1]": 6, "{\"b\":\"c\"}": 7})
    );
}

#[test]
fn yaml_tags_of_the_core_schema_decide() {
    let text = "[!!str 12, !!int '12', !own 12, !own [1], !!float 1, !!bool 'true', ! 12]";
    assert_eq!(yaml(text), json!(["12", 12, "12", [1], 1, true, "12"]));
}

#[test]
fn yaml_gives_a_row_for_each_document() {
    assert_eq!(
        documents(&YAML, "a: 1\n---\nb: 2\n...\n---\n"),
        [json!({"a": 1}), json!({"b": 2}), json!(null)]
    );
    assert_eq!(documents(&YAML, "# nothing\n"), Vec::<Json>::new());
    assert_eq!(documents(&YAML, ""), Vec::<Json>::new());
}

#[test]
fn yaml_that_breaks_later_keeps_what_came_before() {
    let text = "a: 1\n---\nb: [\n";
    assert_eq!(rows(&YAML, text).facts.len(), 1, "a document");
    assert_eq!(judged(&YAML, text).facts.len(), 1, "and a refusal");
    assert_eq!(problems(&YAML, text).len(), 1);
}

#[test]
fn yaml_aliases_stand_for_what_they_name_where_they_are_written() {
    let text = "base: &b\n  x: 1\nuse: *b\nlist: [*b]\n";
    assert_eq!(yaml(text), json!({"base": {"x": 1}, "use": {"x": 1}, "list": [{"x": 1}]}));
    let lines: Vec<u32> = places(&YAML, text).into_iter().map(|(_, line)| line).collect();
    assert_eq!(lines, [1, 1, 2, 3, 3, 4, 4, 4]);
}

#[test]
fn yaml_merge_keys_give_way_to_what_is_written() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {<<: *b, '<<': 4}\n";
    let data = yaml(text);
    assert_eq!(data["c"], json!({"x": 3, "y": 1, "z": 2}));
    assert_eq!(data["d"], json!({"<<": 4, "y": 2, "z": 2}));
    assert_eq!(yaml("<<: text\n"), json!({"<<": "text"}));
}

#[test]
fn yaml_lines_are_those_of_keys() {
    let text = "# first\non:\n  push:\n    branches: [main,\n      dev]\nrun: |\n  one\n  two\nsteps:\n  - uses: a\n    with: {x: 1}\n  -\n    b: 2\n";
    let expected = [
        ("", 2),
        ("/on", 2),
        ("/on/push", 3),
        ("/on/push/branches", 4),
        ("/on/push/branches/0", 4),
        ("/on/push/branches/1", 5),
        ("/run", 6),
        ("/steps", 9),
        ("/steps/0", 10),
        ("/steps/0/uses", 10),
        ("/steps/0/with", 11),
        ("/steps/0/with/x", 11),
        ("/steps/1", 13),
        ("/steps/1/b", 13),
    ];
    assert_eq!(places(&YAML, text), expected.map(|(pointer, line)| (pointer.to_owned(), line)));
    let crlf = text.replace('\n', "\r\n");
    assert_eq!(places(&YAML, &crlf), expected.map(|(pointer, line)| (pointer.to_owned(), line)));
}

#[test]
fn repeated_keys_are_problems_and_the_last_one_counts() {
    for (analyzer, text) in
        [(&YAML, "a: 1\nb: 2\na: 3\n"), (&JSON, "{\"a\": 1,\n\"b\": 2,\n\"a\": 3}")]
    {
        let rows = rows(analyzer, text);
        assert_eq!(
            rows.facts[0].1[2].as_text().map(on_one_line).as_deref(),
            Some("{\"a\":3,\"b\":2}")
        );
        assert_eq!(problems(analyzer, text), [("duplicate-key", Some(3))]);
    }
    assert_eq!(problems(&TOML, "a = 1\na = 2\n"), [("unparsable", Some(2))]);
    let many = "a: 1\n".repeat(1000);
    assert_eq!(problems(&YAML, &many).len(), 21);
}

#[test]
fn what_cannot_be_read_is_a_problem_with_its_line() {
    assert_eq!(problems(&YAML, "a:\n\t- b\n"), [("unparsable", Some(2))]);
    assert_eq!(problems(&YAML, "a: b: c\n"), [("unparsable", Some(1))]);
    assert_eq!(problems(&YAML, "a: &x [*x]\n"), [("unparsable", Some(1))]);
    assert_eq!(problems(&YAML, "a: 1\n---\nb: *none\n"), [("unparsable", Some(3))]);
    assert_eq!(problems(&JSON, ""), [("unparsable", None)]);
    assert_eq!(problems(&JSON, "{\n\"a\": nope}"), [("unparsable", Some(2))]);
    assert_eq!(problems(&JSON, "{'a': 1}"), [("unparsable", Some(1))]);
    assert_eq!(problems(&TOML, "a = 1\nb = \n"), [("unparsable", Some(2))]);
}

#[test]
fn a_template_is_called_one() {
    let chart = "metadata:\n  name: {{ .Release.Name }}\n  {{- with .Values.labels }}\n";
    assert_eq!(problems(&YAML, chart)[0].0, "template");
    assert_eq!(problems(&YAML, "a: {{ name }}\n"), [("template", Some(1))]);
    assert_eq!(problems(&YAML, "{% if x %}\na: 1\n{% endif %}\n")[0].0, "template");
    assert_eq!(problems(&JSON, "{\"a\": {{ b }}}")[0].0, "template");
    assert_eq!(yaml("run: echo ${{ github.sha }}\n"), json!({"run": "echo ${{ github.sha }}"}));
    assert_eq!(yaml("name: '{{ x }}'\n"), json!({"name": "{{ x }}"}));
    assert_eq!(problems(&YAML, "run: ${{ github.sha }}\nb: c: d\n")[0].0, "unparsable");
}

#[test]
fn json_takes_comments_and_trailing_commas() {
    let text = "// first\n{\n  /* [[[ */ \"a\": [1, 2,], // \"{\n  \"b\": \"//\",\n}\n";
    assert_eq!(documents(&JSON, text), [json!({"a": [1, 2], "b": "//"})]);
    assert_eq!(
        places(&JSON, text),
        [("", 2), ("/a", 3), ("/a/0", 3), ("/a/1", 3), ("/b", 4)]
            .map(|(pointer, line)| (pointer.to_owned(), line))
    );
}

#[test]
fn json_numbers_are_exact_or_text() {
    let text = "[9223372036854775807, 9223372036854775808, 0.1, 1e400, -1.5E-3, 1.0]";
    let expected = json!([i64::MAX, "9223372036854775808", 0.1, "1e400", -0.0015, 1.0]);
    assert_eq!(documents(&JSON, text), [expected]);
}

#[test]
fn toml_has_lines_and_the_order_of_the_file() {
    let text = "z = 1\n\n[b.c]\nx = [1,\n 2]\n[a]\nd = 1979-05-27\nf = inf\nh = 0xff\n[[t]]\nn = 1\n[[t]]\nn = 2\n";
    let rows = rows(&TOML, text);
    assert_eq!(
        rows.facts[0].1[2].as_text().map(on_one_line).as_deref(),
        Some(
            "{\"z\":1,\"b\":{\"c\":{\"x\":[1,2]}},\"a\":{\"d\":\"1979-05-27\",\"f\":\"inf\",\"h\":255},\
             \"t\":[{\"n\":1},{\"n\":2}]}"
        )
    );
    let lines: Vec<u32> = places(&TOML, text).into_iter().map(|(_, line)| line).collect();
    assert_eq!(lines, [1, 1, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13]);
}

#[test]
fn nesting_is_bounded_without_running_out_of_stack() {
    for (analyzer, open, close, first) in [
        (&JSON, "[", "]", ""),
        (&JSON, "{\"a\":", "}", ""),
        (&YAML, "[", "]", ""),
        (&YAML, "{a: ", "}", ""),
        (&YAML, "- ", "", ""),
        (&TOML, "[", "]", "a = "),
        (&TOML, "{a = ", "}", "a = "),
    ] {
        let deep = format!("{first}{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(problems(analyzer, &deep), [("too-deep", Some(1))], "{open}");
    }
    let key = format!("[{}a]\n", "a.".repeat(100_000));
    assert_eq!(problems(&TOML, &key), [("too-deep", None)]);
    let deepest = format!("{}1{}", "[".repeat(node::MAX_DEPTH), "]".repeat(node::MAX_DEPTH));
    assert_eq!(documents(&JSON, &deepest), documents(&YAML, &deepest));
    assert_eq!(problems(&JSON, &format!("[{deepest}]")), [("too-deep", Some(1))]);
    assert_eq!(problems(&YAML, &format!("[{deepest}]")), [("too-deep", Some(1))]);
}

#[test]
fn aliases_of_aliases_are_bounded() {
    let level = |n: u32| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","));
    let bomb = format!("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n{}", (1..20).map(level).collect::<String>());
    assert_eq!(problems(&YAML, &bomb), [("too-large-when-expanded", Some(6))]);
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 1000].join(","));
    assert_eq!(problems(&YAML, &text), [("too-large-when-expanded", Some(2))]);
    let chain: String = (1..200).map(|n| format!("b{n}: &b{n} [*b{}]\n", n - 1)).collect();
    assert_eq!(problems(&YAML, &format!("b0: &b0 []\n{chain}"))[0].0, "too-deep");
}

#[test]
fn a_document_of_too_many_values_is_refused() {
    let elements = "1,".repeat(node::MAX_VALUES + 2);
    assert_eq!(problems(&JSON, &format!("[{elements}1]")), [("too-many-values", Some(1))]);
    assert_eq!(problems(&YAML, &format!("[{elements}1]")), [("too-many-values", Some(1))]);
    assert_eq!(problems(&TOML, &format!("a = [{elements}1]")), [("too-many-values", None)]);
}

#[test]
fn a_byte_order_mark_and_other_bytes_are_survived() {
    let mut rows = Rows::default();
    (YAML.extract)(&Input::new(b"\xEF\xBB\xBFa: \xFF\n"), &mut rows);
    assert_eq!(rows.facts[0].1[2].as_text(), Some("{\"a\":\"\u{FFFD}\"}"));
    let mut rows = Rows::default();
    (JSON.extract)(&Input::new(b"\xFF\xFE[\x001\x00]\x00"), &mut rows);
    assert_eq!(rows.facts[0].1[2].as_text(), Some("[1]"));
}

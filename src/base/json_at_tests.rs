//! What paths find.

use serde_json::json;

use super::*;

fn document() -> Value {
    json!({
        "name": "image",
        "jobs": {
            "build": {"steps": [{"uses": "actions/checkout@v4"}, {"uses": "docker/build@v6", "id": 2}]},
            "test": {"steps": [{"run": "make"}], "a/b~c": 1},
        },
    })
}

fn pointers(at: &str) -> Vec<String> {
    let data = document();
    json_at(&data, &[], at).expect("a path").into_iter().map(|hit| hit.pointer).collect()
}

#[test]
fn names_lead_to_members_and_positions_to_elements() {
    assert_eq!(pointers("/name"), ["/name"]);
    assert_eq!(pointers("/jobs/build/steps/1/id"), ["/jobs/build/steps/1/id"]);
    assert_eq!(pointers("/jobs/absent/steps"), [""; 0]);
    assert_eq!(pointers("/"), [""]);
}

#[test]
fn stars_lead_to_all_members_or_all_below() {
    assert_eq!(pointers("/jobs/*"), ["/jobs/build", "/jobs/test"]);
    assert_eq!(pointers("/**").len(), 15);
    assert_eq!(pointers("/**/**/**").len(), 15);
    assert_eq!(pointers("/**/uses"), ["/jobs/build/steps/0/uses", "/jobs/build/steps/1/uses"]);
}

#[test]
fn braces_lead_to_either_in_the_order_of_the_document() {
    assert_eq!(pointers("/jobs/{test,build,none}"), ["/jobs/build", "/jobs/test"]);
    assert_eq!(pointers("/**/{id,run}"), ["/jobs/build/steps/1/id", "/jobs/test/steps/0/run"]);
}

#[test]
fn filters_keep_what_has_such_a_member() {
    assert_eq!(pointers("/**/[uses~='^docker/']"), ["/jobs/build/steps/1"]);
    assert_eq!(pointers("/**/[uses='docker/build@v6']/id"), ["/jobs/build/steps/1/id"]);
    assert_eq!(pointers("/**/steps/*[id='2'][uses~='d']"), ["/jobs/build/steps/1"]);
    assert_eq!(pointers("/[build~='.']"), [""; 0], "an object is not text");
    assert_eq!(pointers("/jobs/test['a/b~c'='1']"), ["/jobs/test"]);
}

#[test]
fn odd_names_are_escaped_or_quoted() {
    assert_eq!(pointers("/jobs/test/a~1b~0c"), ["/jobs/test/a~1b~0c"]);
    assert_eq!(pointers("/jobs/test/'a/b~c'"), ["/jobs/test/a~1b~0c"]);
}

#[test]
fn every_hit_has_the_line_of_its_value() {
    let data = json!({"a": [1, {"b": 2}], "c": 3});
    let lines = [1, 1, 2, 3, 4, 5];
    let hits = json_at(&data, &lines, "/**").expect("a path");
    let found: Vec<_> = hits.iter().map(|hit| (hit.pointer.as_str(), hit.line)).collect();
    assert_eq!(
        found,
        [
            ("", Some(1)),
            ("/a", Some(1)),
            ("/a/0", Some(2)),
            ("/a/1", Some(3)),
            ("/a/1/b", Some(4)),
            ("/c", Some(5)),
        ]
    );
    assert_eq!(json_at(&data, &[], "/c").expect("a path")[0].line, None);
}

#[test]
fn a_path_that_cannot_be_read_says_where() {
    for (path, column) in [
        ("a", 1),
        ("/a//b", 4),
        ("/a/", 4),
        ("/a*", 3),
        ("/{a", 4),
        ("/[a='x", 6),
        ("/[a~='(']", 9),
        ("/a[b]", 5),
    ] {
        let error = JsonPath::parse(path).expect_err(path);
        assert_eq!((error.column, path), (column, path), "{error}");
    }
    let long = "/a".repeat(40);
    assert!(JsonPath::parse(&long).is_err());
}

#[test]
fn a_large_document_is_walked_once_per_segment() {
    let data = json!(vec![json!({"k": "v"}); 50_000]);
    let path = format!("/**{}", "/**".repeat(20));
    assert_eq!(json_at(&data, &[], &path).expect("a path").len(), 100_001);
}

#[test]
fn types_have_the_words_of_sqlite() {
    let data = json!([null, true, false, 1, 1.0, "a", [], {}]);
    let hits = json_at(&data, &[], "/*").expect("a path");
    let words: Vec<_> = hits.iter().map(Hit::type_word).collect();
    assert_eq!(words, ["null", "true", "false", "integer", "real", "text", "array", "object"]);
}

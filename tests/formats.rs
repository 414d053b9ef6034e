//! What other tools read of an audit, measured by their own definitions: SARIF, annotations, JUnit, CSV, JSON by line.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;
mod tools;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Case, RULES, page};
use parity::report::plain;
use serde_json::{Value, json};

/// The official schema, in the package that types are made from.
fn sarif_schema() -> Option<Value> {
    let folder = tools::sources("serde-sarif", "0.8.0")?;
    Some(serde_json::from_slice(&fs::read(folder.join("src/schema.json")).unwrap()).unwrap())
}

/// Everything that could break out of a format, as what a rule examines and says.
const HOSTILE: [&str; 10] = [
    "100%25 %0A done",
    "a,b;c::error file=x,line=1::forged",
    "<img src=x onerror=alert(1)> & ]]> 'a' \"b\"",
    "=HYPERLINK(\"http://x\",\"y\")",
    "-1+1|calc",
    "{0} and {{1}} [click](http://evil.example)",
    "| a | `b` *c* @everybody",
    "zażółć 中文 \u{202e}txt.exe",
    "line one\nline two\r\nline three\ttab",
    "nul-like \u{1}\u{7}\u{1b}[31mred\u{1b}[0m \u{ffff}",
];

/// A repository in which `local/trial` finds one hostile thing a line.
fn hostile() -> Case {
    let rows: Vec<String> = HOSTILE
        .iter()
        .enumerate()
        .map(|(at, text)| format!("({}, '{}')", at + 1, text.replace('\'', "''")))
        .collect();
    let sql = format!(
        "with said(line, text) as (values {})\nselect 'dir, with: 100%/a b.md' as path, line, line as subject, 0 as ok, text as message from said",
        rows.join(", ")
    )
    .replace("line as subject", "text || line as subject");
    let lines = "x\n".repeat(HOSTILE.len());
    Case::git(&[
        ("dir, with: 100%/a b.md", &lines),
        ("parity.toml", RULES),
        ("rules/trial.md", &page(&sql)),
    ])
}

fn json_of(case: &Case) -> Value {
    case.run(&["check", "--format", "json"]).json(1)
}

#[track_caller]
fn valid(log: &Value) {
    let Some(mut schema) = sarif_schema() else { return };
    // The pattern of a key we do not write is no regular expression; validators refuse the schema for it.
    for object in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][object]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").expect("the fault is still there");
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(log)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What code scanning asks beyond the schema.
#[track_caller]
fn scannable(log: &Value) {
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        for key in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[key]["text"].as_str().unwrap().is_empty(), "{key} of {}", rule["id"]);
        }
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 20);
    }
    for result in run["results"].as_array().unwrap() {
        assert_eq!(result["kind"], "fail", "every result becomes an alert");
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert!(
            place["artifactLocation"]["uri"].is_string(),
            "a result without a place is refused"
        );
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        assert!(!result["partialFingerprints"].as_object().unwrap().is_empty());
    }
}

#[test]
fn sarif_is_what_its_schema_and_code_scanning_ask_for() {
    for case in [Case::acme(), hostile()] {
        let log = case.run(&["check", "--format", "sarif"]).json(1);
        valid(&log);
        scannable(&log);
        let audit = json_of(&case);
        let findings = audit["findings"].as_array().unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), findings.len());
        assert_eq!(run["invocations"][0]["exitCode"], 1);
        for (result, finding) in run["results"].as_array().unwrap().iter().zip(findings) {
            assert_eq!(result["ruleId"], finding["rule"]);
            assert_eq!(result["partialFingerprints"]["parity/v1"], finding["fingerprint"]);
        }
        let said: Vec<&Value> = run["invocations"][0]["toolExecutionNotifications"]
            .as_array()
            .unwrap()
            .iter()
            .collect();
        assert!(said.len() >= audit["problems"].as_array().unwrap().len());
    }
}

#[test]
fn a_report_as_sarif_holds_every_verdict() {
    let log = Case::acme().run(&["report", "--format", "sarif"]).json(0);
    valid(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    for kind in ["pass", "fail", "review", "notApplicable", "informational"] {
        assert!(results.iter().any(|result| result["kind"] == kind), "{kind}");
    }
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(result["kind"] == "fail", result["level"] != "none", "{result}");
    }
}

#[test]
fn sarif_says_what_is_waived_where_and_what_was_there_before() {
    let case = Case::git(&[
        (
            "addons/a/__manifest__.py",
            "# parity: allow odoo/manifest-required-key chosen in spring\n{'name': 'A'}\n",
        ),
        ("addons/b/__manifest__.py", "{'name': 'B'}\n"),
        (
            "parity.toml",
            "[[waiver]]\nrule = \"odoo/manifest-required-key\"\npath = \"addons/b/**\"\nowner = \"ops\"\nreason = \"old\"\nexpires = \"2027-01-01\"\n",
        ),
        ("addons/c/__manifest__.py", "{'name': 'C'}\n"),
    ]);
    case.write("addons/d/__manifest__.py", b"{'name': 'D'}\n");
    let log = case
        .run(&["check", "--changed", "--format", "sarif", "--select", "odoo/manifest-required-key"])
        .json(0);
    valid(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let of = |module: &str| {
        let uri = format!("addons/{module}/__manifest__.py");
        results
            .iter()
            .find(|result| {
                result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                    == uri.as_str()
            })
            .unwrap()
    };
    assert_eq!(of("a")["suppressions"][0]["kind"], "inSource");
    assert_eq!(of("a")["suppressions"][0]["justification"], "chosen in spring");
    assert_eq!(of("b")["suppressions"][0]["kind"], "external");
    assert_eq!(
        (&of("c")["baselineState"], &of("d")["baselineState"]),
        (&json!("unchanged"), &json!("new"))
    );
    assert!(of("d").get("suppressions").is_none());
}

#[test]
fn sarif_names_the_remote_without_a_password() {
    let case = Case::git(&[("a.md", "# A\n")]);
    let remote = |url: &str| {
        common::git(&case.root, &["config", "remote.origin.url", url]);
        let log = case.run(&["check", "--format", "sarif"]).json(0);
        valid(&log);
        log["runs"][0]["versionControlProvenance"][0]["repositoryUri"].clone()
    };
    assert_eq!(remote("https://me:secret@git.example/a/b.git"), "https://git.example/a/b.git");
    assert_eq!(remote("git@git.example:a/b.git"), "ssh://git.example/a/b.git");
    assert_eq!(remote("../elsewhere"), Value::Null);
    assert_eq!(remote("https://git.example/a b"), Value::Null);
}

/// What the toolkit of GitHub writes for the same findings, and what a runner reads of it.
const ANNOTATE: &str = r#"
import { readFileSync } from 'fs';
const core = await import(process.argv[2] + '/node_modules/@actions/core/lib/core.js');
for (const f of JSON.parse(readFileSync(process.argv[3], 'utf8'))) {
    const write = {error: core.error, warning: core.warning, note: core.notice}[f.severity];
    write(f.text, {title: f.title, file: f.path, startLine: f.line, endLine: f.end_line});
}
"#;

/// The properties and the message of a workflow command, as a runner reads them.
fn command(line: &str) -> (Vec<(String, String)>, String) {
    let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
    let (_, properties) = head.split_once(' ').unwrap();
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| data(&text.replace("%3A", ":").replace("%2C", ","));
    let mut read: Vec<(String, String)> = properties
        .split(',')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(key, value)| (key.to_owned(), property(value)))
        .collect();
    read.sort();
    (read, data(message))
}

#[test]
fn annotations_are_what_githubs_own_toolkit_writes() {
    let case = hostile();
    let ours = case.run(&["check", "--format", "github"]).ends(1);
    let audit = json_of(&case);
    let findings = audit["findings"].as_array().unwrap();
    assert_eq!(ours.lines().count(), findings.len(), "one line each, whatever they say");
    let expected: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let (subject, message) = (finding["subject"].as_str().unwrap(), finding["message"].as_str().unwrap());
            let text = if message.contains(subject) { message.to_owned() } else { format!("{subject}: {message}") };
            json!({
                "severity": finding["severity"], "path": finding["path"], "line": finding["line"], "end_line": finding["end_line"],
                "title": format!("{} [{}]", finding["rule"].as_str().unwrap(), finding["id"].as_str().unwrap()),
                "text": plain(&text),
            })
        })
        .collect();
    for (line, expected) in ours.lines().zip(&expected) {
        let (properties, message) = command(line);
        assert_eq!(message, expected["text"].as_str().unwrap());
        assert!(
            properties
                .contains(&("file".to_owned(), expected["path"].as_str().unwrap().to_owned()))
        );
    }
    let Some(folder) = tools::npm(&["@actions/core@3.0.1"]) else { return };
    let (script, input) = (case.beside("annotate.mjs"), case.beside("findings.json"));
    fs::write(&script, ANNOTATE).unwrap();
    fs::write(&input, serde_json::to_vec(&expected).unwrap()).unwrap();
    let output = tools::run(Command::new("node").arg(&script).arg(&folder).arg(&input));
    let theirs = String::from_utf8(output.stdout).unwrap();
    assert_eq!(theirs.lines().count(), findings.len());
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        assert_eq!(command(ours), command(theirs));
        assert_eq!(ours.split("::").nth(2), theirs.split("::").nth(2), "the same bytes");
    }
}

const JUNIT: &str = r#"
import json, sys
import junitparser
import xml.dom.minidom as dom
dom.parse(sys.argv[1])
xml = junitparser.JUnitXml.fromfile(sys.argv[1])
suites = []
for suite in xml:
    cases = [{"name": case.name, "kinds": [type(result).__name__ for result in case.result],
              "message": [result.message for result in case.result]} for case in suite]
    suites.append({"name": suite.name, "tests": suite.tests, "failures": suite.failures, "skipped": suite.skipped, "cases": cases})
print(json.dumps({"tests": xml.tests, "failures": xml.failures, "suites": suites}))
"#;

#[test]
fn junit_is_read_by_its_readers_with_the_same_counts() {
    let Some(bin) = tools::python(&["junitparser==5.0.3"]) else { return };
    for case in [Case::acme(), hostile()] {
        let file = case.beside("junit.xml");
        let also = format!("junit={}", file.display());
        let audit = case.run(&["check", "--format", "json", "--also", &also]).json(1);
        let read = tools::python_json(&bin.join("python"), JUNIT, &[file.as_path()]);
        let suites = read["suites"].as_array().unwrap();
        let rules = audit["rules"].as_array().unwrap();
        assert_eq!(suites.len(), rules.len());
        for (suite, rule) in suites.iter().zip(rules) {
            assert_eq!(suite["name"], rule["rule"]);
            let cases = suite["cases"].as_array().unwrap();
            assert_eq!(suite["tests"], cases.len());
            let fails = |finding: &&Value| {
                finding["rule"] == rule["rule"]
                    && finding["status"] == "active"
                    && finding["severity"] == "error"
            };
            let failing = audit["findings"].as_array().unwrap().iter().filter(fails).count();
            assert_eq!(suite["failures"], failing, "{}", rule["rule"]);
            let failures = cases.iter().filter(|case| case["kinds"] == json!(["Failure"])).count();
            assert_eq!(suite["failures"], failures);
        }
    }
    let case = hostile();
    let file = case.beside("junit.xml");
    case.run(&["check", "--format", "junit", "--output", file.to_str().unwrap()]).ends(1);
    let read = tools::python_json(&bin.join("python"), JUNIT, &[file.as_path()]);
    let trial = read["suites"]
        .as_array()
        .unwrap()
        .iter()
        .find(|suite| suite["name"] == "local/trial")
        .unwrap();
    let messages: Vec<&str> = trial["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["message"][0].as_str().unwrap())
        .collect();
    for text in HOSTILE {
        // The page that holds it has one kind of line end.
        let text = plain(&text.replace("\r\n", "\n")).replace('\u{ffff}', "\u{fffd}");
        assert!(messages.iter().any(|message| message.contains(&text)), "{text}");
    }
}

const CSV: &str = "import csv, json, sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')))))";

#[test]
fn csv_comes_back_as_it_was_and_begins_no_formula() {
    let case = hostile();
    let file = case.beside("findings.csv");
    case.run(&["check", "--format", "csv", "--output", file.to_str().unwrap()]).ends(1);
    let rows = tools::python_json(Path::new("python3"), CSV, &[file.as_path()]);
    let audit = json_of(&case);
    let findings = audit["findings"].as_array().unwrap();
    assert_eq!(rows.as_array().unwrap().len(), findings.len());
    for (row, finding) in rows.as_array().unwrap().iter().zip(findings) {
        for key in ["id", "rule", "severity", "path", "subject", "message", "status", "fingerprint"]
        {
            let (cell, text) = (row[key].as_str().unwrap(), plain(finding[key].as_str().unwrap()));
            assert!(cell == text || cell == format!("'{text}"), "{cell}");
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
        assert_eq!(row["line"].as_str().unwrap(), finding["line"].to_string());
    }
}

#[test]
fn json_by_line_holds_the_findings_of_the_json_of_an_audit() {
    let case = hostile();
    let lines = case.run(&["check", "--format", "jsonl"]).ends(1);
    let read: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::from(read), json_of(&case)["findings"]);
}

#[test]
fn one_audit_is_written_in_several_formats() {
    let case = Case::acme();
    let files = ["json", "sarif", "csv", "junit", "github", "summary", "jsonl", "markdown"];
    let mut args = vec!["check".to_owned()];
    for format in files {
        args.extend(["--also".to_owned(), format!("{format}={}", case.beside(format).display())]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let shown = case.run(&args).ends(1);
    assert_eq!(shown, case.run(&["check"]).ends(1));
    for format in files {
        let alone = case.run(&["check", "--format", format]).ends(1);
        let beside = fs::read_to_string(case.beside(format)).unwrap();
        // A summary asks for matrices too, and without it there are none in the others.
        if !["json", "markdown"].contains(&format) {
            assert_eq!(alone, beside, "{format}");
        }
    }
    case.run(&["check", "--also", "sarif"]).refused(&["FORMAT=FILE"]);
    case.run(&["check", "--also", "pdf=x"]).refused(&["pdf", "sarif"]);
    case.run(&["check", "--also", "sarif="]).refused(&["names no file"]);
    case.run(&["check", "--also", "sarif=/nowhere/at/all"])
        .refused(&["cannot write `/nowhere/at/all`"]);
}

#[test]
fn nothing_of_a_repository_acts_in_a_summary() {
    let summary = hostile().run(&["check", "--format", "summary"]).ends(1);
    let table: Vec<&str> =
        summary.lines().filter(|line| line.starts_with("| error local")).collect();
    assert_eq!(table.len(), HOSTILE.len(), "one row each");
    for line in table {
        let bars = line.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 6, "{line}");
        assert!(
            !line.contains("<img")
                && !line.replace("\\]", "").contains("](")
                && !line.contains('\u{1b}'),
            "{line}"
        );
    }
}

//! What an organisation keeps of its own matrices may be hostile: a declared reading of it ends, in bounds, and claims nothing.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::time::{Duration, Instant};

use common::Case;

/// The most memory an audit may have, in MB, unoptimised.
const MEMORY: u64 = 500;

const MAPPING: &str = "extends: odoo-sh@1\nreadings:\n\
    \x20 - {files: own.yaml, rows: '/**/f', id: key, status: value}\n\
    \x20 - {files: own.json, rows: /*, id: /id, status: /status}\n\
    \x20 - {files: 'own.{csv,tsv}', id: feature, status: status}\nfeatures:\n\
    \x20 \"3.1\": {evidence: [table ops.roles]}\n";

/// Judges by a matrix that is read from a file, and gives what is said of features.
#[track_caller]
fn said(file: &str, text: &[u8]) -> Vec<String> {
    let case = Case::folder(&[
        ("parity/odoo-sh.yaml", MAPPING),
        ("addons/a/__manifest__.py", "{'name': 'A', 'version': '18.0.1.0.0'}\n"),
    ]);
    case.write(file, text);
    let started = Instant::now();
    let (run, peak) = case.measured(&["score", "odoo-sh", "--format", "json"]);
    assert!(run.code == 0, "{file} exits {}: {}", run.code, run.err);
    assert!(peak < MEMORY, "{file} had {peak} MB");
    assert!(started.elapsed() < Duration::from_secs(60), "{file} took {:?}", started.elapsed());
    let score = run.json(0);
    let features = score["matrices"][0]["features"].as_array().unwrap();
    let claimed = features.iter().filter_map(|judged| judged["claim"]["claimed"].as_str());
    claimed.map(str::to_owned).collect()
}

#[test]
fn bombs_of_anchors_and_of_depth_are_not_unfolded() {
    let mut bomb = "a0: &a0 {'3.1': done}\n".to_owned();
    for at in 1..40 {
        let before = format!("*a{}", at - 1);
        let nine = [before.as_str(); 9].join(", ");
        bomb += &format!("a{at}: &a{at} [{nine}]\n");
    }
    assert!(said("own.yaml", bomb.as_bytes()).is_empty());
    assert!(said("own.yaml", format!("f: {}", "[".repeat(100_000)).as_bytes()).is_empty());
    assert!(said("own.json", "[".repeat(100_000).as_bytes()).is_empty());
    assert!(said("own.json", "{\"a\":".repeat(100_000).as_bytes()).is_empty());
}

#[test]
fn a_table_without_end_is_bounded() {
    let long = format!("feature,status\n3.1,{}\n", "x".repeat(9 << 20));
    assert!(said("own.csv", long.as_bytes()).is_empty());
    let wide = format!("feature,status\n3.1{}\n", ",".repeat(2_000_000));
    assert!(said("own.csv", wide.as_bytes()).is_empty());
    let open = format!("feature,status\n3.1,\"{}", "done\n".repeat(200_000));
    assert!(said("own.csv", open.as_bytes()).is_empty());
    let rows = format!("feature,status\n{}", "9.9,done\n".repeat(300_000));
    assert!(said("own.csv", rows.as_bytes()).is_empty());
}

#[test]
fn marks_of_an_editor_are_read_over_and_other_encodings_claim_nothing() {
    assert_eq!(said("own.csv", b"\xef\xbb\xbffeature,status\r\n3.1,done\r\n"), ["covered"]);
    let wide: Vec<u8> =
        "\u{feff}feature,status\n3.1,done\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(said("own.csv", &wide).is_empty());
    assert!(said("own.csv", b"feature,status\n\xff\xfe\x00,\x80\n").is_empty());
    assert!(said("own.json", b"\xff\xfe[\x00").is_empty());
    assert_eq!(said("own.tsv", "feature\tstatus\n3.1\tdone\n".as_bytes()), ["covered"]);
}

#[test]
fn what_is_said_twice_is_said_once() {
    let twice = "[{\"id\": \"3.1\", \"id\": \"3.1\", \"status\": \"done\", \"status\": \"done\"}]";
    assert!(said("own.json", twice.as_bytes()).len() <= 1);
    assert!(
        said("own.csv", b"feature,status,status\n3.1,done,missing\n3.1,done,done\n").len() <= 1
    );
    assert!(said("own.csv", b"").is_empty() && said("own.json", b"").is_empty());
}

//! Data files, READMEs and submodules may be hostile: whatever they hold, there is an answer, in bounded memory.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]

mod common;

use common::Case;

/// The most memory an audit may have, in MB, unoptimised.
const MEMORY: u64 = 400;

#[test]
fn data_files_of_any_depth_and_size_end_in_rows_problems_and_bounded_memory() {
    let many = |text: &str, times: usize| text.repeat(times);
    let data: Vec<String> =
        ["deep", "wide", "bomb", "open", "bytes"].map(|name| format!("'data/{name}.xml'")).into();
    let manifest = format!(
        "{{'name': 'A', 'version': '18.0.1.0.0', 'data': [{}, 'data/a.csv', 'data/q.csv']}}",
        data.join(", ")
    );
    let entities: String = (1..30)
        .map(|level| format!("<!ENTITY a{level} \"{}\">", format!("&a{};", level - 1).repeat(10)))
        .collect();
    let files = [
        ("a/__manifest__.py", manifest),
        ("a/data/deep.xml", many("<odoo>", 200_000)),
        (
            "a/data/wide.xml",
            format!(
                "<odoo>{}</odoo>",
                many("<record id=\"a\" model=\"b\"><field name=\"c\"/></record>", 60_000)
            ),
        ),
        (
            "a/data/bomb.xml",
            format!("<!DOCTYPE odoo [<!ENTITY a0 \"x\">{entities}]><odoo>&a29;</odoo>"),
        ),
        ("a/data/open.xml", format!("<odoo><record id=\"{}", many("a", 1_000_000))),
        ("a/data/bytes.xml", "<odoo>\u{fffe}\0<record/></odoo>".to_owned()),
        ("a/data/a.csv", format!("id,name\n{}", many("\"a\"\"b\",c\n", 60_000))),
        ("a/data/q.csv", format!("id\n\"{}", many("x\n", 200_000))),
        ("a/README.rst", format!("!! source digest: sha256:{}\n", "0".repeat(64))),
        ("a/readme/DESCRIPTION.rst", many("x", 2_000_000)),
        (".gitmodules", many("[submodule \"a\"]\npath=a\nurl=b\n", 20_000)),
    ];
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let case = Case::git(&files);
    for sql in [
        "select count(*), count(error) from odoo_xml",
        "select count(*) from odoo_records",
        "select count(*), count(error) from odoo_csv",
        "select count(*) from odoo_csv_rows",
        "select count(*) from submodules",
        "select count(*), count(digest) from odoo_readme_sources",
    ] {
        let (run, peak) = case.measured(&["query", sql]);
        assert_eq!(run.code, 0, "{sql}: {}", run.err);
        assert!(peak < MEMORY, "{sql} had {peak} MB");
    }
    let said =
        case.run(&["check", "--select", "odoo", "--fail-on", "never", "--format", "json"]).json(0);
    assert!(said["rules"].as_array().unwrap().len() > 20);
}

#[test]
fn a_chain_and_a_circle_of_a_thousand_addons_end() {
    let name = |at: usize| format!("m{:04}", at % 1_000);
    let files: Vec<(String, String)> = (0..1_000)
        .map(|at| {
            let depends = [1, 2, 7].map(|step| format!("'{}'", name(at + step))).join(", ");
            (
                format!("{}/__manifest__.py", name(at)),
                format!("{{'name': 'A', 'depends': [{depends}]}}"),
            )
        })
        .collect();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let case = Case::folder(&files);
    let (run, peak) = case.measured(&["query", "select count(*) from odoo_chains"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(peak < MEMORY, "{peak} MB");
    case.run(&["addons", "--format", "svg"]).refused(&["more than a picture holds"]);
}

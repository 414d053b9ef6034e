//! What is said of licences, through the command; with `PARITY_CORPORA`, also of the checkout `server-tools-tree` in that
//! folder.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "a test is told by its environment where real repositories are"
)]

mod common;

use std::path::Path;

use common::{Case, run};

#[test]
fn without_a_single_notice_there_is_nothing_to_judge() {
    let files: Vec<(String, &str)> =
        (0..30).map(|n| (format!("src/m{n}.py"), "import os\n")).collect();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let check = Case::folder(&files).run(&["check", "--select", "license"]).ends(0);
    assert!(check.contains("examined 0"), "{check}");
}

#[test]
fn built_in_tables_are_there_on_any_tree() {
    let case = Case::folder(&[]);
    let ids = "select count(distinct licensee) as n, count(*) as cells from license_compat";
    assert_eq!(case.cells(ids), "27|1458");
    let stands_in = "select oca_repo, oca_module, fit from odoo_reference where name = 'account_asset' and series = '18.0'";
    assert_eq!(case.cells(stands_in), "account-financial-tools|account_asset_management|direct");
}

/// What was read for the verdicts on which licence may build on which: texts of licences, and what their makers and others say.
const SOURCES: [&str; 16] = [
    "AGPL-3.0, section 13",
    "AGPL-3.0, section 5(c)",
    "BUSL-1.1, terms",
    "Elastic-2.0, limitations",
    "GNU list of licences",
    "GPL-2.0, section 9",
    "GPL-2.0, section 9, and AGPL-3.0, section 13",
    "GPL-3.0, section 14",
    "LGPL-2.1, section 3, and AGPL-3.0, section 13",
    "LGPL-3.0, section 2, and AGPL-3.0, section 13",
    "LICENSE.md of n8n",
    "OSADL matrix of 2024-05-21",
    "SSPL-1.0, section 5(c)",
    "legal pages of Odoo",
    "manifestoo 1.1",
    "same licence",
];

#[test]
fn every_verdict_on_a_pair_names_what_was_read_for_it_or_is_for_a_person() {
    let case = Case::folder(&[]);
    let sources = case
        .cells("select distinct source from license_compat where verdict <> 'review' order by 1");
    assert_eq!(sources.lines().collect::<Vec<_>>(), SOURCES);
    let bare = "select count(*) from license_compat where source = 'not verified' and verdict <> 'review' or reason = ''";
    assert_eq!(case.cells(bare), "0");
}

#[test]
fn a_function_is_told_what_is_built_in() {
    let case = Case::folder(&[]);
    case.run(&["query", "select built_in('nothing')"])
        .refused(&["nothing built in is called `nothing`"]);
    assert_eq!(
        case.cells(
            "select spdx_allowed('MIT OR ISC', '[\"ISC\"]') as a, spdx_allowed('GPLv3', '[]') as b"
        ),
        "1|0"
    );
}

#[test]
fn notices_of_a_real_tree_are_found() {
    let Some(corpora) = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty()) else {
        return skipped("PARITY_CORPORA is not set");
    };
    let root = Path::new(&corpora).join("server-tools-tree");
    if !root.is_dir() {
        return skipped("there is no server-tools-tree");
    }
    let temp = tempfile::TempDir::new().unwrap();
    let ask = |sql: &str| {
        let args = ["query", "--format", "csv", "--repo", root.to_str().unwrap(), sql];
        run(temp.path(), &args).ends(0).replace("\r\n", "\n")
    };
    assert_eq!(
        ask("select spdx, count(*) as n from license_headers where spdx is not null group by spdx"),
        "spdx,n\nAGPL-3.0-or-later,112\nLGPL-3.0-or-later,28\n"
    );
    assert_eq!(
        ask("select path, spdx, verdict from license_texts"),
        "path,spdx,verdict\nLICENSE,AGPL-3.0,match\n"
    );
}

#[allow(clippy::print_stderr, reason = "a test that did nothing says so")]
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

//! `compat = "manifestoo"` against manifestoo itself: every pair of thirteen licences.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "the commands that are run are found by the environment"
)]

mod common;
mod tools;

use std::collections::BTreeSet;
use std::process::Command;

use common::Case;

/// Odoo's ten values, what manifestoo knows besides, and nothing.
const LICENSES: [(&str, &str); 13] = [
    ("agpl", "AGPL-3"),
    ("gpl2", "GPL-2"),
    ("gpl2p", "GPL-2 or any later version"),
    ("gpl3", "GPL-3"),
    ("gpl3p", "GPL-3 or any later version"),
    ("lgpl", "LGPL-3"),
    ("lgplp", "LGPL-3 or any later version"),
    ("mit", "MIT"),
    ("none", ""),
    ("oeel", "OEEL-1"),
    ("opl", "OPL-1"),
    ("osi", "Other OSI approved licence"),
    ("prop", "Other proprietary"),
];

fn manifest(license: &str, depends: &str) -> String {
    let license =
        if license.is_empty() { String::new() } else { format!("'license': '{license}', ") };
    format!("{{'name': 'A', 'version': '16.0.1.0.0', {license}'depends': [{depends}]}}\n")
}

#[test]
fn each_pair_of_licences_is_decided_as_manifestoo_decides_it() {
    let case = Case::folder(&[]);
    for (of, license) in LICENSES {
        let write = |name: &str, depends: &str| {
            case.write(&format!("{name}/__init__.py"), b"");
            case.write(&format!("{name}/__manifest__.py"), manifest(license, depends).as_bytes());
        };
        write(&format!("d_{of}"), "");
        for (on, _) in LICENSES {
            write(&format!("w_{of}_{on}"), &format!("'d_{on}'"));
        }
    }
    let Some(bin) = tools::python(&["manifestoo==1.1", "manifestoo-core==1.16.1"]) else { return };
    let output = Command::new(bin.join("manifestoo"))
        .args(["--odoo-series", "16.0", "--addons-path"])
        .arg(&case.root)
        .args(["--select-addons-dir"])
        .arg(&case.root)
        .arg("check-licenses")
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let theirs: BTreeSet<String> =
        said.lines().filter(|line| line.contains(") depends on ")).map(str::to_owned).collect();
    assert_eq!(theirs.len(), 76, "{said}");
    let args = ["check", "--format", "json", "--select", "license/depends-on-stronger"];
    let mode = ["--set", "odoo.compat=manifestoo"];
    let audit = case.run(&[args.as_slice(), &mode].concat()).json(1);
    let message = |finding: &serde_json::Value| finding["message"].as_str().unwrap().to_owned();
    let ours: BTreeSet<String> =
        audit["findings"].as_array().unwrap().iter().map(message).collect();
    assert_eq!(ours, theirs);
    assert_eq!(audit["rules"][0]["examined"], 13 * 13);
}

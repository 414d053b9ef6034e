//! A bundle that `parity new spec` writes, and what the rules say of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::fs;

use common::Case;

#[test]
fn a_new_bundle_of_each_layout_passes_all_rules_about_bundles() {
    for (layout, folder) in
        [("constitution-prd", "spec/save"), ("spec-kit", "specs/001-save"), ("parity", "spec/save")]
    {
        let case = Case::folder(&[("README.md", "# Acme\n")]);
        let said = case.run(&["new", "spec", "save", "--layout", layout]).ends(0);
        assert!(said.starts_with(&format!("wrote {folder}: ")), "{said}");
        let audit = case.run(&["check", "--select", "spec", "--all", "--format", "json"]).json(0);
        assert_eq!(audit["findings"], serde_json::json!([]), "{layout}");
        let examined = audit["rules"].as_array().unwrap().iter();
        assert!(examined.filter(|rule| rule["holds"].as_u64() > Some(0)).count() > 6, "{layout}");
        for file in fs::read_dir(case.root.join(folder)).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains("{{"), "{text}");
        }
    }
}

#[test]
fn bundles_of_spec_kit_are_numbered_on() {
    let case = Case::folder(&[("specs/007-old/spec.md", "# Old\n")]);
    let said = case.run(&["new", "spec", "save", "--layout", "spec-kit"]).ends(0);
    assert!(said.contains("specs/008-save"), "{said}");
}

#[test]
fn nothing_is_overwritten_and_no_slug_leaves_the_folder() {
    let case = Case::folder(&[("spec/save/prd.md", "# Mine\n")]);
    case.run(&["new", "spec", "save"]).refused(&["`spec/save` is there already"]);
    case.run(&["new", "spec", "../save"]).refused(&["is no slug"]);
    assert_eq!(fs::read_to_string(case.root.join("spec/save/prd.md")).unwrap(), "# Mine\n");
}

#[test]
fn coverage_says_where_each_requirement_is_named() {
    let case = Case::folder(&[
        ("spec/save/prd.md", "- **FR-001**: dump\n- **FR-002**: prune\n"),
        ("spec/save/tasks.md", "# Tasks\n\n- [ ] T001 Dump (FR-001)\n"),
    ]);
    let told = "select id, line, named_in, named_at from spec_coverage order by id";
    assert_eq!(case.cells(told), "FR-001|1|spec/save/tasks.md|3\nFR-002|2|null|null");
}

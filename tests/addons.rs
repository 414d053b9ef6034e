//! `parity addons`: the inventory, what stands in for Enterprise, and the graph.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use common::Case;

fn case() -> Case {
    Case::folder(&[
        (
            "addons/acme_base/__manifest__.py",
            "{'name': 'B', 'version': '18.0.1.0.0', 'license': 'LGPL-3', 'depends': ['base', 'acme_elsewhere', 'helpdesk']}",
        ),
        (
            "addons/acme_bridge/__manifest__.py",
            "{'name': 'C', 'version': '18.0.1.0.0', 'license': 'LGPL-3', 'depends': ['acme_base', 'helpdesk_mgmt'], 'installable': False}",
        ),
        (
            "oca/web_timeline/__manifest__.py",
            "{'name': 'T', 'version': '17.0.1.0.0', 'license': 'AGPL-3', 'author': 'A, Odoo Community Association (OCA)', 'depends': ['web']}",
        ),
        ("odoo/sale/__manifest__.py", "{'name': 'S', 'license': 'LGPL-3', 'depends': ['base']}"),
        ("broken/__manifest__.py", "{'name': nothing}"),
        ("<b>&/__manifest__.py", "{'name': 'X', 'depends': ['acme_base']}"),
    ])
}

#[test]
fn every_addon_is_listed_with_the_edition_of_what_it_needs() {
    let said = case().run(&["addons", "--format", "json"]).json(0);
    let addons = said["addons"].as_array().unwrap();
    let of = |name: &str| addons.iter().find(|addon| addon["name"] == name).unwrap();
    assert_eq!(addons.len(), 6);
    assert_eq!(of("acme_base")["edition"], "own");
    assert_eq!(of("web_timeline")["edition"], "oca");
    assert_eq!(of("sale")["edition"], "ce");
    assert_eq!(of("broken")["edition"], "undecided");
    assert_eq!(of("acme_base")["needs"], "ce 1, ee 1, unknown 1");
    assert_eq!(of("acme_bridge")["installable"], "no");
    assert_eq!(of("acme_bridge")["depends"][1]["edition"], "oca");
    assert_eq!(said["not_installable"], 1);
    assert_eq!(said["unresolved"][0]["name"], "acme_elsewhere");
    assert_eq!(said["series"][0]["name"], "18.0");
}

#[test]
fn dependence_on_enterprise_is_told_with_the_chain_and_what_oca_has() {
    let said = case().run(&["addons", "--format", "json"]).json(0);
    let lines = said["on_enterprise"].as_array().unwrap();
    let line = |addon: &str| {
        let mut lines = lines.iter().filter_map(serde_json::Value::as_str);
        lines.find(|line| line.starts_with(addon)).unwrap().to_owned()
    };
    assert!(line("addons/acme_base").contains("helpdesk_mgmt (OCA/helpdesk)"));
    assert!(line("addons/acme_bridge").contains("acme_bridge > acme_base > helpdesk"));
    let apps = said["apps"].as_array().unwrap();
    let helpdesk = apps.iter().find(|app| app["enterprise"] == "helpdesk").unwrap();
    assert!(helpdesk["here"].as_str().unwrap().contains("helpdesk_mgmt depended on"));
    assert!(said["gaps"].as_array().unwrap().iter().any(|gap| gap == "Studio"));
}

#[test]
fn bridges_are_those_the_configuration_names() {
    let case = case();
    case.write("parity.toml", b"[odoo]\nbridge = [\"*_bridge\"]\n");
    let said = case.run(&["addons", "--format", "json"]).json(0);
    assert_eq!(said["bridges"], serde_json::json!(["addons/acme_bridge"]));
    assert_eq!(said["outside"], serde_json::json!(["<b>&", "addons/acme_base"]));
}

#[test]
fn submodules_of_oca_cover_what_their_repository_has() {
    let case = Case::git(&[
        ("addons/a/__manifest__.py", "{'name': 'A', 'version': '18.0.1.0.0', 'license': 'LGPL-3'}"),
        (
            ".gitmodules",
            "[submodule \"sign\"]\n\tpath = oca/sign\n\turl = https://git.example/OCA/sign.git\n",
        ),
    ]);
    let id = "1111111111111111111111111111111111111111";
    common::git(
        &case.root,
        &["update-index", "--add", "--cacheinfo", &format!("160000,{id},oca/sign")],
    );
    common::git(&case.root, &["commit", "-qm", "submodule"]);
    let said = case.run(&["addons", "--format", "json", "--rev", "HEAD"]).json(0);
    assert_eq!(said["submodules"][0][0], "oca/sign");
    let apps = said["apps"].as_array().unwrap();
    let sign = apps.iter().find(|app| app["enterprise"] == "sign").unwrap();
    assert!(sign["here"].as_str().unwrap().contains("in a submodule"), "{sign}");
}

#[test]
fn the_graph_is_a_picture_whose_names_are_text() {
    let case = case();
    let svg = case.run(&["addons", "--format", "svg"]).ends(0);
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("&lt;b&gt;&amp;") && !svg.contains("<b>"));
    assert!(svg.contains("class=\"ee absent\"") && svg.contains("<path class=\"ee\""));
    assert_eq!(case.run(&["addons", "--format", "csv"]).ends(0).lines().count(), 7);
    assert!(case.run(&["report", "--format", "html"]).ends(0).contains("OCA alignment"));
    case.run(&["check", "--format", "svg"]).refused(&["only `addons` is drawn"]);
}

#[test]
fn a_tree_without_addons_has_nothing_to_list_or_draw() {
    let case = Case::folder(&[("a.txt", "a")]);
    assert!(case.run(&["addons"]).ends(0).contains("no Odoo addon"));
    case.run(&["addons", "--format", "svg"]).refused(&["no addon to draw"]);
    assert!(!case.run(&["report", "--format", "markdown"]).ends(0).contains("OCA alignment"));
}

#[test]
fn the_series_of_addons_that_name_none_is_that_of_the_branch() {
    let case = Case::git(&[(
        "a/__manifest__.py",
        "{'name': 'A', 'version': '1.0', 'license': 'LGPL-3', 'depends': ['account_asset']}",
    )]);
    let select = ["check", "--select", "odoo/depends-on-enterprise"];
    case.run(&select).ends(0);
    common::git(&case.root, &["checkout", "-qb", "18.0"]);
    assert!(case.run(&select).ends(1).contains("`account_asset` is Enterprise in 18.0"));
    assert!(
        case.run(&[]).ends(0).contains("addons that name no series are for 18.0, as the branch is")
    );
}

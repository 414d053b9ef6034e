//! What the command line promises: exit statuses, formats, words and schemas.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::{Case, DAY, KEY, RULES, page, page_with, run};
use parity::audit::prove;
use parity::pages::{Library, Page};
use serde_json::{Value, json};
use tempfile::TempDir;

const MODULE: &str = "{'name': 'A', 'license': 'LGPL-3', 'version': '18.0.1.0.0', 'author': 'A', 'website': 'https://a.example'}\n";

/// A waiver of `repo/private-key-committed` until a day.
fn waiver(until: &str) -> String {
    format!(
        "[[waiver]]\nrule = \"repo/private-key-committed\"\npath = \"*.pem\"\nowner = \"ops\"\nreason = \"a test key\"\nexpires = \"{until}\"\n"
    )
}

#[track_caller]
fn last_line(case: &Case, args: &[&str], code: i32) -> String {
    let run = case.run(args);
    assert_eq!(run.code, code, "{}\n{}", run.out, run.err);
    run.err.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_check_ends_with_0_when_nothing_fails_and_with_1_and_a_count_when_something_does() {
    let case = Case::folder(&[("addons/a/__manifest__.py", MODULE)]);
    let clean = case.run(&["check"]);
    assert!(clean.err.is_empty(), "{}", clean.err);
    assert!(clean.ends(0).contains("examined "));
    case.write("key.pem", KEY.as_bytes());
    assert_eq!(last_line(&case, &["check"], 1), "parity: 1 error (repo/private-key-committed)");
    case.write("addons/b/a/__manifest__.py", MODULE.as_bytes());
    let line = last_line(&case, &["check"], 1);
    assert_eq!(line, "parity: 3 errors (odoo/duplicate-module-name, repo/private-key-committed)");
    assert_eq!(last_line(&case, &["check", "--fail-on", "never"], 0), "");
    assert_eq!(
        last_line(&case, &["check", "--select", "spec,ci/x"], 2),
        "  no audit was performed; `parity --help` shows what may be written"
    );
    assert_eq!(
        last_line(&case, &["check", "--select", "odoo"], 1),
        "parity: 2 errors (odoo/duplicate-module-name)"
    );
    case.run(&["check", "--ignore", "odoo,repo"]).ends(0);
    // Looking is not judging.
    for args in [
        &[][..],
        &["report"],
        &["score"],
        &["explain", "repo/private-key-committed"],
        &["query", "select 1"],
    ] {
        case.run(args).ends(0);
    }
}

#[test]
fn warnings_fail_only_where_they_are_asked_to() {
    let case = Case::folder(&[("a.md", "# A\n"), ("parity.toml", &waiver("2027-01-01"))]);
    assert_eq!(last_line(&case, &["check"], 0), "");
    assert_eq!(
        last_line(&case, &["check", "--fail-on", "warning"], 1),
        "parity: 1 warning (org/waiver-unused)"
    );
    assert_eq!(
        last_line(&case, &["check", "--fail-on", "note"], 1),
        "parity: 1 warning (org/waiver-unused)"
    );
    case.run(&["check", "--fail-on", "wrning"]).refused(&["wrning", "warning"]);
}

#[test]
fn a_gate_that_is_missed_fails_and_one_that_can_never_be_judged_is_refused() {
    let addon = (
        "addons/a/__manifest__.py",
        "{'name': 'A', 'license': 'LGPL-3', 'author': 'A', 'version': '18.0.1.0.0'}\n",
    );
    let case = Case::folder(&[addon, ("parity.toml", "[gates.odoo-sh]\nmin = 50\n")]);
    let check = case.run(&["check", "--select", "org"]);
    assert_eq!(check.err, "parity: 1 gate missed\n");
    assert!(check.ends(1).contains("gate missed: odoo-sh: 0 of "));
    assert_eq!(last_line(&case, &["check", "--fail-on", "never"], 1), "parity: 1 gate missed");
    case.write("parity.toml", b"[gates.odoo-sh]\nmin = 0\n");
    case.run(&["check"]).ends(0);
    case.write("parity.toml", b"[gates.odoo-hs]\nmin = 5\n");
    case.run(&["check"]).refused(&["odoo-hs"]);
    for min in ["nan", "inf", "-1", "100.1", "1e400"] {
        case.write("parity.toml", format!("[gates.odoo-sh]\nmin = {min}\n").as_bytes());
        case.run(&["check"]).refused(&["parity.toml"]);
        case.write("parity.toml", b"");
        case.run(&["score", "--min", &format!("odoo-sh={min}")]).refused(&["--min"]);
    }
    assert_eq!(
        last_line(&case, &["score", "--min", "odoo-sh=0.1"], 1).split(" of ").next(),
        Some("parity: odoo-sh: 0")
    );
    case.run(&["score", "--min", "odoo-sh=0"]).ends(0);
    case.run(&["score", "odoo-sh"]).ends(0);
    for (args, word) in [
        (&["score", "--min", "odoo-hs=1"][..], "odoo-hs"),
        (&["score", "--min", "odoo-sh"], "MATRIX=PCT"),
        (&["score", "--min", "odoo-sh=x"], "MATRIX=PCT"),
        (&["score", "odoo-hs"], "odoo-sh"),
    ] {
        case.run(args).refused(&[word]);
    }
}

#[test]
fn a_rule_that_is_none_is_refused_with_a_suggestion() {
    let case = Case::folder(&[("a.md", "# A\n")]);
    case.run(&["check", "--select", "rls/table-wihout-rls"])
        .refused(&["rls/table-wihout-rls", "did you mean `rls/table-without-rls`"]);
    case.run(&["check", "--ignore", "odo"]).refused(&["`odo`", "did you mean `odoo`"]);
    case.run(&["check", "--select", "zzzzzzzz"]).refused(&["zzzzzzzz"]);
    case.run(&["explain", "odoo/license-alowed"]).refused(&["did you mean `odoo/license-allowed`"]);
    case.run(&["schema", "sql_tabels"]).refused(&["did you mean `sql_tables`"]);
    case.run(&["chek"]).refused(&["chek", "check"]);
    case.run(&["check", "--no-waiver"]).refused(&["--no-waivers"]);
}

#[test]
fn a_former_id_is_understood_and_said_aloud() {
    let sql = "select path, 1 as line, path as subject, 0 as ok, 'm' as message from files where path = 'a.md'";
    let case = Case::folder(&[
        ("a.md", "# A\n"),
        ("parity.toml", RULES),
        ("rules/trial.md", &page_with("aliases: [local/former]\n", sql)),
    ]);
    let aloud = "`local/former` is now `local/trial`";
    assert!(case.run(&["check", "--select", "local/former"]).ends(1).contains(aloud));
    assert!(case.run(&["check", "--ignore", "local/former"]).ends(0).contains(aloud));
    let selected = case.run(&["check", "--select", "local/former", "--format", "json"]).json(1);
    assert!(selected["notes"][0].as_str().unwrap().contains(aloud), "{}", selected["notes"]);
    assert!(case.run(&["explain", "local/former"]).ends(0).contains(aloud));
    let waived = RULES.to_owned()
        + &waiver("2027-01-01")
            .replace("repo/private-key-committed", "local/former")
            .replace("*.pem", "a.md");
    case.write("parity.toml", waived.as_bytes());
    let check = case.run(&["check"]).ends(0);
    assert!(
        check.contains("local/former") && check.contains("which is now `local/trial`"),
        "{check}"
    );
}

#[test]
fn a_waived_finding_does_not_fail_until_its_day_has_passed() {
    let case = Case::folder(&[("key.pem", KEY), ("parity.toml", &waiver(DAY))]);
    let status = |args: &[&str], code: i32| {
        let audit = case.run(args).json(code);
        audit["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["status"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(status(&["check", "--format", "json"], 0), ["waived"], "the last day counts");
    assert_eq!(status(&["check", "--format", "json", "--no-waivers"], 1), ["active"]);
    let later = |day: &str| {
        let args =
            ["check", "--format", "json", "--repo", case.root.to_str().unwrap(), "--as-of", day];
        run(&case.cache, &args)
    };
    later("2026-02-28").json(0);
    let audit = later("2026-03-02").json(1);
    assert_eq!(audit["waivers"][0]["expired"], true);
    let rules: Vec<&str> = audit["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        ["repo/private-key-committed", "org/waiver-unused"],
        "the waiver is a finding itself"
    );
    case.write("parity.toml", waiver("2027-01-01").replace("*.pem", "other/*.pem").as_bytes());
    assert_eq!(
        status(&["check", "--format", "json"], 1),
        ["active", "active"],
        "it covers only its path"
    );
}

/// A checked-in schema equals what the command prints; `UPDATE_SCHEMAS=1 cargo test --test cli` writes it again.
fn pinned_schema(name: &str, of: &str) -> Value {
    let temp = TempDir::new().unwrap();
    let printed = run(temp.path(), &["schema", "--json-schema", of]).ends(0);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/schema").join(name);
    #[expect(clippy::disallowed_methods, reason = "asked for by whoever runs the test")]
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &printed).unwrap();
    }
    let pinned = fs::read_to_string(&file).unwrap_or_default();
    let how = "write it again with `UPDATE_SCHEMAS=1 cargo test --test cli schema`, and give the format another number if a reader could break";
    assert!(
        pinned == printed,
        "spec/schema/{name} is not what `parity schema --json-schema {of}` prints: {how}"
    );
    serde_json::from_str(&printed).unwrap()
}

#[track_caller]
fn valid(schema: &Value, instance: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_matrix_file_is_what_its_schema_says() {
    let catalogue = pinned_schema("catalogue-1.json", "catalogue");
    let mapping = pinned_schema("mapping-1.json", "mapping");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut read = 0;
    for folder in ["matrices", "matrices/profiles/ipai", "tests/repos/acme/parity"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let is_yaml = path.extension().is_some_and(|ending| ending == "yaml");
            if !is_yaml || path.ends_with("profile.yaml") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let instance: Value = serde_yaml::from_str(&text).unwrap();
            valid(if folder == "matrices" { &catalogue } else { &mapping }, &instance);
            read += 1;
        }
    }
    assert!(read >= 11, "{read} files");
}

#[test]
fn the_json_of_an_audit_is_what_its_schema_says() {
    let schema = pinned_schema("audit-1.json", "audit");
    let case = Case::acme();
    for (args, code) in [
        (&["check", "--format", "json"][..], 1),
        (&["report", "--format", "json"], 0),
        (&["score", "--format", "json"], 0),
    ] {
        let audit = case.run(args).json(code);
        valid(&schema, &audit);
        assert_eq!(audit["schema"], "parity/audit@1");
    }
    let audit = case.run(&["check", "--format", "json"]).json(1);
    let keys = |list: &str, names: &[&str]| {
        let rows = audit[list].as_array().unwrap();
        assert!(!rows.is_empty(), "{list}");
        for row in rows {
            names.iter().for_each(|name| {
                assert!(row.get(name).is_some(), "{list}[] has no `{name}`: {row}")
            });
        }
    };
    keys(
        "findings",
        &["id", "rule", "severity", "path", "line", "subject", "message", "status", "fingerprint"],
    );
    keys("rules", &["rule", "examined", "holds", "fails", "unknown"]);
    for rule in audit["rules"].as_array().unwrap() {
        let count = |name: &str| rule[name].as_u64().unwrap();
        assert_eq!(count("examined"), count("holds") + count("fails") + count("unknown"), "{rule}");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&json!({"schema": 1})), "the schema refuses something");
}

#[test]
fn the_configuration_is_what_its_schema_says() {
    let schema = pinned_schema("parity.toml.json", "config");
    for file in ["tests/repos/acme/parity.toml", "parity.toml"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        valid(
            &schema,
            &serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap(),
        );
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    for wrong in [
        json!({"sqll": {}}),
        json!({"sql": {"runner": "mysql"}}),
        json!({"waiver": [{"rule": "a/b"}]}),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn the_help_reads_so() {
    let temp = TempDir::new().unwrap();
    let mut help = String::new();
    for command in ["", "check", "fix", "score", "report", "explain", "query", "schema", "test"] {
        let args: Vec<&str> =
            [command, "--help"].into_iter().filter(|arg| !arg.is_empty()).collect();
        help += &format!("$ parity {}\n{}\n", args.join(" "), run(temp.path(), &args).ends(0));
    }
    assert!(help.lines().all(|line| line.chars().count() <= 100), "at most 100 columns");
    insta::assert_snapshot!(help);
    let version = run(temp.path(), &["--version"]).ends(0);
    assert_eq!(version, format!("parity {}\n", env!("CARGO_PKG_VERSION")));
}

/// The tables of the contract with their columns; `?` marks those that can be undecided.
const TABLES: &str = "
files: path blob size kind language is_binary is_missing standing product
problems: path line analyzer code message
unsure: table_name name path line reason
hits: search path line end_line text
searched: search path ok?
documents: path part format data
document_values: path part pointer key value type line
document_refusals: path line code message
commits: sha date author subject
tags: name sha date
file_history: path first_commit first_date last_commit last_date renamed_from? deleted_in?
codeowners: path line pattern owners position
md_headings: path line end_line level title anchor words
md_tasks: path line checked id text section
md_cells: path line table_no row_no column_no header text
md_links: path line target kind resolves?
md_paths: path line target resolves? context
md_path_history: target moved_to? deleted_in? ever_existed?
claims: path line id form subject numerator denominator percent count unit status context text
spec_bundles: dir slug layout standing complete?
spec_files: dir role path words
spec_items: dir role id kind path line text referenced?
odoo_modules: name dir path line version? series? license? spdx? author? website? category? development_status? installable? auto_install? application? manifest?
odoo_keys: dir path line column_no key value
odoo_depends: module dir path line depends depends_dir? present? edition?
odoo_data: module dir path line key target resolves?
odoo_files: module dir role path
odoo_reference: name edition series app oca_repo oca_module fit
license_headers: path line spdx qualifier form text
copyrights: path line holder years
license_texts: path spdx? confidence verdict
license_declared: path line scope raw spdx?
license_compat: relation licensee dependency verdict reason source
migrations: catalog path version name sequence tool applies? error
sql_statements: catalog path line end_line kind object applies? error
sql_blockers: catalog path line object needs error cause_path cause_line
sql_catalogs: catalog runner policy tables rls policies differs served
sql_schemas: catalog name exposed? path line
sql_tables: catalog schema name kind rls? force_rls? exposed? parent path line rls_path rls_line
sql_columns: catalog schema table_name name type not_null? path line
sql_policies: catalog schema table_name name command permissive roles using_expr check_expr path line
sql_functions: catalog schema name args language security_definer search_path body path line
sql_views: catalog schema name kind security_invoker body path line
sql_grants: catalog schema name kind grantee privilege path line
sql_indexes: catalog schema table_name name method columns path line
sql_constraints: catalog schema table_name name kind columns path line
sql_triggers: catalog schema table_name name event timing function path line
sql_extensions: catalog name schema path line
sql_publications: name schema table_name all_tables path line
sql_jobs: name schedule body path line
sql_roles: name path line
sql_comments: object_kind schema name column_name text path line
sql_rows: schema table_name key text path line
workflows: path name system triggers_at_all disabled?
workflow_triggers: path line event branches paths
workflow_jobs: path line job environment condition permissions
workflow_steps: path job line uses run continue_on_error
compose_services: path line name image profiles healthcheck environment
edge_functions: name dir path lines is_stub?
n8n_workflows: path name active?
n8n_nodes: path name type disabled? connected? parameters
dbt_nodes: path line kind name layer config
resources: path line tool kind type name attributes
mcp_servers: path line name transport command has_entry?
findings: id rule severity path line subject message status fingerprint
rule_results: rule examined holds fails unknown
features: matrix id title area layer phase priority claimed verdict low high reason disputed
feature_evidence: matrix feature evidence verdict reason strength alternative path line blob subject message
scores: matrix dimension name total verified partial missing unknown attested accepted deferred not_applicable low high
waivers: rule scope owner reason created expires used
attestations: topic owner date expires artefact path line
";

#[test]
fn every_table_of_the_contract_is_there_with_its_columns() {
    let temp = TempDir::new().unwrap();
    let printed = run(temp.path(), &["schema"]).ends(0);
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut table = "";
    for line in printed.lines().filter(|line| !line.is_empty()) {
        match line.len() - line.trim_start().len() {
            0 => table = line.split(' ').next().unwrap(),
            2 => tables.entry(table).or_default().push(line.split_whitespace().next().unwrap()),
            _ => {}
        }
    }
    let mut lacking = Vec::new();
    for (name, columns) in TABLES.lines().filter_map(|line| line.split_once(": ")) {
        let known = tables.get(name).cloned().unwrap_or_default();
        lacking.extend(
            columns
                .split(' ')
                .filter(|column| !known.contains(column))
                .map(|column| format!("{name}.{column}")),
        );
    }
    // These admit more often than the contract asks that they do not know.
    let open = [
        "files.size",
        "files.is_binary",
        "file_history.",
        "spec_files.words",
        "workflows.triggers_at_all",
    ];
    lacking.retain(|column| !open.iter().any(|known| column.starts_with(known)));
    assert_eq!(lacking, Vec::<String>::new(), "not in `parity schema`");
    let case = Case::folder(&[("a.md", "# A\n")]);
    for name in tables.keys() {
        case.run(&["query", "--no-cache", &format!("select * from {name}")]).ends(0);
    }
    assert!(
        run(temp.path(), &["schema", "files", "--examples"])
            .ends(0)
            .contains("parity query \"select path, blob")
    );
    assert!(run(temp.path(), &["schema", "--functions"]).ends(0).contains("maybe(table, name)"));
}

#[test]
fn every_built_in_page_proves_itself() {
    let library = Library::built_in().unwrap();
    let mut faults = Vec::new();
    for page in library.rules().chain(library.evidence()) {
        let proof = prove(page);
        assert!(proof.examples > 0, "{} has no examples", page.id);
        faults.extend(proof.faults);
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The faults of a page about addons with and without a licence, whose query is this.
fn faults(sql: &str) -> Vec<String> {
    let manifest = |text: &str| format!("```python addons/a/__manifest__.py\n{text}\n```\n");
    let text = page(sql).replace("```md a.md\n# A\n```\n", &manifest("{'name': 'A'}")).replace(
        "```md b.md\n# B\n```\n",
        &manifest("{'name': 'A', 'license': 'LGPL-3', 'depends': ['base']}"),
    );
    prove(&Page::parse("rules/trial.md", &text).unwrap()).faults
}

#[test]
fn a_page_that_takes_the_unknown_for_an_answer_is_caught() {
    let row = "select path, line, name as subject, 'm' as message,";
    let right = format!("{row} license <> '' as ok from odoo_modules");
    assert_eq!(faults(&right), Vec::<String>::new());
    let nulled = faults(&format!("{row} coalesce(license, '') <> '' as ok from odoo_modules"));
    assert!(
        nulled.iter().any(|fault| fault.contains("`odoo_modules.license` undecided")),
        "{nulled:?}"
    );
    let vanishes =
        faults(&format!("{row} license <> '' as ok from odoo_modules where license is not null"));
    assert!(vanishes.iter().any(|fault| fault.contains("vanishes")), "{vanishes:?}");

    let absent = |and: &str| {
        format!(
            "{row} exists (select 1 from odoo_depends d where d.module = m.name) {and} as ok from odoo_modules m"
        )
    };
    assert_eq!(faults(&absent("or maybe('odoo_depends', null)")), Vec::<String>::new());
    let unseen = faults(&absent(""));
    assert!(unseen.iter().any(|fault| fault.contains("`odoo_depends` unseen")), "{unseen:?}");
}

#[test]
fn pages_are_tested_from_a_folder_and_one_that_does_not_do_what_it_says_fails() {
    let case = Case::folder(&[]);
    let folder = case.root.to_str().unwrap().to_owned();
    let test = || run(&case.cache, &["test", &folder]);
    test().refused(&["no page"]);
    let row =
        "select path, line, title as subject, title <> 'A' as ok, 'm' as message from md_headings";
    case.write("trial.md", page(row).as_bytes());
    assert!(test().ends(0).starts_with("ok   local/trial"));
    case.write(
        "wrong.md",
        page(&row.replace("'A'", "'B'")).replace("local/trial", "local/wrong").as_bytes(),
    );
    let run = test();
    assert_eq!(run.err, "parity: 1 of 2 pages do not do what they say\n");
    assert!(run.ends(1).contains("FAIL local/wrong"));
    case.write(
        "broken.md",
        page("select nowhere").replace("local/trial", "local/broken").as_bytes(),
    );
    assert!(test().ends(1).contains("no such column: nowhere"));
    case.write("broken.md", b"nothing\n");
    test().refused(&["broken.md", "---"]);
}

#[test]
fn answers_are_written_as_a_table_json_lines_or_csv() {
    let case = Case::folder(&[("a.md", "# =1+1\n\n# say \"hi\", all\n\n# -5\n")]);
    let sql = "select line, title, null as none, 0.5 as half from md_headings order by line";
    let answer = |format: &str| case.run(&["query", "--format", format, sql]).ends(0);
    let rows: Value = serde_json::from_str(&answer("json")).unwrap();
    assert_eq!(
        rows,
        json!([
            {"line": 1, "title": "=1+1", "none": null, "half": 0.5},
            {"line": 3, "title": "say \"hi\", all", "none": null, "half": 0.5},
            {"line": 5, "title": "-5", "none": null, "half": 0.5},
        ])
    );
    let lines: Vec<Value> =
        answer("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::Array(lines), rows);
    assert_eq!(
        answer("csv"),
        "line,title,none,half\r\n1,'=1+1,,0.5\r\n3,\"say \"\"hi\"\", all\",,0.5\r\n5,-5,,0.5\r\n"
    );
    assert_eq!(answer("terminal").lines().next(), Some("line  title          none  half"));
    assert_eq!(case.run(&["query", "--format", "json", "select 1 as a where 0"]).ends(0), "[]\n");
    assert_eq!(case.run(&["query", "--format", "csv", "select 1 as a where 0"]).ends(0), "a\r\n");
    case.run(&["query", "--format", "markdown", sql]).refused(&["terminal, json, jsonl or csv"]);
    case.run(&["score", "--format", "csv"]).refused(&["csv"]);
    let big = case.run(&["query", "--format", "json", "select 9007199254740993 as n"]).ends(0);
    assert!(big.contains("9007199254740993"), "{big}");
}

#[test]
fn output_goes_to_the_file_it_is_told() {
    let case = Case::folder(&[("key.pem", KEY)]);
    let file = case.beside("audit.json");
    let run = case.run(&["check", "--format", "json", "-o", file.to_str().unwrap()]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    let audit: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(audit["findings"][0]["rule"], "repo/private-key-committed");
    assert!(!audit.to_string().contains("AAAAAAAAAAAAAAAA"), "a secret is not quoted");
    let nowhere = case.beside("no/such/folder/x");
    assert_eq!(case.run(&["check", "-o", nowhere.to_str().unwrap()]).code, 2);
    let export = case.beside("facts.db");
    let args = ["query", "--export", export.to_str().unwrap()];
    case.run(&args).ends(0);
    case.run(&args).refused(&["exists already"]);
}

#[test]
fn an_audit_as_of_a_day_is_the_same_on_any_day() {
    let case = Case::acme();
    let bytes = || case.run(&["report"]).ends(0);
    assert_eq!(bytes(), bytes());
    let rev = common::git(&case.root, &["rev-parse", "HEAD"]);
    let at = || case.run(&["report", "--rev", &rev]).ends(0);
    let before = at();
    case.write("key.pem", KEY.as_bytes());
    case.commit();
    assert_eq!(at(), before, "a revision stays what it was");
    assert_ne!(bytes(), before);
}

const CLAIMING: &[(&str, &str)] = &[
    ("parity/odoo-sh.yaml", "{extends: odoo-sh@1, documents: [docs/*.md]}"),
    (
        "docs/parity.md",
        "# Parity\n\n**Coverage**: 57/60 (95%)\n\n| # | Feature | Status |\n|---|---|---|\n\
         | 5.5 | File browser | 100% |\n| 7.4 | Cache | 100% |\n| 9.2 | Mobile | 0% |\n",
    ),
    (".devcontainer/devcontainer.json", "{\"image\": \"debian:12\"}\n"),
];

#[test]
fn what_documents_claim_stands_beside_what_the_tree_shows() {
    let case = Case::folder(CLAIMING);
    let audit = case.run(&["score", "odoo-sh", "--format", "json"]).json(0);
    let matrix = &audit["matrices"][0];
    let claim = &matrix["claims"][0];
    assert_eq!((&claim["numerator"], &claim["agreement"]), (&57.into(), &"overstated".into()));
    let agreement = |id: &str| {
        let features = matrix["features"].as_array().unwrap();
        features.iter().find(|feature| feature["id"] == id).unwrap()["agreement"].clone()
    };
    assert_eq!(agreement("5.5"), "agreed");
    assert_eq!(agreement("7.4"), "overstated");
    assert_eq!(agreement("9.2"), "agreed");
    assert_eq!(agreement("1.1"), Value::Null);
    let whole = &matrix["scores"][0];
    assert_eq!((&whole["claimed"], &whole["overstated"]), (&2.into(), &1.into()));
    let printed = case.run(&["score", "odoo-sh"]).ends(0);
    for words in [
        "documents say   57 of 60",
        "OVERSTATED 1\n  7.4   Cache service: not found, said to be covered",
    ] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
}

#[test]
fn drafts_are_judged_only_where_they_are_asked_for() {
    let case = Case::acme();
    let names = |args: &[&str]| {
        let args: Vec<&str> = args.iter().chain(&["--format", "json"]).copied().collect();
        let audit = case.run(&args).json(0);
        let matrices = audit["matrices"].as_array().unwrap().clone();
        matrices
            .iter()
            .map(|matrix| matrix["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&["score"]), ["odoo-sh"]);
    assert_eq!(names(&["score", "fivetran"]), ["fivetran"]);
    assert_eq!(
        names(&["score", "--all"]),
        ["databricks", "fivetran", "odoo-ee", "odoo-sh", "org-practices"]
    );
    let printed = case.run(&["score", "fivetran", "--profile", "ipai"]).ends(0);
    assert!(printed.contains("draft: evidence proposed, not yet read"), "{printed}");
}

#[test]
fn what_is_undecided_is_listed_by_kind_and_by_what_it_lacks() {
    let case =
        Case::folder(&[("supabase/migrations/20260101000000_first.sql", "create table (\n")]);
    let printed = case.run(&["score", "odoo-sh", "--unknown"]).ends(0);
    assert!(printed.contains("uses of evidence were judged"), "{printed}");
    assert!(printed.contains("kind") && printed.contains("lacks"), "{printed}");
}

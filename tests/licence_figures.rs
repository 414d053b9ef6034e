//! How many real licences and notices are read right, printed; with `PARITY_CORPORA`, of what is in that folder: the
//! repositories `licensee.git`, `licenseclassifier.git`, `server-tools.git` and `ipai.git`; and of the packages Cargo has
//! fetched. `cargo test --test licence_figures -- --nocapture`
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "a test is told by its environment where real repositories are"
)]
#![allow(clippy::print_stderr, reason = "the figures are what these tests are for")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Case, git, run};
use parity::facts::license::stated;

/// A repository of the folder with real ones; says so where there is none.
fn corpus(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty());
    let found = root.map(|root| Path::new(&root).join(name)).filter(|path| path.is_dir());
    if found.is_none() {
        eprintln!("skipped: PARITY_CORPORA has no {name}");
    }
    found
}

/// The files of a repository under a folder, with their text.
fn files(repository: &Path, under: &str) -> Vec<(String, String)> {
    let names = git(repository, &["ls-tree", "-r", "--name-only", "HEAD", under]);
    let text = |name: &str| {
        let mut command = Command::new("git");
        command.current_dir(repository).args(["show", &format!("HEAD:{name}")]);
        String::from_utf8_lossy(&command.output().unwrap().stdout).into_owned()
    };
    names.lines().map(|name| (name.to_owned(), text(name))).collect()
}

/// What each licence text is read as: path, expression, confidence in percent, verdict.
fn texts(case: &Case) -> BTreeMap<String, (String, i64, String)> {
    let rows = case.query("select path, spdx, confidence, verdict from license_texts");
    let read = |row: &serde_json::Value| {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let confidence = row["confidence"].as_i64().unwrap_or_default();
        (text("path"), (text("spdx"), confidence, text("verdict")))
    };
    rows.iter().map(read).collect()
}

/// An id in lower case without what says which versions of a GNU licence count.
fn family(spdx: &str) -> String {
    let id = spdx.split(" WITH ").next().unwrap_or(spdx).to_lowercase();
    id.replace("-or-later", "").replace("-only", "").replace('+', "")
}

#[test]
fn texts_of_cargos_packages_are_what_their_names_say() {
    const LABELS: [(&str, &str); 6] = [
        ("LICENSE-MIT", "mit"),
        ("LICENSE-APACHE", "apache-2.0"),
        ("UNLICENSE", "unlicense"),
        ("LICENSE-ZLIB", "zlib"),
        ("LICENSE-BOOST", "bsl-1.0"),
        ("LICENSE-BSD", "bsd"),
    ];
    let Some(_) = corpus("") else { return };
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")));
    let case = Case::folder(&[]);
    let mut wanted = BTreeMap::new();
    for entry in walkdir(&home.unwrap_or_default().join("registry/src"), 2) {
        let package = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (name, label) in LABELS {
            for ending in ["", ".txt", ".md"] {
                let Ok(bytes) = std::fs::read(entry.join(format!("{name}{ending}"))) else {
                    continue;
                };
                let path = format!("{package}/{name}{ending}");
                case.write(&path, &bytes);
                wanted.insert(path, label);
            }
        }
    }
    let read = texts(&case);
    let is_right = |path: &str, label: &str| family(&read[path].0).starts_with(label);
    let wrong: Vec<_> = wanted.iter().filter(|(path, label)| !is_right(path, label)).collect();
    let surely: Vec<_> =
        wrong.iter().filter(|(path, _)| read[*path].1 >= 90 && read[*path].2 != "review").collect();
    eprintln!(
        "packages of Cargo: {} texts, {} right, {} wrong with 90 % and more",
        wanted.len(),
        wanted.len() - wrong.len(),
        surely.len()
    );
    for (path, label) in &wrong {
        eprintln!("  {path}: {:?}, not {label}", read[*path]);
    }
    assert!(surely.is_empty() && wrong.len() * 400 <= wanted.len().max(800), "{wrong:?}");
}

/// Folders so many levels down.
fn walkdir(root: &Path, depth: usize) -> Vec<PathBuf> {
    if depth == 0 {
        return vec![root.to_owned()];
    }
    let below = std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut below: Vec<PathBuf> = below.filter(|path| path.is_dir()).collect();
    below.sort();
    below.iter().flat_map(|path| walkdir(path, depth - 1)).collect()
}

/// Fixtures whose licence licensee calls "other", since the site whose list it has does not offer it; the SPDX list has it.
const ELSEWHERE: [(&str, &str); 3] = [
    ("cc-by-nc-sa", "cc-by-nc-sa-4.0"),
    ("cc-by-nd", "cc-by-nd-4.0"),
    ("pixar-modified-apache", "pixar"),
];
/// Fixtures of a README alone: what prose says of a licence is a mention here.
const READMES: [&str; 2] = ["readme", "readme-invalid-encoding"];

#[test]
fn fixtures_of_licensee_are_read_as_it_reads_them() {
    let Some(repository) = corpus("licensee.git") else { return };
    let case = Case::folder(&[]);
    for (path, text) in files(&repository, "spec/fixtures") {
        case.write(path.trim_start_matches("spec/fixtures/"), text.as_bytes());
    }
    let labels = git(&repository, &["show", "HEAD:spec/fixtures/fixtures.yml"]);
    let mut fixtures: Vec<(String, String)> = Vec::new();
    for line in labels.lines() {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            fixtures.push((name.to_owned(), String::new()));
        } else if let (Some(key), Some(last)) = (line.strip_prefix("  key: "), fixtures.last_mut())
        {
            key.trim_matches(['\'', '"']).clone_into(&mut last.1);
        }
    }
    let read = texts(&case);
    let declared = case.query("select path, spdx from license_declared where spdx is not ''");
    let mut right = 0;
    fixtures.retain(|(fixture, _)| !READMES.contains(&&**fixture));
    for (fixture, key) in &mut fixtures {
        if let Some((_, id)) = ELSEWHERE.iter().find(|(name, _)| name == fixture) {
            (*id).clone_into(key);
        }
    }
    for (fixture, key) in &fixtures {
        let prefix = format!("{fixture}/");
        let own: Vec<&(String, i64, String)> = read
            .iter()
            .filter(|(path, _)| path.starts_with(&prefix))
            .map(|(_, said)| said)
            .collect();
        let says =
            |said: &String| family(said) == *key || family(said).contains(&format!("{key} "));
        let is_known = own.iter().any(|(spdx, _, _)| says(spdx))
            || declared.iter().any(|row| {
                row["path"].as_str().is_some_and(|path| path.starts_with(&prefix))
                    && row["spdx"].as_str().is_some_and(|spdx| says(&spdx.to_owned()))
            });
        let is_sure =
            own.iter().any(|(spdx, _, verdict)| verdict == "match" && !spdx.contains(' '));
        let fits = if matches!(key.as_str(), "other" | "none" | "no-license" | "") {
            !is_sure || own.len() > 1
        } else {
            is_known
        };
        right += usize::from(fits);
        if !fits {
            eprintln!("  {fixture}: {own:?}, not {key:?}");
        }
    }
    eprintln!("fixtures of licensee with a file of a licence: {right} of {}", fixtures.len());
    assert!(right * 62 >= fixtures.len() * 60, "{right} of {}", fixtures.len());
}

#[test]
fn notices_of_licenseclassifier_are_read() {
    const SCOPE: [&str; 8] =
        ["AGPL-", "GPL-", "LGPL-", "Apache-", "BSD-3-Clause/", "MIT/", "MPL-", "SSPL-"];
    let Some(repository) = corpus("licenseclassifier.git") else { return };
    let (mut all, mut right) = (0, 0);
    for (path, text) in files(&repository, "v2/assets/Header") {
        let label = path.trim_start_matches("v2/assets/Header/");
        if !SCOPE.iter().any(|scope| label.starts_with(scope)) {
            continue;
        }
        let id = label.split('/').next().unwrap_or_default();
        let id = id.split("-with-").next().unwrap_or_default().to_lowercase();
        let found = stated("a.c", &format!("/*\n{}\n*/\n", text.replace("*/", "")));
        let is_it = found
            .iter()
            .any(|spdx| spdx.split([' ', '(', ')']).any(|part| family(part) == family(&id)));
        all += 1;
        right += usize::from(is_it);
        if !is_it {
            eprintln!("  {label}: {found:?}");
        }
    }
    // One names the GPL without a version, which says that any may be chosen.
    eprintln!("notices of licenseclassifier: {right} of {all}");
    assert!(right + 1 >= all, "{right} of {all}");
}

/// An earlier count had 371 files that agree and 27 that differ. It looked for words in any file; ours are files with a notice in
/// a comment. What lies between is printed, class by class.
#[test]
fn files_of_server_tools_agree_with_their_manifests_but_for_those_known() {
    let Some(repository) = corpus("server-tools.git") else { return };
    const COMPARED: &str = "with stated as (select path, min(spdx) as spdx from license_headers
            where regexp_like(spdx, '^(A|L)?GPL-') group by path)
        select m.name, replace(replace(s.spdx, '-or-later', ''), '-only', '') = replace(replace(m.spdx, '-or-later', ''), '-only', '') as agrees
        from stated s join odoo_files f on f.path = s.path join odoo_modules m on m.dir = f.dir";
    let temp = tempfile::TempDir::new().unwrap();
    let ask = |sql: &str| {
        let repo = repository.to_str().unwrap();
        let args = ["query", "--format", "csv", "--repo", repo, "--rev", "935789f", sql];
        run(temp.path(), &args).ends(0).replace("\r\n", "\n")
    };
    let counts =
        ask(&format!("select agrees, count(*) as files from ({COMPARED}) group by agrees"));
    eprintln!("server-tools at 935789f, agrees,files: {counts:?}");
    assert_eq!(counts, "agrees,files\n0,24\n1,319\n");
    let differing = ask(&format!(
        "select name, count(*) as files from ({COMPARED}) where not agrees group by name order by name"
    ));
    eprintln!("{differing}");
    let number = |sql: &str| -> usize {
        ask(&format!("select count(*) as n from {sql}"))
            .trim_start_matches("n\n")
            .trim()
            .parse()
            .unwrap()
    };
    let agreeing = [
        ("files with a notice in a comment", 319),
        (
            "badges of README.rst",
            number(
                "license_badges b join odoo_modules m on m.dir = dirname(b.path) and m.spdx = b.spdx || '-only'",
            ),
        ),
        (
            "manifests that say it by their key alone",
            number(
                "odoo_modules m left join license_headers h on h.path = m.path where h.path is null",
            ),
        ),
    ];
    let strange = "f.path like 'base_fontawesome/static/lib/%'";
    // One of the 27 is not known: no other file of the tree states another licence than its addon.
    let others = [
        ("files with a notice in a comment", 24),
        (
            "an icon font: files under three licences",
            number(&format!("(select distinct path from license_headers f where {strange})")),
        ),
    ];
    for (what, counts, sum) in [("agree", &agreeing[..], 371), ("differ", &others[..], 26)] {
        for (class, count) in counts {
            eprintln!("  {what:>6} {count:>4}  {class}");
        }
        assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), sum, "{counts:?}");
    }
    assert_eq!(
        differing,
        "name,files\nattachment_queue,1\nautovacuum_message_attachment,2\nbase_force_record_noupdate,4\n\
         excel_import_export,5\nexcel_import_export_demo,10\nexcel_import_export_unidecode,1\njsonifier,1\n"
    );
}

#[test]
fn the_founding_repository_has_no_root_licence_and_few_files_that_state_one() {
    let Some(repository) = corpus("ipai.git") else { return };
    let temp = tempfile::TempDir::new().unwrap();
    let ask = |sql: &str| {
        let repo = repository.to_str().unwrap();
        let args = ["query", "--format", "csv", "--repo", repo, "--rev", "ced71823", sql];
        run(temp.path(), &args).ends(0).replace("\r\n", "\n")
    };
    assert_eq!(ask("select count(*) as n from license_texts where path not like '%/%'"), "n\n0\n");
    let manifests = ask("select license, count(*) as n from odoo_modules group by 1 order by 1");
    assert_eq!(manifests, "license,n\n,2\nAGPL-3,47\nLGPL-3,64\n");
    let python = ask(
        "select count(*) as files, count(h.path) as noticed from files f
         left join (select distinct path from license_headers where spdx is not null) h on h.path = f.path
         where f.language = 'python' and f.kind = 'file' and f.size > 0",
    );
    assert_eq!(python, "files,noticed\n992,29\n");
    let repo = repository.to_str().unwrap();
    let rules = "license/readme-differs,license/text-missing,license/header-missing,license/header-differs-from-declared";
    let args =
        ["check", "--select", rules, "--format", "json", "--repo", repo, "--rev", "ced71823"];
    let said: serde_json::Value = serde_json::from_str(&run(temp.path(), &args).out).unwrap();
    let findings = said["findings"].as_array().unwrap();
    let messages = |rule: &str| -> Vec<&str> {
        let found = findings.iter().filter(|found| found["rule"] == rule);
        found.filter_map(|found| found["message"].as_str()).collect()
    };
    let readme = messages("license/readme-differs");
    let missing = messages("license/text-missing");
    eprintln!(
        "founding repository: manifests {manifests:?}; Python files, with a notice: {python:?}; {readme:?}; {missing:?}"
    );
    assert_eq!(readme.len(), 1, "{findings:?}");
    assert!(readme[0].contains("LGPL-3"), "{readme:?}");
}

//! What the HTML report promises: one file, the same each time, nothing lost, nothing of the repository in force, and
//! good to read in a real browser.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]
#![allow(
    clippy::disallowed_methods,
    reason = "the corpora and the browser are found by the environment"
)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Case, KEY, RULES, page, run};
use regex::Regex;

const HTML: [&str; 3] = ["report", "--format", "html"];
/// Text that would act in a page, if it were not escaped.
const HOSTILE: &str = "\"><img src=x onerror=alert(1)><script>alert(2)</script>'";

/// The values of an attribute.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let pattern = Regex::new(&format!(" {name}=\"([^\"]*)\"")).unwrap();
    pattern.captures_iter(html).map(|found| found.get(1).unwrap().as_str()).collect()
}

/// A repository whose names and words try to leave their place.
fn hostile() -> Case {
    let sql = format!(
        "select path, 1 as line, '{0}' as subject, 0 as ok, '`{0}`' as message from files where path like '%.md'",
        HOSTILE.replace('\'', "''")
    );
    Case::folder(&[
        (
            "parity.toml",
            &format!(
                "{RULES}[[attestation]]\ntopic = '''{HOSTILE}'''\nowner = \"o\"\ndate = \"2026-01-01\"\n"
            ),
        ),
        ("rules/trial.md", &page(&sql)),
        ("<svg onload=alert(3)>.md", "# A\n"),
        ("a\u{202e}b.md", "# B\n"),
    ])
}

#[test]
fn nothing_of_a_repository_is_markup_in_its_report() {
    let html = hostile().run(&HTML).ends(0);
    assert!(html.contains("&lt;script&gt;alert(2)"), "the words themselves are shown");
    for tag in ["<script", "<img", "<svg onload", "\u{202e}"] {
        assert!(!html.contains(tag), "{tag}");
    }
    let tags = Regex::new("<[a-z][^>]*>").unwrap();
    assert!(tags.find_iter(&html).all(|tag| !tag.as_str().contains(" on")), "no handler");
}

#[test]
fn a_report_is_one_file_without_a_network_or_a_script() {
    let html = Case::acme().run(&HTML).ends(0);
    assert!(html.contains("default-src 'none'"));
    for word in ["<script", "<link", "<iframe", "@import", " src=", "srcset"] {
        assert!(!html.contains(word), "{word}");
    }
    let outside = |link: &&str| !link.starts_with('#');
    assert_eq!(
        values(&html, "href").into_iter().filter(outside).collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    let urls = Regex::new(r"url\(([^)]*)\)").unwrap();
    assert!(urls.captures_iter(&html).all(|url| url[1].starts_with('#')));
}

#[test]
fn ids_are_unique_and_every_link_leads_somewhere() {
    let html = Case::acme().run(&HTML).ends(0);
    let ids = values(&html, "id");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for link in values(&html, "href") {
        assert!(unique.contains(link.trim_start_matches('#')), "{link}");
    }
    for names in values(&html, "aria-labelledby") {
        assert!(names.split(' ').all(|name| unique.contains(name)), "{names}");
    }
    let levels: Vec<u8> = Regex::new("<h([1-6])")
        .unwrap()
        .captures_iter(&html)
        .map(|found| found[1].parse().unwrap())
        .collect();
    assert_eq!(levels[0], 1);
    assert!(levels.array_windows().all(|[one, next]| *next <= one + 1), "{levels:?}");
}

#[test]
fn the_same_revision_rules_and_day_give_the_same_bytes() {
    let case = Case::acme();
    let first = case.run(&HTML).ends(0);
    for _ in 0..3 {
        assert!(case.run(&HTML).ends(0) == first, "warm");
    }
    assert!(case.run(&["report", "--format", "html", "--no-cache"]).ends(0) == first, "cold");
}

#[test]
fn findings_are_folded_and_never_lost() {
    let files: Vec<(String, String)> =
        (0..60).map(|number| (format!("keys/{number}.pem"), KEY.to_owned())).collect();
    let case = Case::folder(
        &files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>(),
    );
    let html = case.run(&HTML).ends(0);
    let audit = case.run(&["report", "--format", "json"]).json(0);
    let findings = audit["findings"].as_array().unwrap();
    assert!(findings.len() >= 60);
    let ids: BTreeSet<&str> = values(&html, "id").into_iter().collect();
    for finding in findings {
        assert!(ids.contains(finding["id"].as_str().unwrap()), "{finding}");
    }
    assert!(html.contains("<details><summary>48 more"));
}

#[test]
fn the_name_of_the_output_says_the_format() {
    let case = Case::acme();
    for (name, start) in
        [("r.html", "<!DOCTYPE html>"), ("r.json", "{"), ("r.md", "# Evidence report")]
    {
        let path = case.beside(name);
        case.run(&["report", "-o", path.to_str().unwrap()]).ends(0);
        assert!(fs::read_to_string(&path).unwrap().starts_with(start), "{name}");
    }
    case.run(&["report", "--format", "csv"]).refused(&["csv"]);
}

#[test]
fn a_template_and_a_folder_of_templates_replace_the_built_in_ones() {
    let case = Case::acme();
    let own = case.beside("own.html");
    fs::write(&own, "<p>{{ audit.revision.repository }}: {{ story.brief | first }}</p>").unwrap();
    let html =
        case.run(&["report", "--format", "html", "--template", own.to_str().unwrap()]).ends(0);
    assert!(html.starts_with("<p>product: The tree shows "), "{html}");
    case.write("reports/html/contents.html", b"<p>No contents.</p>");
    let config = fs::read_to_string(case.root.join("parity.toml")).unwrap();
    let set = "--set=paths.templates=reports";
    let html = case.run(&["report", "--format", "html", set]).ends(0);
    assert!(
        html.contains("<p>No contents.</p>") && html.contains("1 Results in brief"),
        "{config}"
    );
    case.run(&["report", "--set=paths.templates=nowhere"]).refused(&["nowhere"]);
}

#[test]
fn a_template_that_is_wrong_or_never_ends_is_refused() {
    let case = Case::acme();
    let own = case.beside("own.html");
    for (text, words) in [
        ("{{ audit.revison.commit }}", &["own.html", "revison"][..]),
        ("{% for x in range(end=9999999999) %}{{ x }}{% endfor %}", &[]),
        ("{% component x() %}{{ <x/> }}{% endcomponent %}{{ <x/> }}", &["recursion"]),
        ("{% include \"/etc/passwd\" %}", &["passwd"]),
    ] {
        fs::write(&own, text).unwrap();
        let args = ["report", "--format", "html", "--template", own.to_str().unwrap()];
        match words {
            [] => assert!(case.run(&args).ends(0).ends_with("9999")),
            words => case.run(&args).refused(&words[1.min(words.len() - 1)..]),
        }
    }
}

/// What a browser, a checker and a validator say of a report; none: they are not here.
fn looked_at(file: &Path) -> Option<serde_json::Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let Some(chromium) = chromium.into_iter().find(|path| Path::new(path).exists()) else {
        eprintln!("skipped: there is no Chromium; `apt-get install chromium` brings it");
        return None;
    };
    if !folder.join("node_modules").exists() {
        eprintln!("skipped: the driver is not there; `npm ci --prefix tests/browser` brings it");
        return None;
    }
    let look =
        Command::new("node").arg(folder.join("look.mjs")).arg(chromium).arg(file).output().unwrap();
    assert!(look.status.success(), "{}", String::from_utf8_lossy(&look.stderr));
    Some(serde_json::from_slice(&look.stdout).unwrap())
}

#[test]
fn a_browser_shows_and_prints_a_report_without_a_complaint() {
    for case in [Case::acme(), hostile()] {
        let file = case.beside("report.html");
        case.run(&["report", "-o", file.to_str().unwrap()]).ends(0);
        let Some(look) = looked_at(&file) else { return };
        for complaint in ["console", "requests", "axe", "wide", "invalid"] {
            assert_eq!(look[complaint], serde_json::json!([]), "{complaint}");
        }
        assert!(look["title"].as_str().unwrap().starts_with("Evidence report: product"));
        assert!(look["printed"].as_u64().unwrap() > 10_000, "it prints");
    }
}

#[test]
fn the_report_of_a_large_repository_stays_small() {
    let Some(corpora) =
        std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty()).map(PathBuf::from)
    else {
        eprintln!("skipped: PARITY_CORPORA names no folder of clones");
        return;
    };
    let cache = tempfile::TempDir::new().unwrap();
    let repo = corpora.join("ipai.git");
    let args =
        ["report", "--format", "html", "--rev", "ced71823", "--repo", repo.to_str().unwrap()];
    let html = run(cache.path(), &args).ends(0);
    assert!(html.len() < 2 << 20, "{} bytes", html.len());
}

//! Two quite different repositories that know nothing of the matrices: nothing of them is verified by accident.
#![allow(clippy::disallowed_methods, reason = "real repositories are named by the environment")]
#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a skipped test says so, and what was counted is printed"
)]

mod common;

use std::path::Path;

use common::{DAY, run};
use tempfile::TempDir;

/// What of each repository was read and is right.
const RIGHT: [(&str, &[&str]); 2] = [
    (
        "liam-tree",
        &[
            "org-practices/OP-GH-02",
            "org-practices/OP-GH-05",
            "org-practices/OP-GH-06",
            "org-practices/OP-GH-07",
            "org-practices/OP-GH-10",
            "org-practices/OP-GH-11",
            "org-practices/OP-SB-02",
            "org-practices/OP-SB-06",
            "org-practices/OP-SK-08",
        ],
    ),
    (
        "server-tools-tree",
        &[
            "org-practices/OP-GH-02",
            "org-practices/OP-OC-01",
            "org-practices/OP-OC-08",
            "org-practices/OP-OC-09",
            "org-practices/OP-SK-08",
        ],
    ),
];

#[test]
fn nothing_of_a_stranger_is_verified_by_accident() {
    let Some(corpora) = std::env::var_os("PARITY_CORPORA").filter(|folder| !folder.is_empty())
    else {
        eprintln!("skipped: PARITY_CORPORA is not set");
        return;
    };
    for (name, right) in RIGHT {
        let repo = Path::new(&corpora).join(name);
        let cache = TempDir::new().expect("a folder");
        // By the bare catalogues, and by the mapping of another organisation.
        for profile in ["none", "ipai"] {
            let repo = repo.to_str().expect("a path");
            let args = [
                "score",
                "--all",
                "--format",
                "json",
                "--profile",
                profile,
                "--repo",
                repo,
                "--as-of",
                DAY,
            ];
            let score = run(cache.path(), &args).json(0);
            let matrices = score["matrices"].as_array().expect("a list");
            assert_eq!(matrices.len(), 5);
            let judged = matrices.iter().flat_map(|matrix| {
                let features = matrix["features"].as_array().expect("a list");
                features.iter().map(move |judged| (&matrix["name"], judged))
            });
            let claimed = judged.filter(|(_, judged)| judged["verdict"] == "verified");
            let claimed = claimed.map(|(matrix, judged)| {
                let text =
                    |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
                (format!("{}/{}", text(matrix), text(&judged["id"])), text(&judged["why"]))
            });
            let claimed: Vec<(String, String)> = claimed.collect();
            println!("{name} by {profile}: {} verified: {claimed:?}", claimed.len());
            if profile == "none" {
                let wrong: Vec<_> =
                    claimed.iter().filter(|(id, _)| !right.contains(&id.as_str())).collect();
                assert!(wrong.is_empty(), "{name}: read these: {wrong:?}");
            }
        }
    }
}

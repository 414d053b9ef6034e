//! What is said of git's history: of merges, moves and deletions, and where commits or objects are not to be had.
//!
//! With `PARITY_CORPORA` set, also of the bare clone `ipai.git` in that folder, as git itself tells it.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]

mod common;

use std::fs;
use std::path::Path;

use common::{Case, DAY, git, run};

const LIVES: &str = "select f.path, (select position from commits where sha = f.first_commit) as first,
    (select position from commits where sha = f.last_commit) as last, f.renamed_from as before,
    case f.deleted_in when '' then 'there' else (select position from commits where sha = f.deleted_in) end as gone
    from file_history f order by f.path";

#[test]
fn a_path_has_a_first_and_a_last_commit_and_a_move_is_known() {
    let case = Case::git(&[("docs/a.md", "# A\n\nOne.\nTwo.\nThree.\n"), ("b.md", "# B\n")]);
    case.write("b.md", b"# B\n\nMore.\n");
    case.commit();
    fs::create_dir(case.root.join("guides")).unwrap();
    fs::rename(case.root.join("docs/a.md"), case.root.join("guides/a.md")).unwrap();
    case.commit();
    fs::rename(case.root.join("guides/a.md"), case.root.join("guides/z.md")).unwrap();
    case.write("guides/z.md", b"# A\n\nOne.\nTwo.\nFour.\n");
    case.commit();
    let expected = "b.md|4|3||there\ndocs/a.md|4|4||2\nguides/a.md|2|2|docs/a.md|1\nguides/z.md|1|1|guides/a.md|there";
    assert_eq!(case.cells(LIVES), expected);
}

#[test]
fn a_path_a_document_names_is_followed_to_where_it_is() {
    let case = Case::git(&[("src/old.py", "a = 1\n"), ("gone.py", "b = 2\n"), ("top/x", "")]);
    fs::rename(case.root.join("src/old.py"), case.root.join("src/new.py")).unwrap();
    fs::remove_file(case.root.join("gone.py")).unwrap();
    case.write("README.md", b"See `src/old.py`, `src/new.py`, `top/never.py` and `./gone.py`.\n");
    case.commit();
    let told = "select target, moved_to, deleted_in <> '' as deleted, ever_existed from md_path_history order by target";
    let expected = "./gone.py||1|1\nsrc/new.py||0|1\nsrc/old.py|src/new.py|1|1\ntop/never.py||0|0";
    assert_eq!(case.cells(told), expected);
}

#[test]
fn a_merge_deletes_nothing_and_changes_only_what_no_side_has() {
    let case = Case::git(&[("a", "1\n"), ("b", "1\n"), ("c", "1\n")]);
    git(&case.root, &["checkout", "-q", "-b", "side"]);
    fs::remove_file(case.root.join("b")).unwrap();
    case.write("a", b"side\n");
    case.commit();
    git(&case.root, &["checkout", "-q", "main"]);
    case.write("c", b"2\n");
    case.commit();
    git(&case.root, &["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    let gone = case.cells("select path from file_history where deleted_in <> ''");
    assert_eq!(gone, "b");
    let merged = "select count(*) from file_history f join commits c on c.sha in (f.last_commit, f.deleted_in)
                  where c.parents > 1";
    assert_eq!(case.cells(merged), "0", "each change is a side's own");
    assert_eq!(case.cells("select count(*) from commits"), "4");
}

#[test]
fn tags_of_other_branches_are_not_reachable() {
    let case = Case::git(&[("a", "1\n")]);
    git(&case.root, &["tag", "v1"]);
    git(&case.root, &["tag", "-a", "v1.1", "-m", "annotated"]);
    git(&case.root, &["checkout", "-q", "-b", "side"]);
    case.commit();
    git(&case.root, &["tag", "v2"]);
    let told = "select name, reachable from tags order by name";
    assert_eq!(case.cells(told), "v1|1\nv1.1|1\nv2|1");
    git(&case.root, &["checkout", "-q", "main"]);
    assert_eq!(case.cells(told), "v1|1\nv1.1|1\nv2|0");
}

/// The one cell of a query over a repository.
#[track_caller]
fn cell(case: &Case, repo: &Path, sql: &str) -> String {
    let repo = repo.to_str().unwrap();
    let args = ["query", "--format", "csv", sql, "--repo", repo, "--as-of", DAY];
    let printed = run(&case.cache, &args).ends(0);
    printed.lines().nth(1).unwrap_or_default().to_owned()
}

#[test]
fn a_shallow_clone_leaves_open_what_it_does_not_show() {
    let case = Case::git(&[("a.md", "# A\n"), ("b.md", "# B\n")]);
    case.write("a.md", b"# A\n\nMore.\n");
    case.commit();
    case.write("c.md", b"# C\n");
    case.commit();
    let url = format!("file://{}", case.root.display());
    git(case.root.parent().unwrap(), &["clone", "-q", "--depth", "2", &url, "shallow"]);
    let shallow = case.beside("shallow");
    let told = "select (select count(*) from unsure where table_name = 'commits') > 0, count(*) from commits";
    assert_eq!(cell(&case, &shallow, told), "1,2");
    let known = "select group_concat(path || ':' || coalesce(first_commit is not null, 0), ' ') from file_history";
    assert_eq!(cell(&case, &shallow, known), "c.md:1", "what is seen to be added is known");
    let open = "select count(*) from files f where maybe('file_history', f.path) is null";
    assert_eq!(
        cell(&case, &shallow, &format!("{open} and (select count(*) from file_history) > 0")),
        "3"
    );
}

#[test]
fn a_folder_without_git_has_no_history_and_says_so() {
    let case = Case::folder(&[("a.md", "See `x/y.md`.\n"), ("x/z.md", "# Z\n")]);
    for table in ["commits", "tags", "file_history"] {
        let told = format!(
            "select count(*), (select count(*) from unsure where table_name = '{table}') from {table}"
        );
        assert_eq!(case.cells(&told), "0|1", "{table}");
    }
    assert_eq!(case.cells("select ever_existed from md_path_history"), "null");
}

#[test]
fn working_trees_and_bare_clones_have_the_same_history() {
    let case = Case::git(&[("a.md", "# A\n")]);
    case.write("b.md", b"# B\n");
    case.commit();
    let told = "select group_concat(path || first_commit || last_commit) from file_history";
    let here = cell(&case, &case.root, told);
    assert_eq!(cell(&case, &case.bare(), told), here);
    let beside = case.beside("linked");
    git(&case.root, &["worktree", "add", "-q", "--detach", beside.to_str().unwrap()]);
    assert_eq!(cell(&case, &beside, told), here);
}

#[test]
fn a_tree_that_is_missing_leaves_its_commit_open_and_crashes_nothing() {
    let case = Case::git(&[("a/b.md", "# B\n")]);
    let tree = git(&case.root, &["rev-parse", "HEAD:a"]);
    case.write("a/b.md", b"# B\n\nMore.\n");
    case.commit();
    let object = format!(".git/objects/{}/{}", &tree[..2], &tree[2..]);
    fs::remove_file(case.root.join(object)).unwrap();
    let told = "select (select count(*) from unsure where table_name = 'file_history') > 0, count(*) from file_history";
    assert!(case.cells(told).starts_with("1|"));
    case.run(&["check"]).ends(0);
}

#[test]
fn a_sample_of_a_real_history_is_what_git_says() {
    let corpora = std::env::var("PARITY_CORPORA").ok().filter(|value| !value.is_empty());
    let Some(corpora) = corpora else {
        eprintln!("skipped: PARITY_CORPORA is not set");
        return;
    };
    let case = Case::folder(&[]);
    let repo = Path::new(&corpora).join("ipai.git");
    let sql = "select path, first_commit, last_commit from file_history where deleted_in = '' and length(path) % 401 = 50
               and path not like '%\"%' order by path limit 12";
    let args =
        ["query", "--format", "json", sql, "--repo", repo.to_str().unwrap(), "--rev", "main"];
    let rows = run(&case.cache, &args).json(0);
    assert!(!rows.as_array().unwrap().is_empty());
    for row in rows.as_array().unwrap() {
        let path = row["path"].as_str().unwrap();
        let log = |filter: &str| {
            git(
                &repo,
                &[
                    "log",
                    "--full-history",
                    "--no-renames",
                    filter,
                    "--format=%H",
                    "main",
                    "--",
                    path,
                ],
            )
        };
        assert_eq!(log("--diff-filter=A").lines().last(), row["first_commit"].as_str(), "{path}");
        let last = row["last_commit"].as_str();
        let newest = git(&repo, &["log", "-1", "--format=%H", "main", "--", path]);
        assert!(last == log("--diff-filter=AM").lines().next() || last == Some(&newest), "{path}");
    }
}

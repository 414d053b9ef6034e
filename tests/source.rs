//! The source layer against repositories that the real git wrote.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its repository fails")]
#![allow(clippy::disallowed_methods, reason = "a test drives other programs and ages files")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use parity::base::Id;
use parity::source::{
    Entry, EntryKind, ReadError, Request, Source, SourceError, discover, memory, open, printable,
};
use tempfile::TempDir;

const LIMIT: u64 = 1 << 20;

/// Runs git with nothing of the user's and returns what it prints.
fn git_with(folder: &Path, args: &[&str], input: &[u8]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args).env_clear().env("PATH", std::env::var("PATH").unwrap());
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "A")
            .env(format!("GIT_{who}_EMAIL"), "a@example.org")
            .env(format!("GIT_{who}_DATE"), "2026-03-18T23:30:00-0500");
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn git(folder: &Path, args: &[&str]) -> String {
    git_with(folder, args, b"")
}

fn write(folder: &Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn commit(folder: &Path) -> String {
    git(folder, &["add", "-A", "-f"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "change"]);
    git(folder, &["rev-parse", "HEAD"])
}

/// A working tree in a temporary folder with these files committed.
fn working_tree(files: &[(&str, &[u8])]) -> (TempDir, PathBuf) {
    let temp = TempDir::new().unwrap();
    let root = temp.path().join("product");
    fs::create_dir(&root).unwrap();
    git(&root, &["init", "-q", "-b", "main"]);
    write(&root, files);
    commit(&root);
    (temp, root)
}

/// Makes tracked files older than the index, so that their stat counts.
fn settle(root: &Path) {
    let old = SystemTime::now() - Duration::from_secs(60);
    for path in git(root, &["ls-files"]).lines() {
        if let Ok(file) = File::options().append(true).open(root.join(path)) {
            file.set_modified(old).unwrap();
        }
    }
    std::thread::sleep(Duration::from_millis(20));
    git(root, &["update-index", "-q", "--refresh"]);
}

fn bare(root: &Path) -> PathBuf {
    let bare = root.with_file_name("product.git");
    git(root, &["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    bare
}

fn try_open(path: &Path, rev: Option<&str>) -> Result<Box<dyn Source>, SourceError> {
    open(&Request { path: path.to_owned(), rev: rev.map(str::to_owned), ..Request::default() })
}

fn on_disk(path: &Path) -> Box<dyn Source> {
    try_open(path, None).unwrap()
}

fn at(path: &Path, rev: &str) -> Box<dyn Source> {
    try_open(path, Some(rev)).unwrap()
}

fn staged(path: &Path) -> Box<dyn Source> {
    open(&Request { path: path.to_owned(), staged: true, ..Request::default() }).unwrap()
}

fn paths(source: &dyn Source) -> Vec<&str> {
    source.entries().iter().map(|entry| entry.path.as_str()).collect()
}

fn names(source: &dyn Source) -> Vec<(&str, EntryKind, Option<Id>)> {
    source.entries().iter().map(|entry| (entry.path.as_str(), entry.kind, entry.id)).collect()
}

fn codes(source: &dyn Source) -> Vec<(Option<&str>, &str)> {
    source.problems().iter().map(|(path, code, _)| (path.as_deref(), *code)).collect()
}

fn entry<'a>(source: &'a dyn Source, path: &str) -> &'a Entry {
    source.entries().iter().find(|entry| entry.path == path).unwrap()
}

fn read(source: &dyn Source, path: &str) -> Result<Vec<u8>, ReadError> {
    source.reader().unwrap().read(entry(source, path), LIMIT)
}

fn every_byte_has_its_id(source: &dyn Source) {
    let mut reader = source.reader().unwrap();
    for entry in source.entries().iter().filter(|entry| entry.kind != EntryKind::Submodule) {
        assert_eq!(Some(Id::of(&reader.read(entry, LIMIT).unwrap())), entry.id, "{}", entry.path);
    }
}

fn object_file(git_folder: &Path, id: impl ToString) -> PathBuf {
    let id = id.to_string();
    git_folder.join("objects").join(&id[..2]).join(&id[2..])
}

/// Everything below a folder: path, size, time of change.
fn snapshot(folder: &Path) -> BTreeSet<(PathBuf, u64, SystemTime)> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        (entry.into_path(), metadata.len(), metadata.modified().unwrap())
    });
    entries.collect()
}

#[test]
fn every_name_of_a_revision_names_its_commit() {
    let (_temp, root) = working_tree(&[("a", b"1")]);
    let first = git(&root, &["rev-parse", "HEAD"]);
    git(&root, &["tag", "light"]);
    git(&root, &["tag", "-a", "-m", "x", "annotated"]);
    git(&root, &["update-ref", "refs/pull/351/head", &first]);
    write(&root, &[("b", b"2")]);
    let second = commit(&root);
    let bare = bare(&root);
    git(&bare, &["fetch", "-q", root.to_str().unwrap(), "+refs/*:refs/*"]);
    let names =
        ["light", "annotated", &first, &first[..8], "refs/pull/351/head", "HEAD~1", "main^"];
    for place in [&root, &bare] {
        for name in names {
            let source = at(place, name);
            assert_eq!(source.revision().commit.as_deref(), Some(first.as_str()), "{name}");
            assert_eq!((paths(&*source), source.revision().name.as_str()), (vec!["a"], name));
        }
        assert_eq!(at(place, "main").revision().commit.as_deref(), Some(second.as_str()));
        assert!(matches!(try_open(place, Some("no")), Err(SourceError::NoRevision { .. })));
        assert!(matches!(try_open(place, Some("HEAD:a")), Err(SourceError::NoRevision { .. })));
    }
    let head = on_disk(&bare);
    let revision = head.revision();
    assert_eq!((revision.kind, revision.name.as_str()), ("commit", "HEAD"));
    assert_eq!(revision.repository, "product");
    assert_eq!(revision.date.as_deref(), Some("2026-03-18"));
}

#[test]
fn a_clean_working_tree_its_index_and_its_commit_have_the_same_entries() {
    let bom = "\u{feff}bom".as_bytes();
    let (_temp, root) =
        working_tree(&[("b/c.txt", b"c"), ("b.txt", b""), ("a", bom), (".hidden/x", b"x")]);
    let bare = bare(&root);
    for is_settled in [false, true] {
        if is_settled {
            settle(&root);
        }
        let disk = on_disk(&root);
        assert_eq!(paths(&*disk), [".hidden/x", "a", "b.txt", "b/c.txt"]);
        assert!(!disk.revision().is_dirty);
        assert_eq!(disk.revision().kind, "working tree");
        for other in [on_disk(&bare), staged(&root), at(&root, "HEAD")] {
            assert_eq!(names(&*disk), names(&*other));
            assert_eq!(disk.revision().commit, other.revision().commit);
            every_byte_has_its_id(&*other);
        }
        assert_eq!(read(&*disk, "a").unwrap(), bom);
        every_byte_has_its_id(&*disk);
    }
}

#[test]
fn a_linked_working_tree_is_a_working_tree_of_its_repository() {
    let (_temp, root) = working_tree(&[("a", b"1"), (".gitignore", b"")]);
    let bare = bare(&root);
    let linked = root.with_file_name("elsewhere");
    git(&bare, &["worktree", "add", "-q", "-b", "side", linked.to_str().unwrap()]);
    write(&bare, &[("info/exclude", b"/secret\n")]);
    write(&linked, &[("secret", b"x"), ("new", b"y")]);
    let source = on_disk(&linked);
    assert_eq!(paths(&*source), [".gitignore", "a", "new"]);
    assert_eq!(source.revision().repository, "product");
    assert!(source.revision().is_dirty);
    every_byte_has_its_id(&*source);
}

#[test]
fn a_working_tree_is_what_git_would_add() {
    let (_temp, root) = working_tree(&[
        (".gitignore", b"*.log\n/build/\n"),
        ("kept.log", b"tracked though ignored"),
        ("gone", b"1"),
        ("changed", b"1"),
        ("plain", b"1"),
    ]);
    settle(&root);
    write(&root, &[("no.log", b""), ("build/x", b""), ("new/.dot", b"n"), (".ignore", b"new")]);
    fs::remove_file(root.join("gone")).unwrap();
    fs::write(root.join("changed"), "2").unwrap();
    git(&root, &["init", "-q", "new/nested"]);
    write(&root, &[("new/nested/inner", b"")]);
    let source = on_disk(&root);
    let expected = [".gitignore", ".ignore", "changed", "kept.log", "new/.dot", "plain"];
    assert_eq!(paths(&*source), expected);
    assert_eq!(entry(&*source, "changed").id, Some(Id::of(b"2")));
    assert!(source.revision().is_dirty);
    every_byte_has_its_id(&*source);
}

#[test]
fn what_is_staged_but_not_committed_makes_a_tree_dirty() {
    let (_temp, root) = working_tree(&[("a", b"1")]);
    write(&root, &[("a", b"2")]);
    git(&root, &["add", "a"]);
    assert!(on_disk(&root).revision().is_dirty);
    let index = staged(&root);
    assert!(index.revision().is_dirty);
    assert_eq!(read(&*index, "a").unwrap(), b"2");
}

#[test]
fn the_index_lists_neither_conflicts_nor_intentions() {
    let (_temp, root) = working_tree(&[("a", b"1"), ("b", b"1")]);
    let sides = [b"2", b"3"].map(|side| git_with(&root, &["hash-object", "-w", "--stdin"], side));
    let [ours, theirs] = sides;
    git(&root, &["rm", "-q", "--cached", "a"]);
    let conflict = format!("100644 {ours} 2\ta\n100644 {theirs} 3\ta\n");
    git_with(&root, &["update-index", "--index-info"], conflict.as_bytes());
    write(&root, &[("c", b"c")]);
    git(&root, &["add", "-N", "c"]);
    let index = staged(&root);
    assert_eq!(paths(&*index), ["b"]);
    assert!(codes(&*index).contains(&(Some("a"), "unmerged")));
    let disk = on_disk(&root);
    assert_eq!(paths(&*disk), ["a", "b", "c"]);
    assert_eq!(entry(&*disk, "c").id, Some(Id::of(b"c")));
    assert_eq!(codes(&*disk), [(Some("a"), "unmerged")]);
    every_byte_has_its_id(&*disk);
}

#[test]
fn a_file_changed_within_the_tick_of_the_index_is_seen() {
    let (_temp, root) = working_tree(&[("a", b"1")]);
    fs::write(root.join("a"), "2").unwrap();
    let same = fs::metadata(root.join(".git/index")).unwrap().modified().unwrap();
    File::options().append(true).open(root.join("a")).unwrap().set_modified(same).unwrap();
    assert_eq!(entry(&*on_disk(&root), "a").id, Some(Id::of(b"2")));
}

#[test]
fn line_ends_are_stored_as_git_stores_them() {
    let crlf = b"one\r\ntwo\r\n";
    let (_temp, root) = working_tree(&[("old.txt", crlf), ("seed", b"")]);
    let attributes = b"* text=auto\n*.bat -text\n*.sh text\n*.lf eol=lf\n*.id ident\n";
    write(&root, &[(".gitattributes", attributes)]);
    let binary = [b"\0\r\n".as_slice(), crlf].concat();
    // Longer than what is held at a time, with CR and LF on both sides of a border.
    let long = ["x", &"0123456\r\n".repeat(60_000)].concat().into_bytes();
    for name in ["new.txt", "x.bat", "x.sh", "x.lf", "x.id", "sub/deep.txt", "old.txt"] {
        write(&root, &[(name, crlf)]);
    }
    let lone = b"a\rb\r\n";
    write(&root, &[("bin.txt", &binary), ("long.txt", &long), ("a.txt", lone), ("a.sh", lone)]);
    for autocrlf in ["false", "true", "input"] {
        git(&root, &["config", "core.autocrlf", autocrlf]);
        let source = on_disk(&root);
        for path in paths(&*source).into_iter().filter(|path| *path != "old.txt") {
            let expected = git(&root, &["hash-object", "--path", path, path]);
            assert_eq!(entry(&*source, path).id.unwrap().to_string(), expected, "{path}");
        }
        assert_eq!(entry(&*source, "old.txt").id, Some(Id::of(crlf)), "CRLF in the index stays");
        assert_eq!(codes(&*source), [(Some("x.id"), "filter-not-run")]);
        every_byte_has_its_id(&*source);
    }
}

#[test]
fn a_checkout_with_other_line_ends_is_read_as_stored() {
    let (_temp, root) = working_tree(&[("a.txt", b"one\ntwo\n")]);
    git(&root, &["config", "core.autocrlf", "true"]);
    fs::remove_file(root.join("a.txt")).unwrap();
    git(&root, &["checkout", "-q", "a.txt"]);
    settle(&root);
    assert_eq!(fs::read(root.join("a.txt")).unwrap(), b"one\r\ntwo\r\n");
    let source = on_disk(&root);
    assert_eq!(read(&*source, "a.txt").unwrap(), b"one\ntwo\n");
    assert!(!source.revision().is_dirty);
}

#[test]
fn filter_drivers_are_never_run() {
    let (temp, root) = working_tree(&[(".gitattributes", b"*.x filter=evil\n")]);
    let trace = temp.path().join("trace");
    git(&root, &["config", "filter.evil.clean", &format!("touch {}", trace.display())]);
    write(&root, &[("a.x", b"a")]);
    let source = on_disk(&root);
    assert_eq!(entry(&*source, "a.x").id, Some(Id::of(b"a")));
    assert_eq!(codes(&*source), [(Some("a.x"), "filter-not-run")]);
    assert!(!trace.exists());
}

#[test]
fn links_are_their_targets_and_never_followed() {
    let (temp, root) = working_tree(&[("real/file", b"1")]);
    write(temp.path(), &[("outside/file", b"secret")]);
    symlink("nowhere", root.join("dangling")).unwrap();
    symlink("/etc/hostname", root.join("absolute")).unwrap();
    symlink("../outside", root.join("folder")).unwrap();
    let untracked = on_disk(&root);
    commit(&root);
    let bare = bare(&root);
    for source in [untracked, on_disk(&root), staged(&root), on_disk(&bare)] {
        assert_eq!(paths(&*source), ["absolute", "dangling", "folder", "real/file"]);
        assert_eq!(entry(&*source, "folder").kind, EntryKind::Symlink);
        assert_eq!(read(&*source, "folder").unwrap(), b"../outside");
        assert_eq!(read(&*source, "absolute").unwrap(), b"/etc/hostname");
        assert_eq!(read(&*source, "dangling").unwrap(), b"nowhere");
    }
    fs::remove_dir_all(root.join("real")).unwrap();
    symlink("../outside", root.join("real")).unwrap();
    let source = on_disk(&root);
    assert_eq!(paths(&*source), ["absolute", "dangling", "folder", "real"]);
}

#[test]
fn paths_that_are_not_text_stay_different() {
    let raws: &[&[u8]] = &[b"a\xff", b"a\\xff", b"a\\\\xff", b"a\\xff\xff", b"\\\xff", b"\\\\xff"];
    let texts: BTreeSet<String> = raws.iter().map(|raw| printable(raw)).collect();
    assert_eq!(texts.len(), raws.len());
    assert_eq!(printable("é\\b".as_bytes()), "é\\b");
    let (_temp, root) = working_tree(&[]);
    for raw in raws {
        fs::write(root.join(OsStr::from_bytes(raw)), raw).unwrap();
    }
    let untracked = on_disk(&root);
    commit(&root);
    for source in [untracked, on_disk(&root), staged(&root), at(&root, "HEAD")] {
        assert_eq!(paths(&*source), texts.iter().map(String::as_str).collect::<Vec<_>>());
        every_byte_has_its_id(&*source);
    }
}

#[test]
fn a_submodule_is_a_commit_and_not_entered() {
    let (_temp, root) = working_tree(&[("a", b"1")]);
    let commit = "1234567890123456789012345678901234567890";
    git(&root, &["update-index", "--add", "--cacheinfo", &format!("160000,{commit},sub")]);
    git(&root, &["commit", "-q", "-m", "sub"]);
    git(&root, &["init", "-q", "sub"]);
    write(&root, &[("sub/inner", b"")]);
    for source in [on_disk(&root), staged(&root), at(&root, "HEAD")] {
        assert_eq!(paths(&*source), ["a", "sub"]);
        let sub = entry(&*source, "sub");
        assert_eq!((sub.kind, sub.is_missing), (EntryKind::Submodule, false));
        assert_eq!(sub.id.unwrap().to_string(), commit);
        assert!(!source.revision().is_dirty);
    }
}

#[test]
fn a_missing_blob_is_listed_as_missing() {
    let (_temp, root) = working_tree(&[("a", b"1"), ("b", b"2")]);
    fs::remove_file(object_file(&root.join(".git"), Id::of(b"2"))).unwrap();
    for source in [at(&root, "main"), staged(&root)] {
        assert!(entry(&*source, "b").is_missing && !entry(&*source, "a").is_missing);
        assert_eq!(read(&*source, "b"), Err(ReadError::Missing));
    }
    assert_eq!(read(&*on_disk(&root), "b").unwrap(), b"2");
}

#[test]
fn a_partial_clone_is_listed_and_nothing_is_fetched() {
    let (temp, root) = working_tree(&[("a", b"1"), ("d/b", b"2")]);
    git(&root, &["config", "uploadpack.allowFilter", "true"]);
    let partial = temp.path().join("partial.git");
    let from = format!("file://{}", root.display());
    git(temp.path(), &["clone", "-q", "--bare", "--filter=blob:none", &from, "partial.git"]);
    let before = snapshot(&partial);
    let source = on_disk(&partial);
    assert_eq!(paths(&*source), ["a", "d/b"]);
    assert!(source.entries().iter().all(|entry| entry.is_missing));
    assert_eq!(read(&*source, "d/b"), Err(ReadError::Missing));
    assert_eq!(before, snapshot(&partial));
}

#[test]
fn a_missing_tree_is_a_problem_and_the_rest_is_listed() {
    let (_temp, root) = working_tree(&[("a", b"1"), ("d/b", b"2"), ("e/c", b"3")]);
    let tree = git(&root, &["rev-parse", "HEAD:d"]);
    fs::remove_file(object_file(&root.join(".git"), tree)).unwrap();
    let source = at(&root, "HEAD");
    assert_eq!(paths(&*source), ["a", "e/c"]);
    assert_eq!(codes(&*source), [(Some("d"), "missing-tree")]);
    assert!(on_disk(&root).revision().is_dirty, "what HEAD holds is not known");
}

#[test]
fn a_shallow_clone_is_a_clone() {
    let (temp, root) = working_tree(&[("a", b"1")]);
    commit(&root);
    let from = format!("file://{}", root.display());
    git(temp.path(), &["clone", "-q", "--depth=1", &from, "shallow"]);
    let shallow = temp.path().join("shallow");
    assert_eq!(names(&*on_disk(&shallow)), names(&*at(&shallow, "HEAD")));
    assert!(matches!(try_open(&shallow, Some("HEAD~1")), Err(SourceError::NoRevision { .. })));
}

#[test]
fn a_sparse_checkout_is_completed_from_the_object_database() {
    let (_temp, root) = working_tree(&[("in/a", b"1"), ("out/b", b"2"), ("out/c", b"3")]);
    git(&root, &["sparse-checkout", "set", "in"]);
    fs::remove_file(object_file(&root.join(".git"), Id::of(b"3"))).unwrap();
    assert!(!root.join("out").exists());
    let source = on_disk(&root);
    assert_eq!(paths(&*source), ["in/a", "out/b", "out/c"]);
    assert_eq!(read(&*source, "out/b").unwrap(), b"2");
    assert!(entry(&*source, "out/c").is_missing);
    assert_eq!(read(&*source, "out/c"), Err(ReadError::Missing));
    assert!(!source.revision().is_dirty);
}

#[test]
fn a_forged_object_is_found_out() {
    let (_temp, root) = working_tree(&[("a", b"good"), ("d/x", b"x")]);
    let git_folder = root.join(".git");
    let forge = |id: &str, other: &str| {
        let target = object_file(&git_folder, id);
        fs::remove_file(&target).unwrap();
        fs::copy(object_file(&git_folder, other), target).unwrap();
    };
    let (root_tree, folder) =
        (git(&root, &["rev-parse", "HEAD^{tree}"]), git(&root, &["rev-parse", "HEAD:d"]));
    let evil = git_with(&root, &["hash-object", "-w", "--stdin"], b"evil");
    forge(&Id::of(b"good").to_string(), &evil);
    for source in [at(&root, "HEAD"), staged(&root)] {
        assert_eq!(read(&*source, "a"), Err(ReadError::Forged));
    }
    forge(&folder, &root_tree);
    let source = at(&root, "HEAD");
    assert_eq!((paths(&*source), codes(&*source)), (vec!["a"], vec![(Some("d"), "forged-tree")]));
}

#[test]
fn a_tree_bomb_is_refused_quickly() {
    let (_temp, root) = working_tree(&[]);
    let blob = git_with(&root, &["hash-object", "-w", "--stdin"], b"");
    let empty = git_with(&root, &["mktree"], b"");
    for (kind, leaf) in [("100644 blob", blob), ("040000 tree", empty)] {
        let (mut kind, mut id) = (kind, leaf);
        for _ in 0..6 {
            let lines: String = (0..1000).map(|name| format!("{kind} {id}\t{name:04}\n")).collect();
            id = git_with(&root, &["mktree"], lines.as_bytes());
            kind = "040000 tree";
        }
        let bomb = git(&root, &["commit-tree", "-m", "bomb", &id]);
        let start = Instant::now();
        assert!(matches!(try_open(&root, Some(&bomb)), Err(SourceError::TooLarge)));
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }
}

#[test]
fn a_deep_tree_ends_at_the_longest_path() {
    let (_temp, root) = working_tree(&[]);
    let mut tree = git_with(&root, &["mktree"], b"");
    let name = "n".repeat(250);
    for _ in 0..40 {
        tree = git_with(&root, &["mktree"], format!("040000 tree {tree}\t{name}\n").as_bytes());
    }
    let deep = git(&root, &["commit-tree", "-m", "deep", &tree]);
    assert_eq!(codes(&*at(&root, &deep)), [(None, "long-path")]);
}

#[test]
fn names_no_checkout_could_have_are_skipped() {
    let (_temp, root) = working_tree(&[]);
    git_with(&root, &["hash-object", "-w", "--stdin"], b"x");
    let hostile: [&[u8]; 8] = [b"..", b".GIT", b"", b".", b"a/b", b"fine", b"fine", b"odd"];
    let mut tree = Vec::new();
    for name in hostile {
        let mode: &[u8] = if name == b"odd" { b"10" } else { b"100644" };
        tree.extend([mode, b" ", name, b"\0", &Id::of(b"x").0].concat());
    }
    let write = ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"];
    let tree = git_with(&root, &write, &tree);
    let source = at(&root, &git(&root, &["commit-tree", "-m", "hostile", &tree]));
    assert_eq!(paths(&*source), ["fine"]);
    let mut codes: Vec<_> = codes(&*source).into_iter().map(|(_, code)| code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [&["duplicate-path", "unknown-mode"][..], &["unsafe-path"; 5]].concat());
}

#[test]
fn a_repository_without_commits_is_empty_and_says_so() {
    let temp = TempDir::new().unwrap();
    git(temp.path(), &["init", "-q", "--bare", "empty.git"]);
    let empty = temp.path().join("empty.git");
    let source = on_disk(&empty);
    assert_eq!((paths(&*source), codes(&*source)), (vec![], vec![(None, "no-commits")]));
    assert_eq!(source.revision().commit, None);
    let error = try_open(&empty, Some("main")).err().unwrap().to_string();
    assert_eq!(error, "`main` names no commit of `empty`, which has no commits");

    git(temp.path(), &["init", "-q", "fresh"]);
    write(temp.path(), &[("fresh/a", b"1")]);
    let source = on_disk(&temp.path().join("fresh"));
    assert_eq!((paths(&*source), codes(&*source)), (vec!["a"], vec![(None, "no-commits")]));
    assert!(source.revision().is_dirty);
}

#[test]
fn a_head_that_names_nothing_is_an_error_that_says_what_is_there() {
    let (_temp, root) = working_tree(&[("a", b"1")]);
    let bare = bare(&root);
    git(&bare, &["symbolic-ref", "HEAD", "refs/heads/gone"]);
    let error = try_open(&bare, None).err().unwrap().to_string();
    assert_eq!(error, "`HEAD` names no commit of `product`; there are `main`");
}

#[test]
fn a_bare_clone_needs_no_config_and_has_no_index() {
    let (_temp, root) = working_tree(&[("a", b"1")]);
    let bare = bare(&root);
    fs::remove_file(bare.join("config")).unwrap();
    assert_eq!(paths(&*on_disk(&bare)), ["a"]);
    let index = open(&Request { path: bare, staged: true, ..Request::default() });
    assert!(matches!(index, Err(SourceError::NoIndex(_))));
}

#[test]
fn formats_that_cannot_be_read_are_named() {
    let temp = TempDir::new().unwrap();
    git(temp.path(), &["init", "-q", "--object-format=sha256", "new"]);
    let error = try_open(&temp.path().join("new"), None).err().unwrap().to_string();
    assert_eq!(error, "its objects are named by SHA-256; only SHA-1 repositories are read");
}

#[test]
fn a_plain_folder_is_everything_but_git() {
    let temp = TempDir::new().unwrap();
    write(temp.path(), &[("x/a", b"1"), (".gitignore", b"*"), ("x/.git/config", b""), ("b", b"2")]);
    symlink("/etc", temp.path().join("link")).unwrap();
    let source = on_disk(temp.path());
    assert_eq!(paths(&*source), [".gitignore", "b", "link", "x/a"]);
    assert_eq!((source.revision().kind, source.revision().commit.as_ref()), ("folder", None));
    every_byte_has_its_id(&*source);
    fs::write(temp.path().join("b"), "3").unwrap();
    assert!(matches!(read(&*source, "b"), Err(ReadError::Unreadable(_))));
    assert!(matches!(try_open(temp.path(), Some("main")), Err(SourceError::NotGit(_))));
    let absent = temp.path().join("absent");
    assert!(matches!(try_open(&absent, None), Err(SourceError::NoFolder(_))));
    write(temp.path(), &[(".git", b"gitdir: /nowhere")]);
    assert_eq!(codes(&*on_disk(temp.path())), [(Some(".git"), "no-repository")]);
}

#[test]
fn a_stat_cache_never_lies() {
    let temp = TempDir::new().unwrap();
    let (folder, cache) = (temp.path().join("folder"), temp.path().join("cache"));
    write(&folder, &[("a", b"1"), ("b", b"2")]);
    std::thread::sleep(Duration::from_millis(20));
    let list = || {
        let stat_cache = Some(cache.clone());
        open(&Request { path: folder.clone(), stat_cache, ..Request::default() }).unwrap()
    };
    let kept =
        || fs::read_dir(&cache).unwrap().map(|file| file.unwrap().path()).collect::<Vec<_>>();
    let first = list();
    let file = kept().pop().unwrap();
    let bytes = fs::read(&file).unwrap();
    assert_eq!(first.entries(), list().entries());
    assert_eq!(bytes, fs::read(&file).unwrap());
    fs::write(folder.join("a"), "3").unwrap();
    assert_eq!(entry(&*list(), "a").id, Some(Id::of(b"3")));

    let id = bytes.windows(20).position(|window| window == Id::of(b"2").0).unwrap();
    let mut flipped = bytes.clone();
    flipped[id] ^= 1;
    for damaged in [&flipped[..], &bytes[..bytes.len() / 2], b"", b"nonsense"] {
        fs::write(&file, damaged).unwrap();
        assert_eq!(entry(&*list(), "b").id, Some(Id::of(b"2")));
    }
    assert_eq!(kept(), [file], "no drafts stay behind");
}

#[test]
fn a_subfolder_is_a_plain_folder_and_discovery_looks_upward() {
    let (temp, root) = working_tree(&[("x/a", b"1")]);
    let root = root.canonicalize().unwrap();
    assert_eq!(on_disk(&root.join("x")).revision().kind, "folder");
    assert_eq!(discover(&root.join("x")), root);
    assert_eq!(discover(&bare(&root)), root.with_file_name("product.git"));
    assert_eq!(discover(temp.path()), temp.path());
}

#[test]
fn memory_is_a_source() {
    let files = [("b\\xff", "2"), ("a", "1")];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let source = memory(BTreeMap::from(files));
    assert_eq!(paths(&*source), ["a", "b\\xff"]);
    every_byte_has_its_id(&*source);
    let a = entry(&*source, "a");
    assert_eq!(source.reader().unwrap().read(a, 0), Err(ReadError::TooLarge(1)));
}

#[test]
fn a_file_of_a_gigabyte_is_named_but_not_held() {
    let (_temp, root) = working_tree(&[("a", b"1")]);
    write(&root, &[(".gitattributes", b"*.txt text\n")]);
    let (size, text_size) = (1 << 30, 256 << 20);
    for (name, size) in [("huge", size), ("text.txt", text_size)] {
        File::create(root.join(name)).unwrap().set_len(size).unwrap();
    }
    let before = peak_memory();
    let source = on_disk(&root);
    let huge = entry(&*source, "huge");
    assert_eq!((huge.size, entry(&*source, "text.txt").size), (Some(size), Some(text_size)));
    assert_eq!(read(&*source, "huge"), Err(ReadError::TooLarge(size)));
    assert!(peak_memory() - before < 128 << 10, "more than 128 MB were held");
}

/// The most kilobytes this process had in memory.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn an_object_longer_than_the_limit_is_not_read() {
    let (_temp, root) = working_tree(&[("a", &[b'x'; 4096])]);
    for source in [at(&root, "HEAD"), staged(&root), on_disk(&root)] {
        let mut reader = source.reader().unwrap();
        let entry = entry(&*source, "a");
        assert_eq!(reader.read(entry, 4095), Err(ReadError::TooLarge(4096)));
        assert!(reader.read(entry, 4096).is_ok());
    }
}

#[test]
fn pipes_are_problems_and_not_opened() {
    let (_temp, root) = working_tree(&[("tracked", b"1")]);
    fs::remove_file(root.join("tracked")).unwrap();
    for pipe in ["tracked", "untracked"] {
        assert!(Command::new("mkfifo").arg(root.join(pipe)).status().unwrap().success());
    }
    let special = vec![(Some("tracked"), "special-file"), (Some("untracked"), "special-file")];
    let source = on_disk(&root);
    assert_eq!((paths(&*source), codes(&*source)), (vec![], special.clone()));
    fs::remove_dir_all(root.join(".git")).unwrap();
    let source = on_disk(&root);
    assert_eq!((paths(&*source), codes(&*source)), (vec![], special));
}

#[test]
fn nothing_is_written_into_the_audited_repository() {
    let (_temp, root) = working_tree(&[("a", b"1"), (".gitattributes", b"* text=auto\n")]);
    write(&root, &[("a", b"2\r\n"), ("new", b"\r\n")]);
    let before = snapshot(&root);
    for source in [on_disk(&root), staged(&root), at(&root, "HEAD")] {
        every_byte_has_its_id(&*source);
    }
    assert_eq!(before, snapshot(&root));
}

#[test]
fn a_file_that_changes_after_listing_is_read_as_it_was_or_not_at_all() {
    let (_temp, root) = working_tree(&[("a", b"1")]);
    write(&root, &[("new", b"22")]);
    let source = on_disk(&root);
    write(&root, &[("a", b"3"), ("new", b"33")]);
    assert_eq!(read(&*source, "a").unwrap(), b"1");
    fs::remove_file(object_file(&root.join(".git"), Id::of(b"1"))).unwrap();
    for path in ["a", "new"] {
        let changed = "it changed since it was listed".to_owned();
        assert_eq!(read(&*source, path), Err(ReadError::Unreadable(changed)));
    }
}

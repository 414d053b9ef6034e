//! An audited repository may be hostile: whatever it holds, there is a clear message or a row in `problems`, the exit
//! status of the contract, and bounded memory.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Case, DAY, KEY, RULES, Run, git, git_with, page, page_with, run};

/// The most memory an audit may have, in MB, unoptimised.
const MEMORY: u64 = 400;

/// The first look, a check, a report and a question about everything: the worst exit status and what was printed.
#[track_caller]
fn survives(case: &Case) -> Vec<Run> {
    let commands: [&[&str]; 4] =
        [&[], &["check"], &["report"], &["query", "select * from problems"]];
    let run = |args: &&[&str]| {
        let started = Instant::now();
        let (run, peak) = case.measured(args);
        assert!(run.code < 2, "{args:?} exits {}: {}", run.code, run.err);
        assert!(peak < MEMORY, "{args:?} had {peak} MB");
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "{args:?} took {:?}",
            started.elapsed()
        );
        run
    };
    commands.iter().map(run).collect()
}

/// The distinct codes of problems at a path.
fn problems(case: &Case, path: &str) -> String {
    case.cells(&format!("select distinct code from problems where path = '{path}' order by 1"))
}

#[test]
fn an_empty_repository_is_audited_and_nothing_is_there() {
    let case = Case::folder(&[]);
    for _ in ["a plain folder", "a repository without commits"] {
        survives(&case);
        let check = case.run(&["check"]).ends(0);
        assert!(check.contains("examined 0"), "it never passes in silence: {check}");
        let score = case.run(&["score"]).ends(0);
        assert!(score.contains("does not apply to this tree"), "it verifies nothing: {score}");
        assert!(!score.contains("VERIFIED"), "it verifies nothing: {score}");
        git(&case.root, &["init", "-q", "-b", "main"]);
    }
    case.run(&["check", "--rev", "HEAD"]).refused(&["HEAD"]);
}

#[test]
fn what_is_no_folder_is_no_repository() {
    let case = Case::folder(&[("file", "x")]);
    let missing = case.beside("nowhere");
    for path in [missing.to_str().unwrap(), case.root.join("file").to_str().unwrap(), "/dev/null"] {
        run(&case.cache, &["check", "--repo", path, "--as-of", DAY])
            .refused(&["cannot read the repository", path]);
    }
    run(&case.cache, &["check", "--repo", "", "--as-of", DAY]).refused(&["--repo"]);
}

#[test]
fn a_revision_that_names_nothing_is_refused_by_name() {
    let case = Case::git(&[("a.md", "# A\n")]);
    for rev in [
        "nonsense",
        "refs/pull/9999/head",
        "HEAD~99",
        "0000000000000000000000000000000000000000",
        "--upload-pack=x",
        "",
    ] {
        case.run(&["check", &format!("--rev={rev}")]).refused(&["names no commit", rev]);
    }
    let plain = Case::folder(&[("a.md", "# A\n")]);
    plain.run(&["check", "--rev", "main"]).refused(&["not a git repository"]);
    plain.run(&["check", "--staged"]).refused(&["not a git repository"]);
}

#[test]
fn a_tree_of_a_million_files_is_refused_quickly() {
    let case = Case::git(&[("a.md", "# A\n")]);
    let blob = git(&case.root, &["rev-parse", "HEAD:a.md"]);
    let level = |kind: &str, mode: &str, id: &str| {
        let lines: String = (0..100).map(|at| format!("{mode} {kind} {id}\tn{at:02}\n")).collect();
        git_with(&case.root, &["mktree"], lines.as_bytes())
    };
    let mut tree = level("blob", "100644", &blob);
    for _ in 0..5 {
        tree = level("tree", "040000", &tree);
        let commit = git(&case.root, &["commit-tree", "-m", "bomb", &tree]);
        git(&case.root, &["tag", "-f", "bomb", &commit]);
    }
    let started = Instant::now();
    let (run, peak) = case.measured(&["check", "--rev", "bomb"]);
    run.refused(&["more than 400000 entries"]);
    assert!(
        peak < MEMORY && started.elapsed() < Duration::from_secs(20),
        "{peak} MB, {:?}",
        started.elapsed()
    );
}

#[test]
fn a_file_of_a_gigabyte_is_a_problem_and_not_read() {
    let case = Case::git(&[("a.md", "# A\n")]);
    for (name, size) in
        [("x/__manifest__.py", 1 << 30), ("big.sql", 9 << 20), ("big.json", 9 << 20)]
    {
        case.write(name, b"");
        fs::File::options().write(true).open(case.root.join(name)).unwrap().set_len(size).unwrap();
    }
    let (check, peak) = case.measured(&["check"]);
    assert!(check.code < 2 && peak < MEMORY, "{peak} MB: {}", check.err);
    let csv = case
        .run(&[
            "query",
            "--format",
            "csv",
            "select distinct path, code from problems order by path",
        ])
        .ends(0);
    assert_eq!(
        csv,
        "path,code\r\nbig.json,too-large\r\nbig.sql,too-large\r\nx/__manifest__.py,too-large\r\n"
    );
    assert_eq!(
        case.cells("select name, license from odoo_modules"),
        "x|null",
        "the module is there, undecided"
    );
}

fn aliases() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for at in 1..12 {
        let names = vec![format!("*a{}", at - 1); 10].join(", ");
        text.push_str(&format!("a{at}: &a{at} [{names}]\n"));
    }
    text
}

#[test]
fn bombs_are_problems() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let cases: Vec<(&str, String)> = vec![
        ("aliases.yaml", aliases()),
        ("aliases.yml", format!("on: push\njobs: {{}}\n{}", aliases())),
        (".github/workflows/bomb.yml", aliases()),
        ("self.yaml", "a: &a [*a]\n".to_owned()),
        ("deep.yaml", deep("[", "]")),
        ("deep-map.yaml", (0..20_000).map(|at| " ".repeat(at % 2_000) + "a:\n").collect()),
        ("flow.yaml", "{a: ".repeat(50_000)),
        ("deep.json", deep("[", "]")),
        ("open.json", "{\"a\":".repeat(100_000)),
        ("number.json", "9".repeat(1_000_000)),
        ("deep.toml", format!("a = {}", deep("[", "]"))),
        ("dotted.toml", vec!["a"; 100_000].join(".") + " = 1\n"),
        ("list/__manifest__.py", deep("[", "]")),
        ("open/__manifest__.py", "[".repeat(100_000)),
        ("power/__manifest__.py", "{'name': 9**9**9**9}".to_owned()),
        ("repeat/__manifest__.py", "{'name': 'x' * 10**12, 'depends': ['a'] * 10**9}".to_owned()),
        ("plus/__manifest__.py", format!("{{'name': {}'b'}}", "'a' + ".repeat(100_000))),
        ("minus/__manifest__.py", format!("{{'sequence': {}1}}", "-".repeat(100_000))),
        (
            "code/__manifest__.py",
            "__import__('os').system('touch /tmp/parity-was-here')\n".to_owned(),
        ),
        ("binary/__manifest__.py", "{'name': ".to_owned() + &"(".repeat(100_000)),
    ];
    let files: Vec<(&str, &str)> =
        cases.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let case = Case::folder(&files);
    survives(&case);
    for (path, _) in
        cases.iter().filter(|(path, _)| *path != "plus/__manifest__.py" && *path != "number.json")
    {
        assert_ne!(problems(&case, path), "", "{path} is read without a word");
    }
    let modules = case.cells("select count(*) from odoo_modules where dir in ('list', 'open', 'power', 'repeat', 'code')");
    assert_eq!(modules, "5", "a manifest that cannot be read is still a module");
    assert!(!fs::exists("/tmp/parity-was-here").unwrap(), "nothing of the repository is executed");
}

#[test]
fn endless_nesting_in_documents_and_scripts_is_bounded() {
    let cases: Vec<(&str, String)> = vec![
        ("brackets.md", "[".repeat(100_000)),
        ("quotes.md", ">".repeat(100_000)),
        ("quotes-spaced.md", "> ".repeat(50_000) + "x"),
        ("lists.md", "- ".repeat(50_000) + "x"),
        ("stars.md", "*a **b ".repeat(30_000)),
        ("ticks.md", (1..800).map(|at| "`".repeat(at) + " ").collect()),
        ("links.md", "[a](".repeat(50_000)),
        ("images.md", "![".repeat(50_000)),
        (
            "tables.md",
            format!("|{}\n|{}\n", "a|".repeat(5_000), "-|".repeat(5_000))
                + &format!("|{}\n", "b|".repeat(5_000)).repeat(20),
        ),
        ("html.md", "<a ".repeat(50_000)),
        ("references.md", "[a]: b\n".repeat(20_000) + &"[a]".repeat(20_000)),
        ("parens.sql", format!("select {}1{};", "(".repeat(100_000), ")".repeat(100_000))),
        ("supabase/migrations/20260101000000_open.sql", "(".repeat(100_000)),
        ("supabase/migrations/20260102000000_case.sql", "select case when 1 then ".repeat(20_000)),
        ("supabase/migrations/20260103000000_dollar.sql", "$a$ $b$ ".repeat(50_000)),
        (
            "supabase/migrations/20260104000000_not.sql",
            format!("select {} true;", "not ".repeat(100_000)),
        ),
        ("supabase/migrations/20260105000000_comment.sql", "/*".repeat(100_000)),
        ("supabase/migrations/20260106000000_many.sql", "create table t (a int);\n".repeat(5_000)),
        (
            "supabase/migrations/20260107000000_do.sql",
            "do $$ begin execute 'do $x$ begin null; end $x$'; end $$;\n".repeat(1_000),
        ),
    ];
    let files: Vec<(&str, &str)> =
        cases.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let case = Case::folder(&files);
    survives(&case);
    assert_ne!(problems(&case, "supabase/migrations/20260101000000_open.sql"), "");
    assert_eq!(case.cells("select count(*) from migrations where path like '%_open.sql'"), "1");
}

/// A name of every kind that is analysed.
const KINDS: [&str; 14] = [
    "x.md",
    "x.markdown",
    "x.yaml",
    "x.yml",
    "x.json",
    "x.jsonc",
    "x.toml",
    "a/__manifest__.py",
    "b/__openerp__.py",
    "x.sql",
    "supabase/migrations/20260101000000_x.sql",
    ".github/workflows/x.yml",
    "x.py",
    "x.csv",
];

#[test]
fn bytes_that_are_no_text_are_survived_under_every_name() {
    let mut noise = Vec::new();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..20_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        noise.extend(state.to_le_bytes());
    }
    let long = "a".repeat(5 << 20);
    let contents: Vec<(&str, Vec<u8>)> = vec![
        ("noise", noise),
        ("high", vec![0xff; 10_000]),
        ("nuls", vec![0; 10_000]),
        ("a nul late", [b"# A\n".repeat(5_000), vec![0], b"\n# B\n".to_vec()].concat()),
        ("a nul early", b"{'name': '\0'}\n# A\0B\n".to_vec()),
        ("latin-1", b"{'name': 'caf\xe9'}\n# caf\xe9\n- [x] T1 \xff\xfe\n".to_vec()),
        ("returns", b"# A\r- [x] b\rname: c\r\r\r{'a': 1}\r".to_vec()),
        (
            "UTF-16",
            [
                vec![0xff, 0xfe],
                "# A\n{'name': 'x'}\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            ]
            .concat(),
        ),
        ("half UTF-16", vec![0xff, 0xfe, 0x00, 0xd8, 0x41]),
        ("marks", b"\xef\xbb\xbf\xef\xbb\xbf# A\n".to_vec()),
        ("a long line", long.clone().into_bytes()),
        ("a long text", format!("{{'name': \"{}\"}}", &long[..1 << 20]).into_bytes()),
        ("a long heading", format!("# {}\n", &long[..1 << 20]).into_bytes()),
        ("empty", Vec::new()),
        ("one break", b"\n".to_vec()),
        ("quote", b"'".to_vec()),
    ];
    for (name, bytes) in contents {
        let case = Case::folder(&[]);
        KINDS.iter().for_each(|kind| case.write(kind, &bytes));
        let (run, peak) = case.measured(&["check", "--no-cache"]);
        assert!(run.code < 2, "{name}: {}", run.err);
        assert!(peak < MEMORY, "{name}: {peak} MB");
        let rows = case
            .run(&["query", "--format", "csv", "select name, dir from odoo_modules order by dir"])
            .ends(0);
        assert_eq!(rows, "name,dir\r\na,a\r\nb,b\r\n", "{name}: identity is never undecided");
    }
}

#[test]
fn names_do_not_act_where_they_are_printed() {
    let case = Case::git(&[(
        "spec/a/tasks.md",
        "# Tasks\n\n- [x] T1 write `src/gone\u{1b}[31m.rs` and `\u{202e}gone.rs`\n",
    )]);
    let names: [&[u8]; 8] = [
        b"esc\x1b[31mred.txt",
        b"line\nbreak.txt",
        b"bell\x07\x08\x7f.txt",
        "bidi\u{202e}dm.exe\u{2066}.txt".as_bytes(),
        b"latin\xe9.txt",
        b"=cmd|' C calc'!A0.txt",
        b"<img src=x onerror=alert(1)>.txt",
        b"::error file=x::y.txt",
    ];
    for name in names {
        fs::write(case.root.join(OsStr::from_bytes(name)), KEY).unwrap();
        let addon = case.root.join("addons").join(OsStr::from_bytes(name));
        fs::create_dir_all(&addon).unwrap();
        fs::write(
            addon.join("__manifest__.py"),
            "{'name': 'a\u{1b}]0;x\u{7}', 'license': '\u{202e}\u{1b}[2J'}",
        )
        .unwrap();
    }
    case.commit();
    let sql = "select path, name, license from files left join odoo_modules using (path)";
    for args in [
        &[][..],
        &["check"],
        &["check", "--format", "json"],
        &["check", "--format", "markdown"],
        &["score"],
        &["report"],
        &["report", "--format", "json"],
        &["explain", "repo/private-key-committed"],
        &["query", sql],
        &["query", "--format", "json", sql],
        &["query", "--format", "jsonl", sql],
    ] {
        let run = case.run(args);
        for (what, text) in [("stdout", &run.out), ("stderr", &run.err)] {
            let raw = text.chars().find(|letter| letter.is_control() && *letter != '\n');
            assert_eq!(raw, None, "{args:?} prints a control character to {what}");
        }
        if !args.contains(&"json") && !args.contains(&"jsonl") {
            assert!(
                !run.out.contains(['\u{202e}', '\u{2066}']),
                "{args:?} prints a character that reorders"
            );
        }
        if args.contains(&"markdown") || args == ["report"] {
            assert!(!run.out.contains("<img"), "{args:?} prints HTML of the repository");
        }
    }
    let csv = case.run(&["query", "--format", "csv", sql]).ends(0);
    assert!(csv.contains("'=cmd"), "a formula is defused: {csv}");
    let check = case.run(&["check", "--format", "json"]);
    assert!(check.out.contains("\"=cmd|' C calc'!A0.txt\""), "JSON tells the name as it is");
}

#[test]
fn a_terminal_that_can_show_colours_gets_none_of_the_repository() {
    let case = Case::folder(&[(
        "addons/a/__manifest__.py",
        "{'name': '\u{1b}[31mred', 'license': '\u{9b}31m'}",
    )]);
    let output = case
        .command(&["query", "select manifest, license from odoo_modules"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(!out.contains(['\u{1b}', '\u{9b}']), "{out}");
}

/// A wrong `parity.toml` and what must be said of it.
const CONFIGS: [(&str, &[&str]); 22] = [
    ("[sql]\nrunnr = \"psql\"\n", &["parity.toml:2:1", "`runnr`", "did you mean `runner`"]),
    ("[sqll]\nrunner = \"psql\"\n", &["parity.toml:1", "did you mean `sql`"]),
    ("[sql]\nrunner = \"psqll\"\n", &["parity.toml:2", "did you mean `psql`"]),
    ("[sql]\nrunner = 7\n", &["parity.toml:2"]),
    ("[sql]\nexposed-schemas = \"public\"\n", &["parity.toml:2"]),
    ("[paths]\narchived = [1]\n", &["parity.toml:2"]),
    ("[paths]\narchived = [\"a[\"]\n", &["parity.toml", "archived", "`a[`"]),
    ("[gates.odoo-sh]\nmin = \"many\"\n", &["parity.toml:2"]),
    ("[gates.odoo-hs]\nmin = 5\n", &["odoo-hs"]),
    ("[gates.odoo-sh]\nmni = 5\n", &["parity.toml:2", "did you mean `min`"]),
    ("edition 2026\n", &["parity.toml:1"]),
    (
        "[[waiver]]\nrule = \"spec/ticked-but-absent\"\nowner = \"a\"\nreason = \"b\"\n",
        &["parity.toml:1", "expires"],
    ),
    (
        "[[waiver]]\nrule = \"spec/ticked-but-absent\"\nowner = \"a\"\nreason = \"b\"\nexpires = \"2026-02-30\"\n",
        &["parity.toml", "2026-02-30"],
    ),
    (
        "[[waiver]]\nrule = \"spec/ticked-but-absnt\"\nowner = \"a\"\nreason = \"b\"\nexpires = \"2027-01-01\"\n",
        &["parity.toml", "spec/ticked-but-absnt"],
    ),
    (
        "[[waiver]]\nrule = \"spec/ticked-but-absent\"\npath = \"a[\"\nowner = \"a\"\nreason = \"b\"\nexpires = \"2027-01-01\"\n",
        &["a["],
    ),
    ("[[attestation]]\ntopic = \"x\"\nowner = \"a\"\ndate = \"soon\"\n", &["parity.toml", "soon"]),
    ("[[attestation]]\ntopic = \"x\"\nowner = \"a\"\ndate = 2026-01-01\n", &["parity.toml:4"]),
    ("profile = \"nobody\"\n", &["nobody", "ipai"]),
    ("[rule.\"odoo/no-such\"]\nx = 1\n", &["odoo/no-such"]),
    (
        "[rule.\"repo/private-key-committed\"]\nfile = [\"a\"]\n",
        &["`file`", "did you mean `files`"],
    ),
    ("[rule.\"repo/private-key-committed\"]\nfiles = 7\n", &["`files`"]),
    ("a = 1\na = 2\n", &["parity.toml:2"]),
];

#[test]
fn a_wrong_configuration_is_refused_with_its_place_and_a_suggestion() {
    for (text, words) in CONFIGS {
        let case = Case::folder(&[("parity.toml", text), ("a.md", "# A\n")]);
        case.run(&["check"]).refused(words);
    }
    let case = Case::folder(&[]);
    case.write("parity.toml", b"edition = \"\xff\"\n");
    case.run(&["check"]).refused(&["parity.toml", "UTF-8"]);
    case.write("parity.toml", "a = ".repeat(400_000).as_bytes());
    case.run(&["check"]).refused(&["parity.toml"]);
    case.write("parity.toml", format!("edition = {}", "[".repeat(50_000)).as_bytes());
    case.run(&["check"]).refused(&["parity.toml"]);
    let case = Case::folder(&[("a.md", "# A\n")]);
    for (setting, words) in [
        ("sql.runnr=psql", &["--set", "runner"][..]),
        ("sql", &["KEY=VALUE"]),
        ("sql.runner=x", &["--set"]),
    ] {
        case.run(&["check", "--set", setting]).refused(words);
    }
    case.run(&["check", "--config", "/nonexistent.toml"]).refused(&["/nonexistent.toml"]);
    let args = ["check", "--repo", case.root.to_str().unwrap(), "--as-of", "2026-13-01"];
    run(&case.cache, &args).refused(&["2026-13-01", "YYYY-MM-DD"]);
}

#[test]
fn links_are_not_followed_out_of_the_repository() {
    let case = Case::git(&[("a.md", "# A\n")]);
    case.write("../outside.toml", b"[sql]\nrunnr = \"psql\"\n");
    case.write("../outside.md", b"# SECRET\n");
    symlink("/etc/passwd", case.root.join("parity.toml")).unwrap();
    symlink("../outside.md", case.root.join("link.md")).unwrap();
    symlink("/etc", case.root.join("etc")).unwrap();
    symlink(".", case.root.join("loop")).unwrap();
    fs::create_dir(case.root.join("supabase")).unwrap();
    symlink("/etc", case.root.join("supabase/migrations")).unwrap();
    for args in [
        &["check"][..],
        &["report"],
        &["query", "select * from files"],
        &["query", "select * from md_headings"],
    ] {
        let run = case.run(args);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            !run.out.contains("root:")
                && !run.out.contains("SECRET")
                && !run.out.contains("passwd\n"),
            "{}",
            run.out
        );
    }
    assert_eq!(case.cells("select count(*) from files where kind = 'symlink'"), "5");
    fs::remove_file(case.root.join("parity.toml")).unwrap();
    symlink("../outside.toml", case.root.join("parity.toml")).unwrap();
    case.run(&["check"]).ends(0);
    case.write("rules.toml", b"[paths]\nrules = [\"../\", \"/etc\", \"..\"]\n");
    fs::remove_file(case.root.join("parity.toml")).unwrap();
    fs::rename(case.root.join("rules.toml"), case.root.join("parity.toml")).unwrap();
    case.write("../trial.md", page("attach 'x' as y").as_bytes());
    case.run(&["check"]).ends(0);
}

/// SQL that must be refused, whoever writes it.
const REFUSED: [(&str, &str); 37] = [
    ("attach database '/tmp/parity-x.db' as x", "only reading"),
    ("pragma journal_mode", "only reading"),
    ("select * from pragma_database_list", ""),
    ("insert into files values (1)", ""),
    ("delete from files", ""),
    ("update problems set path = 1", ""),
    ("drop table problems", ""),
    ("create table x (a)", ""),
    ("create temp table x (a)", ""),
    ("vacuum into '/tmp/parity-x.db'", ""),
    ("begin", ""),
    ("rollback", ""),
    ("savepoint x", ""),
    ("select 1; select 2", ""),
    ("select 1; drop table problems", ""),
    ("", ""),
    (" -- nothing", ""),
    (
        "with recursive r(n) as (select 1 union all select n + 1 from r) select max(n) from r",
        "more work than is allowed",
    ),
    ("select randomblob(1000000000)", "randomblob"),
    ("select random()", "random"),
    ("select zeroblob(1000000000)", "zeroblob"),
    ("select length(printf('%1000000000d', 1))", "printf"),
    (
        "with recursive r(t, n) as (select 'aaaaaaaa', 1 union all select t || t, n + 1 from r where n < 40) \
         select max(length(t)) from r",
        "length of one value",
    ),
    (
        "with recursive r(t) as (select 'a' union all select substr(t || t, 1, 9999) from r) \
         select count(*) from (select * from r order by t)",
        "more work than is allowed",
    ),
    ("select oid from main.blobs", "prohibited"),
    ("select * from tree_rows", "prohibited"),
    ("select * from sqlite_master", "prohibited"),
    ("select name from sqlite_temp_master", "prohibited"),
    ("with files as (select * from main.blobs) select * from files", "`files` is a table"),
    ("select load_extension('x')", "load_extension"),
    ("select readfile('/etc/passwd')", "readfile"),
    ("select datetime('now')", "datetime"),
    ("select sqlite_version()", "sqlite_version"),
    ("select path from files where path = \"eror\"", "eror"),
    ("select pth from files", "no such column: pth"),
    ("select * from fils", "no such table: fils"),
    ("select regexp_like('a', '(((')", ""),
];

#[test]
fn a_question_cannot_do_more_than_read() {
    let case = Case::folder(&[("a.md", "# A\n")]);
    for (sql, word) in REFUSED {
        let run = case.run(&["query", sql]);
        assert_eq!(run.code, 2, "`{sql}` is answered: {}", run.out);
        run.refused(&[word]);
    }
    for (sql, word) in
        REFUSED.iter().filter(|(_, word)| word.contains("work") || word.contains("length"))
    {
        let (run, peak) = case.measured(&["query", sql]);
        run.refused(&[word]);
        assert!(peak < MEMORY, "`{sql}`: {peak} MB");
    }
    assert!(!fs::exists("/tmp/parity-x.db").unwrap());
    case.run(&["query", "select :x"]).refused(&[":x"]);
    case.run(&["query", "select ?"]).refused(&["parameter"]);
    let nested = format!("select {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    case.run(&["query", &nested]).refused(&[]);
    case.run(&["query", &format!("select '{}'", "x".repeat(100_000))]).refused(&[]);
}

/// A row of a page that is right.
const ROW: &str = "'a.md' as path, 1 as line, 'a' as subject, 1 as ok, 'm' as message";

#[test]
fn a_row_without_a_message_is_undecided_and_the_others_are_told() {
    let case = Case::folder(&[("parity.toml", RULES), ("a.md", "# A\n")]);
    let wordless = ROW.replace("'m'", "null").replace("1 as ok", "0 as ok");
    let failing = ROW.replace("'a' as subject", "'b' as subject").replace("1 as ok", "0 as ok");
    let text = page(&format!("select {wordless} union all select {failing}"));
    case.write("rules/trial.md", text.as_bytes());
    let run = case.run(&["check", "--select", "local", "--format", "json"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let audit: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let rule = &audit["rules"][0];
    assert_eq!(
        (rule["fails"].as_u64(), rule["unknown"].as_u64()),
        (Some(1), Some(1)),
        "{}",
        run.out
    );
    assert!(run.out.contains("`message` is null"), "{}", run.out);
}

#[test]
fn a_page_of_the_audited_repository_that_is_wrong_is_named_and_there_is_no_audit() {
    let case = Case::folder(&[("parity.toml", RULES), ("a.md", "# A\n")]);
    let refused = |text: &str, words: &[&str]| {
        case.write("rules/trial.md", text.as_bytes());
        let run = case.run(&["check", "--select", "local"]);
        assert_eq!(run.code, 2, "this page runs: {text}\n{}", run.out);
        run.refused(&[&["rules/trial.md"], words].concat());
    };
    case.write("rules/trial.md", page(&format!("select {ROW}")).as_bytes());
    case.run(&["check"]).ends(0);
    for (sql, _) in REFUSED {
        refused(&page(sql), &[]);
    }
    for (expression, words) in [
        (
            "(with recursive r(n) as (select 1 union all select n + 1 from r) select max(n) from r)",
            "more work than is allowed",
        ),
        ("randomblob(1000000000)", "randomblob"),
        ("printf('%1000000000d', 1)", "printf"),
        (
            "(with recursive r(t, n) as (select 'aaaaaaaa', 1 union all select t || t, n + 1 from r where n < 40) \
              select max(length(t)) from r)",
            "length of one value",
        ),
        ("load_extension('x')", "load_extension"),
        ("\"eror\"", "eror"),
    ] {
        case.write(
            "rules/trial.md",
            page(&format!("select {}", ROW.replace("'m'", expression))).as_bytes(),
        );
        let (run, peak) = case.measured(&["check", "--select", "local"]);
        run.refused(&["rules/trial.md", words]);
        assert!(peak < MEMORY, "{peak} MB");
    }
    let changed = |from: &str, to: &str| page(&format!("select {}", ROW.replace(from, to)));
    refused(&changed("1 as ok", "'holds' as ok"), &["`ok`", "holds", "1, 0 or null"]);
    refused(&changed("1 as ok", "2 as ok"), &["`ok`"]);
    refused(&changed("1 as ok", "1.0 as ok"), &["`ok`"]);
    refused(&changed("1 as ok", "'1' as ok"), &["`ok`"]);
    refused(&changed("'a.md' as path", "'b.md' as path"), &["`b.md` is not in the tree"]);
    refused(&changed("'a.md' as path", "7 as path"), &["`path`"]);
    refused(&changed("'a.md' as path", "'/etc/passwd' as path"), &["is not in the tree"]);
    refused(&changed("1 as line", "-1 as line"), &["`line`"]);
    refused(&changed("1 as line", "'x' as line"), &["`line`"]);
    refused(&changed("'a' as subject", "null as subject"), &["`subject` is null"]);
    refused(&changed("'m' as message", "'m' as mesage"), &["mesage"]);
    refused(&changed("1 as ok, ", ""), &["no column `ok`"]);
    refused(&changed("'m' as message", ":limit as message"), &[":limit"]);
    refused(&page(&format!("select {ROW} union all select {ROW}")), &["two rows"]);
    let other = ROW.replace("1 as ok", "0 as ok");
    refused(&page(&format!("select {ROW} union all select {other}")), &["two rows"]);
    refused(&page(&format!("select {ROW}, reason from problems")), &[]);
    refused(&page_with("severty: error\n", &format!("select {ROW}")), &["severty"]);
    refused(
        &page(&format!("select {ROW}")).replace("severity: error", "severity: fatal"),
        &["fatal"],
    );
    refused(
        &page(&format!("select {ROW}")).replace("id: local/trial", "id: Local/Trial"),
        &["Local/Trial"],
    );
    refused(&page(&format!("select {ROW}")).replace("id: local/trial\n", ""), &["id"]);
    refused(&page(&format!("select {ROW}")).replace("## Fix", "## Fixx"), &["Fixx"]);
    refused(&page(&format!("select {ROW}")).replace("# A trial\n", ""), &["heading"]);
    refused(&page_with("search: {glob: '**', regex: '((('}\n", &format!("select {ROW}")), &[]);
    refused(&page_with("search: {glob: 'a[', regex: 'a'}\n", &format!("select {ROW}")), &[]);
    refused(
        &page_with("search: {glob: '**', regex: '(a{1000}){1000}'}\n", &format!("select {ROW}")),
        &[],
    );
    refused(&page_with(&aliases(), &format!("select {ROW}")), &[]);
    refused(&page_with(&format!("tags: {}\n", "[".repeat(50_000)), &format!("select {ROW}")), &[]);
    refused("no front matter\n", &["---"]);
    refused("", &["---"]);
    refused(&"---\n".repeat(10), &[]);
    fs::remove_file(case.root.join("rules/trial.md")).unwrap();
    case.write(
        "rules/taken.md",
        page(&format!("select {ROW}"))
            .replace("since:", "aliases: [repo/private-key-committed]\nsince:")
            .as_bytes(),
    );
    case.run(&["check"]).refused(&["rules/taken.md", "repo/private-key-committed"]);
}

#[test]
fn a_template_can_read_nothing_and_a_reader_that_goes_away_is_no_error() {
    let case = Case::acme();
    case.write("../template.md", b"{% include \"/etc/passwd\" %}");
    let template = case.beside("template.md");
    case.run(&["report", "--template", template.to_str().unwrap()]).refused(&[]);
    for args in [
        &["check", "--format", "json"][..],
        &["query", "select a.path, b.path, c.path from files a, files b, files c"],
        &["report"],
    ] {
        let mut child =
            case.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!err.contains("panicked") && !err.contains("roken pipe"), "{err}");
        assert!(output.status.code().is_some_and(|code| code < 2), "{err}");
    }
}

#[test]
fn staged_with_nothing_staged_judges_the_whole_index() {
    let case = Case::git(&[
        (
            "addons/a/__manifest__.py",
            "{'name': 'A', 'license': 'LGPL-3', 'version': '18.0.1.0.0'}\n",
        ),
        ("key.pem", KEY),
    ]);
    let check = case.run(&["check", "--staged"]);
    assert!(!check.out.contains("examined 0 "), "{}", check.out);
    assert!(check.out.contains("examined "), "{}", check.out);
    assert_eq!(check.code, 1, "{}", check.out);
    case.write("key.pem", b"revoked\n");
    assert_eq!(case.run(&["check", "--staged"]), check, "what is not staged is not judged");
    git(&case.root, &["add", "-A"]);
    case.run(&["check", "--staged"]).ends(0);
}

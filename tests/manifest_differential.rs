//! Our reader of Odoo manifests against Python's own `ast.literal_eval`.
//!
//! Needs `python3`; says so and passes where there is none. With `PARITY_CORPORA` set, every manifest of the checkouts
//! in that folder is compared too.

#![allow(clippy::disallowed_methods, reason = "where the corpora lie is said in the environment")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use parity::facts::ANALYZERS;
use parity::facts::Input;
use parity::facts::Rows;
use serde_json::Value as Json;
use serde_json::json;

/// Reads `[source, our JSON or null]` per line and prints a line for each disagreement. Values are compared with
/// Python's own `==`, but sets as multisets and `True` not as `1`.
const JUDGE: &str = r#"
import ast, json, re, sys, warnings
warnings.simplefilter('ignore')
def clean(text):
    return re.sub('[\ud800-\udfff]', '\ufffd', text)
def form(value):
    if isinstance(value, str): return clean(value)
    if value is None or isinstance(value, (bool, int, float)): return value
    if isinstance(value, bytes): return {'$bytes': value.decode('latin-1')}
    if isinstance(value, complex): return {'$complex': [value.real, value.imag]}
    if value is ...: return {'$ellipsis': True}
    if isinstance(value, (list, tuple)): return [form(item) for item in value]
    if isinstance(value, set): return {'$set': sorted(map(dump, map(form, value)))}
    return {key(name): form(item) for name, item in value.items()}
def key(name):
    return clean(name) if isinstance(name, str) else dump(form(name))
def dump(value):
    return json.dumps(value, sort_keys=True)
def plain(name):
    try: return dump(json.loads(name))
    except ValueError: return name
def same(theirs, ours):
    if isinstance(theirs, dict) and '$set' in theirs:
        return isinstance(ours, list) and sorted(map(dump, ours)) == theirs['$set']
    if isinstance(theirs, dict):
        if not isinstance(ours, dict) or len(theirs) != len(ours): return False
        named = {plain(name): item for name, item in ours.items()}
        return all(plain(k) in named and same(v, named[plain(k)]) for k, v in theirs.items())
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(theirs) == len(ours) and all(map(same, theirs, ours))
    return type(theirs) is type(ours) and theirs == ours
for line in sys.stdin:
    source, ours, refusal = json.loads(line)
    kind = None
    try:
        value = ast.literal_eval(source)
        theirs = form(value) if isinstance(value, dict) else None
        kind = None if isinstance(value, dict) else 'wrong-type'
    except Exception as error:
        theirs = None
        kind = 'syntax' if isinstance(error, SyntaxError) else 'not-literal'
    ours = None if ours is None else json.loads(ours)
    if not (theirs is None and ours is None) and (theirs is None or ours is None or not same(theirs, ours)):
        print(json.dumps([source[:300], repr(theirs)[:300], repr(ours)[:300]]))
    elif refusal is not None and kind is not None and refusal != kind:
        print(json.dumps([source[:300], kind, refusal]))
print('done')
"#;

/// The manifest as JSON, or None if it was refused.
fn ours(source: &str) -> Option<String> {
    let odoo = ANALYZERS.iter().find(|analyzer| analyzer.name == "odoo").expect("the analyzer");
    let column = odoo.facts[0].columns.iter().position(|column| column.name == "manifest");
    let mut rows = Rows::default();
    (odoo.extract)(&Input::new(source.as_bytes()), &mut rows);
    rows.facts[0].1[column.expect("a column")].as_text().map(str::to_owned)
}

/// Why the manifest was refused, as Python tells it apart: syntax, not-literal, wrong-type; None if it was not.
fn refusal(source: &str) -> Option<String> {
    let odoo = ANALYZERS.iter().find(|analyzer| analyzer.name == "odoo").expect("the analyzer");
    let mut rows = Rows::default();
    (odoo.extract)(&Input::new(source.as_bytes()), &mut rows);
    let problem = rows.problems.iter().find(|problem| problem.1 == "manifest-unreadable")?;
    problem.2.split(':').next().map(str::to_owned)
}

/// Asserts that Python agrees about the value of every source, and of those it refuses about the class of error.
fn compare(sources: &[String]) {
    judge(sources, true);
}

/// The same about values only: of two errors in one text, which one is said first is nobody's promise.
fn compare_values(sources: &[String]) {
    judge(sources, false);
}

fn judge(sources: &[String], classes: bool) {
    let Ok(mut python) = Command::new("python3")
        .args(["-c", JUDGE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    else {
        return skipped("python3 is not installed");
    };
    let mut stdin = python.stdin.take().expect("a pipe");
    let lines: String = sources
        .iter()
        .map(|source| {
            let refusal = refusal(source).filter(|_| classes);
            format!("{}\n", json!([source, ours(source), refusal]))
        })
        .collect();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = python.wait_with_output().expect("python ends");
    writer.join().expect("a thread").expect("python reads");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "done\n");
}

#[allow(clippy::print_stderr)]
fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}

/// Past the capture of a test that passes.
fn said(text: &str) {
    std::io::stderr().write_all(format!("\n{text}\n").as_bytes()).expect("standard error");
}

/// Expressions, each compared as it is and as the value of a manifest.
const TRICKY: &[&str] = &[
    "None",
    "True",
    "False",
    "...",
    "''",
    "\"a\" 'b'",
    "'a' b'b'",
    "b'a' b'\\xff'",
    "r'\\n'",
    "R'\\''",
    "r'\\'",
    "u'é'",
    "U'a'",
    "ur'a'",
    "bu'a'",
    "Rb'\\n'",
    "bR\"a\"",
    "b'é'",
    "f'a'",
    "'a' f'b'",
    "rf'a'",
    "'''a\n'b'\n'''",
    "\"\"\"\"a\"\"\"",
    "\"\"\"a\"\"\"\"",
    "'a\\\nb'",
    "'a\nb'",
    "'\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\\"'",
    "'\\q\\8'",
    "'\\0\\12\\1234\\777'",
    "b'\\400\\777'",
    "'\\x4'",
    "'\\x41\\u00e9\\U0001F600'",
    "'\\ud83d\\ude00'",
    "'\\U00110000'",
    "'\\u12'",
    "b'\\u12\\N{x}'",
    "'\\N'",
    "'\\N{no such name at all}'",
    "'abc",
    "'''abc''",
    "'\\",
    "0",
    "00",
    "0_0",
    "01",
    "0_7",
    "1_000",
    "1__0",
    "1_",
    "_1",
    "0x_fF",
    "0X1f",
    "0xg",
    "0x",
    "0o17",
    "0o8",
    "0B1_0",
    "0b2",
    "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
    "123456789012345678901234567890",
    "1L",
    "1a",
    "1.",
    ".5",
    ".",
    "1.5e3",
    "1E+5",
    "1e-7",
    "1e",
    "1e+",
    "1_0.0_1e1_0",
    "1._5",
    "1_e5",
    "1e_5",
    "01.5",
    "09e1",
    "1e999",
    "-1e999",
    "1j",
    "09j",
    "1.5J",
    "1+2j",
    "1 - 2j",
    "-1+2j",
    "(-1)+2j",
    "1+(-2j)",
    "1+-2j",
    "(1)+(2j)",
    "(1+2j)",
    "-(1+2j)",
    "(1+2j)+3j",
    "1+2j+3j",
    "1j+2",
    "1j+2j",
    "1+2",
    "True+1j",
    "'a'+1j",
    "-True",
    "-None",
    "-'a'",
    "+1",
    "-0",
    "-0.0",
    "--1",
    "- 1",
    "-(1)",
    "-(-1)",
    "~1",
    "not 1",
    "1e400+1j",
    "()",
    "(,)",
    "(1)",
    "(1,)",
    "(1,,)",
    "1,",
    "1, 2",
    "[]",
    "[,]",
    "[1,]",
    "[1 2]",
    "[1,,2]",
    "[1",
    "1]",
    "[1)",
    "{}",
    "{,}",
    "{1}",
    "{1,}",
    "{1, 1.0, True, 2}",
    "{[]}",
    "{()}",
    "{([],)}",
    "{{}}",
    "{1: 2, }",
    "{1: 2, 3}",
    "{1, 2: 3}",
    "{1:}",
    "{:1}",
    "{1: 2 3: 4}",
    "{1: 'a', True: 'b', 1.0: 'c'}",
    "{None: 1, ...: 2, b'a': 3, -1: 4, 1.5: 5}",
    "{[]: 1}",
    "{**{}}",
    "{*[]}",
    "[*[]]",
    "set()",
    "set ( )",
    "set([])",
    "set(,)",
    "set",
    "{set()}",
    "frozenset()",
    "dict()",
    "list",
    "true",
    "null",
    "os.sep",
    "a()",
    "'a'.b",
    "'a'()",
    "'a'[0]",
    "[1][0]",
    "(1)(2)",
    "'a' 'b'.c",
    "'a' % 1",
    "'a' or 'b'",
    "1 if 1 else 2",
    "1 == 1",
    "1 < 2",
    "1 in [1]",
    "2**2",
    "10**10**10",
    "'a' * 1000000000",
    "[1] * 9",
    "lambda: 1",
    "[x for x in []]",
    "{1: 2 for x in []}",
    "{x for x in []}",
    "(x for x in [])",
    "(x := 1)",
    "await x",
    "yield",
    "`1`",
    "$",
    "?",
    "!",
    "a'b'",
    "1'a'",
    "'a'1",
    "'é' # ü",
    "(1 # a\n,2)",
    "[\n\n1\n]",
    "(1\n\n\n)",
    "[1\x0c,2]",
    "[1\x0b]",
    "[1\u{a0}]",
    "\u{feff}1",
    "'\u{feff}'",
    "'\0'",
    "[1, \\\n 2]",
    "[1, \\ \n 2]",
    "'a' \\\n 'b'",
    "('a'\n'b')",
    "'a'\n'b'",
    "'''a\r\nb\rc'''",
    "'a\rb'",
    "'\\\r\nb'",
    "__debug__",
    "Ellipsis",
    "(None)",
    "((()))",
    "(((set)))",
    "1if 1else 2",
    "0xfor 1",
    "1_000j",
    "'{}'",
    "'#'",
    "{'a': {'b': ({1: [()]},)}}",
    "'\u{2028}'",
    "'\\N{bullet', 1",
    "1.e5",
    "1..real",
    "0x1.5",
    "- \\\n1",
    "1 \\\n+ 2j",
    "'\\\n'",
    "'''\\\n'''",
    "u''u''",
    "b''b''",
];

/// Where things may stand around the one expression of a manifest.
const LAYOUTS: &[&str] = &[
    "{}",
    "  {}",
    "\t{}",
    " \n{}",
    "\n {}",
    "# a\n{}",
    "# a\n  {}",
    "  # a\n{}",
    "{}\n",
    "{}\n\n\n",
    "{}\n  ",
    "{}\n  \n",
    "{}\n\t",
    "{} ",
    "{}  # a",
    "{}\n# a",
    "{}\n  # a\n",
    "{}\n  # a",
    "{};",
    "{}\n;",
    "{}{}",
    "{}\n{}",
    "'doc'\n{}",
    "x = {}",
    "({})",
    "(({}))",
    "({},)",
    "{},",
    "{}\\",
    "{} \\\n",
    "{}\\\n# a",
    "\\\n{}",
    "\\\n {}",
    "\x0c{}",
    "\n\x0c{}",
    "\n \x0c{}",
    "{}\n\x0c\n",
    "{}\n\x0c",
    "",
    " ",
    "\n",
    "# a",
    "{",
    "}",
    "{}\0",
    "\u{feff}{}",
    "{\r\n}\r\n",
    "\r\n{}",
    "\r\r{}",
    "{}\r",
    "# -*- coding: latin-1 -*-\n{'é': 1}",
    "#!/usr/bin/python\n{\n}\n",
    "{\n\t\t\n    # x\n  }",
    "{}\n ;",
    "[]",
    "'a'",
    "None",
    "(\n{}\n)",
    "{}\n\n   \n# x\n   \n",
    " # a\n {}",
    "{'a': 1, 'a': 2}",
    "{}#",
    "#\n#\n\n\n{}#\n#",
];

#[test]
fn python_agrees_about_tricky_literals() {
    let wrapped = TRICKY.iter().map(|literal| format!("{{'v': {literal}}}"));
    let alone = TRICKY.iter().map(|literal| (*literal).to_owned());
    compare_values(&wrapped.chain(alone).collect::<Vec<_>>());
}

#[test]
fn python_agrees_about_what_stands_around_the_expression() {
    compare_values(&LAYOUTS.iter().map(|layout| (*layout).to_owned()).collect::<Vec<_>>());
}

#[test]
fn python_agrees_about_generated_manifests() {
    let sources = (0..4000).map(|seed| Generator { state: seed }.manifest());
    compare_values(&sources.collect::<Vec<_>>());
}

#[test]
fn python_agrees_about_real_manifests() {
    let Some(corpora) = std::env::var_os("PARITY_CORPORA").filter(|value| !value.is_empty()) else {
        return skipped("PARITY_CORPORA is not set");
    };
    let mut sources = BTreeSet::new();
    let mut walk = walkdir::WalkDir::new(Path::new(&corpora))
        .follow_links(true)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = walk.next() {
        let Ok(entry) = entry else { continue };
        if entry.path().join("objects").is_dir() && entry.path().join("HEAD").is_file() {
            sources.extend(of_every_branch(entry.path()));
            walk.skip_current_dir();
        } else if is_manifest(&entry.file_name().to_string_lossy()) {
            sources.extend(std::fs::read_to_string(entry.path()).ok());
        }
    }
    assert!(!sources.is_empty(), "no manifest below {}", corpora.display());
    let sources: Vec<String> = sources.into_iter().collect();
    compare(&sources);
    let refused = sources.iter().filter(|source| refusal(source).is_some()).count();
    said(&format!(
        "{} distinct manifests, {refused} of them refused, 0 disagreements",
        sources.len()
    ));
}

fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["__manifest__.py", "__openerp__.py", "__odoo__.py", "__terp__.py"].contains(&name)
}

/// The distinct manifests of all branches of a clone, those whose contents are not in it left out.
fn of_every_branch(git: &Path) -> Vec<String> {
    let run = |args: &[&str]| {
        let output = Command::new("git").arg("-C").arg(git).args(args).output().expect("git runs");
        output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten()
    };
    let branches = run(&["for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes"]);
    let mut ids = BTreeSet::new();
    for branch in branches.iter().flat_map(|branches| branches.lines()) {
        let listed = run(&["ls-tree", "-r", "--full-tree", branch]);
        for line in listed.iter().flat_map(|listed| listed.lines()) {
            let Some((about, path)) = line.split_once('\t') else { continue };
            if about.contains(" blob ") && is_manifest(path) {
                ids.extend(about.rsplit(' ').next().map(str::to_owned));
            }
        }
    }
    ids.iter().filter_map(|id| run(&["cat-file", "blob", id])).collect()
}

/// Writes random literals, some of them broken, from a fixed seed (xorshift).
struct Generator {
    state: u64,
}

impl Generator {
    fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn one(&mut self, choices: &[&str]) -> String {
        let index = self.below(choices.len() as u64);
        choices[usize::try_from(index).expect("small")].to_owned()
    }

    fn manifest(&mut self) -> String {
        let mut source = String::from("{");
        for _ in 0..self.below(5) {
            source += &format!("{}{}:{}{},", self.gap(), self.text(), self.gap(), self.value(3));
        }
        source += "}";
        if self.below(4) == 0 { self.broken(&source) } else { source }
    }

    /// One character taken out, doubled or replaced.
    fn broken(&mut self, source: &str) -> String {
        let mut letters: Vec<char> = source.chars().collect();
        let at = usize::try_from(self.below(letters.len() as u64)).expect("small");
        match self.below(3) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            _ => {
                letters[at] = self
                    .one(&["'", "\\", "(", "]", ",", ":", "0", "e", "_", "#", "\n", "+"])
                    .remove(0)
            }
        }
        letters.into_iter().collect()
    }

    fn gap(&mut self) -> String {
        self.one(&["", "", " ", "\n", "  # ü\n", "\\\n", "\t", "\r\n"])
    }

    fn value(&mut self, depth: u64) -> String {
        match self.below(if depth == 0 { 3 } else { 8 }) {
            0 => self.number(),
            1 => self.text(),
            2 => self.one(&["None", "True", "False", "...", "set()", "()", "[]", "{}"]),
            3 => format!("({})", self.value(depth - 1)),
            4 => format!("({})", self.items(depth)),
            5 => format!("[{}]", self.items(depth)),
            6 => format!("{{{}}}", self.items(depth)),
            _ => format!("{{{}:{}}}", self.value(depth - 1), self.value(depth - 1)),
        }
    }

    fn items(&mut self, depth: u64) -> String {
        let count = 1 + self.below(3);
        (0..count)
            .map(|_| format!("{}{}{},", self.gap(), self.value(depth - 1), self.gap()))
            .collect()
    }

    fn number(&mut self) -> String {
        let sign = self.one(&["", "", "-", "+ "]);
        let number = self.one(&[
            "0", "7", "1_0", "0x1F", "0b11", "0o7", "1.5", ".5e-3", "2.", "1e10", "3j", "00",
            "1e400",
        ]);
        let sum = self.one(&["", "", "", "", "+1j", " - 2.5J", "-1"]);
        format!("{sign}{number}{sum}")
    }

    fn text(&mut self) -> String {
        let piece = |generator: &mut Self| {
            let prefix = generator.one(&["", "", "", "u", "r", "b", "Rb"]);
            let quote = generator.one(&["'", "\"", "'''", "\"\"\""]);
            let body: String = (0..generator.below(4))
                .map(|_| {
                    generator.one(&[
                        "a", "é", " ", "\\n", "\\x41", "\\101", "\\u00e9", "\\\n", "#", "\"", "'",
                        "\\\\", "\\'",
                    ])
                })
                .collect();
            format!("{prefix}{quote}{body}{quote}")
        };
        let first = piece(self);
        if self.below(4) == 0 { first + " " + &piece(self) } else { first }
    }
}

#[test]
fn the_judge_itself_sees_a_difference() {
    let mut python = Command::new("python3");
    let Ok(mut python) =
        python.args(["-c", JUDGE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    else {
        return skipped("python3 is not installed");
    };
    let lines = [
        json!(["{'a': 1}", "{\"a\": true}", Json::Null]),
        json!(["{'a': 1}", Json::Null, Json::Null]),
        json!(["x", "{}", Json::Null]),
        json!(["x", Json::Null, "syntax"]),
    ];
    let mut stdin = python.stdin.take().expect("a pipe");
    for line in &lines {
        writeln!(stdin, "{line}").expect("python reads");
    }
    drop(stdin);
    let output = python.wait_with_output().expect("python ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), lines.len() + 1);
}

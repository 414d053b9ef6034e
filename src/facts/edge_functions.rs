//! Supabase edge functions, and whether one does anything yet.
//!
//! A stub is a function without code, one that says of itself that it is one, or one that calls nothing beyond its own
//! file and answers without reading what it was asked. Where words only hint at it, that is undecided.

use std::sync::LazyLock;

use regex::Regex;

use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, basename};

/// Reads the entry files of edge functions.
pub static ANALYZER: Analyzer = Analyzer {
    name: "edge-functions",
    version: env!("PARITY_FACTS_EDGE_FUNCTIONS"),
    applies: |path| dir(path).is_some(),
    facts: &[Facts { name: "edge_function", columns: &[LINES, STUB, WHY] }],
    tables: &[FUNCTIONS],
    extract,
};

const LINES: Column = Column::int("lines", "Lines of code, without comments and empty ones.");
const STUB: Column = Column::flag("is_stub", "Whether it does nothing of its own yet.").open();
const WHY: Column = Column::text("stub_reason", "What shows it; empty if it is none.");

/// Entry files in the order in which they win in one folder.
const ENTRIES: [&str; 5] = ["index.ts", "index.tsx", "index.js", "index.mjs", "index.jsx"];

const FUNCTIONS: View = View {
    table: Table {
        name: "edge_functions",
        doc: "Supabase edge functions: the folders of `supabase/functions` that have an entry file.",
        columns: &[
            Column::text("name", "Its name: that of its folder."),
            Column::text("dir", "Its folder."),
            Column::PATH,
            LINES,
            STUB,
            WHY,
        ],
        named: "name",
    },
    query: "select basename(dirname(t.path)) as name, dirname(t.path) as dir, t.path, f.lines, f.is_stub,
                coalesce(f.stub_reason, '') as stub_reason
            from tree t left join fact_edge_function f on f.path = t.path
            where instr('/' || t.path, '/supabase/functions/') and basename(t.path) glob 'index.*' and t.kind <> 'submodule'
              and basename(dirname(dirname(t.path))) = 'functions' and basename(dirname(dirname(dirname(t.path)))) = 'supabase'
              and substr(basename(dirname(t.path)), 1, 1) <> '_'
              and basename(t.path) in ('index.ts', 'index.tsx', 'index.js', 'index.mjs', 'index.jsx')
              and not exists (select 1 from tree o where o.path in (path_join(dirname(t.path), 'index.ts'),
                      path_join(dirname(t.path), 'index.tsx')) and o.path <> t.path and t.path not like '%.ts'
                      and (o.path like '%.ts' or t.path not like '%.tsx'))",
};

/// The folder of the function whose entry file this is.
fn dir(path: &str) -> Option<&str> {
    let (dir, file) = path.rsplit_once('/')?;
    let (functions, name) = dir.rsplit_once('/')?;
    let is_place = functions == "supabase/functions" || functions.ends_with("/supabase/functions");
    (is_place && ENTRIES.contains(&basename(file)) && !name.starts_with('_')).then_some(dir)
}

static SAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\[stub\]|\bstub (?:backend|implementation|response|logic|retrieval)\b|\bnot (?:yet )?implemented\b",
    )
});
static PRETENDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bsimulat(?:e|es|ed|ing)\b|\bin reality\b|\bmock(?:ed|s)?\b|\bin a real implementation\b|\bin real implementation\b|\bfor now, return\b",
    )
});
static SIMULATES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bsimulat(?:e|es|ed|ing)\b"));
static LATER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bTODO:? (?i:implement)"));
static REACHES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bfetch\s*\(|createClient|\.rpc\s*\(|\.from\s*\(|\.functions\.invoke|\bsql`|\bDeno\.(?:env|readTextFile|connect)|\bnew [A-Z]\w*(?:Client|Pool|SDK)\b|\bcrypto\.subtle|\bimport\s",
    )
});
static READS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\.json\s*\(\s*\)|\.text\s*\(\s*\)|\.formData\s*\(|searchParams|\.arrayBuffer\s*\(")
});
static IMPORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^\s*import\b[^;\n]*(?:\bstd(?:@[^;\n]*)?/http/server|/functions-js/|edge-runtime\.d\.ts|_shared/cors)[^;\n]*;?"#,
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    let code = without_comments(text);
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
    let (is_stub, why) = judge(text, &code, lines);
    rows.add(0, [lines.into(), is_stub.into(), why.into()]);
}

/// How often words must say that a function only pretends, to be believed.
const ENOUGH: usize = 2;

fn judge(text: &str, code: &str, lines: usize) -> (Option<bool>, &'static str) {
    let own = IMPORT.replace_all(code, "");
    let reaches = REACHES.is_match(&own);
    let says = SAYS.find_iter(text).count();
    let pretends = PRETENDS.find_iter(text).count();
    if lines == 0 {
        (Some(true), "it has no code")
    } else if says > 0 && !reaches {
        (Some(true), "it says that it is a stub")
    } else if pretends > ENOUGH || pretends > 0 && !reaches {
        (Some(true), "it says that it only simulates")
    } else if !reaches && !READS.is_match(&own) {
        (Some(true), "it answers without reading or calling anything")
    } else if !reaches && lines < 40 && !own.contains("if ") {
        (Some(true), "it echoes what it is sent")
    } else if LATER.is_match(text) && pretends > 0 {
        (None, "it says that parts are still to be implemented")
    } else if SIMULATES.is_match(text) {
        (None, "it says that parts are simulated")
    } else {
        (Some(false), "")
    }
}

/// The text with comments blanked; strings are kept.
fn without_comments(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let length = match rest {
            [b'/', b'/', ..] if at == 0 || bytes[at - 1] != b':' => {
                rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
            }
            [b'/', b'*', ..] => {
                let end = rest.windows(2).skip(2).position(|pair| pair == b"*/");
                end.map_or(rest.len(), |end| end + 4)
            }
            [b'"' | b'\'' | b'`', ..] => {
                let end = string_end(rest);
                out.extend_from_slice(&rest[..end]);
                at += end;
                continue;
            }
            _ => 0,
        };
        if length == 0 {
            out.push(bytes[at]);
            at += 1;
        } else {
            out.extend(rest[..length].iter().filter(|byte| **byte == b'\n'));
            at += length;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The length of the quoted text that begins here; only back quotes span lines.
fn string_end(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 1,
            b'\n' if rest[0] != b'`' => return at,
            byte if byte == rest[0] => return at + 1,
            _ => {}
        }
        at += 1;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    fn is_stub(text: &str) -> Value {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        rows.facts.remove(0).1.remove(1)
    }

    #[test]
    fn what_has_no_code_is_a_stub() {
        assert_eq!(is_stub(""), Value::Int(1));
        assert_eq!(is_stub("// soon\n/* or later */\n"), Value::Int(1));
    }

    #[test]
    fn what_answers_with_a_constant_is_a_stub() {
        assert_eq!(is_stub("Deno.serve(() => new Response('ok'))\n"), Value::Int(1));
    }

    #[test]
    fn what_echoes_is_a_stub() {
        assert_eq!(
            is_stub(
                "Deno.serve(async (req) => {\n  const { name } = await req.json()\n  return new Response(`Hello ${name}`)\n})\n"
            ),
            Value::Int(1)
        );
    }

    #[test]
    fn what_calls_something_is_none() {
        assert_eq!(
            is_stub("Deno.serve(async () => new Response((await fetch('https://x')).body))\n"),
            Value::Int(0)
        );
    }

    #[test]
    fn what_says_over_and_over_that_it_simulates_is_a_stub() {
        let phase = "// Simulate the build\nawait supabase.rpc('append_event')\n";
        assert_eq!(is_stub(&phase.repeat(3)), Value::Int(1));
        assert_eq!(is_stub(phase), Value::Null);
        assert_eq!(is_stub(&phase.replace("await supabase.rpc", "log")), Value::Int(1));
    }

    #[test]
    fn what_is_still_to_be_implemented_is_undecided() {
        let text = "// TODO: Implement the call\n// For now, return nothing\nawait fetch(url)\n";
        assert_eq!(is_stub(text), Value::Null);
    }

    #[test]
    fn shared_code_is_no_function() {
        assert_eq!(dir("supabase/functions/run/index.ts"), Some("supabase/functions/run"));
        assert_eq!(dir("supabase/functions/_shared/index.ts"), None);
        assert_eq!(dir("supabase/functions/run/lib/index.ts"), None);
        assert_eq!(dir("web/functions/run/index.ts"), None);
    }
}

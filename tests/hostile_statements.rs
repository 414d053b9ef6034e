//! Documents made to waste time or memory in what reads claims and specifications.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]

mod common;

use std::time::{Duration, Instant};

use common::Case;

/// The most memory a question may have, in MB, unoptimised.
const MEMORY: u64 = 400;

#[track_caller]
fn survives(text: &str) {
    let case = Case::folder(&[("spec/x/tasks.md", text), ("docs/parity.md", text)]);
    let tables = ["claims", "spec_items", "spec_placeholders", "spec_tables", "problems"];
    let counts = tables.map(|table| format!("(select count(*) from {table})")).join(", ");
    let started = Instant::now();
    let (run, peak) = case.measured(&["query", &format!("select {counts}")]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(peak < MEMORY, "it had {peak} MB");
    assert!(started.elapsed() < Duration::from_secs(60), "it took {:?}", started.elapsed());
}

#[test]
fn lines_of_unclosed_markup_are_read_in_bounded_time() {
    let parts = ["<b", "~~", "`", "``", "[a](", "\"", "**", "\\", "“", "- "];
    let short =
        parts.map(|part| format!("1/2 (50%) {}\n", part.repeat(3_000 / part.len())).repeat(50));
    survives(&short.concat());
    let long = parts.map(|part| format!("# {}\n", part.repeat(100_000 / part.len())));
    survives(&long.concat());
}

#[test]
fn tables_of_any_shape_are_read_in_bounded_time() {
    let wide = "|1".repeat(2_000);
    survives(&format!("{wide}|\n{}|\n{}", "|-".repeat(2_000), format!("{wide}|\n").repeat(300)));
    survives(&"|Layer|Total|Layer|\n|-|-|-|\n|a|1|a|\n|b|2|b|\n\n".repeat(40_000));
    survives(&format!("|Status|Status|\n|-|-|\n{}", "|x 5 modules|✅ 50% (1/2)|\n".repeat(50_000)));
}

#[test]
fn numbers_and_ids_without_end_are_read_in_bounded_time() {
    survives(&"FR-001 to FR-200 ".repeat(400));
    survives(&format!("{}\n", "FR-001-".repeat(500)).repeat(2_000));
    survives(&format!("{}\n", "1,000,".repeat(600)).repeat(1_000));
    survives(&format!("{}\n", "1/2 (50%), ".repeat(300)).repeat(1_000));
    survives(&"9".repeat(3_000_000));
    survives(&"## A (9)\n- b\n".repeat(100_000));
}

#[test]
fn data_of_any_depth_and_length_is_read_in_bounded_time() {
    let deep: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    for text in [
        format!("{deep}{}coverage: 50%\n", " ".repeat(900)),
        "coverage: 50%\n- total: 4\n  done: 2\n".repeat(60_000),
        format!("{{\"coverage\": \"{}\"}}", "50% coverage (1/2), ".repeat(100_000)),
        "  -   -  -coverage: 9%\n".repeat(80_000),
        "note: \"95% coverage, 57/60 (95%)\"\n".repeat(50_000),
        format!("total_modules: {}\n", "9".repeat(500)).repeat(3_000),
    ] {
        let case = Case::folder(&[("docs/parity.yaml", &text), ("docs/parity.json", &text)]);
        let started = Instant::now();
        let (run, peak) = case.measured(&["query", "select count(*) from claims"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(peak < MEMORY, "it had {peak} MB");
        assert!(started.elapsed() < Duration::from_secs(60), "it took {:?}", started.elapsed());
    }
}

#[test]
fn ragged_tables_without_end_are_read_in_bounded_time() {
    survives(&format!("|a|\n|-|\n{}", "|".repeat(7_000)));
    survives(&"|a|\n|-|\n|1|2|\n\n".repeat(100_000));
    survives(&format!("|a|\n|-|\n{}", "|\\|\n".repeat(200_000)));
}

#[test]
fn lines_of_ten_megabytes_are_cut_and_said_to_be() {
    for part in ["1/2 (50%) ", "✅ ", "**", "|✅ 5 modules", "> - [x] T001 `src/a.ts` "] {
        let text = format!(
            "# A (3)\n{}\n- [x] T001 Write `src/a.ts`\n",
            part.repeat(10_000_000 / part.len())
        );
        survives(&text);
    }
    let case = Case::folder(&[("docs/parity.md", &format!("{}1/2 (50%)\n", "x ".repeat(5_000)))]);
    let told = case.run(&[
        "query",
        "--format",
        "csv",
        "select reason from unsure where table_name = 'claims'",
    ]);
    assert!(told.out.contains("longer than is read"), "{}", told.out);
}

#[test]
fn nesting_without_end_is_read_in_bounded_time() {
    let indented: String = (0..1_500)
        .map(|depth| format!("{}- ✅ {depth} modules (1/2, 50%)\n", "  ".repeat(depth)))
        .collect();
    survives(&indented);
    survives(&format!("{}1/2 (50%)\n", "> ".repeat(2_000)).repeat(200));
    survives(&format!("{}✅ done{}\n", "**_".repeat(600), "_**".repeat(599)).repeat(500));
    survives(&format!("{}a{}\n", "[".repeat(1_500), "](b)".repeat(600)).repeat(500));
    survives(&"````md\n```\n".repeat(50_000));
}

#[test]
fn letters_nobody_sees_neither_hide_nor_make_a_claim_out_of_its_place() {
    let unseen = ["\u{200b}", "\u{202e}", "\u{2066}", "\u{feff}", "\u{ad}", "\u{300}"];
    survives(
        &unseen
            .map(|letter| {
                format!("95{letter}% (57{letter}/60) {}✅\n", letter.repeat(2_000)).repeat(100)
            })
            .concat(),
    );
    for letter in unseen {
        let text = format!(
            "# Parity\n\n**Coverage**: {letter}95% (57/60){letter}\n\n- {letter}✅ Builds\n"
        );
        let case = Case::folder(&[("docs/parity.md", &text)]);
        let told = case.run(&[
            "query",
            "--format",
            "csv",
            "select line, numerator, denominator from claims where numerator > 0",
        ]);
        assert!(
            told.out.lines().eq(["line,numerator,denominator", "3,57,60"]),
            "{letter:?}: {}",
            told.out
        );
    }
}

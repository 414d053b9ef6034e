//! Whole documents and the claims in them: the forms, and the traps that must never become a wrong one.

use crate::base::Value;
use crate::facts::Input;
use crate::facts::Rows;

use super::extract;

/// The claims of a document: line, form, subject, fraction, percent, count, status, context, measured.
fn claims(text: &str) -> Vec<String> {
    let mut rows = Rows::default();
    extract(&Input::new(text.as_bytes()), &mut rows);
    rows.facts.iter().map(|(_, cells)| shown(cells)).collect()
}

fn shown(cells: &[Value]) -> String {
    let word = |at: usize| match &cells[at] {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        _ => "-".to_owned(),
    };
    let words: Vec<String> = [0, 2, 3, 5, 6, 7, 8, 10, 11, 14].map(word).into();
    words.join(" · ")
}

#[test]
fn every_form_is_read() {
    for (text, expected) in [
        (
            "**Status**: ✅ 95% Coverage (57/60 features)",
            "1 · F2 · Status Coverage · 57 · 60 · 95 · - · - · stated · -",
        ),
        ("Coverage reaches 95%", "1 · F6 · Coverage reaches · - · - · 95 · - · - · target · -"),
        ("**Status**: ✅ Production Ready", "1 · F9 · Status · - · - · - · - · done · stated · -"),
        ("- [x] Build", "1 · F8 · Build · - · - · - · - · done · stated · -"),
        ("All tables have RLS.", "1 · F11 · All tables have RLS · - · - · - · - · - · stated · -"),
        ("**Score**: 18/36", "1 · F14 · Score · 18 · 36 · - · - · - · stated · -"),
        ("Checks: 21/25 (84%)", "1 · F1 · Checks · 21 · 25 · 84 · - · - · stated · -"),
        (
            "- **RLS Enabled**: 21/21 (100%)",
            "1 · F5 · RLS Enabled · 21 · 21 · 100 · - · - · stated · -",
        ),
        ("We ship 43 custom modules.", "1 · F7 · custom modules · - · - · - · 43 · - · stated · -"),
        (
            "| # | Feature | Notes | Coverage |\n|---|---|---|---|\n| 3.1 | Access control | RLS | ✅ 100% |",
            "3 · F3 · 3.1 Access control · - · - · 100 · - · done · stated · -",
        ),
        (
            "| A | B |\n|---|---|\n| x | 2 |\n| y | 3 |\n| **Total** | **6** |",
            "5 · F4 · B · - · - · - · 6 · - · stated · 5",
        ),
        (
            "| Stage | Maturity |\n|---|---|\n| Secure | ~15% |",
            "3 · F3 · Secure · - · - · 15 · - · - · stated · -",
        ),
        (
            "| A | B |\n|---|---|\n| Test pass rate | 94% |",
            "3 · F6 · Test pass rate · - · - · 94 · - · - · stated · -",
        ),
        (
            "| A | B | C |\n|---|---|---|\n| x | 7 | 6/7 |",
            "3 · F14 · x · 6 · 7 · - · - · - · stated · -",
        ),
        (
            "| A | B |\n|---|---|\n| Status | Done |",
            "3 · F9 · Status · - · - · - · - · done · stated · -",
        ),
        ("### ✅ Phase 6: Builds", "1 · F9 · Phase 6: Builds · - · - · - · - · done · stated · -"),
        ("### Missing (1/5)", "1 · F14 · Missing · 1 · 5 · - · - · - · stated · -"),
        ("```\n├── index.ts ✅\n```", "2 · F12 · index.ts · - · - · - · - · done · stated · -"),
        ("## Criteria\n- [x] Build", "2 · F8 · Build · - · - · - · - · done · stated · -"),
        ("## Verified (4)\n- a\n- b\n- c", "1 · F13 · Verified · - · - · - · 4 · - · stated · 3"),
        ("**Verified (3)**:\n- a\n- b\n- c", "1 · F13 · Verified · - · - · - · 3 · - · stated · 3"),
    ] {
        assert_eq!(claims(text), [expected], "{text}");
    }
}

#[test]
fn a_roll_up_is_measured_by_the_table_it_sums_up() {
    let text = "## 1. Backups\n\n| # | Feature |\n|---|---|\n| 1.1 | a |\n| 1.2 | b |\n\n**Backups Coverage**: 3/3 (100%)\n";
    assert_eq!(claims(text), ["8 · F5 · Backups Coverage · 3 · 3 · 100 · - · - · stated · 2"]);
}

#[test]
fn a_total_a_part_and_a_share_may_have_columns_of_their_own() {
    let text =
        "| Layer | Features | Covered | Share |\n|---|---|---|---|\n| Modules | 14 | 11 | 85% |\n";
    assert_eq!(claims(text), ["3 · F1 · Modules · 11 · 14 · 85 · - · - · stated · -"]);
}

#[test]
fn a_table_of_layers_is_measured_by_the_rows_of_the_document() {
    let text = "| Layer | Features |\n|---|---|\n| Infrastructure | 1 |\n| Modules | 2 |\n\n\
        | # | Feature | Layer |\n|---|---|---|\n| 1 | a | Infra |\n| 2 | b | Infra |\n| 3 | c | Module |\n";
    assert_eq!(
        claims(text),
        [
            "3 · F5 · Infrastructure · - · - · - · 1 · - · stated · 2",
            "4 · F5 · Modules · - · - · - · 2 · - · stated · 1"
        ]
    );
}

#[test]
fn a_table_of_statuses_is_measured_by_the_rows_of_the_document() {
    let text = "| Feature | Status |\n|---|---|\n| a | DONE |\n| b | DONE |\n| c | NOT PLANNED |\n\n\
        | Area | Done | Not planned |\n|---|---|---|\n| x | 1 | 2 |\n| **Total** | **1** | **2** |\n";
    let found: Vec<String> =
        claims(text).into_iter().filter(|claim| claim.contains("F5")).collect();
    assert_eq!(
        found,
        [
            "10 · F5 · done rows · - · - · - · 1 · - · stated · 2",
            "10 · F5 · not planned rows · - · - · - · 2 · - · stated · 1"
        ]
    );
}

#[test]
fn a_table_with_another_total_sums_up_something_else() {
    let text = "| Layer | Features |\n|---|---|\n| Infrastructure | 1 |\n| Modules | 9 |\n\n\
        | # | Feature | Layer |\n|---|---|---|\n| 1 | a | Infra |\n| 2 | b | Infra |\n| 3 | c | Module |\n";
    assert_eq!(claims(text), [""; 0]);
}

#[test]
fn a_total_of_what_cannot_be_added_is_not_measured() {
    for rows in [
        "| x | >= 8 |\n| y | 3 |\n| Total | 12 |",
        "| x | 8 days |\n| y | 3 |\n| Total | 12 hours |",
        "| x | 80% |\n| y | 90% |\n| Total | 85 |",
        "| x | 8 |\n| y | 3-4 |\n| Total | 12 |",
        "| x | 8 |\n| Subtotal | 8 |\n| y | 3 |\n| Total | 12 |",
        "| x | 8 |\n| y | 3 |\n| Total (unique) | 9 |",
        "| x | 8 |\n| y | 3 |\n| Overall | 9 |",
    ] {
        let found = claims(&format!("| A | B |\n|---|---|\n{rows}\n"));
        assert!(found.iter().all(|claim| claim.ends_with("· -")), "{rows}: {found:?}");
    }
}

#[test]
fn a_trap_is_no_claim() {
    for text in [
        "24/7 support, 99.99% uptime",
        "from 8 of 37 features to 80% by the summer",
        "released on 1/2/2026, 50% off",
        "Odoo 18.0 on port 5432 answers 200/201",
        "```json\nCoverage: 57/60 (95%)\n```",
        "> Coverage: 57/60 (95%)",
        "the report says \"57/60 (95%)\"",
        "`57/60 (95%)`",
        "<!-- Coverage: 57/60 (95%) -->",
        "## Schedule (2026)",
    ] {
        assert_eq!(claims(text), [""; 0], "{text}");
    }
}

#[test]
fn neighbours_are_never_paired_across_another() {
    assert_eq!(
        claims("**P2**: ✅ 2/7 (28.6%), ⚠️ 0/7, ❌ 5/7 (71.4%)"),
        [
            "1 · F5 · P2 · 2 · 7 · 28.6 · - · - · stated · -",
            "1 · F1 · P2 · 5 · 7 · 71.4 · - · - · stated · -"
        ]
    );
}

#[test]
fn the_words_behind_a_claim_do_not_make_it_a_target() {
    assert_eq!(
        claims("Score: 18/36 (50%), target 80%"),
        ["1 · F1 · Score · 18 · 36 · 50 · - · - · stated · -"]
    );
}

#[test]
fn a_list_that_goes_on_measures_nothing() {
    assert_eq!(
        claims("## Addons (9)\n- a\n- b\n- ... and 7 more\n"),
        ["1 · F13 · Addons · - · - · - · 9 · - · stated · -"]
    );
}

#[test]
fn what_is_too_long_is_a_problem_and_open() {
    for text in [
        format!("{} 1/2 (50%)", "x ".repeat(4000)),
        "1/2 (50%) ".repeat(3).repeat(100).lines().collect::<String>()
            + &"\n1/2 (50%)".repeat(6000),
        format!("| a | b |\n|---|---|\n{}", "| x | 1 |\n".repeat(3000)),
        "| a | b |\n|---|---|\n| x | 1 |\n| y | 2 |\n\n".repeat(2000),
        format!("# {}", "<b".repeat(100_000)),
    ] {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        assert_eq!((rows.problems.len(), rows.unsure.len()), (1, 1));
    }
}

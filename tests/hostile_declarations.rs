//! Files that declare things may be hostile: whatever they hold, there is an answer, in bounded memory.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(clippy::disallowed_methods, reason = "a test is told by its environment where things are")]

mod common;

use common::Case;

/// The most memory an audit may have, in MB, unoptimised.
const MEMORY: u64 = 400;

#[test]
fn declarations_of_any_depth_and_size_end_in_rows_problems_and_bounded_memory() {
    let many = |text: &str, times: usize| text.repeat(times);
    let files = [
        ("infra/deep.tf", format!("a = {}", many("[", 200_000))),
        ("infra/chain.tf", format!("a = 1{}", many(" + 1", 100_000))),
        ("infra/many.tf", many("resource \"a\" \"b\" { c = 1 }\n", 50_000)),
        (
            "infra/wide.tf",
            format!("resource \"a\" \"b\" {{\n{}}}\n", many("x { y = 1 }\n", 50_000)),
        ),
        ("infra/deep.bicep", format!("resource a 'b' = {}", many("{ a: ", 100_000))),
        ("infra/open.bicep", many("param a string = '${", 20_000)),
        ("databricks.yml", format!("resources: {}", many("{a: ", 50_000))),
        ("app.yaml", format!("name: a\nservices:\n{}", many("- {name: b}\n", 50_000))),
        (
            "dbt/dbt_project.yml",
            format!("name: a\nprofile: a\nmodels:\n  a: {}1{}", many("{a: ", 100), many("}", 100)),
        ),
        ("dbt/models/a.sql", many("{{ config(a=[", 50_000)),
        (
            "dbt/models/a.yml",
            format!(
                "models:\n{}",
                many("- {name: a, columns: [{name: b, tests: [unique]}]}\n", 20_000)
            ),
        ),
        ("CODEOWNERS", many("[a/{b}* @c\n{x,{y @z\n", 30_000)),
    ];
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let case = Case::git(&files);
    for sql in [
        "select tool, count(*) from resources group by 1",
        "select count(*) from resource_attributes",
        "select kind, count(*) from dbt_nodes group by 1",
        "select count(*), sum(glob_match(glob, 'a/b')) from codeowners",
    ] {
        let (run, peak) = case.measured(&["query", sql]);
        assert_eq!(run.code, 0, "{sql}: {}", run.err);
        assert!(peak < MEMORY, "{sql} had {peak} MB");
    }
    let told = "select distinct path from problems where code in ('unparsable', 'too-many-attributes', 'too-many-lines')
                and analyzer in ('terraform', 'bicep', 'codeowners', 'bundle') order by 1";
    let expected = "CODEOWNERS\ndatabricks.yml\ninfra/chain.tf\ninfra/deep.bicep\ninfra/deep.tf\ninfra/open.bicep\ninfra/wide.tf";
    assert_eq!(case.cells(told), expected);
}

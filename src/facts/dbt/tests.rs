//! What is read of properties, of the project file and of models.

use super::*;
use crate::base::Value;
use crate::facts::{Input, Rows};

/// The texts and numbers of each row, joined; the number of the facts comes first.
fn read(analyzer: &Analyzer, text: &str) -> Vec<String> {
    let mut rows = Rows::default();
    (analyzer.extract)(&Input::new(text.as_bytes()), &mut rows);
    let shown = |value: &Value| match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let row = |(facts, cells): &(usize, Vec<Value>)| {
        format!("{facts}: {}", cells.iter().map(shown).collect::<Vec<_>>().join("|"))
    };
    let unsure = rows.unsure.iter().map(|(table, ..)| format!("unsure {table}"));
    rows.facts.iter().map(row).chain(unsure).collect()
}

#[test]
fn a_source_has_tables_tests_and_inherited_freshness() {
    let text = "
version: 2
sources:
  - name: shop
    freshness: {warn_after: {count: 1, period: day}}
    tables:
      - name: orders
        description: What was bought
        columns:
          - name: id
            tests: [unique, not_null]
      - name: notes
        freshness: null
";
    assert_eq!(
        read(&DBT, text),
        [
            "0: 7|source|shop.orders|{}|1|||||",
            "0: 11|test|unique|{}|0|||||",
            "0: 11|test|not_null|{}|0|||||",
            "0: 7|freshness|shop.orders|{\"warn_after\":{\"count\":1,\"period\":\"day\"}}|0|||||",
            "0: 12|source|shop.notes|{}|0|||||",
        ]
    );
}

#[test]
fn properties_name_contracts_and_configured_tests() {
    let text = "
models:
  - name: orders
    config: {contract: {enforced: true}, materialized: table}
    data_tests:
      - relationships:
          to: ref('a')
          config: {store_failures: true}
";
    assert_eq!(
        read(&DBT, text),
        [
            "0: 3|model-properties|orders|{\"contract\":{\"enforced\":true},\"materialized\":\"table\"}|0|table||true||",
            "0: 6|test|relationships|{\"relationships\":{\"to\":\"ref('a')\",\"config\":{\"store_failures\":true}}}|0||||true|",
        ]
    );
}

#[test]
fn a_project_sets_its_folders() {
    let text = "
name: shop
profile: shop
models:
  shop:
    +materialized: table
    staging:
      +materialized: \"{{ var('m') }}\"
  other_package:
    +enabled: false
data_tests:
  +store_failures: true
";
    assert_eq!(
        read(&DBT, text),
        [
            "0: 2|project|shop|{}|0|||||",
            "1: 5|models|shop|table||||",
            "1: 7|models|shop/staging|?||||",
            "1: 9|models|other_package|||||false",
            "1: 5|models||table||||",
            "1: 7|models|staging|?||||",
            "1: 11|tests|||||true|",
        ]
    );
}

#[test]
fn packages_are_named_by_where_they_come_from() {
    let text = "packages:\n- package: dbt-labs/dbt_utils\n  version: 1.1.1\n- git: https://example.org/a.git\n";
    let names: Vec<String> =
        read(&DBT, text).iter().filter_map(|row| Some(row.split('|').nth(2)?.to_owned())).collect();
    assert_eq!(names, ["dbt-labs/dbt_utils", "https://example.org/a.git"]);
}

#[test]
fn literals_of_a_configuration_are_read_and_jinja_is_not_run() {
    let text = "-- a\n{{ config(\n  materialized='incremental', unique_key=['a', 'b'],\n  schema=var('s'), contract={'enforced': true}) }}\nselect 1";
    assert_eq!(
        read(&DBT_MODELS, text),
        [
            "0: 2||{\"materialized\":\"incremental\",\"unique_key\":[\"a\",\"b\"],\"schema\":{\"$expr\":\"var('s')\"},\"contract\":{\"enforced\":true}}|incremental|[\"a\",\"b\"]|true||"
        ]
    );
    let open = read(&DBT_MODELS, "{{ config(materialized=var('m')) }}");
    assert!(open[0].contains("|?|"), "{open:?}");
    assert_eq!(read(&DBT_MODELS, "{# {{ config(enabled=false) }} #}select 1"), ["0: 1||{}|||||"]);
    assert!(read(&DBT_MODELS, "{{ config(**settings) }}")[0].ends_with("|?|?|?|?|?"));
}

#[test]
fn a_file_may_hold_several_snapshots() {
    let text = "{% snapshot a %}select 1{% endsnapshot %}\n{%- snapshot b -%}\n{% endsnapshot %}";
    assert_eq!(read(&DBT_MODELS, text), ["0: 1|a|{}|||||", "0: 2|b|{}|||||"]);
}

#[test]
fn broken_properties_are_unsure_and_hostile_tags_end() {
    assert_eq!(read(&DBT, "models:\n - name: [\n"), ["unsure dbt_nodes"]);
    for text in ["{{ config(a=".repeat(20_000), "{{ config(a=[[".repeat(9_999), "{%".repeat(50_000)]
    {
        read(&DBT_MODELS, &text);
    }
    read(&DBT_MODELS, &format!("{{{{ config(a={}) }}}}", "[".repeat(50_000)));
}

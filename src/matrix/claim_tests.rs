//! Rows of the `claims` table, as documents make them.

use super::*;
use crate::matrix::{Catalogue, Matrix};
use crate::pages::Library;

fn matrix() -> Matrix {
    let text = "{catalogue: shop, version: 1, title: Shop, source: its site, areas: {a: All},
                 features: {'1.1': {title: Basket, area: a, source: page 1}, '1.10': {title: Till, area: a, source: page 2}}}";
    let catalogue = Catalogue::parse("matrices/shop.yaml", text).expect("a sound catalogue");
    Matrix::new(&catalogue, None, &Library::built_in().expect("sound pages")).expect("a matrix")
}

/// What two columns of a row of form F3 and its context make of it.
fn said(rows: &[(&str, Option<&str>, &str, &str)]) -> Claims {
    let mut claims = Claims::default();
    for (line, (subject, percent, status, context)) in (1..).zip(rows) {
        let cells = [
            Value::from("docs/shop.md"),
            Value::Int(line),
            Value::from("F3"),
            subject.split_once(' ').map_or(Value::Null, |(id, _)| Value::from(id)),
            Value::from(subject.split_once(' ').map_or(*subject, |(_, name)| name)),
            Value::Null,
            Value::Null,
            percent.map(str::to_owned).into(),
            Value::from(*status),
            Value::from(*context),
            Value::from(*status),
        ];
        claims.take(&matrix(), &cells);
    }
    claims
}

fn ratio(numerator: i64, denominator: i64) -> Claims {
    let mut claims = Claims::default();
    let cells = [
        Value::from("docs/shop.md"),
        Value::Int(3),
        Value::from("F1"),
        Value::Null,
        Value::from("Coverage"),
        Value::Int(numerator),
        Value::Int(denominator),
        Value::from("50"),
        Value::Null,
        Value::from("stated"),
        Value::from("1/2 (50%)"),
    ];
    claims.take(&matrix(), &cells);
    claims
}

#[test]
fn a_ratio_of_all_features_is_about_the_matrix_and_another_is_not() {
    assert_eq!(ratio(1, 2).whole[0].numerator, 1);
    assert_eq!(ratio(1, 3), Claims::default());
}

#[test]
fn a_row_is_about_the_feature_whose_whole_id_or_title_it_has() {
    let claims = said(&[
        ("1.10 Checkout", Some("100"), "", "stated"),
        ("basket", None, "partial", "stated"),
    ]);
    assert_eq!(claims.features["1.10"].claimed, Claimed::Covered);
    assert_eq!(claims.features["1.1"].claimed, Claimed::Partial);
    assert_eq!(said(&[("1.100 Checkout", Some("100"), "", "stated")]), Claims::default());
}

#[test]
fn a_percentage_counts_more_than_a_status_and_what_is_none_says_nothing() {
    let claimed = |percent, status| Claimed::of(percent, status);
    assert_eq!(claimed(Some("0"), "done"), Some(Claimed::None));
    assert_eq!(claimed(Some("62.5 %"), "done"), Some(Claimed::Partial));
    assert_eq!(claimed(None, "done"), Some(Claimed::Covered));
    assert_eq!(claimed(None, "planned"), Some(Claimed::None));
    assert_eq!(claimed(None, "not-applicable"), None);
}

#[test]
fn of_several_documents_the_one_that_says_most_counts_and_a_plan_says_nothing() {
    let claims = said(&[
        ("1.1 Basket", Some("100"), "", "planned"),
        ("1.1 Basket", Some("50"), "", "stated"),
        ("1.1 Basket", Some("100"), "", "stated"),
        ("1.1 Basket", Some("0"), "", "stated"),
    ]);
    assert_eq!(
        (claims.features["1.1"].claimed, claims.features["1.1"].line),
        (Claimed::Covered, Some(3))
    );
}

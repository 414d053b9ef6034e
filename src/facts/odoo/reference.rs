//! Odoo's own addons by series and edition, and what OCA has in place of Enterprise ones: names, nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde_json::json;

/// One line for each addon and edition: name, edition, series (`8-11,14`), app, fit, `repository/addon ...`.
const LINES: &str = include_str!("reference.tsv");

/// What is known of one name in one edition.
struct Known {
    name: &'static str,
    edition: &'static str,
    series: Vec<u32>,
    app: Option<&'static str>,
    fit: Option<&'static str>,
    oca: Vec<(&'static str, &'static str)>,
}

static KNOWN: LazyLock<HashMap<&'static str, Vec<Known>>> = LazyLock::new(|| {
    let mut names: HashMap<&str, Vec<Known>> = HashMap::new();
    for known in LINES.lines().map(known) {
        names.entry(known.name).or_default().push(known);
    }
    names
});

/// Names of OCA's addons of any series, one a line.
const OCA_NAMES: &str = include_str!("oca.txt");

/// OCA's addons: those that stand in for others, and all others whose names are known.
static OCA: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let stands_in = LINES.lines().map(known).flat_map(|known| known.oca);
    stands_in.map(|(_, addon)| addon).chain(OCA_NAMES.lines()).collect()
});

fn known(line: &'static str) -> Known {
    let mut cells = line.split('\t');
    let mut next = || cells.next().unwrap_or_default();
    let (name, edition, series) = (next(), next(), next());
    let mut said = || Some(next()).filter(|cell| !cell.is_empty());
    let (app, fit) = (said(), said());
    let oca = next().split(' ').filter_map(|pair| pair.split_once('/')).collect();
    Known { name, edition, series: numbers(series), app, fit, oca }
}

/// `8-10,12` as 8, 9, 10, 12.
fn numbers(ranges: &str) -> Vec<u32> {
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    let range = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        number(first)..=number(last)
    };
    ranges.split(',').flat_map(range).collect()
}

/// Where an addon that a manifest of this series names comes from: `ce`, `ee`, `oca`; empty: the name is none of those
/// known. None: that differs between series, and which series counts is not known.
pub fn edition(name: &str, series: &str) -> Option<&'static str> {
    let is_oca = OCA.contains(name);
    let Some(editions) = KNOWN.get(name) else {
        return Some(if is_oca { "oca" } else { "" });
    };
    let number = series.strip_suffix(".0").and_then(|number| number.parse::<u32>().ok());
    let in_series =
        editions.iter().find(|known| number.is_some_and(|number| known.series.contains(&number)));
    match (in_series, editions.as_slice()) {
        (Some(known), _) => Some(known.edition),
        (None, [known]) if !is_oca || number.is_none() && known.edition == "ce" => {
            Some(known.edition)
        }
        (None, _) if is_oca => number.map(|_| "oca"),
        _ => None,
    }
}

/// The series in which Odoo has an addon of this name, of either edition, as a JSON array; empty: in none that is known,
/// or OCA has one of that name.
pub fn series(name: &str) -> String {
    let mut numbers: Vec<u32> =
        KNOWN.get(name).into_iter().flatten().flat_map(|known| known.series.clone()).collect();
    if OCA.contains(name) {
        numbers.clear();
    }
    numbers.sort_unstable();
    json!(numbers.iter().map(|number| format!("{number}.0")).collect::<Vec<_>>()).to_string()
}

/// What OCA has in place of an Enterprise addon: `helpdesk_mgmt (OCA/helpdesk)`, several by commas; empty: nothing known.
pub fn instead(name: &str) -> String {
    let known = KNOWN.get(name).into_iter().flatten().filter(|known| known.edition == "ee");
    let pairs = known.flat_map(|known| &known.oca);
    let named: Vec<String> =
        pairs.map(|(repository, addon)| format!("{addon} (OCA/{repository})")).collect();
    named.join(", ")
}

/// All of it as JSON: an array of `[name, edition, series, app, repository, addon, fit]`.
pub fn reference() -> String {
    let rows = LINES.lines().map(known).flat_map(|known| {
        let nothing = [("", "")];
        let pairs = if known.oca.is_empty() { nothing.to_vec() } else { known.oca.clone() };
        let of = move |number: u32, (repository, addon): (&str, &str)| {
            let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            json!([
                known.name,
                known.edition,
                format!("{number}.0"),
                known.app,
                said(repository),
                said(addon),
                known.fit
            ])
        };
        let numbers = known.series.clone();
        numbers
            .into_iter()
            .flat_map(move |number| pairs.iter().map(|pair| of(number, *pair)).collect::<Vec<_>>())
    });
    serde_json::Value::from_iter(rows).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_addon_is_of_the_edition_of_its_series() {
        assert_eq!(edition("base", "18.0"), Some("ce"));
        assert_eq!(edition("web_enterprise", ""), Some("ee"));
        assert_eq!(edition("account_asset", "10.0"), Some("ce"));
        assert_eq!(edition("account_asset", "18.0"), Some("ee"));
        assert_eq!(edition("account_asset", ""), None);
        assert_eq!(series("account_analytic_plans"), "[\"8.0\"]");
        assert_eq!(series("acme_stock"), "[]");
    }

    #[test]
    fn other_names_are_known_by_none() {
        assert_eq!(edition("account_asset_management", "18.0"), Some("oca"));
        assert_eq!(edition("queue_job", "18.0"), Some("oca"));
        assert_eq!(edition("pos_loyalty", "8.0"), Some("oca"));
        assert_eq!(edition("website_slides", ""), Some("ce"));
        assert_eq!(edition("quality_control", ""), None);
        assert_eq!(edition("acme_stock", "18.0"), Some(""));
        assert!(instead("helpdesk").contains("helpdesk_mgmt"));
        assert_eq!(instead("sale"), "");
    }

    #[test]
    fn every_line_is_whole() {
        for line in LINES.lines() {
            let known = known(line);
            assert!(["ce", "ee"].contains(&known.edition) && !known.series.is_empty(), "{line}");
            assert!(known.series.iter().all(|number| (8..=20).contains(number)), "{line}");
            assert!(
                known.fit.is_none_or(|fit| ["none", "partial", "direct"].contains(&fit)),
                "{line}"
            );
        }
        assert!(LINES.lines().filter(|line| line.contains("\tee\t")).count() > 683);
    }
}

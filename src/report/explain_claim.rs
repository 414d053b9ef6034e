//! What one claim says, what is measured, and how it stands: at most 100 columns.

use std::fmt::Write as _;

use super::escape::terminal as safe;
use super::explain::{apart, paragraphs, place, query_line, revision, section};
use super::terminal::{head, wrap};
use crate::audit::{Audit, JudgedClaim, Ruling, Standing};
use crate::base::Truth;
use crate::pages::{Library, Page};

/// Columns of a line.
const WIDTH: usize = 100;
/// Other places that are listed.
const LISTED: usize = 8;

/// How the same claim stands under another setting: the setting, and what is measured then.
pub type Under = Vec<(String, String)>;

/// A claim: quoted, with its place, what it says, what is measured, its verdict, and the query that decides it.
pub fn explain_claim(
    audit: &Audit,
    claim: &JudgedClaim,
    library: &Library,
    under: &Under,
) -> String {
    let deciding = claim.deciding();
    let page = deciding.and_then(|ruling| library.get(&ruling.rule));
    let rule = page.map_or("no rule judges it", |page| page.id.as_str());
    let standing = claim.standing().word().to_uppercase();
    let mut out = apart(&format!("{}  {rule}", claim.id), &standing);
    let _ = writeln!(out, "{}", place(&claim.path, claim.line, WIDTH));
    let under_heading = match claim.section.as_str() {
        "" => String::new(),
        title => format!("  under \"{}\"", head(&safe(title), 40)),
    };
    let quoted = head(&safe(claim.words().trim()), WIDTH - 5 - under_heading.chars().count());
    let _ = writeln!(out, "  > {quoted}{under_heading}");
    let number = claim.number().map(|number| format!(": {number}")).unwrap_or_default();
    let says = format!("{}{number} ({}, {})", claim.subject, claim.form, claim.context);
    section("SAYS", &wrap("  ", &safe(&says)), &mut out);
    section("MEASURED", &measured(claim), &mut out);
    section("AGREES", &agrees(claim), &mut out);
    section("WHY", &page.map(|page| paragraphs(&page.prose)).unwrap_or_default(), &mut out);
    section("QUERY", &page.map(query).unwrap_or_default(), &mut out);
    let under: Vec<String> = under
        .iter()
        .flat_map(|(setting, what)| wrap("  ", &safe(&format!("{setting}: {what}"))))
        .collect();
    section("UNDER", &under, &mut out);
    let _ = writeln!(
        out,
        "\nAGAIN     parity explain {}{} --as-of {}",
        claim.id,
        revision(audit),
        audit.as_of
    );
    out
}

/// What rules measured, in a sentence each; what decides comes first.
pub fn measured(claim: &JudgedClaim) -> Vec<String> {
    let mut rulings: Vec<&Ruling> = claim.rulings.iter().collect();
    rulings.sort_by_key(|ruling| std::cmp::Reverse(weight(ruling)));
    let said = rulings.iter().flat_map(|ruling| {
        let Ruling { rule, row, .. } = ruling;
        let said = match row.ok {
            Truth::Fails => row.message.clone(),
            // A rule's message is that of its failing.
            Truth::Holds => format!("{rule} holds of {}", row.subject),
            Truth::Unknown => format!("undecided: {}", row.message),
        };
        wrap("  ", &safe(&said))
    });
    said.collect()
}

fn weight(ruling: &Ruling) -> u8 {
    match ruling.row.ok {
        Truth::Fails => 2,
        Truth::Unknown => 1,
        Truth::Holds => 0,
    }
}

impl JudgedClaim {
    /// The ruling that decides how it stands.
    pub fn deciding(&self) -> Option<&Ruling> {
        self.rulings.iter().rev().max_by_key(|ruling| match self.standing() {
            Standing::Supported => u8::from(ruling.row.ok == Truth::Holds),
            _ => weight(ruling),
        })
    }
}

/// Other places that say what the tree shows.
fn agrees(claim: &JudgedClaim) -> Vec<String> {
    let here = claim.path.rsplit_once('/').map(|(folder, _)| folder);
    let others = claim.agreeing.iter().take(LISTED).map(|(path, line, text)| {
        let is_beside = path.rsplit_once('/').map(|(folder, _)| folder) == here;
        let beside = if is_beside { "   same folder" } else { "" };
        head(
            &format!("  {:<52}\"{}\"{beside}", place(path, *line, 50), head(&safe(text), 30)),
            WIDTH,
        )
    });
    others.collect()
}

fn query(page: &Page) -> Vec<String> {
    page.sql.lines().flat_map(query_line).collect()
}

//! What documents say, laid beside the rows of the rules that judge it: each claim with its verdict.

use std::collections::{BTreeMap, HashMap};

use super::AuditError;
use crate::base::{Reason, Truth, Value, redact};
use crate::pages::{Prepared, Row, Use};
use crate::snapshot::{Needs, Question, Rows, Snapshot};
use crate::store::StoreError;

/// The family of the rules that judge claims.
pub const FAMILY: &str = "claims/";

/// Every claim, in order.
const QUERY: &str = "
    select c.id, c.path, c.line, c.form, c.context, c.subject, c.section, c.text, c.numerator, c.denominator, c.count
    from claims c order by c.path, c.line, c.form, c.subject, c.id";

/// How a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The tree, or the document itself, shows something else.
    Contradicted,
    /// It may have been so; since then the tree has grown.
    Outdated,
    /// The tree shows more than is said.
    Understated,
    /// Every rule that judges it holds.
    Supported,
    /// No rule judges it, or none can decide.
    Unverifiable,
}

impl Standing {
    /// The word for readers.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Contradicted => "contradicted",
            Standing::Outdated => "outdated",
            Standing::Understated => "understated",
            Standing::Supported => "supported",
            Standing::Unverifiable => "unverifiable",
        }
    }
}

/// What one rule found of a claim.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// The rule.
    pub rule: String,
    /// Its row.
    pub row: Row,
    /// Whether it asks the database that migrations add up to, so that who runs them matters.
    pub asks_migrations: bool,
}

/// One claim.
#[derive(Debug, Clone)]
pub struct JudgedClaim {
    /// `c-` and eight digits.
    pub id: String,
    /// The document.
    pub path: String,
    /// The line.
    pub line: Option<u32>,
    /// F1 and so on.
    pub form: String,
    /// stated, target, planned or threshold.
    pub context: String,
    /// What it is about.
    pub subject: String,
    /// The heading above it.
    pub section: String,
    /// Its words.
    pub text: String,
    /// What rules found of it.
    pub rulings: Vec<Ruling>,
    /// Places whose claims are about the same and hold: path, line and words.
    pub agreeing: Vec<(String, Option<u32>, String)>,
    marks: Vec<String>,
}

impl JudgedClaim {
    /// The number it says: its fraction, else its count.
    pub fn number(&self) -> Option<&str> {
        self.marks.first().map(String::as_str)
    }

    /// Its words; of a cell that is but a mark and a number, with what it is about.
    pub fn words(&self) -> String {
        match self.text.chars().any(char::is_alphabetic) || self.subject.is_empty() {
            true => self.text.clone(),
            false => format!("{}: {}", self.subject, self.text),
        }
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        let fails = self.rulings.iter().filter(|ruling| ruling.row.ok == Truth::Fails);
        let worst = fails.map(|ruling| match (ruling.row.found, ruling.row.reason) {
            (Truth::Holds, Some(Reason::Expired)) => Standing::Outdated,
            (Truth::Holds, _) => Standing::Understated,
            _ => Standing::Contradicted,
        });
        let is = |truth| self.rulings.iter().any(|ruling| ruling.row.ok == truth);
        // That a number is in keeping with itself does not support what is undecided.
        let supported = is(Truth::Holds) && !is(Truth::Unknown);
        worst.min().unwrap_or(if supported { Standing::Supported } else { Standing::Unverifiable })
    }

    /// How well a row at its place fits it: a line may hold several claims.
    fn fits(&self, row: &Row) -> usize {
        let words: Vec<&str> = [&row.subject, &row.message]
            .iter()
            .flat_map(|text| {
                text.split(|letter: char| !(letter.is_alphanumeric() || letter == '/'))
            })
            .collect();
        let named = self.marks.iter().filter(|mark| words.contains(&mark.as_str())).count();
        2 * named + usize::from(row.subject == self.subject)
    }
}

/// What [`judge`] asks: the claims, and all rows of the rules that judge them.
pub(super) struct Asked {
    said: Rows,
    rules: Vec<(Prepared, Question<Vec<Row>>)>,
}

impl Asked {
    /// What must be read.
    pub(super) fn needs(&self) -> impl Iterator<Item = &Needs> {
        std::iter::once(&self.said.needs).chain(self.rules.iter().map(|(_, rows)| &rows.needs))
    }
}

/// Prepares what [`judge`] asks.
pub(super) fn prepare(
    snapshot: &mut Snapshot,
    rules: &[(Prepared, Use)],
) -> Result<Asked, StoreError> {
    let said = snapshot.ask_rows(QUERY, BTreeMap::new())?;
    let judging = rules.iter().filter(|(rule, _)| rule.page.id.starts_with(FAMILY));
    let rules = judging.map(|(rule, used)| (rule.clone(), rule.put_all(used, snapshot))).collect();
    Ok(Asked { said, rules })
}

/// The claims that rules judge, and those whose id begins with `wanted`, if that is not empty.
pub(super) fn judge(
    snapshot: &Snapshot,
    asked: &Asked,
    wanted: &str,
) -> Result<Vec<JudgedClaim>, AuditError> {
    let mut rulings = rulings(snapshot, asked)?;
    let is_wanted = |claim: &JudgedClaim| !wanted.is_empty() && claim.id.starts_with(wanted);
    let said = snapshot.rows(&asked.said)?;
    let mut claims: Vec<JudgedClaim> = said.iter().map(|cells| claim(cells)).collect();
    claims.retain(|claim| {
        is_wanted(claim) || rulings.contains_key(&(claim.path.clone(), claim.line))
    });
    share(&mut claims, &mut rulings);
    let holding = holding(&claims);
    for claim in &mut claims {
        claim.agreeing = agreeing(claim, &holding);
    }
    claims.retain(|claim| !claim.rulings.is_empty() || is_wanted(claim));
    Ok(claims)
}

type Place = (String, Option<u32>);

fn rulings(snapshot: &Snapshot, asked: &Asked) -> Result<HashMap<Place, Vec<Ruling>>, AuditError> {
    let mut found: HashMap<Place, Vec<Ruling>> = HashMap::new();
    for (rule, question) in &asked.rules {
        let asks_migrations = rule.query.reads.keys().any(|table| table.starts_with("sql_"));
        for row in rule.all(snapshot, question)? {
            let Some(path) = row.path.clone() else { continue };
            let ruling = Ruling { rule: rule.page.id.clone(), row, asks_migrations };
            found.entry((path, ruling.row.line)).or_default().push(ruling);
        }
    }
    Ok(found)
}

fn claim(cells: &[Value]) -> JudgedClaim {
    let text = |at: usize| redact(cells[at].as_text().unwrap_or_default());
    let number = |at: usize| cells[at].as_int();
    let fraction = number(8).zip(number(9)).map(|(x, y)| format!("{x}/{y}"));
    let numbers = [number(8), number(9), number(10)].into_iter().flatten();
    JudgedClaim {
        id: text(0),
        path: cells[1].as_text().unwrap_or_default().to_owned(),
        line: number(2).and_then(|line| u32::try_from(line).ok()),
        form: text(3),
        context: text(4),
        subject: text(5),
        section: text(6),
        text: text(7),
        rulings: Vec::new(),
        agreeing: Vec::new(),
        marks: fraction.into_iter().chain(numbers.map(|number| number.to_string())).collect(),
    }
}

/// Gives each claim the rulings at its place: those that fit it best.
fn share(claims: &mut [JudgedClaim], rulings: &mut HashMap<Place, Vec<Ruling>>) {
    for claims in
        claims.chunk_by_mut(|one, other| (&one.path, one.line) == (&other.path, other.line))
    {
        let place = (claims[0].path.clone(), claims[0].line);
        for ruling in rulings.remove(&place).unwrap_or_default() {
            let best = claims.iter().map(|claim| claim.fits(&ruling.row)).max();
            for claim in claims.iter_mut().filter(|claim| Some(claim.fits(&ruling.row)) == best) {
                claim.rulings.push(ruling.clone());
            }
        }
    }
}

/// Rules and subjects, and where a claim about them holds.
type Holding = BTreeMap<(String, String), Vec<(String, Option<u32>, String)>>;

fn holding(claims: &[JudgedClaim]) -> Holding {
    let mut found = Holding::new();
    for claim in claims {
        for ruling in claim.rulings.iter().filter(|ruling| ruling.row.ok == Truth::Holds) {
            let about = (ruling.rule.clone(), ruling.row.subject.clone());
            let place = (claim.path.clone(), claim.line, claim.text.clone());
            found.entry(about).or_default().push(place);
        }
    }
    found
}

/// Where others say of the subjects of a claim that fails what the tree shows.
fn agreeing(claim: &JudgedClaim, holding: &Holding) -> Vec<(String, Option<u32>, String)> {
    let fails = claim.rulings.iter().filter(|ruling| ruling.row.ok == Truth::Fails);
    let about = fails.map(|ruling| (ruling.rule.clone(), ruling.row.subject.clone()));
    let mut found: Vec<_> =
        about.filter_map(|about| holding.get(&about)).flatten().cloned().collect();
    found.sort();
    found.dedup();
    found
}

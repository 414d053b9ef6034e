//! One audit: a snapshot, the pages and matrices asked of it, settled; then the pages that read what was found.

mod addons;
mod claims;
mod coverage;
mod gates;
mod licenses;
mod problems;
mod prove;
mod prove_matrix;
mod quote;
mod rules;
mod second;
mod survey;
mod touched;
mod waivers;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use thiserror::Error;

pub use addons::{Addon, Addons, App, Dependency, Presence};
pub use claims::{FAMILY as CLAIM_FAMILY, JudgedClaim, Ruling, Standing};
pub use coverage::{COMMANDS, Coverage, Covered};
pub use licenses::{Declared, LicensedFile, LicensedPart, Licenses};
pub use problems::Problem;
pub use prove::{Proof, prove};
pub use prove_matrix::prove_matrix;
pub use quote::Quote;
use quote::Texts;
use rules::{is_second, prepare_rules, run_rules};
pub use survey::{Blocker, Cause, Folder, Place, Schema, Survey, asked_object};

use crate::config::Config;
use crate::matrix::{self, Matrix, MatrixError, MatrixResult, Score, scores};
use crate::pages::{Library, Prepared, RowError, Use};
use crate::settle::{self, Finding, Used, Waiver};
use crate::snapshot::{Needs, Snapshot, SnapshotError, Stage};
use crate::source::{Revision, Staged};
use crate::store::StoreError;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The rules to run, by id.
    pub rules: BTreeSet<String>,
    /// Rules in preview that nobody asked for.
    pub left_out: BTreeSet<String>,
    /// The matrices to judge.
    pub matrices: Vec<Matrix>,
    /// The day of the audit, `YYYY-MM-DD`.
    pub as_of: String,
    /// The same as a day number.
    pub day: i64,
    /// Whether waivers count.
    pub waivers: bool,
    /// Whether what a reader asks first is counted too.
    pub survey: bool,
    /// Whether the Odoo addons are listed too.
    pub addons: bool,
    /// Whether the licences of all files and parts are listed too.
    pub licenses: bool,
    /// Whether each claim is laid beside what rules found of it; a text: claims whose id begins so even if no rule did.
    pub claims: Option<String>,
    /// Whether the gates of the configuration are left alone.
    pub skips_gates: bool,
    /// Findings that were there before.
    pub known: Option<Known>,
    /// What is staged, where only that is of interest: rules it cannot change do not run.
    pub staged: Option<Staged>,
}

/// Findings that were there before: they are reported and fail nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// What says so: a revision, a file.
    pub by: String,
    /// Their fingerprints.
    pub fingerprints: BTreeSet<String>,
}

/// What came of it: plain data.
#[derive(Debug, Clone)]
pub struct Audit {
    /// What was audited.
    pub revision: Revision,
    /// The day of the audit.
    pub as_of: String,
    /// Paths by kind: file, symlink, submodule.
    pub paths: BTreeMap<String, usize>,
    /// What each rule examined, by id.
    pub rules: Vec<RuleResult>,
    /// Rules in preview that were not run.
    pub left_out: BTreeSet<String>,
    /// What is wrong, by severity, rule and place.
    pub findings: Vec<Finding>,
    /// The matrices with their scores.
    pub matrices: Vec<(MatrixResult, Vec<Score>)>,
    /// What could not be read or decided: path, line, analyzer, code, message.
    pub problems: Vec<Problem>,
    /// Waivers and what they cover.
    pub waivers: Vec<Used>,
    /// Rules that did not run, since what is staged cannot change what they find.
    pub untouched: Vec<String>,
    /// What findings were compared with; none: nothing.
    pub against: Option<String>,
    /// The product that was looked at; none: all.
    pub product: Option<String>,
    /// Gates that were missed, each a sentence.
    pub missed: Vec<String>,
    /// What a reader asks first; empty where it was not asked for.
    pub survey: Survey,
    /// The Odoo addons; empty where they were not asked for.
    pub addons: Addons,
    /// The licences of all files and parts; empty where they were not asked for.
    pub licenses: Licenses,
    /// Claims and how they stand; empty where they were not asked for.
    pub claims: Vec<JudgedClaim>,
    /// What must be said aloud: assumptions, former ids.
    pub notes: Vec<String>,
    /// What is quoted, by path, first and last line: anybody can compute it again from git alone.
    pub quotes: BTreeMap<(String, Option<u32>, Option<u32>), Quote>,
}

/// What one rule examined.
#[derive(Debug, Clone)]
pub struct RuleResult {
    /// Its id.
    pub rule: String,
    /// What a finding of it is.
    pub severity: crate::base::Severity,
    /// Its title.
    pub title: String,
    /// What it tells if it examined nothing; none: nothing.
    pub nothing: Option<String>,
    /// Rows that hold, fail, are undecided.
    pub counts: [usize; 3],
    /// A digest of the rows that hold.
    pub digest: String,
    /// The first undecided rows, as place and message.
    pub undecided: Vec<String>,
}

impl RuleResult {
    /// How many things it examined.
    pub fn examined(&self) -> usize {
        self.counts.iter().sum()
    }
}

/// Why there is no audit. The message fits after "cannot audit: ".
#[derive(Debug, Error)]
pub enum AuditError {
    /// A page or matrix failed.
    #[error(transparent)]
    Page(#[from] RowError),
    /// A matrix file is wrong.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The tree or database failed.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A setting is wrong.
    #[error("{0}")]
    Setting(String),
}

/// Carries out an audit.
///
/// # Errors
/// A page, matrix or setting is wrong, or the tree cannot be read: then nothing was judged.
pub fn audit(
    snapshot: &mut Snapshot,
    library: &Library,
    config: &Config,
    waivers: &[(crate::config::Waiver, u32)],
    request: &Request,
) -> Result<Audit, AuditError> {
    let prepared = prepare_rules(snapshot, library, config, request)?;
    let (prepared, mut untouched) = touched::keep(snapshot, request, prepared)?;
    let mut judged = Vec::new();
    for matrix in &request.matrices {
        judged.push((matrix, matrix::prepare(matrix, library, snapshot)?));
    }
    let survey = request.survey.then(|| survey::prepare(snapshot)).transpose()?;
    let addons = request.addons.then(|| addons::prepare(snapshot, config)).transpose()?;
    let licenses = request.licenses.then(|| licenses::prepare(snapshot)).transpose()?;
    let inline = waivers::prepare(snapshot, request)?;
    let said = request.claims.as_ref().map(|_| claims::prepare(snapshot, &prepared)).transpose()?;
    let matrices = judged.iter().flat_map(|(_, matrix)| matrix.needs());
    let counted = survey.iter().flat_map(survey::Asked::needs);
    let listed = addons.iter().flat_map(addons::Asked::needs);
    let licensed = licenses.iter().flat_map(licenses::Asked::needs);
    let rows = inline.iter().map(|asked| &asked.needs);
    let said_needs = said.iter().flat_map(claims::Asked::needs);
    let mut others: Vec<Needs> = matrices
        .chain(counted)
        .chain(listed)
        .chain(licensed)
        .chain(rows)
        .chain(said_needs)
        .cloned()
        .collect();
    let of_rules = |rules: &[(Prepared, Use)]| -> Vec<Needs> {
        rules.iter().map(|(_, used)| used.needs().clone()).collect()
    };
    let rules = of_rules(&prepared);
    let problems = snapshot.ask_problems(rules.iter().chain(&others))?;
    others.push(problems.needs.clone());
    snapshot.read_for(rules.iter().chain(&others))?;
    let (prepared, same) = touched::keep_compared(snapshot, request, inline.as_ref(), prepared)?;
    untouched.extend(same);
    snapshot.set_out(of_rules(&prepared).iter().chain(&others))?;
    let (first, second): (Vec<_>, Vec<_>) =
        prepared.into_iter().partition(|(rule, _)| !is_second(rule));
    let mut audit = start(snapshot, request);
    audit.untouched = untouched;
    touched::say(&mut audit);
    run_rules(snapshot, &first, &mut audit)?;
    if let (Some(asked), Some(wanted)) = (&said, &request.claims) {
        audit.claims = claims::judge(snapshot, asked, wanted)?;
    }
    for (matrix, prepared) in &judged {
        let started = Instant::now();
        let mut result = matrix::evaluate(matrix, prepared, snapshot)?;
        result.date(request.day);
        snapshot.stages().pages.push((format!("matrix {}", matrix.name), started.elapsed()));
        snapshot.stages().add(Stage::Pages, started.elapsed());
        audit.notes.extend(result.duplicates());
        audit.notes.extend(result.notes.iter().cloned());
        let scores = scores(&result);
        audit.matrices.push((result, scores));
    }
    audit.problems = problems::read(snapshot, &problems)?;
    if let Some(queries) = &survey {
        audit.survey = survey::count(snapshot, queries, &audit.matrices)?;
    }
    if let Some(queries) = &addons {
        audit.addons = addons::count(snapshot, queries)?;
    }
    if let Some(queries) = &licenses {
        audit.licenses = licenses::count(snapshot, queries)?;
    }
    let waivers = &waivers::gather(snapshot, waivers, inline.as_ref())?;
    settle(snapshot, library, waivers, request, &mut audit)?;
    if !second.is_empty() {
        second::show(snapshot, &audit)?;
        let known = audit.findings.len();
        run_rules(snapshot, &second, &mut audit)?;
        if audit.findings.len() > known {
            settle(snapshot, library, waivers, request, &mut audit)?;
        }
    }
    snapshot.remember()?;
    if !request.skips_gates {
        gates::hold(config, &mut audit)?;
    }
    audit.rules.sort_by(|one, other| one.rule.cmp(&other.rule));
    Ok(audit)
}

fn start(snapshot: &Snapshot, request: &Request) -> Audit {
    let mut paths = BTreeMap::new();
    for entry in snapshot.source().entries() {
        let kind = format!("{:?}", entry.kind).to_lowercase();
        *paths.entry(kind).or_default() += 1;
    }
    Audit {
        revision: snapshot.source().revision().clone(),
        as_of: request.as_of.clone(),
        paths,
        rules: Vec::new(),
        left_out: request.left_out.clone(),
        findings: Vec::new(),
        matrices: Vec::new(),
        problems: Vec::new(),
        waivers: Vec::new(),
        untouched: Vec::new(),
        against: request.known.as_ref().map(|known| known.by.clone()),
        product: snapshot.product().map(str::to_owned),
        missed: Vec::new(),
        survey: Survey::default(),
        addons: Addons::default(),
        licenses: Licenses::default(),
        claims: Vec::new(),
        notes: Vec::new(),
        quotes: BTreeMap::new(),
    }
}

/// Orders findings, gives them ids and lays the waivers over them.
fn settle(
    snapshot: &Snapshot,
    library: &Library,
    waivers: &[Waiver],
    request: &Request,
    audit: &mut Audit,
) -> Result<(), AuditError> {
    audit.findings.sort_by(|one, other| {
        let key = |finding: &Finding| {
            (
                std::cmp::Reverse(finding.severity),
                finding.rule.clone(),
                finding.path.clone(),
                finding.line,
                finding.subject.clone(),
            )
        };
        key(one).cmp(&key(other))
    });
    let mut texts = Texts::of(snapshot);
    settle::fingerprint(&mut audit.findings, &mut |path, line| {
        String::from_utf8_lossy(texts.lines(path, line, line).unwrap_or_default()).into_owned()
    });
    let findings =
        audit.findings.iter().map(|finding| (finding.path.clone(), finding.line, finding.end_line));
    let pieces = audit
        .matrices
        .iter()
        .flat_map(|(result, _)| &result.features)
        .flat_map(|judged| &judged.evidence);
    let rows =
        pieces.flat_map(|piece| &piece.rows).map(|row| (row.path.clone(), row.line, row.end_line));
    let judged = audit.matrices.iter().flat_map(|(result, _)| &result.features);
    let of_features = judged.filter_map(|judged| judged.claim.as_ref());
    let of_features = of_features.map(|claim| (Some(claim.path.clone()), claim.line, None));
    let claims = audit.matrices.iter().flat_map(|(result, _)| &result.claims);
    let claims = claims.map(|claim| (Some(claim.path.clone()), claim.line, None));
    let places: BTreeSet<_> = findings
        .chain(rows)
        .chain(of_features)
        .chain(claims)
        .filter_map(|(path, line, end)| Some((path?, line, end)))
        .collect();
    audit.quotes = places.into_iter().map(|place| (place.clone(), texts.quote(&place))).collect();
    let resolve = |id: &str| library.get(id).map_or_else(|| id.to_owned(), |page| page.id.clone());
    waivers::check(library, waivers, audit)?;
    let waivers = if request.waivers { waivers } else { &[] };
    audit.waivers = settle::waive(&mut audit.findings, waivers, request.day, resolve)
        .map_err(AuditError::Setting)?;
    if let Some(known) = &request.known {
        settle::know(&mut audit.findings, &known.fingerprints);
    }
    Ok(())
}

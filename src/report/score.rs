//! `parity score` for a terminal: what documents say, what the tree shows, and why the two part.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::escape::terminal as safe;
use super::first_look::claimed_percent;
use super::terminal::{heading, printed, shorten, table};
use crate::audit::Audit;
use crate::base::{Level, Truth, Verdict};
use crate::matrix::Agreement;
use crate::matrix::DIMENSIONS;
use crate::matrix::Evidence;
use crate::matrix::FeatureResult;
use crate::matrix::MatrixResult;
use crate::matrix::Score;

/// Columns of a line.
const WIDTH: usize = 100;
/// Columns of a sentence under a feature.
const SENTENCE: usize = 3 * WIDTH;

/// Every matrix: its scores, then its features with the reason of each verdict; `why`: and what it rests on.
pub fn score(audit: &Audit, why: bool) -> String {
    let mut out = heading(audit) + "\n";
    for (result, scores) in &audit.matrices {
        head(result, &scores[0], &mut out);
        if !result.applies {
            let why = result.features.first().map_or(String::new(), FeatureResult::why);
            let _ = writeln!(out, "  does not apply to this tree: {}", safe(&why));
            continue;
        }
        tables(result, scores, &mut out);
        features(result, why, &mut out);
    }
    for note in &audit.notes {
        // A string takes any text, here and below.
        let _ = writeln!(out, "note: {}", safe(note));
    }
    out
}

fn head(result: &MatrixResult, whole: &Score, out: &mut String) {
    let matrix = &result.matrix;
    let draft = if matrix.draft { "   draft: evidence proposed, not yet read" } else { "" };
    let _ = writeln!(out, "\n{} {}@{}{draft}", safe(&matrix.title), matrix.name, matrix.version);
    let most = if whole.high > whole.low {
        format!(", at most {} ({} %)", whole.high, whole.percent(whole.high))
    } else {
        String::new()
    };
    let (low, total) = (whole.low, whole.total);
    if result.applies {
        let _ =
            writeln!(out, "  the tree shows  {low} of {total} ({} %){most}", whole.percent(low));
    }
    if let Some([low, high]) = whole.weighted().filter(|_| result.applies) {
        let most = if low == high { String::new() } else { format!(", at most {high} %") };
        let _ = writeln!(out, "  by weight       {low} %{most}");
    }
    if whole.overdue > 0 {
        let _ = writeln!(out, "  overdue         {}", whole.overdue);
    }
    for claim in &result.claims {
        let line = claim.line.map_or(String::new(), |line| format!(":{line}"));
        let place = shorten(&format!("{}{line}", claim.path), 50);
        let percent = format!(" ({} %)", claimed_percent(claim));
        let _ = writeln!(
            out,
            "  documents say   {} of {}{}  {}  {}",
            claim.numerator,
            claim.denominator,
            safe(&percent),
            match claim.agreement(whole) {
                Some(agreement) => agreement.word(),
                None => claim.context.as_str(),
            },
            safe(&place)
        );
    }
}

fn tables(result: &MatrixResult, scores: &[Score], out: &mut String) {
    let claimed = result.features.iter().any(|judged| judged.claim.is_some());
    let shown = Verdict::ALL.into_iter().filter(|verdict| {
        matches!(verdict, Verdict::Verified | Verdict::Partial | Verdict::Missing)
            || scores[0].count(*verdict) > 0
    });
    let shown: Vec<Verdict> = shown.collect();
    for dimension in DIMENSIONS {
        let of_it: Vec<&Score> =
            scores.iter().filter(|score| score.dimension == dimension).collect();
        if of_it.is_empty() {
            continue;
        }
        let mut line = format!("\n  {dimension:<28}{:>6}", "total");
        shown.iter().for_each(|verdict| line.push_str(&cell(printed(*verdict), *verdict)));
        let _ = writeln!(out, "{line}{}", if claimed { "   claimed" } else { "" });
        let whole = (dimension == "area").then_some(&scores[0]);
        for score in of_it.into_iter().chain(whole) {
            let mut line = format!("  {:<28}{:>6}", shorten(&safe(&score.name), 27), score.total);
            for verdict in &shown {
                line.push_str(&cell(&score.count(*verdict).to_string(), *verdict));
            }
            let claims = if claimed { format!("{:>10}", score.claimed) } else { String::new() };
            let _ = writeln!(out, "{line}{claims}");
        }
    }
}

/// A cell as wide as the column's word.
fn cell(text: &str, verdict: Verdict) -> String {
    format!("{text:>width$}", width = printed(verdict).len() + 2)
}

fn features(result: &MatrixResult, why: bool, out: &mut String) {
    let against = |agreement| move |judged: &&FeatureResult| judged.agreement == Some(agreement);
    let mut told = BTreeSet::new();
    for (title, agreement) in [
        ("OVERSTATED", Agreement::Overstated),
        ("UNDERSTATED", Agreement::Understated),
        ("UNVERIFIABLE", Agreement::Unverifiable),
    ] {
        let of_it: Vec<_> = result.features.iter().filter(against(agreement)).collect();
        told.extend(of_it.iter().map(|judged| judged.feature.id.as_str()));
        section(title, &of_it, why, out);
    }
    let mut by_verdict: BTreeMap<Verdict, Vec<&FeatureResult>> = BTreeMap::new();
    let others = result.features.iter().filter(|judged| !told.contains(judged.feature.id.as_str()));
    others.for_each(|judged| by_verdict.entry(judged.verdict).or_default().push(judged));
    for (verdict, of_it) in by_verdict {
        section(&printed(verdict).to_uppercase(), &of_it, why, out);
    }
}

fn section(title: &str, features: &[&FeatureResult], why: bool, out: &mut String) {
    if features.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{title} {}", features.len());
    for judged in features {
        let late = match &judged.feature.due {
            Some(due) if judged.overdue => format!(", overdue since {due}"),
            _ => String::new(),
        };
        let said = match &judged.claim {
            Some(claim) if judged.agreement != Some(Agreement::Agreed) => {
                format!(", said to be {}", claim.claimed.word())
            }
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "  {:<6}{}: {}{said}{late}",
            judged.feature.id,
            safe(&judged.feature.title),
            printed(judged.verdict)
        );
        let sentence: String = safe(&judged.why()).chars().take(SENTENCE).collect();
        let _ = writeln!(out, "        {sentence}");
        if why {
            judged.evidence.iter().for_each(|piece| rests_on(piece, out));
        }
    }
}

/// One piece of evidence: how far it holds, what is asked for, and the first place where it is found.
fn rests_on(piece: &Evidence, out: &mut String) {
    let mark = match piece.level.decided() {
        Some(Level::Verified) => '✓',
        Some(Level::Missing) => '✗',
        Some(_) => '~',
        None => '?',
    };
    let row = piece.rows.iter().find(|row| row.path.is_some());
    let place = row.map_or(String::new(), |row| {
        let line = row.line.map_or(String::new(), |line| format!(":{line}"));
        format!("  {}{line}", row.path.as_deref().unwrap_or_default())
    });
    let more = match piece.counts[0] {
        0 | 1 => String::new(),
        holds => format!(" and {} more", holds - 1),
    };
    let asked = shorten(&piece.evidence, WIDTH / 2);
    let _ = writeln!(out, "          {mark} {}{}{more}", safe(&asked), safe(&place));
}

/// What is undecided: by kind of evidence and what it lacks, how many uses and of which features.
pub fn open_evidence(audit: &Audit) -> String {
    let mut open: BTreeMap<(String, String), (usize, BTreeSet<String>)> = BTreeMap::new();
    for (result, _) in &audit.matrices {
        for judged in &result.features {
            let undecided = judged.evidence.iter().filter(|piece| piece.level.decided().is_none());
            for piece in undecided {
                let row = piece.rows.iter().find(|row| row.ok == Truth::Unknown);
                let lacks =
                    row.map_or(String::new(), |row| format!("{}: {}", row.subject, row.message));
                let (uses, features) = open.entry((piece.kind.clone(), lacks)).or_default();
                *uses += 1;
                features.insert(format!("{}/{}", result.matrix.name, judged.feature.id));
            }
        }
    }
    let columns = ["kind", "uses", "features", "first", "lacks"].map(str::to_owned);
    let rows = open.into_iter().map(|((kind, lacks), (uses, features))| {
        let first = features.first().cloned().unwrap_or_default();
        vec![kind, uses.to_string(), features.len().to_string(), first, safe(&lacks)]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let uses: usize = audit
        .matrices
        .iter()
        .flat_map(|(result, _)| &result.features)
        .map(|judged| judged.evidence.len())
        .sum();
    format!("{}\n{}{uses} uses of evidence were judged\n", heading(audit), table(&columns, &rows))
}

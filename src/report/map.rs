//! What comes nearest to each feature, ready to be accepted: for a terminal and for scripts.

use std::fmt::Write as _;

use serde::Serialize;

use super::escape::terminal as safe;
use super::explain::{apart, place};
use super::terminal::{printed, shorten};
use crate::base::{Level, Reason, Verdict};
use crate::matrix::{FeatureResult, Proposal};

/// A feature and what may be its evidence.
#[derive(Debug)]
pub struct Offer {
    /// How it is judged today.
    pub judged: FeatureResult,
    /// What comes nearest, the nearest first, each as it would be judged alone.
    pub near: Vec<(Proposal, FeatureResult)>,
}

#[derive(Serialize)]
struct OfferWire<'a> {
    id: &'a str,
    title: &'a str,
    verdict: Verdict,
    why: String,
    near: Vec<NearWire<'a>>,
}

#[derive(Serialize)]
struct NearWire<'a> {
    number: usize,
    evidence: &'a str,
    path: &'a str,
    line: Option<u32>,
    verdict: Verdict,
    reason: Option<Reason>,
    why: String,
}

/// Every offer, one below the other.
pub fn offers(matrix: &str, offers: &[Offer]) -> String {
    let mut out: String = offers.iter().map(|found| offer(found) + "\n").collect();
    if offers.is_empty() {
        return format!("nothing of {matrix} is left to map\n");
    }
    // A string takes any text, here and below.
    let _ = writeln!(
        out,
        "parity map {matrix} --accept ID=1,2 writes these lines; ID='LINE' any other"
    );
    out
}

/// One feature with its numbered proposals.
pub fn offer(offer: &Offer) -> String {
    let feature = &offer.judged.feature;
    let title = format!("{}  {}", feature.id, safe(&feature.title));
    let mut out = apart(&title, printed(offer.judged.verdict));
    if offer.near.is_empty() {
        out.push_str("      nothing in the tree bears a word of it\n");
    }
    for (number, (found, judged)) in (1..).zip(&offer.near) {
        let _ = writeln!(out, "  {number:>3}  {}", shorten(&safe(&found.evidence), 92));
        let at = place(&found.path, found.line, 60);
        let _ = writeln!(out, "       {at}: {}", state(judged));
    }
    out
}

/// The same for scripts.
pub fn offers_json(offers: &[Offer]) -> String {
    let wires: Vec<OfferWire<'_>> = offers.iter().map(wire).collect();
    serde_json::to_string_pretty(&wires).expect("plain data is JSON") + "\n"
}

fn wire(offer: &Offer) -> OfferWire<'_> {
    let near = (1..).zip(&offer.near).map(|(number, (found, judged))| NearWire {
        number,
        evidence: &found.evidence,
        path: &found.path,
        line: found.line,
        verdict: judged.verdict,
        reason: judged.reason,
        why: state(judged),
    });
    OfferWire {
        id: &offer.judged.feature.id,
        title: &offer.judged.feature.title,
        verdict: offer.judged.verdict,
        why: offer.judged.why(),
        near: near.collect(),
    }
}

/// What would be said of it alone, in a few words.
fn state(judged: &FeatureResult) -> String {
    let piece = judged.evidence.first();
    let is_words = piece.is_some_and(|piece| piece.level.low == Level::Verified);
    match judged.verdict {
        Verdict::Verified => "in effect".to_owned(),
        Verdict::Attested => "attested".to_owned(),
        _ if is_words => "there, but alone it shows little".to_owned(),
        _ => {
            let reason = judged.reason.map_or(String::new(), |reason| reason.to_string());
            let message = piece.and_then(|piece| piece.rows.first()).map(|row| safe(&row.message));
            let message = message.filter(|message| !message.is_empty());
            message.map_or(reason.clone(), |message| format!("{reason}: {message}"))
        }
    }
}

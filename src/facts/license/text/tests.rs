//! What texts are judged to be.

use std::collections::BTreeMap;

use spdx::identifiers::LICENSES;

use super::super::expression::family;
use super::*;

fn text(spdx: &str) -> &'static str {
    spdx::license_id(spdx).expect("an id of the list").text()
}

fn said(text: &str) -> (Option<String>, &'static str) {
    let judged = judge(text);
    (judged.spdx, judged.verdict)
}

#[test]
fn every_text_of_the_list_is_itself_or_one_of_the_same_words() {
    let mut same: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
    for known in LICENSES {
        same.entry(matter(text(known.name))).or_default().push(known.name);
    }
    let mut wrong = Vec::new();
    for known in LICENSES.iter().filter(|known| known.name != "NOASSERTION") {
        let judged = judge(text(known.name));
        let twins = &same[&matter(text(known.name))];
        let is_it = judged
            .spdx
            .as_deref()
            .is_some_and(|said| twins.iter().any(|twin| family(twin) == family(said)));
        if !is_it {
            wrong.push((known.name, judged));
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), LICENSES.len());
}

#[test]
fn a_text_without_its_appendix_is_the_licence() {
    for (spdx, end) in [
        ("Apache-2.0", "APPENDIX"),
        ("AGPL-3.0", "END OF TERMS"),
        ("GPL-2.0", "END OF TERMS"),
        ("GPL-3.0", "END OF TERMS"),
    ] {
        let end = text(spdx).find(end).expect("an appendix");
        assert_eq!(said(&text(spdx)[..end]), (Some(spdx.to_owned()), "match"));
    }
}

#[test]
fn names_and_years_do_not_matter() {
    let mit =
        text("MIT").replace("<year> <copyright holders>", "2019 Acme SA and its many friends");
    assert_eq!(said(&mit), (Some("MIT".to_owned()), "match"));
}

#[test]
fn a_clause_that_takes_away_is_for_a_person() {
    let sold = format!(
        "\"Commons Clause\" License Condition v1.0\nThe right to sell is not granted.\n\n{}",
        text("Apache-2.0")
    );
    assert_eq!(said(&sold), (None, "review"));
}

#[test]
fn words_that_differ_are_shown() {
    let judged = judge(
        &text("MIT").replace("without restriction", "with love and patience, without restriction"),
    );
    assert!(judged.differs.as_deref().is_some_and(|words| words.contains("+love")), "{judged:?}");
}

#[test]
fn two_texts_in_one_file_are_both() {
    let both =
        format!("Dual licensed, at your option.\n\n{}\n----\n{}", text("MIT"), text("Apache-2.0"));
    assert_eq!(said(&both).0.as_deref(), Some("MIT OR Apache-2.0"));
}

#[test]
fn a_notice_names_the_licence() {
    let notice = "Acme is free software: you can redistribute it and/or modify it under the terms of the GNU Affero General Public License as \
                  published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.";
    assert_eq!(said(notice), (Some("AGPL-3.0-or-later".to_owned()), "modified"));
}

#[test]
fn a_text_cut_short_is_known_by_the_sentence_that_grants() {
    let short = "License: BSD\nRedistribution and use in source and binary forms, with or without modification, are permitted provided \
                 that the following conditions are met: keep this. Redistributions in binary form must keep it. The names of the \
                 authors may not be used to endorse products.";
    assert_eq!(said(short), (Some("BSD-3-Clause".to_owned()), "review"));
    assert_eq!(said(&format!("{short} Not for commercial use.")), (Some(String::new()), "none"));
}

#[test]
fn other_texts_are_none() {
    assert_eq!(
        said("All rights reserved. Ask us before you use any of this at all."),
        (Some(String::new()), "none")
    );
    assert_eq!(said(""), (Some(String::new()), "none"));
}

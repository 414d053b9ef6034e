//! Licence headers, put where they belong: below what must come first in a file.

use super::{Ask, Change};
use crate::facts::license;

/// Begins of first lines that a header stands below.
const FIRST: [&str; 7] = ["#!", "<?xml", "<?php", "<!DOCTYPE", "<!doctype", "@charset", "%YAML"];
/// The mark of UTF-8.
const BOM: &str = "\u{feff}";

/// Adds the header that the parameters of the rule name: `license`, and `holder` if there is one.
pub fn add_header(ask: &Ask<'_>) -> Option<Change> {
    let path = ask.finding.path.as_deref()?;
    let text = std::str::from_utf8(ask.bytes).ok()?;
    let said = |name: &str| {
        ask.parameters.get(name).and_then(|value| value.as_str()).filter(|text| !text.is_empty())
    };
    let wanted = said("license")?;
    let (open, close) = license::comment(path)?;
    let lines = match said("style") {
        Some("oca") => oca(wanted, said("holder")),
        _ => spdx(wanted, said("holder")),
    };
    let end =
        if text.lines().next().is_some() && text.split_inclusive('\n').next()?.ends_with("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
    let header: String = lines.iter().map(|line| format!("{open}{line}{close}{end}")).collect();
    let at = below(text);
    let apart = if at > 0 && !text[..at].ends_with('\n') { end } else { "" };
    let mended = format!("{}{apart}{header}{}", &text[..at], &text[at..]);
    let is_read =
        license::stated(path, &mended) == [wanted] && license::stated(path, text).is_empty();
    is_read.then(|| Change::Write(mended.into_bytes()))
}

fn spdx(license: &str, holder: Option<&str>) -> Vec<String> {
    let holder = holder.map(|holder| format!("SPDX-FileCopyrightText: {holder}"));
    holder.into_iter().chain([format!("SPDX-License-Identifier: {license}")]).collect()
}

/// The two lines of OCA, for the licences it has; for others the tag.
fn oca(license: &str, holder: Option<&str>) -> Vec<String> {
    let holder = holder.map(|holder| format!("Copyright {holder}"));
    let family =
        license.strip_suffix("-3.0-or-later").filter(|family| matches!(*family, "AGPL" | "LGPL"));
    let line = family.map_or_else(
        || format!("SPDX-License-Identifier: {license}"),
        |family| {
            format!(
                "License {family}-3.0 or later (https://www.gnu.org/licenses/{}).",
                family.to_lowercase()
            )
        },
    );
    holder.into_iter().chain([line]).collect()
}

/// Where the lines end that must come first: the mark of the encoding, a shebang, a declaration, the encoding of Python.
fn below(text: &str) -> usize {
    let mut at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    for line in text[at..].split_inclusive('\n').take(2) {
        let is_coding =
            line.starts_with('#') && line.contains("coding") && line.contains([':', '=']);
        if !is_coding && !FIRST.iter().any(|begin| line.starts_with(begin)) {
            break;
        }
        at += line.len();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_stands_below_what_comes_first() {
        assert_eq!(below("import os\n"), 0);
        assert_eq!(below("#!/bin/sh\n# -*- coding: utf-8 -*-\nx\n"), 34);
        assert_eq!(below("\u{feff}<?xml version=\"1.0\"?>\n<odoo/>"), 25);
    }

    #[test]
    fn lines_are_those_of_their_style() {
        assert_eq!(spdx("MIT", None), ["SPDX-License-Identifier: MIT"]);
        assert_eq!(
            oca("AGPL-3.0-or-later", Some("2020 Acme")),
            [
                "Copyright 2020 Acme",
                "License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl)."
            ]
        );
    }
}

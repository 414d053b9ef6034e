//! What headers say, by style.

/// The notice of Apache-2.0, as its appendix gives it.
const APACHE: &str = include_str!("../../../templates/headers/apache.txt");

/// What a header is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header<'a> {
    /// The SPDX expression.
    pub license: &'a str,
    /// Who has the copyright, with the years if somebody said them.
    pub holder: Option<&'a str>,
    /// The year the file was added, where that is to be said.
    pub year: Option<&'a str>,
}

impl Header<'_> {
    /// The lines of a style: `spdx`, `oca`, `asf`, or those of a template; none where the style has none for the licence.
    pub(super) fn lines(&self, style: &str, template: Option<&str>) -> Option<Vec<String>> {
        match (style, template) {
            (_, Some(template)) => Some(self.filled(template)),
            ("oca", None) => Some(self.oca()),
            ("asf", None) => self.asf(),
            _ => Some(self.spdx()),
        }
    }

    /// Two tags.
    pub(super) fn spdx(&self) -> Vec<String> {
        let held = self.held().map(|held| format!("SPDX-FileCopyrightText: {held}"));
        held.into_iter().chain([format!("SPDX-License-Identifier: {}", self.license)]).collect()
    }

    /// The two lines of OCA, for the licences it has; for others the tag.
    fn oca(&self) -> Vec<String> {
        let held = self.held().map(|held| format!("Copyright {held}"));
        let family = self.license.strip_suffix("-3.0-or-later");
        let line = family.filter(|family| matches!(*family, "AGPL" | "LGPL")).map_or_else(
            || format!("SPDX-License-Identifier: {}", self.license),
            |family| {
                let address = family.to_lowercase();
                format!("License {family}-3.0 or later (https://www.gnu.org/licenses/{address}).")
            },
        );
        held.into_iter().chain([line]).collect()
    }

    fn asf(&self) -> Option<Vec<String>> {
        let held = self.held().map(|held| [format!("Copyright {held}"), String::new()]);
        let notice = APACHE.lines().map(str::to_owned);
        (self.license == "Apache-2.0").then(|| held.into_iter().flatten().chain(notice).collect())
    }

    /// A line without a value for one of its names is left out.
    fn filled(&self, template: &str) -> Vec<String> {
        let values =
            [("{license}", Some(self.license)), ("{holder}", self.holder), ("{year}", self.year)];
        let mut lines = Vec::new();
        for line in template.trim_end().lines() {
            let lacks =
                |(name, value): &(&str, Option<&str>)| value.is_none() && line.contains(name);
            if !values.iter().any(lacks) {
                let fill = |line: String, (name, value): &(&str, Option<&str>)| {
                    line.replace(name, value.unwrap_or_default())
                };
                lines.push(values.iter().fold(line.to_owned(), fill));
            }
        }
        lines
    }

    fn held(&self) -> Option<String> {
        let holder = self.holder?;
        Some(self.year.map_or_else(|| holder.to_owned(), |year| format!("{year} {holder}")))
    }
}

#[cfg(test)]
mod tests {
    use super::Header;

    #[test]
    fn lines_are_those_of_their_style() {
        let bare = Header { license: "MIT", holder: None, year: None };
        assert_eq!(bare.spdx(), ["SPDX-License-Identifier: MIT"]);
        assert_eq!(bare.lines("asf", None), None);
        let held =
            Header { license: "AGPL-3.0-or-later", holder: Some("Acme"), year: Some("2020") };
        assert_eq!(
            held.oca(),
            [
                "Copyright 2020 Acme",
                "License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl)."
            ]
        );
        let template = "Since {year}, by {holder}.\nSPDX-License-Identifier: {license}\n";
        assert_eq!(
            held.lines("", Some(template)),
            Some(vec![
                "Since 2020, by Acme.".to_owned(),
                "SPDX-License-Identifier: AGPL-3.0-or-later".to_owned()
            ])
        );
        assert_eq!(bare.lines("", Some(template)).map(|lines| lines.len()), Some(1));
    }
}

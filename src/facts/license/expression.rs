//! SPDX licence expressions: read, written canonically, held against a list.

use std::collections::HashMap;
use std::sync::LazyLock;

use spdx::identifiers::{EXCEPTIONS, LICENSES};
use spdx::{Expression, LicenseItem, ParseMode, exception_id, license_id};

/// The longest expression that is read, in bytes.
const MAX_BYTES: usize = 1_000;

/// The specification, with ids the list has deprecated (`AGPL-3.0`) and `GPL-2.0+`: both say something.
const MODE: ParseMode =
    ParseMode { allow_deprecated: true, allow_postfix_plus_on_gpl: true, ..ParseMode::STRICT };

/// Ids and operators by their lower-case form: SPDX matches them in any case.
static IDS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let licences = LICENSES.iter().map(|known| known.name);
    let ids = licences.chain(EXCEPTIONS.iter().map(|known| known.name));
    let operators = ["OR", "AND", "WITH"].into_iter();
    ids.chain(operators).map(|name| (name.to_ascii_lowercase(), name)).collect()
});

/// The expression with ids as the SPDX list writes them; none if it is no valid expression.
pub fn canonical(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return None;
    }
    let written = text
        .split_inclusive([' ', '(', ')', '+'])
        .map(|part| {
            let id = part.trim_end_matches([' ', '(', ')', '+']);
            let known = IDS.get(&id.to_ascii_lowercase()).copied().unwrap_or(id);
            format!("{known}{}", &part[id.len()..])
        })
        .collect::<String>();
    Expression::parse_mode(&written, MODE).is_ok().then_some(written)
}

/// Whether the expression can be met with licences of the list. A GNU id without `-only` or `-or-later` stands for both.
/// None: it is no valid expression.
pub fn is_allowed(expression: &str, allowed: &[String]) -> Option<bool> {
    let expression = Expression::parse_mode(&canonical(expression)?, MODE).ok()?;
    Some(expression.evaluate(|required| {
        let name = match &required.license {
            LicenseItem::Spdx { id, .. } => id.name.to_owned(),
            LicenseItem::Other(reference) => reference.to_string(),
        };
        allowed.iter().any(|one| *one == name || *one == family(&name) || family(one) == name)
    }))
}

/// What an id of a licence or an exception is: listed, deprecated, own (`LicenseRef-`) or bad.
pub fn status(id: &str) -> &'static str {
    let own =
        id.strip_prefix("LicenseRef-").filter(|name| !name.is_empty() && !id.contains("Unknown"));
    if own.is_some_and(|name| {
        name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    }) {
        return "own";
    }
    let listed = license_id(id).filter(|known| known.name == id).map(|known| known.is_deprecated());
    match listed.or_else(|| exception_id(id).map(|known| known.is_deprecated())) {
        Some(true) => "deprecated",
        Some(false) => "listed",
        None => "bad",
    }
}

/// A GNU id without what says which versions: `AGPL-3.0` of `AGPL-3.0-or-later`.
pub fn family(id: &str) -> &str {
    id.strip_suffix("-or-later").or_else(|| id.strip_suffix("-only")).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_known_in_any_case() {
        assert_eq!(
            canonical("mit OR (apache-2.0 AND BSD-3-Clause)").as_deref(),
            Some("MIT OR (Apache-2.0 AND BSD-3-Clause)")
        );
        assert_eq!(canonical("gpl-2.0+").as_deref(), Some("GPL-2.0+"));
        assert_eq!(canonical("AGPL-3.0").as_deref(), Some("AGPL-3.0"));
        assert_eq!(canonical("LicenseRef-OEEL-1").as_deref(), Some("LicenseRef-OEEL-1"));
    }

    #[test]
    fn what_is_no_expression_is_none() {
        for wrong in [
            "",
            "UNLICENSED",
            "MIT/Apache-2.0",
            "AGPL-3",
            "MIT OR",
            "SEE LICENSE IN LICENSE.md",
            &"(".repeat(5_000),
        ] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_alternative_is_enough_and_every_part_is_needed() {
        let allowed = ["MIT".to_owned(), "AGPL-3.0".to_owned()];
        assert_eq!(is_allowed("MIT OR GPL-2.0-only", &allowed), Some(true));
        assert_eq!(is_allowed("MIT AND GPL-2.0-only", &allowed), Some(false));
        assert_eq!(is_allowed("AGPL-3.0-or-later", &allowed), Some(true));
        assert_eq!(is_allowed("nonsense", &allowed), None);
    }
}

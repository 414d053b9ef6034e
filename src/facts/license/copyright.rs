//! Copyright lines: who, and since when.

use std::sync::LazyLock;

use regex::Regex;

/// The longest holder that is kept, in characters.
const MAX_HOLDER: usize = 200;

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:@?copyright(?:\s+holders?)?|SPDX-(?:File|Snippet)CopyrightText:|©|\(c\))[\s:]*(?:\(c\)|©|copyright)?[\s:–-]*((?:(?:19|20)\d\d)(?:\s*[-–,]\s*(?:(?:19|20)?\d\d|today|present|now)|\s*,)*)?[\s:,–-]*(.*)$",
    )
    .expect("a valid pattern")
});

/// Years as written, and the holder, of a line that states a copyright. A line of prose that begins so has neither.
pub(super) fn copyright(line: &str) -> Option<(Option<&str>, &str)> {
    let parts = LINE.captures(line)?;
    let years = parts.get(1).map(|years| years.as_str().trim_end_matches([' ', ',']));
    let holder = parts.get(2).map_or("", |holder| holder.as_str());
    let holder = holder.split(" — ").next().unwrap_or_default();
    let holder = holder.split("All rights reserved").next().unwrap_or_default();
    let holder = holder.trim_matches([' ', ',', '.', ';', ':', '-']);
    let is_sign = !line.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("copyright"))
        || line.contains("(c)")
        || line.contains("(C)")
        || line.contains('©');
    let is_name = holder.starts_with(char::is_uppercase) && is_sign;
    let stated = !holder.is_empty() && (years.is_some() || is_name);
    stated.then(|| (years, shortened(holder)))
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(MAX_HOLDER).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_read() {
        for (line, years, holder) in [
            ("Copyright 2020 Acme SA", Some("2020"), "Acme SA"),
            (
                "Copyright (C) 2014-2017, Acme <a@example.com>",
                Some("2014-2017"),
                "Acme <a@example.com>",
            ),
            ("Copyright 2016, 2019 Acme", Some("2016, 2019"), "Acme"),
            ("© 2015 Acme — License LGPL-3.0-or-later", Some("2015"), "Acme"),
            ("Copyright (C) Acme", None, "Acme"),
            ("SPDX-FileCopyrightText: 2019 Jane Doe", Some("2019"), "Jane Doe"),
            ("Copyright - 2013-today Acme", Some("2013-today"), "Acme"),
        ] {
            assert_eq!(copyright(line), Some((years, holder)), "{line}");
        }
    }

    #[test]
    fn prose_about_copyright_is_none() {
        for line in [
            "Copyright notice and this permission notice",
            "See LICENSE",
            "copyright holders",
            "(c) the following",
        ] {
            assert_eq!(copyright(line), None, "{line}");
        }
    }
}

//! Lines of evidence and the parameters they are read into.

use super::*;
use crate::pages::Library;

/// What a line is read into, as JSON, or what is said against it.
fn read(line: &str) -> String {
    let library = Library::built_in().expect("the built-in pages are sound");
    let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
    match read_line(library.get(kind).expect("a kind"), rest) {
        Ok(parameters) => serde_json::to_string(&parameters).expect("plain data"),
        Err(message) => message,
    }
}

#[test]
fn a_line_says_what_the_form_and_its_options_hold() {
    for (line, expected) in [
        ("table ops.roles", r#"{"name":"ops.roles"}"#),
        ("table ops.roles(permissions)", r#"{"columns":["permissions"],"name":"ops.roles"}"#),
        (
            "table ops.roles(id, permissions)",
            r#"{"columns":["id","permissions"],"name":"ops.roles"}"#,
        ),
        (
            "table ops.roles columns:id,permissions",
            r#"{"columns":["id","permissions"],"name":"ops.roles"}"#,
        ),
        ("module auth_oidc", r#"{"name":["auth_oidc"]}"#),
        ("module auth_oidc@18.0", r#"{"name":["auth_oidc"],"series":"18.0"}"#),
        (
            "module acme_*@18.0 license_in:LGPL-3,AGPL-3",
            r#"{"license_in":["LGPL-3","AGPL-3"],"name":["acme_*"],"series":"18.0"}"#,
        ),
        ("module {a,b}_c,d", r#"{"name":["{a,b}_c","d"]}"#),
        ("rls ops.*", r#"{"name":"ops.*"}"#),
        ("depends-on auth_totp by:acme_login", r#"{"by":"acme_login","name":["auth_totp"]}"#),
        ("attested \"restore drill\"", r#"{"topic":"restore drill"}"#),
        (
            "attested \"restore drill\" by security within 95d",
            r#"{"max_age":95,"owner":"security","topic":"restore drill"}"#,
        ),
        ("attested \"restore drill\" within 30", r#"{"max_age":30,"topic":"restore drill"}"#),
        ("attested \"restore drill\" max_age:30d", r#"{"max_age":30,"topic":"restore drill"}"#),
        (
            "attested drill by \"the platform team\"",
            r#"{"owner":"the platform team","topic":"drill"}"#,
        ),
    ] {
        assert_eq!(read(line), expected, "{line}");
    }
}

#[test]
fn quotes_keep_a_word_together_and_as_it_is() {
    for (line, expected) in [
        // A quoted value of an option, a quoted word that looks like an option, and both in one line.
        ("attested drill owner:\"a b\"", r#"{"owner":"a b","topic":"drill"}"#),
        ("attested \"owner:b\"", r#"{"topic":"owner:b"}"#),
        ("attested \"owner:b\" owner:\"a b\"", r#"{"owner":"a b","topic":"owner:b"}"#),
        (
            "text docs/*.md \"two words\" scope:\"all\"",
            r#"{"glob":["docs/*.md"],"regex":"two words","scope":"all"}"#,
        ),
        // A quoted word does not carry what hangs on it, and is never a word of the form.
        ("table \"ops.roles(permissions)\"", r#"{"name":"ops.roles(permissions)"}"#),
        ("module \"auth@18.0\"", r#"{"name":["auth@18.0"]}"#),
        // Inside quotes only a quote is escaped: patterns keep their backslashes.
        (r#"text *.py "say \"no\" \. \d""#, r#"{"glob":["*.py"],"regex":"say \"no\" \\. \\d"}"#),
        (r"text *.py http\.route", r#"{"glob":["*.py"],"regex":"http\\.route"}"#),
        ("attested \"\"", r#"{"topic":""}"#),
        ("attested \"a (b\"", r#"{"topic":"a (b"}"#),
        ("  rls   ops.*  ".trim_start(), r#"{"name":"ops.*"}"#),
    ] {
        assert_eq!(read(line), expected, "{line}");
    }
}

#[test]
fn a_wrong_line_is_refused_with_its_form() {
    for (line, expected) in [
        ("table", "`table ` is not written `table name(columns)`"),
        ("table ops.roles extra", "`table ops.roles extra` is not written `table name(columns)`"),
        ("table ops.roles(permissions", "`ops.roles(permissions` has an open quote or parenthesis"),
        ("attested \"drill", "`\"drill` has an open quote or parenthesis"),
        (
            "attested drill within soon",
            "`attested drill within soon` is not written `attested topic by owner within max_age`",
        ),
        ("attested drill max_age:soon", "`max_age` of `attested` takes a whole number, not `soon`"),
        ("attested drill by a owner:b", "`attested drill by a owner:b` gives `owner` twice"),
        ("attested drill owner:a owner:b", "`attested drill owner:a owner:b` gives `owner` twice"),
        ("depends-on a nobody:b", "`depends-on a nobody:b` is not written `depends-on name`"),
    ] {
        assert_eq!(read(line), expected, "{line}");
    }
}

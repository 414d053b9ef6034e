use super::{Config, day};

#[test]
fn days_count_from_1970_over_leap_years() {
    assert_eq!(day("1970-01-01"), Some(0));
    assert_eq!(day("2000-03-01"), Some(11_017));
    assert_eq!(day("2026-02-15"), Some(20_499));
    for date in ["1970-01-01", "2000-02-29", "2026-12-31", "2100-03-01"] {
        assert_eq!(super::date(day(date).unwrap()), date);
    }
    assert_eq!((day("2026-02-29"), day("2026-2-1"), day("yesterday")), (None, None, None));
}

#[test]
fn a_misspelt_key_is_refused_at_its_place_with_a_suggestion() {
    let error = Config::parse("parity.toml", "[sql]\nrunnr = \"psql\"\n").unwrap_err().to_string();
    assert!(
        error.starts_with("parity.toml:2:1: unknown key `runnr`; did you mean `runner`?"),
        "{error}"
    );
}

#[test]
fn a_setting_from_the_command_line_replaces_the_files() {
    let mut config = Config::parse("parity.toml", "[sql]\nrunner = \"psql\"\n").unwrap();
    config.set("sql.runner=supabase-cli").unwrap();
    config.set("sql.exposed-schemas=[\"api\"]").unwrap();
    assert_eq!(config.sql.runner.as_str(), "supabase-cli");
    assert_eq!(config.sql.exposed_schemas.as_deref(), Some(&["api".to_owned()][..]));
    config.set("odoo.series=18.0").unwrap();
    config.set("odoo.license-allowed=AGPL-3,LGPL-3").unwrap();
    assert_eq!(config.odoo.series.as_deref(), Some("18.0"));
    assert_eq!(config.odoo.options()["license_allowed"], serde_json::json!(["AGPL-3", "LGPL-3"]));
    assert!(config.set("sql.runner=mysql").is_err());
    assert!(config.set("sql").is_err());
}

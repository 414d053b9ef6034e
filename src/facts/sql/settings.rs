//! The settings of the platform's command: which schemas its API serves.

/// Whether a path is that of the settings.
pub fn is_settings(path: &str) -> bool {
    path.strip_suffix("supabase/config.toml").is_some_and(|it| it.is_empty() || it.ends_with('/'))
}

/// The schemas that `api.schemas` names, none if it is not there; nothing where the text is no settings.
pub fn served(text: &str) -> Option<Vec<String>> {
    // A script is not parsed for it: settings begin with a table or their first key.
    let first = text.lines().map(str::trim).find(|it| !it.is_empty() && !it.starts_with('#'))?;
    let is_settings = first.starts_with('[') || first.starts_with("project_id");
    // That settings cannot be read is told where documents are.
    let settings = is_settings.then(|| text.parse::<toml::Table>().unwrap_or_default())?;
    let schemas = settings.get("api").and_then(|api| api.get("schemas")?.as_array());
    let names = schemas.into_iter().flatten().filter_map(|name| name.as_str());
    Some(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_of_the_api_are_read() {
        let text = "# a\nproject_id = \"x\"\n\n[api]\nenabled = true\nschemas = [\"public\", 'api'] # two\n[db]\nschemas = [\"no\"]\n";
        assert_eq!(served(text).unwrap(), ["public", "api"]);
        let spread = "[api]\nport = 1\nschemas = [\n  \"a\", # the first\n  \"b\",\n]\n";
        assert_eq!(served(spread).unwrap(), ["a", "b"]);
    }

    #[test]
    fn settings_may_say_nothing_of_schemas_and_a_script_is_none() {
        assert_eq!(served("[db]\nport = 1\nschemas = [\"a\"]\n"), Some(Vec::new()));
        assert_eq!(served("[api\nschemas = [\"a\"]\n"), Some(Vec::new()));
        assert_eq!(served("-- a\ncreate table api (id int);\n"), None);
    }

    #[test]
    fn settings_lie_in_the_folder_of_the_platform() {
        assert!(is_settings("supabase/config.toml") && is_settings("a/supabase/config.toml"));
        assert!(!is_settings("mysupabase/config.toml") && !is_settings("config.toml"));
    }
}

//! The settings of the platform's command: which schemas its API serves.

/// Whether a path is that of the settings.
pub fn is_settings(path: &str) -> bool {
    path.strip_suffix("supabase/config.toml").is_some_and(|it| it.is_empty() || it.ends_with('/'))
}

/// The schemas that `api.schemas` names, none if it is not there; nothing where the text is no settings.
pub fn served(text: &str) -> Option<Vec<String>> {
    let mut lines = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    let first = lines.clone().next()?;
    let is_setting = first.starts_with('[') || first.starts_with("project_id");
    is_setting.then_some(())?;
    lines.by_ref().find(|it| *it == "[api]");
    let own = lines.take_while(|it| !it.starts_with('[') || it.starts_with("[\""));
    let mut values = own.skip_while(|it| key(it) != "schemas");
    let Some(first) = values.next() else { return Some(Vec::new()) };
    let mut list = first.split_once('=')?.1.to_owned();
    for line in values {
        if list.contains(']') {
            break;
        }
        list.push_str(line.split('#').next().unwrap_or(""));
    }
    let list = list.split(']').next().unwrap_or("");
    // Of texts in quotes every second part is one.
    Some(list.replace('\'', "\"").split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

fn key(line: &str) -> &str {
    line.split_once('=').map_or("", |it| it.0.trim())
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
        assert_eq!(served("-- a\ncreate table api (id int);\n"), None);
    }

    #[test]
    fn settings_lie_in_the_folder_of_the_platform() {
        assert!(is_settings("supabase/config.toml") && is_settings("a/supabase/config.toml"));
        assert!(!is_settings("mysupabase/config.toml") && !is_settings("config.toml"));
    }
}

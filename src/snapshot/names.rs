//! What a path alone says.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::SnapshotError;

/// Languages by the last part of a name, whole or behind its last dot.
static LANGUAGES: &[(&str, &[&str])] = &[
    ("bicep", &["bicep", "bicepparam"]),
    ("c", &["c", "h"]),
    ("cpp", &["cc", "cpp", "cxx", "hpp"]),
    ("css", &["css", "scss", "sass", "less"]),
    ("csv", &["csv", "tsv"]),
    ("dockerfile", &["Dockerfile", "Containerfile", "dockerfile"]),
    ("go", &["go"]),
    ("hcl", &["tf", "tfvars", "hcl"]),
    ("html", &["html", "htm"]),
    ("ini", &["ini", "cfg", "conf"]),
    ("java", &["java"]),
    ("javascript", &["js", "mjs", "cjs", "jsx"]),
    ("json", &["json", "jsonc"]),
    ("kotlin", &["kt", "kts"]),
    ("makefile", &["Makefile", "mk"]),
    ("markdown", &["md", "markdown", "mdx"]),
    ("php", &["php"]),
    ("python", &["py", "pyi"]),
    ("rst", &["rst"]),
    ("ruby", &["rb"]),
    ("rust", &["rs"]),
    ("shell", &["sh", "bash", "zsh"]),
    ("sql", &["sql"]),
    ("swift", &["swift"]),
    ("toml", &["toml"]),
    ("typescript", &["ts", "tsx", "mts", "cts"]),
    ("vue", &["vue"]),
    ("xml", &["xml", "svg", "xsl"]),
    ("yaml", &["yml", "yaml"]),
];

/// Folders that hold other people's code.
const VENDORED: [&str; 5] = ["node_modules", "vendor", "third_party", "bower_components", ".venv"];
/// Names and endings of files that tools write.
const GENERATED: [&str; 8] = [
    "package-lock.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "Cargo.lock",
    "poetry.lock",
    "uv.lock",
    ".min.js",
    ".min.css",
];

/// What the name says a file is written in.
pub(super) fn language(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or(name);
    LANGUAGES.iter().find(|(_, endings)| endings.contains(&ending)).map(|(language, _)| *language)
}

/// live, archived, vendored or generated.
pub(super) fn standing(path: &str, archived: &GlobSet) -> &'static str {
    if archived.is_match(path) {
        "archived"
    } else if path.split('/').any(|part| VENDORED.contains(&part)) {
        "vendored"
    } else if GENERATED.iter().any(|ending| path.ends_with(ending)) {
        "generated"
    } else {
        "live"
    }
}

/// Compiles path globs: `*` within a folder, `**` across, `{a,b}`.
///
/// # Errors
/// The first pattern that is none.
pub(super) fn glob_set(patterns: &[String]) -> Result<GlobSet, SnapshotError> {
    let mut set = GlobSetBuilder::new();
    let wrong = |pattern: &str, message: String| SnapshotError::Pattern {
        pattern: pattern.to_owned(),
        message,
    };
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern).literal_separator(true).empty_alternates(true).build();
        set.add(glob.map_err(|error| wrong(pattern, error.kind().to_string()))?);
    }
    set.build().map_err(|error| wrong(&patterns.join(" "), error.kind().to_string()))
}

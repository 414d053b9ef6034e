//! Which files are migrations, of which catalog, and in which order they run.

use crate::base::Value;
use crate::facts::sql::{Statement, catalog};
use crate::link::LinkedFile;

/// One migration.
pub struct Migration {
    /// The folder.
    pub catalog: String,
    /// The file.
    pub path: String,
    /// Its version, where its name says one.
    pub version: Option<String>,
    /// Its name without version and ending.
    pub name: String,
    /// Who runs such files.
    pub tool: &'static str,
    /// Its statements.
    pub lines: Vec<Line>,
    /// Why it is not read at all.
    pub unread: Option<String>,
}

/// One statement of a migration.
pub struct Line {
    /// Its first line.
    pub line: u32,
    /// Its last line.
    pub end_line: u32,
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub object: Option<String>,
    /// What PostgreSQL says of its syntax.
    pub error: Option<String>,
    /// What it says.
    pub says: Option<Statement>,
}

/// Reads the migrations of the inputs, by catalog and in the order they run.
pub fn read(files: &[LinkedFile]) -> Vec<Migration> {
    let mut migrations: Vec<Migration> = files.iter().filter_map(migration).collect();
    migrations.sort_by(|a, b| (&a.catalog, &a.path).cmp(&(&b.catalog, &b.path)));
    if let Some(at) = migrations.iter().position(|it| it.tool == "flyway") {
        let catalog = migrations[at].catalog.clone();
        migrations.sort_by_key(|it| {
            (
                it.catalog.clone(),
                if it.catalog == catalog { number(&it.version) } else { Vec::new() },
            )
        });
    }
    migrations
}

/// `1.10` comes after `1.9`; a repeatable migration has no version and runs last.
fn number(version: &Option<String>) -> Vec<u64> {
    let parts = version
        .as_deref()
        .map(|version| version.split(['.', '_']).map(|part| part.parse().unwrap_or(u64::MAX)));
    parts.map_or_else(|| vec![u64::MAX], Iterator::collect)
}

fn migration(file: &LinkedFile) -> Option<Migration> {
    let (folder, own) = catalog(&file.path)?;
    let name = if own { file.path.rsplit('/').nth(1)? } else { file.path.rsplit('/').next()? };
    let stem = name.trim_end_matches(".sql");
    let goose = |row: &Vec<Value>, kind: &str| row.get(2).and_then(Value::as_text) == Some(kind);
    let tool = match () {
        () if own => "prisma",
        () if file.rows.iter().any(|row| goose(row, "goose")) => "goose",
        () if folder == "supabase/migrations" || folder.ends_with("/supabase/migrations") => {
            "supabase"
        }
        () if flyway(stem).is_some() => "flyway",
        () => "plain",
    };
    let (version, name) = if tool == "flyway" { flyway(stem) } else { numbered(stem) }
        .map_or((None, stem), |(version, name)| (Some(version.to_owned()), name));
    let down = file
        .rows
        .iter()
        .find(|row| goose(row, "goose down"))
        .and_then(|row| row.first().and_then(Value::as_int));
    let lines: Vec<Line> = file
        .rows
        .iter()
        .filter_map(|row| line(row))
        .filter(|line| down.is_none_or(|down| i64::from(line.line) < down))
        .collect();
    let unread =
        lines.iter().find(|line| matches!(line.kind.as_str(), "template" | "dialect" | "too-deep"));
    let unread = unread
        .map(|line| format!("it is not read ({})", line.kind))
        .or_else(|| file.unread.clone());
    Some(Migration {
        catalog: folder.to_owned(),
        path: file.path.clone(),
        version,
        name: name.to_owned(),
        tool,
        lines,
        unread,
    })
}

/// `<digits>_name`, as Supabase's command and most others name files.
fn numbered(stem: &str) -> Option<(&str, &str)> {
    let (version, name) = stem.split_once('_')?;
    (!version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some((version, name))
}

/// `V<version>__name`.
fn flyway(stem: &str) -> Option<(&str, &str)> {
    let (version, name) = stem.strip_prefix('V')?.split_once("__")?;
    version.starts_with(|first: char| first.is_ascii_digit()).then_some((version, name))
}

fn line(row: &[Value]) -> Option<Line> {
    let [line, end_line, kind, object, error, data] = row else { return None };
    let kind = kind.as_text()?.to_owned();
    let number =
        |value: &Value| value.as_int().and_then(|line| u32::try_from(line).ok()).unwrap_or(1);
    if kind.starts_with("goose") {
        return None;
    }
    Some(Line {
        line: number(line),
        end_line: number(end_line),
        kind,
        object: object.as_text().map(str::to_owned),
        error: error.as_text().map(str::to_owned),
        says: data.as_text().and_then(|data| serde_json::from_str(data).ok()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_supabase_file_is_its_leading_digits() {
        assert_eq!(numbered("20260214_000001_x"), Some(("20260214", "000001_x")));
        assert_eq!(numbered("AFC_x"), None);
    }

    #[test]
    fn only_folders_of_migrations_are_catalogs() {
        assert_eq!(catalog("supabase/migrations/1_a.sql"), Some(("supabase/migrations", false)));
        assert_eq!(catalog("db/migrations/1_a/migration.sql"), Some(("db/migrations", true)));
        assert_eq!(catalog("addons/x/migrations/18.0.1/pre.sql"), None);
        assert_eq!(catalog("supabase/seed.sql"), None);
    }
}

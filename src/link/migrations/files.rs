//! Which files are migrations, of which catalog, and in which order they run.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Value;
use crate::facts::sql::{Statement, TOOLS, catalog, is_plan, is_settings};
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
    /// What it is sorted by among those of its catalog, before its path.
    pub order: Vec<u64>,
    /// Whether its statements run outside a transaction, each by itself.
    pub is_alone: bool,
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
    let read = files.iter().filter(|it| !is_settings(&it.path));
    let (plans, scripts): (Vec<_>, Vec<_>) = read.partition(|file| is_plan(&file.path));
    let plans: BTreeMap<String, Vec<&str>> = plans.into_iter().filter_map(plan).collect();
    let mut migrations: Vec<Migration> = scripts.into_iter().filter_map(migration).collect();
    migrations.iter_mut().for_each(|it| ordered(it, &plans));
    migrations
        .sort_by(|a, b| (&a.catalog, &a.order, &a.path).cmp(&(&b.catalog, &b.order, &b.path)));
    let catalogs: BTreeSet<String> = migrations.iter().map(|it| it.catalog.clone()).collect();
    let foreign: BTreeSet<String> = migrations
        .iter()
        .filter(|it| it.tool != "supabase" && it.lines.iter().any(|line| line.kind == "dialect"))
        .map(|it| it.catalog.clone())
        .collect();
    let numbered: BTreeSet<String> = migrations
        .iter()
        .filter(|it| it.tool != "plain" || starts_with_digit(&it.path))
        .map(|it| it.catalog.clone())
        .collect();
    migrations.retain(|it| {
        // Scripts of which none has a number are run one by one, by whoever wants them.
        let ordered = numbered.contains(&it.catalog) || plans.contains_key(&it.catalog);
        // A folder speaks to one server; a schema that is declared beside migrations is what they should come to.
        let beside = it.catalog.strip_suffix("schemas").map(|root| format!("{root}migrations"));
        let declared = beside.is_some_and(|beside| catalogs.contains(&beside));
        let unplanned = it.catalog == "deploy" || it.catalog.ends_with("/deploy");
        let runs = match plans.get(&it.catalog).filter(|_| it.tool != "supabase") {
            Some(plan) => plan.contains(&stem_in(&it.catalog, &it.path)),
            None => !unplanned || it.tool == "flyway",
        };
        runs && ordered && !declared && !foreign.contains(&it.catalog)
    });
    migrations
}

fn starts_with_digit(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit()))
}

/// The schemas that the API serves, by the folder of the settings that say so.
pub fn served(files: &[LinkedFile]) -> BTreeMap<String, Vec<String>> {
    let settings = files.iter().filter(|it| is_settings(&it.path));
    let named = settings.filter_map(|file| {
        let folder = file.path.strip_suffix("/config.toml")?;
        let names = file.rows.iter().filter_map(|row| row.get(3).and_then(Value::as_text));
        Some((folder.to_owned(), names.map(str::to_owned).collect::<Vec<_>>()))
    });
    named.filter(|it| !it.1.is_empty()).collect()
}

/// The folder a plan is about, and the scripts it names.
fn plan(file: &LinkedFile) -> Option<(String, Vec<&str>)> {
    let (catalog, _) = file.path.rsplit_once('/').unwrap_or(("", ""));
    let catalog = match catalog.strip_suffix("/meta") {
        Some(folder) if file.path.ends_with("_journal.json") => folder.to_owned(),
        _ if catalog.is_empty() => "deploy".to_owned(),
        _ => format!("{catalog}/deploy"),
    };
    let named = file.rows.iter().filter(|row| row.get(2).and_then(Value::as_text) == Some("plan"));
    let names: Vec<&str> = named.filter_map(|row| row.get(3).and_then(Value::as_text)).collect();
    (!names.is_empty()).then_some((catalog, names))
}

/// A script's name in its catalog, as plans say it.
fn stem_in<'a>(catalog: &str, path: &'a str) -> &'a str {
    let inside = path.strip_prefix(catalog).and_then(|it| it.strip_prefix('/')).unwrap_or(path);
    inside.trim_end_matches(".sql")
}

/// Says when a migration runs among those of its catalog: by its plan, by its number, else by its name.
fn ordered(migration: &mut Migration, plans: &BTreeMap<String, Vec<&str>>) {
    let place = |plan: &Vec<&str>| {
        plan.iter().position(|it| *it == stem_in(&migration.catalog, &migration.path))
    };
    migration.order = match (migration.tool, plans.get(&migration.catalog).and_then(place)) {
        ("supabase" | "prisma" | "dbmate", _) => Vec::new(),
        (_, Some(place)) => vec![place as u64],
        ("flyway" | "goose" | "sql-migrate" | "tern", None) => number(&migration.version),
        _ => Vec::new(),
    };
    let deployed = migration.catalog == "deploy" || migration.catalog.ends_with("/deploy");
    if deployed && migration.tool == "plain" {
        migration.tool = "sqitch";
    }
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
    let kind = |row: &[Value]| row.get(2).and_then(Value::as_text).map(str::to_owned);
    let marks = file.rows.iter().find_map(|row| {
        let tool = kind(row).and_then(|kind| TOOLS.into_iter().find(|tool| *tool == kind))?;
        Some((tool, row.get(3).and_then(Value::as_text) == Some("alone")))
    });
    let platform = ["migrations", "schemas"].iter().any(|last| {
        let place = format!("supabase/{last}");
        folder == place || folder.ends_with(&format!("/{place}"))
    });
    let tool = match marks {
        _ if own => "prisma",
        Some((tool, _)) if tool != "drizzle" || !platform => tool,
        _ if platform => "supabase",
        _ if flyway(stem).is_some() || stem.starts_with("R__") => "flyway",
        _ => "plain",
    };
    let undone =
        tool == "plain" && stem.starts_with('U') && flyway(&format!("V{}", &stem[1..])).is_some();
    let (version, name) = if tool == "flyway" { flyway(stem) } else { numbered(stem) }
        .map_or((None, stem), |(version, name)| (Some(version.to_owned()), name));
    let lines: Vec<Line> = file.rows.iter().filter_map(|row| line(row)).collect();
    let unread =
        lines.iter().find(|line| matches!(line.kind.as_str(), "template" | "dialect" | "too-deep"));
    let unread = unread
        .map(|line| format!("it is not read ({})", line.kind))
        .or_else(|| file.unread.clone());
    (!undone).then(|| Migration {
        catalog: folder.to_owned(),
        path: file.path.clone(),
        version,
        name: name.to_owned(),
        tool,
        order: Vec::new(),
        is_alone: marks.is_some_and(|(_, alone)| alone),
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
    if TOOLS.contains(&kind.as_str()) {
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
    use crate::facts::sql::SQL;
    use crate::facts::{Input, Rows};

    /// The scripts that run, in order: tool, path, statements.
    fn runs(files: &[(&str, &str)]) -> Vec<(&'static str, String, usize)> {
        let linked: Vec<LinkedFile> = files
            .iter()
            .map(|(path, text)| {
                let mut rows = Rows::default();
                (SQL.extract)(&Input::new(text.as_bytes()), &mut rows);
                let rows = rows.facts.into_iter().map(|(_, cells)| cells).collect();
                LinkedFile { path: (*path).to_owned(), rows, unread: None }
            })
            .collect();
        let read = read(&linked).into_iter();
        read.map(|it| (it.tool, it.path, it.lines.len())).collect()
    }

    fn paths(files: &[(&str, &str)]) -> Vec<String> {
        runs(files).into_iter().map(|it| it.1).collect()
    }

    #[test]
    fn the_version_of_a_supabase_file_is_its_leading_digits() {
        assert_eq!(numbered("20260214_000001_x"), Some(("20260214", "000001_x")));
        assert_eq!(numbered("AFC_x"), None);
    }

    #[test]
    fn only_folders_of_migrations_are_catalogs() {
        assert_eq!(catalog("supabase/migrations/1_a.sql"), Some(("supabase/migrations", false)));
        assert_eq!(catalog("db/migrations/1_a/migration.sql"), Some(("db/migrations", true)));
        assert_eq!(catalog("migrations/tenants/0001-a.sql"), Some(("migrations/tenants", false)));
        assert_eq!(
            catalog("self-host/postgres/20260101000000_a.sql"),
            Some(("self-host/postgres", false))
        );
        for other in
            ["addons/x/migrations/18.0.1/pre.sql", "supabase/seed.sql", "migrations/1_a.down.sql"]
        {
            assert_eq!(catalog(other), None, "{other}");
        }
    }

    #[test]
    fn flyway_runs_by_version_and_what_is_repeatable_last() {
        let files = [
            ("db/V10__c.sql", "select 3;"),
            ("db/V1.9__b.sql", "select 2;"),
            ("db/V1.2__a.sql", "select 1;"),
            ("db/migration/U1__a.sql", "drop table a;"),
            ("db/R__views.sql", "select 4;"),
        ];
        assert_eq!(
            paths(&files),
            ["db/V1.2__a.sql", "db/V1.9__b.sql", "db/V10__c.sql", "db/R__views.sql"]
        );
    }

    #[test]
    fn sqitch_runs_what_its_plan_names() {
        let plan = "%syntax-version=1.0.0\nusers 2020-01-01T00:00:00Z a <a@b>\nroles 2020-01-01T00:00:00Z a <a@b>\n";
        let files = [
            ("db/sqitch.plan", plan),
            ("db/deploy/roles.sql", "begin; select 1; commit;"),
            ("db/deploy/users.sql", "select 1;"),
            ("db/deploy/other.sql", "select 1;"),
            ("scripts/deploy/x.sql", "select 1;"),
        ];
        assert_eq!(
            runs(&files),
            [
                ("sqitch", "db/deploy/users.sql".to_owned(), 1),
                ("sqitch", "db/deploy/roles.sql".to_owned(), 3)
            ]
        );
    }

    #[test]
    fn drizzle_runs_what_its_journal_names() {
        let journal = r#"{"entries": [{"idx": 0, "tag": "0001_b"}, {"idx": 1, "tag": "0000_a"}]}"#;
        let files = [
            ("drizzle/meta/_journal.json", journal),
            ("drizzle/0000_a.sql", "select 1;--> statement-breakpoint\nselect 2;"),
            ("drizzle/0001_b.sql", "select 1"),
            ("drizzle/0002_c.sql", "select 1;"),
        ];
        assert_eq!(paths(&files), ["drizzle/0001_b.sql", "drizzle/0000_a.sql"]);
    }

    #[test]
    fn only_what_runs_up_is_replayed() {
        let files = [
            ("migrations/1_a.sql", "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n"),
            (
                "migrations/2_b.sql",
                "-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\nselect 3;\n",
            ),
        ];
        assert_eq!(
            runs(&files),
            [
                ("dbmate", "migrations/2_b.sql".to_owned(), 1),
                ("goose", "migrations/1_a.sql".to_owned(), 1)
            ]
        );
    }

    #[test]
    fn a_declared_schema_beside_migrations_is_not_run_again() {
        let declared = ("supabase/schemas/a.sql", "select 1;");
        assert_eq!(paths(&[declared]), ["supabase/schemas/a.sql"]);
        let both = [declared, ("supabase/migrations/1_a.sql", "select 1;")];
        assert_eq!(paths(&both), ["supabase/migrations/1_a.sql"]);
    }

    #[test]
    fn scripts_without_a_number_are_no_migrations() {
        assert!(paths(&[("src/migrations/types.sql", "select 1;")]).is_empty());
        assert_eq!(paths(&[("supabase/migrations/a.sql", "select 1;")]).len(), 1);
    }

    #[test]
    fn a_folder_of_another_servers_sql_is_left_alone() {
        let files = [
            ("a/migrations/1_a.sql", "create table `a` (id int auto_increment);"),
            ("a/migrations/2_b.sql", "drop table a;"),
            ("b/migrations/1_a.sql", "select 1;"),
        ];
        assert_eq!(paths(&files), ["b/migrations/1_a.sql"]);
    }
}

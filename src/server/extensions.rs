//! The extensions a scratch server knows: some of PostgreSQL's own that touch neither files nor programs nor the network,
//! and stand-ins for those a Supabase project can switch on. No others.

use std::fs;
use std::io;
use std::path::Path;

use include_dir::{Dir, include_dir};

/// PostgreSQL's own.
const OWN: [&str; 24] = [
    "plpgsql",
    "pgcrypto",
    "uuid-ossp",
    "citext",
    "hstore",
    "ltree",
    "pg_trgm",
    "unaccent",
    "btree_gin",
    "btree_gist",
    "fuzzystrmatch",
    "tablefunc",
    "intarray",
    "cube",
    "earthdistance",
    "isn",
    "seg",
    "bloom",
    "dict_int",
    "moddatetime",
    "autoinc",
    "insert_username",
    "refint",
    "pg_stat_statements",
];

/// Stand-ins: `<name>.sql`; its first line is the schema it must be in, or a dash.
static STAND_INS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/server/platform/extensions");

/// What a Supabase project has before the first migration.
pub const PLATFORM: &str = include_str!("platform/supabase.sql");

/// Lays the extensions of the list out in `to`; those PostgreSQL brings come from `from`.
pub fn lay(from: &Path, to: &Path) -> io::Result<()> {
    for name in OWN {
        if let Ok(control) = fs::read_to_string(from.join(format!("{name}.control"))) {
            let lines = control.lines().filter(|line| !line.starts_with("trusted"));
            let text: String = lines.map(|line| format!("{line}\n")).collect();
            fs::write(to.join(format!("{name}.control")), text + "trusted = true\n")?;
        }
    }
    for entry in fs::read_dir(from)?.flatten() {
        let file = entry.file_name();
        let name = file.to_string_lossy();
        if name.ends_with(".sql") && name.split("--").next().is_some_and(|name| OWN.contains(&name))
        {
            fs::copy(entry.path(), to.join(&file))?;
        }
    }
    for file in STAND_INS.files() {
        let (Some(name), Some(text)) = (file.path().file_stem(), file.contents_utf8()) else {
            continue;
        };
        let name = name.to_string_lossy();
        let schema = text.lines().next().unwrap_or_default().trim_start_matches("-- ");
        let place = match schema {
            "-" => "relocatable = true\n".to_owned(),
            schema => format!("relocatable = false\nschema = {schema}\n"),
        };
        let control =
            format!("comment = 'a stand-in'\ndefault_version = '1'\ntrusted = true\n{place}");
        fs::write(to.join(format!("{name}.control")), control)?;
        fs::write(to.join(format!("{name}--1.sql")), text)?;
    }
    Ok(())
}

//! The database that migrations add up to: what certainly is in it, what may be, and which files do not apply.

mod acl;
mod aggregates;
mod alter;
mod alterations;
mod apply;
mod block_rows;
mod blockers;
mod blocks;
mod branches;
mod callees;
mod calls;
mod candidates;
mod catalog;
mod checks;
mod coercion;
mod columns;
mod comments;
mod conditions;
mod constraints;
mod depends;
mod described;
mod described_objects;
mod drops;
mod effects;
mod emit;
mod emit_objects;
mod eval;
mod failure;
mod files;
mod folds;
mod functions;
mod generated;
mod indexes;
mod inserts;
mod kept_rows;
mod kinds;
mod known;
mod literals;
mod loops;
mod merge;
mod named_types;
mod names;
mod objects;
mod operators;
mod patterns;
mod platform;
mod policies;
mod privileges;
mod provided;
mod publications;
mod queries;
mod relation_rows;
mod relations;
mod removals;
mod renamed_routines;
mod replay;
mod routines;
mod row_fits;
mod select;
mod server;
mod shared;
mod sought;
mod sources;
mod stars;
mod system;
mod table;
mod tables;
mod triggers;
mod tuples;
mod types;
mod typing;
mod values;
mod views;
mod writes;
mod written;

pub use provided::PROVIDED;

use crate::facts::sql;
use crate::link::{Linked, LinkedFile, Linker, Settings};

/// Adds up migrations.
pub static MIGRATIONS_LINKER: Linker = Linker {
    name: "migrations",
    version: env!("PARITY_LINK_MIGRATIONS"),
    reads: "sql_read",
    selects: |path| sql::catalog(path).is_some() || sql::is_plan(path) || sql::is_settings(path),
    facts: described::FACTS,
    tables: described::TABLES_OF_MIGRATIONS,
    link,
};

fn link(files: &[LinkedFile], settings: &Settings, out: &mut Linked) {
    let migrations = files::read(files);
    let served = files::served(files);
    let by_statement = settings.sql_failure_policy == "statement";
    for catalog in migrations.chunk_by(|a, b| a.catalog == b.catalog) {
        let root = catalog[0].catalog.rsplit_once('/').map_or("", |it| it.0);
        let own = served
            .get(root)
            .map(|schemas| Settings { sql_exposed_schemas: schemas.clone(), ..settings.clone() });
        let is_served = own.is_some();
        let settings = own.as_ref().unwrap_or(settings);
        // Of the other policy only the counts are told, so it runs beside.
        std::thread::scope(|scope| {
            let other = scope
                .spawn(|| emit::count(&replay::replay(catalog, settings, !by_statement).catalog));
            let replayed = replay::replay(catalog, settings, by_statement);
            let other = other.join().expect("a replay does not panic");
            emit::emit(catalog, &replayed, other, (settings, is_served), out);
        });
    }
}

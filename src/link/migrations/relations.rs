//! The rows of the server's catalogs, by what the migrations add up to; and of tables that certainly have none.

use super::apply::Step;
use super::catalog::{Key, Table};
use super::objects::What;
use super::sought::Sought;
use super::values::Datum;
use crate::facts::sql::{Expr, Name};

/// Rows and whether each is certain.
pub(super) type Rows = Vec<(bool, Vec<Datum>)>;

/// The columns of a relation and its rows, at least those that are sought; none: not known.
pub fn rows(step: &Step<'_>, name: &Name, sought: &Sought) -> Option<(Vec<String>, Rows)> {
    let Some(known) = super::system::relation(name) else { return own(step, name) };
    let columns: Vec<String> = super::system::columns(name)?.into_iter().map(|it| it.0).collect();
    let mut table = Builder { step, columns: &columns, sought, rows: Vec::new() };
    match known {
        "pg_tables" => table.tables(),
        "pg_class" => table.classes(),
        "pg_namespace" => table.schemas("nspname"),
        "information_schema.schemata" => table.schemas("schema_name"),
        "pg_policies" => table.policies(),
        "pg_policy" => table.raw_policies(),
        "information_schema.tables" => table.information_tables(),
        "information_schema.columns" => table.information_columns(),
        "pg_type" => table.types(),
        "pg_enum" => table.labels(),
        "pg_proc" => table.routines(),
        "information_schema.routines" => table.information_routines(),
        "pg_trigger" => table.triggers(),
        "information_schema.triggers" => table.information_triggers(),
        "pg_constraint" => table.constraints(),
        "information_schema.table_constraints" => table.information_constraints(),
        "pg_indexes" => table.indexes(),
        "pg_extension" => table.extensions(),
        "pg_roles" => table.roles(),
        "pg_views" => table.views(),
        "pg_publication" => table.publications(),
        "pg_publication_tables" => table.published(),
        "pg_attribute" => table.attributes(),
        _ => return None,
    }
    Some((columns.clone(), table.rows))
}

/// A table of the tree without rows.
pub(super) fn own(step: &Step<'_>, name: &Name) -> Option<(Vec<String>, Rows)> {
    let key = step.key(name).ok()?;
    let held = step.catalog.tables.get(&key)?;
    let columns: Vec<String> =
        held.value.columns.iter().map(|it| it.value.0.name.clone()).collect();
    if held.doubt.is_some() {
        return None;
    }
    let known = held.value.known.as_ref()?;
    let rows = known.iter().map(|row| {
        (true, columns.iter().map(|it| row.get(it).map_or(Datum::Unknown, literal)).collect())
    });
    Some((columns.clone(), rows.collect()))
}

/// The value of a literal.
pub(super) fn literal(expr: &Expr) -> Datum {
    match expr {
        Expr::Text(it) => Datum::text(it.as_str()),
        Expr::Number(it) => match it.parse::<i64>() {
            Ok(it) => Datum::Int(it),
            Err(_) => it.parse().map_or(Datum::Unknown, Datum::Number),
        },
        Expr::Bool(it) => Datum::Bool(*it),
        Expr::Null => Datum::Null,
        _ => Datum::Unknown,
    }
}

pub(super) struct Builder<'b, 'a> {
    pub(super) step: &'b Step<'a>,
    pub(super) columns: &'b [String],
    pub(super) sought: &'b Sought,
    pub(super) rows: Rows,
}

pub(super) fn text(of: &str) -> Datum {
    Datum::text(of)
}

/// An object is known by its name, with its schema.
pub(super) fn oid(key: &Key) -> Datum {
    Datum::Text(format!("{}.{}", key.0, key.1))
}
impl Builder<'_, '_> {
    pub(super) fn add(&mut self, sure: bool, cells: &[(&str, Datum)]) {
        let row = self.columns.iter().map(|name| {
            cells.iter().find(|it| it.0 == name).map_or(Datum::Unknown, |it| it.1.clone())
        });
        self.rows.push((sure, row.collect()));
    }

    /// What may be there that nobody saw, and what the server and the platform have.
    pub(super) fn unseen(&mut self, open: bool, foreign: &[&str]) {
        if open {
            self.add(false, &[]);
        }
        if !foreign.is_empty() {
            let cells: Vec<(&str, Datum)> =
                foreign.iter().map(|it| (*it, Datum::Foreign)).collect();
            self.add(false, &cells);
        }
    }

    /// Every table that may be sought, by the columns that hold its schema and its name.
    pub(super) fn each_table(
        &mut self,
        (schema, name): (&str, &str),
        then: impl Fn(&mut Self, &Key, &Table, bool),
    ) {
        let (catalog, sought) = (&*self.step.catalog, self.sought);
        for (key, held) in catalog.tables.iter() {
            if !sought.excludes(&[(schema, &key.0), (name, &key.1)]) {
                then(self, key, &held.value, held.doubt.is_none());
            }
        }
    }

    pub(super) fn tables(&mut self) {
        self.each_table(("schemaname", "tablename"), |it, key, table, sure| {
            let rls = table.rls.map_or(Datum::Unknown, Datum::Bool);
            it.add(
                sure,
                &[
                    ("schemaname", text(&key.0)),
                    ("tablename", text(&key.1)),
                    ("rowsecurity", rls),
                    ("tableowner", text("postgres")),
                ],
            );
        });
        self.unseen(self.step.catalog.tables_open.is_some(), &["schemaname"]);
    }

    pub(super) fn classes(&mut self) {
        self.each_table(("relnamespace", "relname"), |it, key, table, sure| {
            let kind = match table.kind.as_str() {
                "partitioned" => "p",
                "foreign" => "f",
                _ => "r",
            };
            let flag = |it: Option<bool>| it.map_or(Datum::Unknown, Datum::Bool);
            it.add(
                sure,
                &[
                    ("oid", oid(key)),
                    ("relname", text(&key.1)),
                    ("relnamespace", text(&key.0)),
                    ("relkind", text(kind)),
                    ("relrowsecurity", flag(table.rls)),
                    ("relforcerowsecurity", flag(table.force)),
                    (
                        "relispartition",
                        Datum::Bool(table.parent.is_some() && table.kind != "inherited"),
                    ),
                ],
            );
        });
        for (key, held) in self.step.catalog.relations.iter() {
            let kind = match &held.value.what {
                What::View(view, _) => text(if view.materialized { "m" } else { "v" }),
                What::Index(_) => text("i"),
                What::Sequence => text("S"),
                What::Unread => Datum::Unknown,
            };
            self.add(
                held.doubt.is_none(),
                &[
                    ("oid", oid(key)),
                    ("relname", text(&key.1)),
                    ("relnamespace", text(&key.0)),
                    ("relkind", kind),
                    ("relrowsecurity", Datum::Bool(false)),
                    ("relforcerowsecurity", Datum::Bool(false)),
                ],
            );
        }
        self.unseen(
            self.step.catalog.tables_open.is_some() || self.step.catalog.relations_open.is_some(),
            &["relname", "relnamespace", "oid"],
        );
    }

    pub(super) fn schemas(&mut self, column: &str) {
        for (name, held) in self.step.catalog.schemas.iter() {
            self.add(held.doubt.is_none(), &[(column, text(name)), ("oid", text(name))]);
        }
        for name in ["pg_catalog", "information_schema", "pg_toast"] {
            self.add(true, &[(column, text(name)), ("oid", text(name))]);
        }
        self.unseen(self.step.catalog.schemas_open.is_some(), &[column, "oid"]);
    }

    pub(super) fn each_policy(
        &mut self,
        then: impl Fn(&mut Self, &Key, &super::catalog::Policy, bool),
    ) {
        self.each_table(("schemaname", "tablename"), |it, key, table, sure| {
            for held in table.policies.values() {
                then(it, key, &held.value, sure && held.doubt.is_none());
            }
            if table.policies_open.is_some() {
                it.add(
                    false,
                    &[
                        ("schemaname", text(&key.0)),
                        ("tablename", text(&key.1)),
                        ("polrelid", oid(key)),
                    ],
                );
            }
        });
    }

    pub(super) fn policies(&mut self) {
        self.each_policy(|it, key, policy, sure| {
            let says = &policy.says;
            let roles = says.roles.iter().map(|it| text(it)).collect();
            let clause = |it: &Option<(String, crate::facts::sql::Expr)>| match it {
                Some((_, crate::facts::sql::Expr::Bool(it))) => text(&it.to_string()),
                Some(_) => Datum::Condition,
                None => Datum::Null,
            };
            it.add(
                sure,
                &[
                    ("schemaname", text(&key.0)),
                    ("tablename", text(&key.1)),
                    ("policyname", text(&says.name)),
                    ("cmd", text(&says.command.to_uppercase())),
                    (
                        "permissive",
                        text(if says.permissive { "PERMISSIVE" } else { "RESTRICTIVE" }),
                    ),
                    ("roles", Datum::Array(roles)),
                    ("qual", clause(&says.using)),
                    ("with_check", clause(&says.check)),
                ],
            );
        });
        self.unseen(self.step.catalog.tables_open.is_some(), &[]);
    }

    pub(super) fn raw_policies(&mut self) {
        self.each_policy(|it, key, policy, sure| {
            let says = &policy.says;
            let command = match says.command.as_str() {
                "select" => "r",
                "insert" => "a",
                "update" => "w",
                "delete" => "d",
                _ => "*",
            };
            it.add(
                sure,
                &[
                    ("polname", text(&says.name)),
                    ("polrelid", oid(key)),
                    ("polcmd", text(command)),
                    ("polpermissive", Datum::Bool(says.permissive)),
                ],
            );
        });
        self.unseen(self.step.catalog.tables_open.is_some(), &[]);
    }

    pub(super) fn information_tables(&mut self) {
        self.each_table(("table_schema", "table_name"), |it, key, table, sure| {
            let kind = if table.kind == "foreign" { "FOREIGN" } else { "BASE TABLE" };
            it.add(
                sure,
                &[
                    ("table_schema", text(&key.0)),
                    ("table_name", text(&key.1)),
                    ("table_type", text(kind)),
                ],
            );
        });
        for (key, held) in self.step.catalog.relations.iter() {
            match &held.value.what {
                What::View(view, _) if !view.materialized => self.add(
                    held.doubt.is_none(),
                    &[
                        ("table_schema", text(&key.0)),
                        ("table_name", text(&key.1)),
                        ("table_type", text("VIEW")),
                    ],
                ),
                What::Unread if held.value.owner.is_none() => {
                    self.add(
                        false,
                        &[("table_schema", text(&key.0)), ("table_name", text(&key.1))],
                    );
                }
                _ => {}
            }
        }
        self.unseen(
            self.step.catalog.tables_open.is_some() || self.step.catalog.relations_open.is_some(),
            &["table_schema", "table_name"],
        );
    }

    pub(super) fn columns_of(&mut self, key: &Key, table: &Table, sure: bool) {
        for (at, held) in table.columns.iter().enumerate() {
            let column = &held.value.0;
            if self.sought.excludes(&[("column_name", &column.name)]) {
                continue;
            }
            let ty = super::types::canonical(&column.ty);
            let shown = match &ty {
                Some(ty) if ty.ends_with("[]") => text("ARRAY"),
                Some(ty) => text(&super::types::base(ty)),
                None => text("USER-DEFINED"),
            };
            let default = if column.default.is_some() { Datum::Unknown } else { Datum::Null };
            let position = i64::try_from(at + 1).map_or(Datum::Unknown, Datum::Int);
            let generated = if column.generated.is_some() { "ALWAYS" } else { "NEVER" };
            self.add(
                sure && held.doubt.is_none(),
                &[
                    ("table_schema", text(&key.0)),
                    ("table_name", text(&key.1)),
                    ("column_name", text(&column.name)),
                    ("data_type", shown),
                    ("is_nullable", text(if column.not_null { "NO" } else { "YES" })),
                    ("column_default", default),
                    ("ordinal_position", position),
                    ("is_generated", text(generated)),
                    ("is_identity", text(if column.identity { "YES" } else { "NO" })),
                ],
            );
        }
        if table.columns_open.is_some() {
            self.add(false, &[("table_schema", text(&key.0)), ("table_name", text(&key.1))]);
        }
    }

    pub(super) fn information_columns(&mut self) {
        self.each_table(("table_schema", "table_name"), |it, key, table, sure| {
            it.columns_of(key, table, sure)
        });
        for (key, held) in self.step.catalog.relations.iter() {
            match &held.value.what {
                What::View(_, Some(table)) => self.columns_of(key, table, held.doubt.is_none()),
                What::View(_, None) | What::Unread if held.value.owner.is_none() => {
                    self.add(
                        false,
                        &[("table_schema", text(&key.0)), ("table_name", text(&key.1))],
                    );
                }
                _ => {}
            }
        }
        self.unseen(
            self.step.catalog.tables_open.is_some() || self.step.catalog.relations_open.is_some(),
            &["table_schema", "table_name"],
        );
    }

    pub(super) fn attributes(&mut self) {
        self.each_table(("", ""), |it, key, table, sure| {
            for held in &table.columns {
                let column = &held.value.0;
                it.add(
                    sure && held.doubt.is_none(),
                    &[
                        ("attrelid", oid(key)),
                        ("attname", text(&column.name)),
                        ("attnotnull", Datum::Bool(column.not_null)),
                        ("attisdropped", Datum::Bool(false)),
                    ],
                );
            }
            if table.columns_open.is_some() {
                it.add(false, &[("attrelid", oid(key))]);
            }
        });
        self.unseen(true, &["attrelid"]);
    }
}

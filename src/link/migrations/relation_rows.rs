//! Rows of the server's catalogs about what hangs on tables, and about functions, types and the like.

use super::catalog::{Held, Key};
use super::objects::{ExtraKind, What};
use super::relations::{Builder, oid, text};
use super::values::Datum;

/// What a function sets when it is called: of other settings than its search path nothing is kept.
fn config(routine: &super::objects::Routine) -> Datum {
    if routine.altered.is_some() {
        return Datum::Unknown;
    }
    let path = routine.search_path.as_ref();
    path.map_or(Datum::Null, |it| Datum::Array(vec![Datum::Text(format!("search_path={it}"))]))
}

impl Builder<'_, '_> {
    pub(super) fn types(&mut self) {
        let catalog = &*self.step.catalog;
        for (key, held) in catalog.types.iter() {
            let kind = match held.value.kind.as_str() {
                "enum" => "e",
                "domain" => "d",
                _ => "c",
            };
            self.add(
                held.doubt.is_none(),
                &[
                    ("oid", oid(key)),
                    ("typname", text(&key.1)),
                    ("typnamespace", text(&key.0)),
                    ("typtype", text(kind)),
                ],
            );
        }
        let rows = catalog.tables.iter().map(|(key, held)| (key, held.doubt.is_none()));
        for (key, sure) in rows {
            self.add(
                sure,
                &[
                    ("oid", oid(key)),
                    ("typname", text(&key.1)),
                    ("typnamespace", text(&key.0)),
                    ("typtype", text("c")),
                ],
            );
        }
        for (key, held) in
            catalog.relations.iter().filter(|it| matches!(it.1.value.what, What::View(..)))
        {
            self.add(
                held.doubt.is_none(),
                &[
                    ("oid", oid(key)),
                    ("typname", text(&key.1)),
                    ("typnamespace", text(&key.0)),
                    ("typtype", text("c")),
                ],
            );
        }
        let open = catalog.relations_open.is_some()
            || catalog.tables_open.is_some()
            || catalog.extras_open[ExtraKind::Extension as usize].is_some();
        self.unseen(open, &["typname", "typnamespace"]);
    }

    pub(super) fn labels(&mut self) {
        for (key, held) in self.step.catalog.types.iter() {
            for label in &held.value.labels {
                self.add(
                    held.doubt.is_none(),
                    &[("enumlabel", text(label)), ("enumtypid", oid(key))],
                );
            }
        }
        self.unseen(self.step.catalog.relations_open.is_some(), &["enumtypid"]);
    }

    pub(super) fn routine_rows(
        &mut self,
        then: impl Fn(&mut Self, &Key, &super::objects::Routine, bool),
    ) {
        let catalog = &*self.step.catalog;
        for (key, held) in catalog.routines.iter() {
            then(self, &(key.0.clone(), key.1.clone()), &held.value, held.doubt.is_none());
        }
        for (key, _) in catalog.routine_names_open.iter() {
            self.add(
                false,
                &[
                    ("proname", text(&key.1)),
                    ("pronamespace", text(&key.0)),
                    ("routine_name", text(&key.1)),
                    ("routine_schema", text(&key.0)),
                ],
            );
        }
    }

    pub(super) fn routines(&mut self) {
        self.routine_rows(|it, key, routine, sure| {
            let id = Datum::Text(format!("{}.{}({})", key.0, key.1, routine.inputs.join(",")));
            it.add(
                sure,
                &[
                    ("oid", id),
                    ("proname", text(&key.1)),
                    ("pronamespace", text(&key.0)),
                    ("prosecdef", Datum::Bool(routine.security_definer)),
                    ("prokind", text(if routine.says.procedure { "p" } else { "f" })),
                    (
                        "pronargs",
                        i64::try_from(routine.inputs.len()).map_or(Datum::Unknown, Datum::Int),
                    ),
                    ("prorettype", text(&routine.returns)),
                    ("proconfig", config(routine)),
                ],
            );
        });
        self.unseen(self.step.catalog.routines_open.is_some(), &["pronamespace"]);
    }

    pub(super) fn information_routines(&mut self) {
        self.routine_rows(|it, key, routine, sure| {
            it.add(
                sure,
                &[
                    ("routine_schema", text(&key.0)),
                    ("routine_name", text(&key.1)),
                    (
                        "routine_type",
                        text(if routine.says.procedure { "PROCEDURE" } else { "FUNCTION" }),
                    ),
                ],
            );
        });
        self.unseen(self.step.catalog.routines_open.is_some(), &["routine_schema"]);
    }

    pub(super) fn each_trigger(
        &mut self,
        then: impl Fn(&mut Self, &Key, &super::objects::Trigger, bool),
    ) {
        self.each_table(("event_object_schema", "event_object_table"), |it, key, table, sure| {
            for held in table.triggers.values() {
                then(it, key, &held.value, sure && held.doubt.is_none());
            }
            if table.triggers_open.is_some() {
                it.add(
                    false,
                    &[
                        ("tgrelid", oid(key)),
                        ("event_object_schema", text(&key.0)),
                        ("event_object_table", text(&key.1)),
                    ],
                );
            }
        });
        self.unseen(self.step.catalog.tables_open.is_some(), &[]);
    }

    pub(super) fn triggers(&mut self) {
        self.each_trigger(|it, key, trigger, sure| {
            it.add(
                sure,
                &[
                    ("tgname", text(&trigger.says.name)),
                    ("tgrelid", oid(key)),
                    ("tgisinternal", Datum::Bool(false)),
                    ("tgenabled", text("O")),
                ],
            );
        });
        self.unseen(false, &["tgname", "tgrelid"]);
    }

    pub(super) fn information_triggers(&mut self) {
        self.each_trigger(|it, key, trigger, sure| {
            for event in &trigger.says.events {
                it.add(
                    sure,
                    &[
                        ("trigger_name", text(&trigger.says.name)),
                        ("trigger_schema", text(&key.0)),
                        ("event_object_schema", text(&key.0)),
                        ("event_object_table", text(&key.1)),
                        ("event_manipulation", text(&event.to_uppercase())),
                    ],
                );
            }
        });
        self.unseen(false, &["trigger_name", "trigger_schema"]);
    }

    pub(super) fn each_constraint(
        &mut self,
        then: impl Fn(&mut Self, &Key, &Held<super::catalog::Constraint>, Datum, bool),
    ) {
        self.each_table(("table_schema", "table_name"), |it, key, table, sure| {
            for held in table.constraints.iter().filter(|it| !it.value.kind.contains("index")) {
                let chosen = super::constraints::chosen(&held.value, key);
                let name = held.value.name.clone().or(chosen).map_or(Datum::Unknown, Datum::Text);
                then(it, key, held, name, sure && held.doubt.is_none());
            }
            if table.constraints_open.is_some() {
                it.add(
                    false,
                    &[
                        ("conrelid", oid(key)),
                        ("table_schema", text(&key.0)),
                        ("table_name", text(&key.1)),
                    ],
                );
            }
        });
        self.unseen(self.step.catalog.tables_open.is_some(), &[]);
    }

    pub(super) fn constraints(&mut self) {
        self.each_constraint(|it, key, held, name, sure| {
            let kind = match held.value.kind.as_str() {
                "primary key" => "p",
                "unique" => "u",
                "foreign key" => "f",
                "check" => "c",
                _ => "x",
            };
            let target = held.value.target.as_ref().map_or(Datum::Unknown, oid);
            it.add(
                sure,
                &[
                    ("conname", name),
                    ("conrelid", oid(key)),
                    ("contype", text(kind)),
                    ("confrelid", target),
                    ("connamespace", text(&key.0)),
                ],
            );
        });
        self.unseen(false, &["conname", "conrelid", "connamespace"]);
    }

    pub(super) fn information_constraints(&mut self) {
        self.each_constraint(|it, key, held, name, sure| {
            it.add(
                sure,
                &[
                    ("constraint_name", name),
                    ("constraint_schema", text(&key.0)),
                    ("table_schema", text(&key.0)),
                    ("table_name", text(&key.1)),
                    ("constraint_type", text(&held.value.kind.to_uppercase())),
                ],
            );
        });
        self.unseen(false, &["constraint_name", "table_schema", "table_name"]);
    }

    pub(super) fn indexes(&mut self) {
        for (key, held) in self.step.catalog.relations.iter() {
            if let (What::Index(_) | What::Unread, Some(owner)) =
                (&held.value.what, &held.value.owner)
            {
                self.add(
                    held.doubt.is_none(),
                    &[
                        ("schemaname", text(&key.0)),
                        ("tablename", text(&owner.1)),
                        ("indexname", text(&key.1)),
                    ],
                );
            }
        }
        self.unseen(
            self.step.catalog.relations_open.is_some() || self.step.catalog.tables_open.is_some(),
            &["schemaname", "tablename"],
        );
    }

    pub(super) fn extra(&mut self, kind: ExtraKind, column: &str) {
        for (key, held) in self.step.catalog.extras[kind as usize].iter() {
            self.add(held.doubt.is_none(), &[(column, text(&key[0])), ("oid", text(&key[0]))]);
        }
    }

    pub(super) fn extensions(&mut self) {
        self.extra(ExtraKind::Extension, "extname");
        self.add(true, &[("extname", text("plpgsql"))]);
        self.unseen(
            !self.step.supabase
                || self.step.catalog.extras_open[ExtraKind::Extension as usize].is_some(),
            &[],
        );
    }

    pub(super) fn roles(&mut self) {
        self.extra(ExtraKind::Role, "rolname");
        for name in super::provided::ROLES {
            self.add(self.step.supabase, &[("rolname", text(name)), ("oid", text(name))]);
        }
        self.unseen(
            !self.step.supabase
                || self.step.catalog.extras_open[ExtraKind::Role as usize].is_some(),
            &["rolname", "oid"],
        );
    }

    pub(super) fn views(&mut self) {
        for (key, held) in self.step.catalog.relations.iter() {
            match &held.value.what {
                What::View(view, _) if !view.materialized => {
                    self.add(
                        held.doubt.is_none(),
                        &[("schemaname", text(&key.0)), ("viewname", text(&key.1))],
                    );
                }
                What::Unread if held.value.owner.is_none() => {
                    self.add(false, &[("schemaname", text(&key.0)), ("viewname", text(&key.1))]);
                }
                _ => {}
            }
        }
        self.unseen(self.step.catalog.relations_open.is_some(), &["schemaname"]);
    }

    pub(super) fn publications(&mut self) {
        for (key, held) in self.step.catalog.extras[ExtraKind::Publication as usize]
            .iter()
            .filter(|it| it.0[1].is_empty())
        {
            self.add(held.doubt.is_none(), &[("pubname", text(&key[0])), ("oid", text(&key[0]))]);
        }
        self.unseen(self.step.catalog.extras_open[ExtraKind::Publication as usize].is_some(), &[]);
    }

    pub(super) fn published(&mut self) {
        for (key, held) in self.step.catalog.extras[ExtraKind::Publication as usize]
            .iter()
            .filter(|it| !it.0[1].is_empty())
        {
            self.add(
                held.doubt.is_none(),
                &[
                    ("pubname", text(&key[0])),
                    ("schemaname", text(&key[1])),
                    ("tablename", text(&key[2])),
                ],
            );
        }
        self.unseen(self.step.catalog.extras_open[ExtraKind::Publication as usize].is_some(), &[]);
    }
}

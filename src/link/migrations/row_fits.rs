//! Whether a row certainly goes in: its values, checks, keys and triggers.

use super::apply::Step;
use super::catalog::{Constraint, Held, Key, Table};
use super::inserts::is_total;
use super::known::{Keys, has_number, is_apart, made_along, unique_among};
use super::objects::Trigger;
use super::table::KnownRow;
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::{Column, Expr, Insert};

/// Whether the triggers of a table certainly let rows through and write nothing.
pub(super) fn quiet(step: &Step<'_>, table: &Table, event: &str) -> Result<(), Stop> {
    let loud = |it: &Held<Trigger>| {
        it.value.says.events.iter().any(|it| it == event) && !is_benign(step, &it.value)
    };
    match table.triggers.values().any(loud) || table.triggers_open.is_some() {
        true => open("triggers of the table"),
        false => Ok(()),
    }
}

/// Whether a trigger only sets columns from the clock and the row itself.
pub(super) fn is_benign(step: &Step<'_>, trigger: &Trigger) -> bool {
    let mut named = step.catalog.routines_named(&trigger.function);
    let Some((_, held)) = named.next() else { return false };
    let body = held.value.says.body.to_ascii_lowercase();
    let survey = &held.value.says.survey;
    let loud = ["raise", "insert", "update", "delete", "perform", "execute", "select"];
    let says = |word: &&str| survey.words.iter().any(|it| it == word);
    held.doubt.is_none()
        && survey.writes.is_empty()
        && !loud.iter().any(says)
        && body.contains("return new")
}

/// Whether a value certainly goes into a column; that its type does is known.
pub(super) fn goes_in(
    step: &Step<'_>,
    value: &Expr,
    to: &Column,
    overriding: bool,
) -> Result<(), Stop> {
    if matches!(value, Expr::Column(parts) if *parts == ["default"]) {
        return Ok(());
    }
    match (to.identity && !overriding, to.always) {
        _ if to.generated.is_some() => return open("a generated column"),
        (true, Some(true)) => {
            return fails(format!("cannot insert a non-DEFAULT value into column \"{}\"", to.name));
        }
        (true, None) => return open("a generated column"),
        _ => {}
    }
    if *value == Expr::Null {
        return if to.not_null {
            fails(format!("null value in column \"{}\" violates not-null constraint", to.name))
        } else {
            Ok(())
        };
    }
    let ty = step.type_named(&to.ty)?;
    let limited = ty.contains('(');
    match value {
        Expr::Text(text) if ty.starts_with("character") => {
            let limit = ty.split(['(', ')']).nth(1).and_then(|it| it.parse::<usize>().ok());
            let fits = limit.is_none_or(|limit| text.trim_end().chars().count() <= limit);
            if fits { Ok(()) } else { fails(format!("value too long for type {ty}")) }
        }
        Expr::Number(text) if ty.starts_with("numeric(") => match fits_numeric(&ty, text) {
            true => Ok(()),
            false => open("a number"),
        },
        Expr::Number(text) if ty == "smallint" => match text.parse::<i16>() {
            Ok(_) => Ok(()),
            Err(_) => open("a number"),
        },
        Expr::Number(_) if matches!(ty.as_str(), "integer") => match step
            .with_scope(Vec::new(), |it| it.type_of(value))?
        {
            super::typing::Type::Known(from) if from == "bigint" => fails("integer out of range"),
            _ => Ok(()),
        },
        Expr::Other(text) if text == "a value that is computed" && !limited => Ok(()),
        Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) => Ok(()),
        value if is_total(value) || is_steady(value) => {
            if limited && !ty.starts_with("vector") && !ty.starts_with("timestamp") {
                open("a type with a limit")
            } else {
                Ok(())
            }
        }
        _ => open("a value that is computed"),
    }
}

/// Whether an expression without columns certainly gives a value.
pub(super) fn is_steady(expr: &Expr) -> bool {
    match expr {
        Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) => true,
        Expr::Array(items) => items.iter().all(is_steady),
        Expr::Cast(inner, _) => is_steady(inner),
        Expr::Call(name, arguments) => {
            let known = [
                "now",
                "gen_random_uuid",
                "uuid_generate_v4",
                "jsonb_build_object",
                "jsonb_build_array",
                "current_date",
                "current_timestamp",
                "md5",
                "crypt",
                "gen_salt",
                "array_to_string",
                "to_jsonb",
            ];
            known.contains(&name.name.as_str()) && arguments.iter().all(is_steady)
        }
        Expr::Binary(operator, a, b) => {
            matches!(operator.as_str(), "+" | "-" | "*" | "||") && is_steady(a) && is_steady(b)
        }
        _ => false,
    }
}

/// Whether a number has no more digits before its point than `numeric(p,s)` takes.
pub(super) fn fits_numeric(ty: &str, text: &str) -> bool {
    let Some((precision, scale)) = ty
        .strip_prefix("numeric(")
        .and_then(|it| it.strip_suffix(')'))
        .and_then(|it| it.split_once(','))
    else {
        return false;
    };
    let (Ok(precision), Ok(scale)) = (precision.parse::<usize>(), scale.parse::<usize>()) else {
        return false;
    };
    let text = text.trim_start_matches('-');
    let whole = text.split('.').next().unwrap_or("").trim_start_matches('0').len();
    // One digit less than it takes where it is rounded, since that may add one.
    let digits = text.split_once('.').map_or(0, |it| it.1.len());
    whole < precision.saturating_sub(scale) || (digits <= scale && whole + scale <= precision)
}

/// The values of a row by the names of columns: one that it does not give takes its default, or is null.
fn given<'r>(
    table: &'r Table,
    row: &'r [Expr],
    targets: &'r [Column],
) -> impl Fn(&str) -> Option<&'r Expr> {
    move |name: &str| {
        let given = targets.iter().position(|it| it.name == name);
        let column = table.columns.iter().map(|held| &held.value.0).find(|it| it.name == name);
        let usual = || match column.and_then(|it| it.default.as_ref()) {
            Some(default) => Some(default),
            None => column.filter(|it| !made_along(it)).map(|_| &Expr::Null),
        };
        match given {
            Some(at) => row.get(at).and_then(|it| match it {
                Expr::Column(_) => usual(),
                it => Some(it),
            }),
            None => usual(),
        }
    }
}

/// Whether a unique index over part of the rows, or over what is computed, may be about one of these.
fn is_indexed_in_part(
    step: &Step<'_>,
    key: &Key,
    table: &Table,
    rows: &[Vec<Expr>],
    targets: &[Column],
) -> bool {
    step.catalog.relations.values().any(|held| {
        let own = held.value.owner.as_deref() == Some(key);
        let super::objects::What::Index(index) = &held.value.what else { return false };
        let computed = index.items.iter().any(|it| !matches!(it, Expr::Column(_)));
        let outside = |row: &Vec<Expr>| match &index.predicate {
            Some(it) => super::checks::fails(it, &given(table, row, targets)),
            None => false,
        };
        own && index.unique && (computed || index.predicate.is_some()) && !rows.iter().all(outside)
    })
}

/// Whether an `on conflict do update` certainly meets a row it has written itself.
fn meets_itself(
    table: &Table,
    said: &Insert,
    key: &[String],
    rows: &[Vec<Expr>],
    targets: &[Column],
) -> bool {
    let changes =
        said.conflict.as_ref().is_some_and(|it| it.sets.is_some() && it.condition.is_none());
    let mut seen = Keys::default();
    changes
        && rows.iter().any(|row| {
            let given = given(table, row, targets);
            let values = key.iter().map(|name| Some((name.clone(), given(name)?.clone())));
            let Some(values) = values.collect::<Option<KnownRow>>() else { return false };
            let again = seen.has(&values, key) == Some(true);
            seen.add(&values, key);
            again
        })
}

/// Checks and foreign keys.
pub(super) fn constraints(
    step: &Step<'_>,
    table: &Table,
    row: &[Expr],
    targets: &[Column],
) -> Result<(), Stop> {
    let value = given(table, row, targets);
    let checks = table.constraints.iter().map(|held| match held.value.kind.as_str() {
        _ if held.doubt.is_some() => open("a constraint that is not certain"),
        "check" => {
            match held.value.check.as_deref().map(|check| super::checks::holds(check, &value)) {
                Some(Some(true)) => Ok(()),
                Some(Some(false)) => fails("new row violates check constraint"),
                _ => open("a check"),
            }
        }
        "foreign key" => {
            let any_null = held.value.columns.iter().any(|it| value(it) == Some(&Expr::Null));
            if any_null { Ok(()) } else { points(step, &held.value, &value) }
        }
        "exclude" => open("an exclusion"),
        _ => Ok(()),
    });
    all(checks.collect::<Vec<_>>()).map(|_| ())
}

/// Whether the row a foreign key points to is there.
pub(super) fn points<'a>(
    step: &Step<'_>,
    key: &Constraint,
    value: &impl Fn(&str) -> Option<&'a Expr>,
) -> Result<(), Stop> {
    let Some(target) = &key.target else { return open("rows of another table") };
    let Some(held) = step.catalog.tables.get(target).filter(|it| it.doubt.is_none()) else {
        return open("rows of another table");
    };
    let primary = held.value.constraints.iter().find(|it| it.value.kind == "primary key");
    let pointed = match key.target_columns.as_slice() {
        [] => primary.map(|it| it.value.columns.clone()).unwrap_or_default(),
        some => some.to_vec(),
    };
    let Some(known) = held.value.known.as_ref().filter(|_| !pointed.is_empty()) else {
        return open("rows of another table");
    };
    let row: Option<KnownRow> = pointed
        .iter()
        .zip(&key.columns)
        .map(|(to, from)| Some((to.clone(), value(from)?.clone())))
        .collect();
    match row.and_then(|row| Keys::of(known, &pointed).has(&row, &pointed)) {
        Some(true) => Ok(()),
        // Which numbers its sequence gave is not followed.
        Some(false) if known.iter().any(|row| has_number(row, &pointed)) => {
            open("rows of another table")
        }
        Some(false) => fails("insert or update violates foreign key constraint"),
        None => open("rows of another table"),
    }
}

/// Keys: rows of an empty table that differ, or conflicts that are tolerated.
pub(super) fn unique(
    step: &Step<'_>,
    key: &Key,
    table: &Table,
    said: &Insert,
    rows: &[Vec<Expr>],
    targets: &[Column],
) -> Result<(), Stop> {
    let keys = table.constraints.iter().filter(|held| {
        matches!(held.value.kind.as_str(), "primary key" | "unique" | "unique index")
    });
    let keys: Vec<&Constraint> = keys.map(|held| &held.value).collect();
    let partial = is_indexed_in_part(step, key, table, rows, targets);
    if let Some(conflict) = &said.conflict {
        let named: Option<Vec<String>> = conflict
            .columns
            .iter()
            .map(|it| match it {
                Expr::Column(parts) => parts.last().cloned(),
                _ => None,
            })
            .collect();
        let sorted = |mut it: Vec<String>| {
            it.sort();
            it
        };
        let has = match named {
            Some(named) if !named.is_empty() => {
                let named = sorted(named);
                keys.iter().any(|it| sorted(it.columns.clone()) == named)
            }
            Some(_) => conflict
                .constraint
                .as_ref()
                .is_none_or(|name| keys.iter().any(|it| it.name.as_ref() == Some(name))),
            None => false,
        };
        let certain = table.constraints_open.is_none()
            && conflict.predicate.is_none()
            && !partial
            && conflict.constraint.is_none()
            && conflict.columns.iter().all(|it| matches!(it, Expr::Column(_)));
        if !has {
            return match certain {
                true => fails(
                    "there is no unique or exclusion constraint matching the ON CONFLICT specification",
                ),
                false => open("which key a conflict is about"),
            };
        }
        let meant = conflict.columns.iter().filter_map(|it| match it {
            Expr::Column(parts) => parts.last().cloned(),
            _ => None,
        });
        let meant: Vec<String> = meant.collect();
        if !meant.is_empty() && meets_itself(table, said, &meant, rows, targets) {
            return fails("ON CONFLICT DO UPDATE command cannot affect row a second time");
        }
        let all_keys = conflict.columns.is_empty() && conflict.constraint.is_none();
        if conflict.sets.is_none() && (all_keys || keys.len() == 1) {
            return Ok(());
        }
    }
    if keys.is_empty() && !partial {
        return Ok(());
    }
    let empty = step.empty(key).is_ok();
    if partial {
        return open("whether rows are unique");
    }
    if let Some(known) = &table.known {
        return unique_among(step, table, said, &keys, known, rows, targets);
    }
    for unique in keys {
        let own = said.conflict.as_ref().is_some_and(|it| {
            it.columns.len() == unique.columns.len() && it.columns.iter().all(|it| matches!(it, Expr::Column(parts) if parts.last().is_some_and(|it| unique.columns.contains(it))))
        });
        if own && said.conflict.as_ref().is_some_and(|it| it.sets.is_none()) {
            continue;
        }
        let at: Option<Vec<usize>> = unique
            .columns
            .iter()
            .map(|column| targets.iter().position(|it| it.name == *column))
            .collect();
        // A key that no row gives is made by its default, each time another.
        let Some(at) = at else {
            let made = unique.columns.iter().any(|column| {
                table.columns.iter().any(|held| {
                    let it = &held.value.0;
                    let random = matches!(&it.default, Some(Expr::Call(name, _)) if name.name.contains("uuid"));
                    let missing = !targets.iter().any(|target| target.name == it.name);
                    let null = missing && it.default.is_none() && unique.kind != "primary key";
                    it.name == *column && missing && (is_apart(table, it) || random || null)
                })
            });
            if made || (rows.len() == 1 && empty) {
                continue;
            }
            return open("whether rows are unique");
        };
        let values: Vec<Vec<&Expr>> =
            rows.iter().map(|row| at.iter().filter_map(|at| row.get(*at)).collect()).collect();
        let random = values.iter().all(|row| {
            row.iter().any(|it| matches!(it, Expr::Call(name, _) if name.name.contains("uuid")))
        });
        if random {
            continue;
        }
        if !empty && !(own) {
            return open("whether rows are unique");
        }
        let plain = values.iter().flatten().all(|it| matches!(it, Expr::Text(_) | Expr::Number(_)));
        let mut sorted: Vec<String> = values.iter().map(|row| format!("{row:?}")).collect();
        sorted.sort();
        let distinct = sorted.windows(2).all(|pair| pair[0] != pair[1]);
        if rows.len() > 1 && !(plain && distinct) {
            return open("whether rows are unique");
        }
    }
    Ok(())
}

//! Privileges: what is granted on what is there, to whom.

use super::acl::{Change, Class};
use super::apply::Step;
use super::catalog::{Found, Key};
use super::failure::{Failure, missing_relation};
use super::objects::{Extra, ExtraKind, What};
use super::provided::is_provided;
use super::types;
use super::typing::{Stop, all, fails, open};
use crate::facts::sql::{Grant, Routine};

/// Privileges of tables and of sequences; of anything else they are not looked at.
const OF_TABLES: [&str; 8] =
    ["all", "select", "insert", "update", "delete", "truncate", "references", "trigger"];

/// `grant`, `revoke` and `alter default privileges`.
pub fn grant(step: &mut Step<'_>, said: &Grant) -> Result<(), Stop> {
    let named = said.grantees.iter().chain(&said.owners);
    let mut checks: Vec<Result<(), Stop>> = named.map(|it| step.role(it)).collect();
    if let Some(clause) = &said.unread {
        checks.push(open(format!("`{clause}`")));
    }
    checks.push(privileges(said));
    let mut objects = Vec::new();
    for object in &said.objects {
        match self::object(step, said, object) {
            Ok(found) => objects.extend(found),
            Err(stop) => checks.push(Err(stop)),
        }
    }
    if said.objects.is_empty() && said.kind.starts_with("default") {
        objects.push((String::new(), "*".to_owned()));
    }
    if said.kind == "role" {
        checks.extend(said.privileges.iter().map(|role| step.role(role)).collect::<Vec<_>>());
        objects.push((String::new(), String::new()));
    }
    step.settle(all(checks).map(|_| ()), |step| {
        for (schema, name) in objects {
            put(step, said, &schema, &name);
        }
        change(step, said);
    })
}

/// Changes what the roles of the API may do with what is there, and with what is made later.
fn change(step: &mut Step<'_>, said: &Grant) {
    let Some(class) = Class::of(&said.kind) else { return };
    let Some(change) = Change::of(said, class) else { return };
    if said.kind.starts_with("default ") {
        let ours = ["postgres", "current_user", "session_user", "current_role"];
        if !said.owners.is_empty() && !said.owners.iter().any(|it| ours.contains(&it.as_str())) {
            return;
        }
        if said.objects.is_empty() {
            step.catalog.change_defaults(class, "", change);
        }
        let schemas = said.objects.iter().map(|it| &it.name.name);
        return schemas.for_each(|it| step.catalog.change_defaults(class, it, change));
    }
    for object in &said.objects {
        match (class, said.kind.starts_with("all ")) {
            (_, true) => all_in(step, said, &object.name.name, class, change),
            (Class::Relations, false) => match step.key(&object.name) {
                Ok(key) => step.catalog.change_relation(&key, change),
                Err(_) => step.catalog.open_acls(false),
            },
            (Class::Routines, false) => routine(step, object, change),
        }
    }
}

fn all_in(step: &mut Step<'_>, said: &Grant, schema: &str, class: Class, change: Change) {
    match class {
        Class::Relations => {
            let tables = step.catalog.tables.keys().chain(step.catalog.relations.keys());
            let keys: Vec<_> = tables.filter(|key| key.0 == schema).cloned().collect();
            keys.iter().for_each(|key| step.catalog.change_relation(key, change));
        }
        Class::Routines => {
            let kind = said.kind.as_str();
            step.catalog.change_routines(change, |key, procedure| {
                let fits =
                    if procedure { kind != "all functions" } else { kind != "all procedures" };
                key.0 == schema && fits
            });
        }
    }
}

/// The routine that is meant; where that is not certain, each that may be.
fn routine(step: &mut Step<'_>, object: &Routine, change: Change) {
    let Ok(key) = step.key(&object.name) else { return step.catalog.open_acls(false) };
    let args = object.args.as_ref().map(|args| {
        let types = args.iter().map(|ty| step.type_named(ty).ok());
        types.map(|ty| ty.map(|ty| types::base(&ty).to_owned())).collect::<Vec<_>>()
    });
    let is_certain = matches!(step.routine(object), Ok(Some(_)));
    let change = if is_certain { change } else { change.perhaps() };
    let fits = |inputs: &str| {
        let Some(args) = &args else { return true };
        let inputs: Vec<&str> = inputs.split(", ").filter(|it| !it.is_empty()).collect();
        let mut pairs = args.iter().zip(&inputs);
        args.len() == inputs.len()
            && pairs.all(|(arg, input)| arg.as_ref().is_none_or(|arg| *arg == types::base(input)))
    };
    step.catalog.change_routines(change, |it, _| it.0 == key.0 && it.1 == key.1 && fits(&it.2));
}

fn privileges(said: &Grant) -> Result<(), Stop> {
    let plain = |known: &[&str]| said.privileges.iter().all(|it| known.contains(&it.as_str()));
    let fits = match said.kind.as_str() {
        "table" => plain(&OF_TABLES) || plain(&["usage"]),
        "all tables" | "default tables" => plain(&OF_TABLES),
        "sequence" | "all sequences" | "default sequences" => {
            plain(&["all", "usage", "select", "update"])
        }
        "function" | "procedure" | "routine" | "all functions" | "all procedures"
        | "all routines" | "default functions" | "default routines" => plain(&["all", "execute"]),
        "schema" => plain(&["all", "usage", "create"]),
        "type" | "domain" | "default types" => plain(&["all", "usage"]),
        "role" => true,
        _ => false,
    };
    if fits { Ok(()) } else { open(format!("privileges of a {}", said.kind)) }
}

/// The objects one name of a grant means, as (schema, name).
fn object(step: &Step<'_>, said: &Grant, object: &Routine) -> Result<Vec<Key>, Stop> {
    let name = &object.name;
    let in_schema = |schema: &str| match step.catalog.schema(schema) {
        Found::Yes(_) => Ok(()),
        Found::No if is_provided(schema) => open(format!("schema \"{schema}\" is the platform's")),
        Found::No => fails(
            Failure::new(format!("schema \"{schema}\" does not exist")).lacking("schema", schema),
        ),
        Found::Maybe(reason) => open(reason),
    };
    match said.kind.as_str() {
        "schema" => in_schema(&name.name).map(|()| vec![(name.name.clone(), String::new())]),
        "all tables" => {
            in_schema(&name.name)?;
            let tables = step.catalog.tables.iter().filter(|(key, _)| key.0 == name.name);
            let views = step.catalog.relations.iter().filter(|(key, held)| {
                key.0 == name.name && matches!(held.value.what, What::View(..))
            });
            let keys = tables.map(|(key, _)| key).chain(views.map(|(key, _)| key));
            Ok(keys.map(|key| Key::clone(key)).collect())
        }
        kind if kind.starts_with("all ") || kind.starts_with("default ") => {
            in_schema(&name.name).map(|()| vec![(name.name.clone(), "*".to_owned())])
        }
        "function" | "procedure" | "routine" => {
            step.routine(object)?;
            step.key(name).map(|key| vec![key])
        }
        "type" | "domain" => {
            step.type_named(&name.to_string())?;
            step.key(name).map(|key| vec![key])
        }
        "table" | "sequence" => relation(step, said, object),
        kind => open(format!("privileges of a {kind}")),
    }
}

fn relation(step: &Step<'_>, said: &Grant, object: &Routine) -> Result<Vec<Key>, Stop> {
    let key = step.key(&object.name)?;
    if is_provided(&key.0) && !step.catalog.tables.contains_key(&key) {
        return open("a relation of the platform");
    }
    let usage = said.privileges.iter().any(|it| it == "usage");
    match (step.catalog.table(&key), step.catalog.relation(&key)) {
        (Found::Yes(_), _) if said.kind == "table" && !usage => Ok(vec![key]),
        (_, Found::Yes(relation)) => match &relation.what {
            What::View(..) if said.kind == "table" && !usage => Ok(vec![key]),
            What::Sequence => Ok(vec![key]),
            _ => open(format!("privileges of \"{}\"", key.1)),
        },
        (Found::Maybe(reason), _) | (_, Found::Maybe(reason)) => open(reason),
        (Found::Yes(_), _) => open(format!("privileges of \"{}\"", key.1)),
        (Found::No, Found::No) => fails(missing_relation(&object.name, &key)),
    }
}

fn put(step: &mut Step<'_>, said: &Grant, schema: &str, name: &str) {
    let kind = said
        .kind
        .strip_prefix("all ")
        .map_or(said.kind.as_str(), |it| it.strip_suffix('s').unwrap_or(it));
    for grantee in &said.grantees {
        for privilege in &said.privileges {
            let key = [kind, schema, name, grantee.as_str(), privilege.as_str()];
            if !said.revoke {
                let cells = vec![crate::base::Value::from(said.columns)];
                let extra = Extra { cells, place: Some(step.place.clone()) };
                step.catalog.put_extra(ExtraKind::Grant, &key, extra, None);
                continue;
            }
            let all = privilege == "all";
            let gone = |it: &[String]| {
                let same = it[0] == kind && it[1] == schema && it[3] == *grantee;
                same && (it[2] == name || name == "*") && (all || it[4] == *privilege)
            };
            if !said.columns {
                part_of_all(step, [kind, schema, name, grantee, privilege]);
            }
            let there = step.catalog.extras[ExtraKind::Grant as usize].keys().any(|it| gone(it));
            if there {
                step.catalog.extras[ExtraKind::Grant as usize].retain(|it, _| !gone(it));
            }
        }
    }
}

/// Where all was granted and one privilege is taken back, the others are left.
fn part_of_all(step: &mut Step<'_>, [kind, schema, name, grantee, privilege]: [&str; 5]) {
    let rest = OF_TABLES.iter().filter(|it| **it != "all" && **it != privilege);
    if kind != "table" || privilege == "all" {
        return;
    }
    let meant =
        |it: &[String]| it[0] == kind && it[1] == schema && it[3] == grantee && it[4] == "all";
    let grants = &step.catalog.extras[ExtraKind::Grant as usize];
    let whole = grants.iter().filter(|(it, _)| meant(it) && (it[2] == name || name == "*"));
    let whole: Vec<_> = whole.map(|(key, held)| (key.clone(), held.clone())).collect();
    for (key, held) in whole {
        step.catalog.extras[ExtraKind::Grant as usize].remove(&key);
        for left in rest.clone() {
            let parts = [&key[0], &key[1], &key[2], &key[3], *left];
            let extra = Extra::clone(&held.value);
            step.catalog.put_extra(ExtraKind::Grant, &parts, extra, held.doubt.clone());
        }
    }
}

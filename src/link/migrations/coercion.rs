//! Which type may stand where which is wanted, as the server decides it.

use super::catalog::{Catalog, Found, Key};
use super::server::SERVER;
use super::types;
use super::typing::Type;

/// Where a value is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// In an expression.
    Implicit,
    /// As the value of a column.
    Assignment,
    /// Before a cast that is written.
    Explicit,
}

/// Schema and name of a type of the tree.
pub fn key_of(ty: &str) -> Option<Key> {
    let (schema, name) = ty.split_once('.')?;
    Some((schema.to_owned(), name.to_owned()))
}

/// The type a domain stands for; any other stands for itself.
pub fn base_of(catalog: &Catalog, ty: &str) -> String {
    let mut ty = types::base(ty);
    for _ in 0..8 {
        let says = key_of(&ty).and_then(|key| match catalog.type_of_tree(&key) {
            Found::Yes(says) if says.kind == "domain" => says.base.clone(),
            _ => None,
        });
        match says {
            Some(base) => ty = types::base(&base),
            None => break,
        }
    }
    ty
}

/// The category of a type and whether it is preferred there.
pub fn category(catalog: &Catalog, ty: &str) -> (char, bool) {
    if ty.ends_with("[]") {
        return ('A', false);
    }
    if let Some(info) = SERVER.types.get(ty) {
        return (info.category, info.preferred);
    }
    let says = key_of(ty).map(|key| match catalog.type_of_tree(&key) {
        Found::Yes(says) if says.kind == "enum" => 'E',
        Found::Yes(says) if says.kind == "domain" => category(catalog, &base_of(catalog, ty)).0,
        _ => 'C',
    });
    (says.unwrap_or('U'), false)
}

/// Whether a type is a stand-in that takes others.
pub fn is_polymorphic(ty: &str) -> bool {
    ty == "\"any\"" || (ty.starts_with("any") && ty != "any")
}

fn takes_any(catalog: &Catalog, wanted: &str, ty: &str) -> bool {
    let category = || category(catalog, ty).0;
    match wanted {
        "\"any\"" | "any" | "anyelement" | "anycompatible" => true,
        "anyarray" | "anycompatiblearray" => {
            ty.ends_with("[]") || matches!(ty, "int2vector" | "oidvector")
        }
        "anynonarray" | "anycompatiblenonarray" => !ty.ends_with("[]"),
        "anyenum" => category() == 'E',
        "anyrange" | "anycompatiblerange" => ty.ends_with("range") && !ty.ends_with("multirange"),
        "anymultirange" | "anycompatiblemultirange" => ty.ends_with("multirange"),
        _ => false,
    }
}

/// Whether a value of one type may stand where another is wanted.
pub fn coerces(catalog: &Catalog, from: &Type, to: &str, context: Context) -> bool {
    match from {
        Type::Literal(_) | Type::Null => true,
        Type::Row => {
            to == "record" || takes_any(catalog, to, "record") || category(catalog, to).0 == 'C'
        }
        Type::Known(from) => known_coerces(catalog, from, to, context),
    }
}

fn known_coerces(catalog: &Catalog, from: &str, to: &str, context: Context) -> bool {
    if from == to || takes_any(catalog, to, from) {
        return true;
    }
    if is_polymorphic(to) || to == "trigger" {
        return false;
    }
    let (source, target) = (base_of(catalog, from), base_of(catalog, to));
    // A value becomes one of a domain only where it is assigned or cast.
    if target != to {
        return known_coerces(catalog, &source, &target, context);
    }
    if source == target {
        return true;
    }
    let allowed = match SERVER.cast(&source, &target) {
        Some('i') => true,
        Some('a') => context != Context::Implicit,
        Some(_) => context == Context::Explicit,
        None => false,
    };
    if allowed {
        return true;
    }
    if let (Some(a), Some(b)) = (source.strip_suffix("[]"), target.strip_suffix("[]")) {
        return known_coerces(catalog, a, b, context);
    }
    if target == "record" && category(catalog, &source).0 == 'C' {
        return true;
    }
    let strings = |ty: &str| category(catalog, ty).0 == 'S' && ty != "name";
    match context {
        Context::Implicit => false,
        Context::Assignment => strings(&target),
        Context::Explicit => strings(&target) || category(catalog, &source).0 == 'S',
    }
}

/// The type several values have in common, as `union`, `case` and `coalesce` choose it; none: they have none.
pub fn common(catalog: &Catalog, values: &[Type]) -> Option<String> {
    let known: Vec<String> = values
        .iter()
        .filter_map(|it| match it {
            Type::Known(ty) => Some(ty.clone()),
            Type::Row => Some("record".to_owned()),
            _ => None,
        })
        .collect();
    let Some(first) = known.first() else { return Some("text".to_owned()) };
    if known.iter().all(|it| it == first) {
        return Some(first.clone());
    }
    let mut chosen = base_of(catalog, first);
    for next in &known[1..] {
        let next = base_of(catalog, next);
        if next == chosen {
            continue;
        }
        let (a, b) = (category(catalog, &chosen), category(catalog, &next));
        if a.0 != b.0 {
            return None;
        }
        let to = |from: &str, to: &str| known_coerces(catalog, from, to, Context::Implicit);
        if !a.1 && to(&chosen, &next) && !to(&next, &chosen) {
            chosen = next;
        }
    }
    let fits = known.iter().all(|it| known_coerces(catalog, it, &chosen, Context::Implicit));
    fits.then_some(chosen)
}

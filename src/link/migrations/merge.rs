//! What of two catalogs is so whichever of them is true.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::catalog::{Doubt, Doubted, Held};
use super::shared::Shared;

pub fn merge_list<T: PartialEq>(
    mut old: Vec<Held<T>>,
    new: Vec<Held<T>>,
    doubt: &Doubt,
    same: fn(&T, &T) -> bool,
) -> Vec<Held<T>> {
    let mut merged: Vec<Held<T>> = Vec::new();
    for mut held in new {
        let before =
            old.iter().position(|old| same(&old.value, &held.value)).map(|at| old.remove(at));
        held.doubt = match before {
            Some(before) if before.value == held.value => held.doubt.or(before.doubt),
            _ => Some(doubt.clone()),
        };
        merged.push(held);
    }
    merged.extend(old.into_iter().map(|held| Held { doubt: Some(doubt.clone()), ..held }));
    merged
}

/// Both maps are walked once, side by side: most entries are the same in both, down to the pointer.
pub fn merge_maps<K: Ord, T>(
    old: BTreeMap<K, Held<T>>,
    new: BTreeMap<K, Held<T>>,
    doubt: &Doubt,
    both: impl Fn(T, T, &Doubt) -> (T, Doubted),
) -> BTreeMap<K, Held<T>> {
    let one_sided = |held: Held<T>| Held { value: held.value, doubt: Some(doubt.clone()) };
    let mut merged = Vec::with_capacity(old.len().max(new.len()));
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if a.0 == b.0 => Ordering::Equal,
            (Some(a), Some(b)) => a.0.cmp(&b.0),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => break,
        };
        let before = if order == Ordering::Greater { None } else { old.next() };
        let after = if order == Ordering::Less { None } else { new.next() };
        match (before, after) {
            (Some((_, before)), Some((key, held))) => {
                let certain = before.doubt.or(held.doubt);
                let (value, differs) = both(before.value, held.value, doubt);
                merged.push((key, Held { value, doubt: certain.or(differs) }));
            }
            (Some((key, held)), None) | (None, Some((key, held))) => {
                merged.push((key, one_sided(held)))
            }
            (None, None) => unreachable!("one side was peeked at"),
        }
    }
    merged.into_iter().collect()
}

/// Merges two shared values unless they are one.
pub fn merge_shared<T: Clone>(
    old: Shared<T>,
    new: Shared<T>,
    merge: impl FnOnce(T, T) -> T,
) -> Shared<T> {
    if old.is(&new) { new } else { Shared::new(merge(old.take(), new.take())) }
}

//! Which of several functions or operators of one name a call means.

use super::catalog::Catalog;
use super::coercion::{Context, base_of, category, coerces, is_polymorphic};
use super::typing::Type;

/// One that may be meant: the types it takes, and where it is listed.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The types it takes, as many as are given.
    pub inputs: Vec<String>,
    /// Its place in the list it comes from.
    pub index: usize,
}

/// What choosing comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// This one.
    One(usize),
    /// None takes what is given.
    None,
    /// Several do, and nothing chooses between them.
    Several,
}

/// Chooses as the server does: an exact match, then the most exact, the preferred, the category of literals.
pub fn choose(catalog: &Catalog, given: &[Type], candidates: Vec<Candidate>) -> Choice {
    let exact = |it: &&Candidate| {
        it.inputs.iter().zip(given).all(|(to, from)| matches!(from, Type::Known(ty) if ty == to))
    };
    if let Some(it) = candidates.iter().find(exact) {
        return Choice::One(it.index);
    }
    let fits = |it: &Candidate| {
        it.inputs.iter().zip(given).all(|(to, from)| coerces(catalog, from, to, Context::Implicit))
    };
    let mut left: Vec<Candidate> = candidates.into_iter().filter(fits).collect();
    match left.as_slice() {
        [] => return Choice::None,
        [one] => return Choice::One(one.index),
        _ => {}
    }
    let types: Vec<Option<String>> = given
        .iter()
        .map(|it| match it {
            Type::Known(ty) => Some(base_of(catalog, ty)),
            Type::Row => Some("record".to_owned()),
            _ => None,
        })
        .collect();
    let same = |it: &Candidate, at: usize| types[at].as_ref() == Some(&it.inputs[at]);
    keep_best(&mut left, |it| (0..types.len()).filter(|at| same(it, *at)).count());
    let preferred = |it: &Candidate, at: usize| match &types[at] {
        Some(ty) => {
            let to = category(catalog, &it.inputs[at]);
            same(it, at) || (to.1 && to.0 == category(catalog, ty).0)
        }
        None => false,
    };
    if left.len() > 1 {
        keep_best(&mut left, |it| (0..types.len()).filter(|at| preferred(it, *at)).count());
    }
    if left.len() > 1 {
        by_literals(catalog, &types, &mut left);
    }
    if left.len() > 1 {
        by_company(catalog, &types, &mut left);
    }
    match left.as_slice() {
        [one] => Choice::One(one.index),
        _ => Choice::Several,
    }
}

fn keep_best(left: &mut Vec<Candidate>, score: impl Fn(&Candidate) -> usize) {
    let best = left.iter().map(&score).max().unwrap_or(0);
    left.retain(|it| score(it) == best);
}

/// Where a literal stands, strings are wanted first, else the one category all agree on.
fn by_literals(catalog: &Catalog, types: &[Option<String>], left: &mut Vec<Candidate>) {
    let mut wanted: Vec<Option<(char, bool)>> = vec![None; types.len()];
    for at in (0..types.len()).filter(|at| types[*at].is_none()) {
        let all: Vec<(char, bool)> =
            left.iter().map(|it| category(catalog, &it.inputs[at])).collect();
        let chosen = if all.iter().any(|it| it.0 == 'S') {
            'S'
        } else if all.iter().all(|it| it.0 == all[0].0) {
            all[0].0
        } else {
            return;
        };
        let preferred = all.iter().any(|it| it.0 == chosen && it.1);
        wanted[at] = Some((chosen, preferred));
    }
    let fits = |it: &Candidate| {
        wanted.iter().enumerate().all(|(at, wanted)| {
            wanted.is_none_or(|(chosen, preferred)| {
                let (category, is) = category(catalog, &it.inputs[at]);
                category == chosen && (!preferred || is)
            })
        })
    };
    if left.iter().any(&fits) {
        left.retain(|it| fits(it));
    }
}

/// Literals are taken to be of the type of the others, if those are all of one.
fn by_company(catalog: &Catalog, types: &[Option<String>], left: &mut Vec<Candidate>) {
    let mut known = types.iter().flatten();
    let Some(first) = known.next() else { return };
    if types.iter().all(Option::is_some) || known.any(|it| it != first) {
        return;
    }
    let all = Type::Known(first.clone());
    let fits =
        |it: &Candidate| it.inputs.iter().all(|to| coerces(catalog, &all, to, Context::Implicit));
    if left.iter().filter(|it| fits(it)).count() == 1 {
        left.retain(|it| fits(it));
    }
}

/// What a stand-in in the result means for what was given; none where that is not said.
pub fn result(
    catalog: &Catalog,
    returns: &str,
    inputs: &[String],
    given: &[Type],
) -> Option<String> {
    if !is_polymorphic(returns) || returns == "\"any\"" {
        return Some(returns.to_owned());
    }
    let mut elements = Vec::new();
    for (to, from) in inputs.iter().zip(given) {
        let ty = match from {
            Type::Known(ty) => base_of(catalog, ty),
            Type::Row => "record".to_owned(),
            _ => continue,
        };
        match to.as_str() {
            it if it.ends_with("array") && !it.ends_with("nonarray") => {
                elements.push(Type::Known(ty.strip_suffix("[]")?.to_owned()));
            }
            it if it.ends_with("range") => return (returns == to).then_some(ty),
            it if is_polymorphic(it) => elements.push(Type::Known(ty)),
            _ => {}
        }
    }
    let element = super::coercion::common(catalog, &elements)?;
    if returns.ends_with("array") && !returns.ends_with("nonarray") {
        return Some(format!("{element}[]"));
    }
    (!returns.ends_with("range")).then_some(element)
}

/// Whether what stands where stand-ins do is of one type.
pub fn agree(catalog: &Catalog, inputs: &[String], given: &[Type]) -> bool {
    let mut elements: Vec<String> = Vec::new();
    for (to, from) in inputs.iter().zip(given) {
        let Type::Known(ty) = from else { continue };
        let ty = base_of(catalog, ty);
        match to.as_str() {
            "anyarray" => elements.extend(ty.strip_suffix("[]").map(str::to_owned)),
            "anyelement" | "anynonarray" | "anyenum" => elements.push(ty),
            _ => {}
        }
    }
    elements.windows(2).all(|pair| pair[0] == pair[1])
}

//! In what a tree differs from those it came from, read from tree objects alone and remembered: a tree never changes.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::iter::Peekable;

use super::revision::{FOLDER, split};
use crate::base::Id;

/// The most names of one tree that are remembered: of what differs in more, reading it again is the smaller part.
const MAX_NAMES: usize = 64;

/// A name that a tree has otherwise than those it came from. None of several deletes: what one of them lacks, a commit
/// of its side deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Differing {
    /// The name.
    pub name: Vec<u8>,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// What the tree has; none: it is not there any more.
    pub after: Option<Id>,
    /// What each of those that have it has.
    pub before: Vec<Id>,
}

/// A tree, none where it was deleted, and those it came from.
type Key = (Option<Id>, Vec<Id>);

/// What was found before, by tree and those it came from.
#[derive(Debug, Default)]
pub struct Compared {
    known: HashMap<Key, Vec<Differing>>,
    /// Whether more is known than what it was made of.
    pub has_more: bool,
}

impl Compared {
    /// What is known of a tree.
    pub(super) fn of(&self, tree: Option<Id>, parents: &[Id]) -> Option<&[Differing]> {
        self.known.get(&(tree, parents.to_vec())).map(Vec::as_slice)
    }

    /// Remembers what was found of a tree.
    pub(super) fn learn(&mut self, tree: Option<Id>, parents: &[Id], found: &[Differing]) {
        if found.len() <= MAX_NAMES {
            self.known.insert((tree, parents.to_vec()), found.to_vec());
            self.has_more = true;
        }
    }

    /// Adds what another one knows.
    pub(super) fn extend(&mut self, other: Compared) {
        self.has_more |= other.has_more;
        self.known.extend(other.known);
    }

    /// Reads what [`Compared::text`] wrote; a line that is not of its form is nothing.
    pub fn parse(text: &str) -> Compared {
        let known = text.lines().filter_map(parse_line).collect();
        Compared { known, has_more: false }
    }

    /// All of it as text, a line each: the tree, those it came from, then name, kind, ids after and before, with tabs
    /// between.
    pub fn text(&self) -> String {
        let known = self.known.iter();
        let mut lines: Vec<String> =
            known.filter_map(|((tree, parents), found)| line(*tree, parents, found)).collect();
        lines.sort_unstable();
        lines.concat()
    }
}

/// None where a name does not fit in a line.
fn line(tree: Option<Id>, parents: &[Id], found: &[Differing]) -> Option<String> {
    let mut line = format!("{}\t{}", ids(tree.as_slice()), ids(parents));
    for Differing { name, is_folder, after, before } in found {
        let name = std::str::from_utf8(name).ok()?;
        if name.contains(char::is_control) {
            return None;
        }
        let kind = if *is_folder { 'd' } else { 'f' };
        let (after, before) = (ids(after.as_slice()), ids(before));
        write!(line, "\t{name}\t{kind}\t{after}\t{before}").expect("text takes all");
    }
    line.push('\n');
    Some(line)
}

fn parse_line(line: &str) -> Option<(Key, Vec<Differing>)> {
    let mut parts = line.split('\t');
    let key = (parse_ids(parts.next()?)?.first().copied(), parse_ids(parts.next()?)?);
    let mut found = Vec::new();
    while let Some(name) = parts.next() {
        let is_folder = parts.next()? == "d";
        let after = parse_ids(parts.next()?)?.first().copied();
        let before = parse_ids(parts.next()?)?;
        found.push(Differing { name: name.as_bytes().to_vec(), is_folder, after, before });
    }
    Some((key, found))
}

fn ids(ids: &[Id]) -> String {
    ids.iter().map(Id::to_string).collect()
}

fn parse_ids(text: &str) -> Option<Vec<Id>> {
    let mut ids = Vec::with_capacity(text.len() / 40);
    for at in (0..text.len()).step_by(40) {
        ids.push(Id::parse(text.get(at..at + 40)?)?);
    }
    Some(ids)
}

/// Compares the bytes of a tree with those of the trees it came from.
pub(super) fn compare(new: &[u8], old: &[&[u8]]) -> Vec<Differing> {
    match old {
        [] => entries(new).map(|entry| differing(Some(entry), None)).collect(),
        [old] => side_by_side(new, old),
        _ => merged(new, old),
    }
}

fn differing(after: Option<Entry<'_>>, before: Option<Entry<'_>>) -> Differing {
    let (name, is_folder, _) = after.or(before).expect("one of two has it");
    let before = before.into_iter().map(|(.., id)| id).collect();
    Differing { name: name.to_vec(), is_folder, after: after.map(|(.., id)| id), before }
}

/// Goes through two trees in their common order: by name, folders as if theirs ended with a slash.
fn side_by_side(mut new: &[u8], mut old: &[u8]) -> Vec<Differing> {
    let mut found = Vec::new();
    loop {
        // Most of two versions of a folder is the same.
        let same = common_entries(new, old);
        (new, old) = (&new[same..], &old[same..]);
        let (after, before) = (first(new), first(old));
        let order = match (&after, &before) {
            (None, None) => return found,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((after, _)), Some((before, _))) => in_tree(after).cmp(in_tree(before)),
        };
        let (after, before) = (after.filter(|_| order.is_le()), before.filter(|_| order.is_ge()));
        new = after.map_or(new, |(_, rest)| rest);
        old = before.map_or(old, |(_, rest)| rest);
        let (after, before) = (after.map(|(entry, _)| entry), before.map(|(entry, _)| entry));
        // Of another mode only, a file is the same.
        if after != before {
            found.push(differing(after, before));
        }
    }
}

/// What a merge has that no side has.
fn merged(new: &[u8], old: &[&[u8]]) -> Vec<Differing> {
    let mut sides: Vec<_> = old.iter().map(|tree| entries(tree).peekable()).collect();
    let mut found = Vec::new();
    for entry in entries(new) {
        let (name, is_folder, id) = entry;
        let mut before: Vec<Id> =
            sides.iter_mut().filter_map(|side| beside(side, &entry)).collect();
        if before.contains(&id) {
            continue;
        }
        if is_folder && before.len() == 1 {
            // With one side only it is like any other change, but for what is gone.
            before.push(before[0]);
        }
        found.push(Differing { name: name.to_vec(), is_folder, after: Some(id), before });
    }
    found
}

/// Name, whether it is a folder, id.
type Entry<'t> = (&'t [u8], bool, Id);

fn first(tree: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let (mode, name, id, rest) = split(tree)?;
    Some(((name, mode == FOLDER, id), rest))
}

fn entries(tree: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    let mut rest = tree;
    std::iter::from_fn(move || {
        let (entry, after) = first(rest)?;
        rest = after;
        Some(entry)
    })
}

/// The id that a tree has under the name of an entry of another one, which comes after all that were asked for before.
fn beside<'t>(
    tree: &mut Peekable<impl Iterator<Item = Entry<'t>>>,
    entry: &Entry<'_>,
) -> Option<Id> {
    while tree.next_if(|other| in_tree(other).lt(in_tree(entry))).is_some() {}
    tree.next_if(|other| (other.0, other.1) == (entry.0, entry.1)).map(|other| other.2)
}

/// The bytes of the entries that two trees both begin with.
fn common_entries(new: &[u8], old: &[u8]) -> usize {
    let mut rest = new;
    while let Some((.., after)) = split(rest) {
        let start = new.len() - rest.len();
        let end = new.len() - after.len();
        if old.get(start..end) != Some(&new[start..end]) {
            break;
        }
        rest = after;
    }
    new.len() - rest.len()
}

/// A name as trees are sorted by it.
fn in_tree<'t>((name, is_folder, _): &Entry<'t>) -> impl Iterator<Item = &'t u8> + use<'t> {
    name.iter().chain(if *is_folder { &b"/"[..] } else { &[] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(entries: &[(&str, bool, &str)]) -> Vec<u8> {
        let entry = |(name, is_folder, text): &(&str, bool, &str)| {
            let mode = if *is_folder { "40000" } else { "100644" };
            [format!("{mode} {name}\0").as_bytes(), &Id::of(text.as_bytes()).0].concat()
        };
        entries.iter().flat_map(entry).collect()
    }

    #[test]
    fn what_two_trees_have_alike_is_passed_over_wherever_it_stands() {
        let old =
            tree(&[("a", false, "1"), ("b", true, "2"), ("c", false, "3"), ("d", false, "4")]);
        let new =
            tree(&[("b", true, "9"), ("c", false, "3"), ("d", false, "8"), ("e", false, "5")]);
        let found = compare(&new, &[&old]);
        let said: Vec<_> = found
            .iter()
            .map(|it| (it.name.as_slice(), it.is_folder, it.after.is_some(), it.before.len()))
            .collect();
        assert_eq!(
            said,
            [
                (&b"a"[..], false, false, 1),
                (b"b", true, true, 1),
                (b"d", false, true, 1),
                (b"e", false, true, 0)
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again_and_what_fits_in_no_line_is_left_out() {
        let (old, new) = (tree(&[("x y", false, "1")]), tree(&[("é", true, "2")]));
        let [one, other] = [&old, &new].map(|bytes| Id::of_object("tree", bytes));
        let mut compared = Compared::default();
        compared.learn(Some(other), &[one], &compare(&new, &[&old]));
        compared.learn(None, &[one, other], &[]);
        let text = compared.text();
        assert_eq!(Compared::parse(&text).known, compared.known);
        let odd =
            Differing { name: b"a\tb".to_vec(), is_folder: false, after: None, before: vec![one] };
        compared.learn(Some(one), &[], &[odd]);
        assert_eq!(compared.text(), text);
        assert!(Compared::parse("nonsense\n\t\t\nab\t\tx").known.is_empty());
    }
}

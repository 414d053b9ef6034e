//! Addons and what they say they depend on, walked breadth first.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::base::{Value, basename, dirname};
use crate::link::LinkedFile;

/// The longest chain that is followed.
const MAX_DEPTH: usize = 100;

/// An addon with its dependencies.
pub struct Addon<'a> {
    /// Its name: that of its folder.
    pub name: &'a str,
    /// Its manifest.
    pub path: String,
    depends: Vec<(u32, &'a str)>,
}

/// What an addon reaches.
pub struct Reached<'a> {
    /// Its name.
    pub target: &'a str,
    /// The line of the first step.
    pub line: u32,
    /// The way, both ends included.
    pub chain: Vec<&'a str>,
}

/// All addons of a tree.
pub struct Graph<'a> {
    addons: BTreeMap<&'a str, Addon<'a>>,
    /// Of several addons with one name the first by path: the others are never loaded beside it.
    named: HashMap<&'a str, &'a str>,
}

impl<'a> Graph<'a> {
    /// Reads the addons of the inputs; of several manifests in one folder the first by name is in effect.
    pub fn of(files: &'a [LinkedFile]) -> Self {
        let mut graph = Graph { addons: BTreeMap::new(), named: HashMap::new() };
        for file in files {
            let dir = dirname(&file.path);
            if graph.addons.contains_key(dir) {
                continue;
            }
            let depends = file.rows.iter().filter_map(|row| {
                let line = row.first().and_then(Value::as_int)?;
                Some((u32::try_from(line).ok()?, row.get(1)?.as_text()?))
            });
            let addon =
                Addon { name: basename(dir), path: file.path.clone(), depends: depends.collect() };
            graph.named.entry(addon.name).or_insert(dir);
            graph.addons.insert(dir, addon);
        }
        graph
    }

    /// Every addon, by folder.
    pub fn addons(&self) -> impl Iterator<Item = &Addon<'a>> {
        self.addons.values()
    }

    /// What an addon reaches, nearest first; itself too, if it runs in a circle.
    pub fn reached(&self, from: &Addon<'a>) -> Vec<Reached<'a>> {
        let mut seen: HashSet<&str> = HashSet::new();
        let mut reached: Vec<Reached<'a>> = Vec::new();
        let mut next: VecDeque<(u32, &'a str, Option<usize>)> =
            from.depends.iter().map(|(line, name)| (*line, *name, None)).collect();
        while let Some((line, target, before)) = next.pop_front() {
            if !seen.insert(target) {
                continue;
            }
            let mut chain = before.map_or_else(|| vec![from.name], |at| reached[at].chain.clone());
            chain.push(target);
            let depth = chain.len();
            reached.push(Reached { target, line, chain });
            let known = self.named.get(target).and_then(|dir| self.addons.get(dir));
            if let Some(addon) = known.filter(|_| depth < MAX_DEPTH && target != from.name) {
                let at = reached.len() - 1;
                next.extend(addon.depends.iter().map(|(_, name)| (line, *name, Some(at))));
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, depends: &[&str]) -> LinkedFile {
        let rows =
            (2_i64..).zip(depends).map(|(line, name)| vec![Value::Int(line), (*name).into()]);
        LinkedFile { path: path.to_owned(), rows: rows.collect(), unread: None }
    }

    fn chains(files: &[LinkedFile], dir: &str) -> Vec<String> {
        let graph = Graph::of(files);
        let reached = graph.reached(&graph.addons[dir]);
        reached.iter().map(|one| format!("{}:{}", one.line, one.chain.join(">"))).collect()
    }

    #[test]
    fn the_shortest_chain_is_kept_with_the_line_of_its_first_step() {
        let files = [
            file("a/__manifest__.py", &["b", "c"]),
            file("b/__manifest__.py", &["d"]),
            file("c/__manifest__.py", &["b", "base"]),
        ];
        assert_eq!(chains(&files, "a"), ["2:a>b", "3:a>c", "2:a>b>d", "3:a>c>base"]);
    }

    #[test]
    fn a_circle_leads_back_and_ends() {
        let files = [file("a/__manifest__.py", &["b"]), file("b/__manifest__.py", &["a"])];
        assert_eq!(chains(&files, "a"), ["2:a>b", "2:a>b>a"]);
        assert_eq!(chains(&[file("x/__manifest__.py", &["x"])], "x"), ["2:x>x"]);
    }

    #[test]
    fn of_two_manifests_in_a_folder_one_is_in_effect() {
        let files = [file("a/__manifest__.py", &["b"]), file("a/__openerp__.py", &["c"])];
        assert_eq!(chains(&files, "a"), ["2:a>b"]);
    }
}

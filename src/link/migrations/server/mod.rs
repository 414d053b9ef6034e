//! What PostgreSQL 15 and the extensions of the platform bring: types, casts, operators, functions, as their catalogs list them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeInfo {
    /// The category operators are chosen by: `S` strings, `N` numbers, `D` times, ...
    pub category: char,
    /// Whether it is preferred in its category.
    pub preferred: bool,
    /// The extension it comes from, or nothing.
    pub extension: &'static str,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The types of its arguments.
    pub inputs: Vec<&'static str>,
    /// What it returns.
    pub returns: &'static str,
    /// `f`, `a` for an aggregate, `w` for a window function, `p` for a procedure.
    pub kind: char,
    /// Whether the last argument may be repeated.
    pub variadic: bool,
    /// Whether it gives rows.
    pub rows: bool,
    /// Whether its result depends on its arguments alone.
    pub immutable: bool,
    /// How many arguments may be left out.
    pub defaults: usize,
    /// The names and types of what it gives, where it gives several.
    pub outs: Vec<(&'static str, &'static str)>,
    /// The extension it comes from, or nothing.
    pub extension: &'static str,
}

/// An operator; a prefix has no left side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// The type of its left side.
    pub left: &'static str,
    /// The type of its right side.
    pub right: &'static str,
    /// What it gives.
    pub returns: &'static str,
    /// The extension it comes from, or nothing.
    pub extension: &'static str,
}

/// Everything the server brings, by name.
pub struct Server {
    /// Types by the names PostgreSQL prints.
    pub types: HashMap<&'static str, TypeInfo>,
    /// Other names of types.
    pub aliases: HashMap<&'static str, &'static str>,
    casts: HashMap<(&'static str, &'static str), char>,
    functions: HashMap<&'static str, Vec<Function>>,
    operators: HashMap<&'static str, Vec<Operator>>,
}

/// The server.
pub static SERVER: LazyLock<Server> = LazyLock::new(load);

impl Server {
    /// The functions of a name.
    pub fn functions(&self, name: &str) -> &[Function] {
        self.functions.get(name).map_or(&[], Vec::as_slice)
    }

    /// The operators of a name.
    pub fn operators(&self, name: &str) -> &[Operator] {
        self.operators.get(name).map_or(&[], Vec::as_slice)
    }

    /// The names of the functions an extension brings.
    pub fn brings<'e>(&'e self, extension: &'e str) -> impl Iterator<Item = &'static str> + 'e {
        let own = move |all: &Vec<Function>| all.iter().any(|it| it.extension == extension);
        self.functions.iter().filter(move |it| own(it.1)).map(|it| *it.0)
    }

    /// Where a cast is used by itself: `i` anywhere, `a` in assignments, `e` where it is written.
    pub fn cast(&self, from: &str, to: &str) -> Option<char> {
        self.casts.get(&(from, to)).copied()
    }
}

fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().map(|line| {
        // The name of an operator may hold what parts the cells, so cells are counted from the right.
        let mut cells: Vec<&str> = line.rsplitn(N, '|').collect();
        cells.reverse();
        cells.try_into().expect("every row has all cells")
    })
}

fn load() -> Server {
    let mut server = Server {
        types: HashMap::new(),
        aliases: HashMap::new(),
        casts: HashMap::new(),
        functions: HashMap::new(),
        operators: HashMap::new(),
    };
    for [name, alias, category, preferred, _, extension] in rows(include_str!("types.txt")) {
        let category = category.chars().next().unwrap_or('U');
        server.types.insert(name, TypeInfo { category, preferred: preferred == "p", extension });
        server.aliases.insert(alias, name);
    }
    for [from, to, context, _] in rows(include_str!("casts.txt")) {
        server.casts.insert((from, to), context.chars().next().unwrap_or('e'));
    }
    for [name, left, right, returns, extension] in rows(include_str!("operators.txt")) {
        let operator = Operator { left, right, returns, extension };
        server.operators.entry(name).or_default().push(operator);
    }
    for [name, inputs, returns, flags, defaults, outs, extension] in
        rows(include_str!("functions.txt"))
    {
        let outs = outs.split(',').filter_map(|it| it.split_once(' '));
        server.functions.entry(name).or_default().push(Function {
            inputs: inputs.split(',').filter(|it| !it.is_empty()).collect(),
            returns,
            kind: flags.chars().next().unwrap_or('f'),
            variadic: flags.contains('v'),
            rows: flags[1..].contains('s'),
            immutable: flags.ends_with('i'),
            defaults: defaults.parse().unwrap_or(0),
            outs: outs.collect(),
            extension,
        });
    }
    server
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_brings_is_read_whole() {
        assert!(SERVER.functions("format").iter().any(|it| it.variadic));
        assert_eq!(SERVER.functions("jsonb_each")[0].outs, [("key", "text"), ("value", "jsonb")]);
        assert!(SERVER.operators("||").iter().any(|it| it.left == "text" && it.right == "text"));
        assert_eq!(SERVER.cast("integer", "bigint"), Some('i'));
        assert_eq!(SERVER.types["text"].category, 'S');
        assert_eq!(SERVER.aliases.get("int4"), Some(&"integer"));
    }
}

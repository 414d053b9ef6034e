//! Evidence as a matrix asks for it: read from YAML, and refused where it could not be judged.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Value as Yaml;

use super::line::read_line;
use crate::base::Strength;
use crate::config::nearest;
use crate::pages::{Kind, Library, Mechanism, Need, Page, RawNeed};
use crate::store::glob;

/// Parts of one feature's evidence that may nest.
const MAX_DEPTH: usize = 8;

/// A combination of evidence.
#[derive(Debug, Clone)]
pub enum Node {
    /// One piece.
    Leaf(Box<Leaf>),
    /// All of these; `same`: found in one mechanism.
    All {
        /// The parts.
        parts: Vec<Node>,
        /// What they share. Guards among them look through the whole tree.
        same: Option<Mechanism>,
    },
    /// One of these.
    Any(Vec<Node>),
    /// Only inside `all`, beside something that is asked for: it must not be there.
    Not(Box<Node>),
}

/// One piece of evidence as asked for.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The kind: a page's id.
    pub kind: String,
    /// Its parameters as written.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// How many rows must hold; none: what the page says.
    pub need: Option<Need>,
    /// Why a match of words can mean nothing else.
    pub decisive: Option<String>,
    /// The files that count, a glob; none: all.
    pub within: Option<String>,
    /// As printed.
    pub text: String,
}

/// One kind of evidence, or a word that combines others, with what may stand beside it.
#[derive(Deserialize)]
struct Written {
    need: Option<RawNeed>,
    decisive: Option<String>,
    same: Option<Mechanism>,
    within: Option<String>,
    #[serde(flatten)]
    what: BTreeMap<String, Yaml>,
}

impl Node {
    /// Reads evidence and checks that it can be judged. `within` says where evidence of a kind counts that does not say so.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(
        yaml: &Yaml,
        within: &BTreeMap<String, Vec<String>>,
        library: &Library,
    ) -> Result<Node, String> {
        let mut node = node(yaml, library, 0)?;
        node.settle(within);
        judge(&node, library, false)?;
        Ok(node)
    }

    fn settle(&mut self, within: &BTreeMap<String, Vec<String>>) {
        match self {
            Node::All { parts, .. } | Node::Any(parts) => {
                parts.iter_mut().for_each(|part| part.settle(within));
            }
            Node::Not(inner) => inner.settle(within),
            Node::Leaf(leaf) => {
                let mut said = within.iter().filter(|(_, kinds)| kinds.contains(&leaf.kind));
                leaf.within =
                    leaf.within.take().or_else(|| said.next().map(|(glob, _)| glob.clone()));
            }
        }
    }

    /// Its pieces in the order they are written.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Node::Leaf(leaf) => vec![leaf],
            Node::All { parts, .. } | Node::Any(parts) => {
                parts.iter().flat_map(Node::leaves).collect()
            }
            Node::Not(inner) => inner.leaves(),
        }
    }
}

/// Reads a node: a line, a list (all of it), or a map.
fn node(yaml: &Yaml, library: &Library, depth: usize) -> Result<Node, String> {
    if depth > MAX_DEPTH {
        return Err(format!("evidence nests deeper than {MAX_DEPTH}"));
    }
    match yaml {
        Yaml::String(line) => of_line(line, library),
        Yaml::Sequence(_) => {
            Ok(Node::All { parts: nodes("evidence", yaml, library, depth)?, same: None })
        }
        Yaml::Mapping(_) => of_map(yaml, library, depth),
        _ => Err("evidence is a line, a list or a map".to_owned()),
    }
}

fn nodes(what: &str, yaml: &Yaml, library: &Library, depth: usize) -> Result<Vec<Node>, String> {
    match yaml {
        Yaml::Sequence(parts) if !parts.is_empty() => {
            parts.iter().map(|part| node(part, library, depth + 1)).collect()
        }
        Yaml::Sequence(_) => Err(format!("`{what}` is an empty list")),
        _ => Err(format!("`{what}` takes a list")),
    }
}

fn of_line(line: &str, library: &Library) -> Result<Node, String> {
    let line = line.trim();
    let (guarded, asked) = match line.strip_prefix("not ") {
        Some(asked) => (true, asked.trim_start()),
        None => (false, line),
    };
    if guarded && asked.starts_with("not ") {
        return Err("`not` of `not`".to_owned());
    }
    let (kind, rest) = asked.split_once(char::is_whitespace).unwrap_or((asked, ""));
    let page = known(kind, library)?;
    let parameters = read_line(page, rest)?;
    let leaf = Leaf {
        kind: page.id.clone(),
        parameters,
        need: None,
        decisive: None,
        within: None,
        text: asked.to_owned(),
    };
    let leaf = checked(leaf, page)?;
    Ok(if guarded { Node::Not(Box::new(leaf)) } else { leaf })
}

fn of_map(yaml: &Yaml, library: &Library, depth: usize) -> Result<Node, String> {
    // Beside a kind, `need`, `decisive` and `same` are read by themselves, so that a message is about the one that is wrong.
    let written: Written =
        serde_yaml::from_value(yaml.clone()).map_err(|error| misread(yaml, &error))?;
    let kinds: Vec<String> = written.what.keys().map(|key| format!("`{key}`")).collect();
    let [(what, inner)] = written.what.iter().collect::<Vec<_>>()[..] else {
        return Err(match kinds.as_slice() {
            [] => "evidence names no kind".to_owned(),
            kinds => format!("evidence has one kind, not {}", kinds.join(" and ")),
        });
    };
    let is_leaf = !["all", "any", "not"].contains(&what.as_str());
    let misplaced = [
        ("need", written.need.is_some() && !is_leaf, "to a kind of evidence"),
        ("decisive", written.decisive.is_some() && !is_leaf, "to a kind of evidence"),
        ("within", written.within.is_some() && !is_leaf, "to a kind of evidence"),
        ("same", written.same.is_some() && what != "all", "to `all`"),
    ];
    if let Some((name, _, place)) = misplaced.iter().find(|(_, misplaced, _)| *misplaced) {
        return Err(format!("`{name}` belongs {place}, not to `{what}`"));
    }
    match what.as_str() {
        "all" => Ok(Node::All { parts: nodes("all", inner, library, depth)?, same: written.same }),
        "any" => Ok(Node::Any(nodes("any", inner, library, depth)?)),
        "not" => Ok(Node::Not(Box::new(node(inner, library, depth + 1)?))),
        kind => of_kind(kind, inner, &written, library),
    }
}

/// Which of the words beside a kind cannot be read.
fn misread(yaml: &Yaml, error: &serde_yaml::Error) -> String {
    let wrong = |name: &str, is_read: fn(Yaml) -> bool| {
        yaml.get(name).is_some_and(|value| !is_read(value.clone()))
    };
    if wrong("need", |need| serde_yaml::from_value::<RawNeed>(need).is_ok()) {
        return "`need` is none of some, every, {some: n}, {share: r}".to_owned();
    }
    if wrong("decisive", |why| why.is_string()) {
        return "`decisive` is no text".to_owned();
    }
    if wrong("same", |same| serde_yaml::from_value::<Mechanism>(same).is_ok()) {
        return "`same` is none of workflow, module, service, directory".to_owned();
    }
    format!("evidence: {error}")
}

fn of_kind(kind: &str, inner: &Yaml, written: &Written, library: &Library) -> Result<Node, String> {
    let page = known(kind, library)?;
    let (parameters, text) = match inner {
        Yaml::String(line) => (read_line(page, line)?, format!("{kind} {line}")),
        _ => {
            let parameters: BTreeMap<String, serde_json::Value> =
                serde_yaml::from_value(inner.clone())
                    .map_err(|error| format!("`{kind}`: {error}"))?;
            let shown = parameters.iter().map(|(name, value)| format!("{name}:{}", plain(value)));
            let shown: Vec<String> = shown.collect();
            (parameters, format!("{kind} {}", shown.join(" ")))
        }
    };
    let need = written.need.as_ref().map(RawNeed::read).transpose()?;
    checked(
        Leaf {
            kind: page.id.clone(),
            parameters,
            need,
            decisive: written.decisive.clone(),
            within: written.within.clone(),
            text,
        },
        page,
    )
}

/// The leaf, unless its page does not take what it is given.
fn checked(leaf: Leaf, page: &Page) -> Result<Node, String> {
    page.bind(&leaf.parameters)?;
    leaf.within.as_deref().map(glob).transpose().map_err(|error| format!("`within`: {error}"))?;
    let (Kind::Evidence { guard, .. }, Some(strength)) =
        (&page.kind, page.strength(&leaf.parameters))
    else {
        unreachable!("only evidence is known")
    };
    if *guard && leaf.need.is_some_and(|need| need != Need::Every) {
        return Err(format!("`{}` is of what must not occur, so its need is `every`", leaf.kind));
    }
    match &leaf.decisive {
        Some(why) if why.trim().is_empty() => Err("`decisive` does not say why".to_owned()),
        Some(_) if !matches!(strength, Strength::Textual | Strength::Bare) => {
            Err(format!("`decisive` is for words and files, but `{}` is {strength}", leaf.kind))
        }
        _ => Ok(Node::Leaf(Box::new(leaf))),
    }
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn known<'a>(kind: &str, library: &'a Library) -> Result<&'a Page, String> {
    let found = library.get(kind).filter(|page| matches!(page.kind, Kind::Evidence { .. }));
    found.ok_or_else(|| {
        let combining = ["all", "any", "not"].map(str::to_owned);
        let names = library.evidence().map(|page| page.id.clone()).chain(combining);
        let hint =
            nearest(kind, names).map_or(String::new(), |name| format!("; did you mean `{name}`?"));
        format!("there is no kind of evidence `{kind}`{hint}")
    })
}

fn is_guard(node: &Node, library: &Library) -> bool {
    match node {
        Node::Not(_) => true,
        Node::Leaf(leaf) => {
            let page = library.get(&leaf.kind);
            page.is_some_and(|page| matches!(page.kind, Kind::Evidence { guard: true, .. }))
        }
        Node::All { .. } | Node::Any(_) => false,
    }
}

/// Refuses what an empty tree could satisfy, and mechanisms that cannot be told.
fn judge(node: &Node, library: &Library, beside: bool) -> Result<(), String> {
    if is_guard(node, library) && !beside {
        return Err("what must not be there counts only inside `all`, beside something that must"
            .to_owned());
    }
    match node {
        Node::Leaf(_) => Ok(()),
        Node::Not(inner) => match inner.as_ref() {
            Node::Not(_) => Err("`not` of `not`".to_owned()),
            inner if is_guard(inner, library) => Err("`not` of what must not be there".to_owned()),
            inner => judge(inner, library, false),
        },
        Node::Any(parts) => parts.iter().try_for_each(|part| judge(part, library, false)),
        Node::All { parts, same } => {
            let asked = parts.iter().any(|part| !is_guard(part, library));
            parts.iter().try_for_each(|part| judge(part, library, asked))?;
            same.map_or(Ok(()), |same| {
                parts.iter().try_for_each(|part| shares(part, same, library))
            })
        }
    }
}

/// Refuses pieces that do not say which mechanism their rows are of. Guards need not: they look through the whole tree.
fn shares(node: &Node, same: Mechanism, library: &Library) -> Result<(), String> {
    match node {
        _ if is_guard(node, library) => Ok(()),
        Node::All { same: Some(_), .. } => Err("`same` inside `same`".to_owned()),
        Node::All { parts, .. } | Node::Any(parts) => {
            parts.iter().try_for_each(|part| shares(part, same, library))
        }
        Node::Leaf(leaf) => {
            let page = known(&leaf.kind, library)?;
            let own =
                matches!(&page.kind, Kind::Evidence { mechanism, .. } if *mechanism == Some(same));
            if same == Mechanism::Directory || own {
                return Ok(());
            }
            let same = format!("{same:?}").to_lowercase();
            Err(format!("`{}` does not say of which {same} its rows are", leaf.kind))
        }
        Node::Not(_) => Ok(()),
    }
}

//! MCP servers: packages that depend on an MCP library, and servers that clients are told of.

use serde_json::Value as Json;

use super::documents::{Format, MAX_NAME, Node, parse};
use super::{Analyzer, Facts, Input, Rows, View};
use crate::base::{Column, Table, basename};

/// Reads package files and the settings of MCP clients.
pub static ANALYZER: Analyzer = Analyzer {
    name: "mcp",
    version: concat!(env!("PARITY_FACTS_MCP"), env!("PARITY_FACTS_DOCUMENTS")),
    applies,
    facts: &[Facts { name: "mcp_server", columns: COLUMNS }],
    tables: &[SERVERS],
    extract,
};

const NAME: Column = Column::text(
    "name",
    "Its name: of a package without one, or without an MCP library, that of its folder.",
);
const KIND: Column = Column::text(
    "kind",
    "package: it depends on an MCP library; folder: a package in a folder of MCP servers that does not; declared: a \
     client is told of it.",
);
const TRANSPORT: Column = Column::text("transport", "stdio, http or sse; null: not said.");
const COMMAND: Column = Column::text("command", "What starts it.");
const LIBRARY: Column = Column::text("library", "The MCP library it depends on.");
const ENTRIES: Column = Column::json("entries", "Files it may begin with, best first.");

const COLUMNS: &[Column] = &[Column::LINE, NAME, KIND, TRANSPORT, COMMAND, LIBRARY, ENTRIES];

/// What a package or a client starts, looked for in the folder of the file and, for settings, in the root. What is built
/// into `dist` stands for its source.
const SERVERS: View = View {
    table: Table {
        name: "mcp_servers",
        doc: "MCP servers: packages of the tree, and what clients are told of.",
        columns: &[
            Column::PATH,
            Column::LINE,
            NAME,
            TRANSPORT,
            COMMAND,
            Column::flag(
                "has_entry",
                "Whether what it starts is in the tree; undecided where that is not of this tree or not said.",
            )
            .open(),
            KIND,
            LIBRARY,
            Column::text("dir", "The folder of the file."),
        ],
        named: "name",
    },
    query: "with servers as materialized (
            select f.path, f.line, case when f.kind = 'package' and f.library is null or f.name = '' then basename(dirname(f.path))
                    else f.name end as name, f.transport, f.command,
                f.kind, f.library, f.entries, dirname(f.path) as dir,
                row_number() over (partition by dirname(f.path), case f.kind when 'declared' then f.path || f.seq end
                                   order by f.library is null, f.path, f.seq) as choice
            from fact_mcp_server f
            where f.kind = 'declared' or f.library is not null
               or ('/' || dirname(dirname(f.path))) glob '*/mcp/servers' or basename(dirname(dirname(f.path))) = 'mcp-servers')
        select s.path, s.line, s.name, s.transport, s.command,
            case when s.entries is null then null else exists (
                select 1 from json_each(s.entries) e join tree t
                on t.path in (path_join(s.dir, e.value), case s.kind when 'declared' then path_join('', e.value) end)) end
                as has_entry,
            case when s.kind = 'declared' or s.library is not null then s.kind else 'folder' end as kind, s.library, s.dir
        from servers s where s.kind = 'declared' or s.choice = 1",
};

const NODE_LIBRARIES: [&str; 3] = ["@modelcontextprotocol/sdk", "fastmcp", "mcp-framework"];
const PYTHON_LIBRARIES: [&str; 3] = ["mcp", "fastmcp", "mcp-server"];
/// Where Python servers begin that do not say.
const PYTHON_ENTRIES: [&str; 6] =
    ["server.py", "src/server.py", "main.py", "src/main.py", "app.py", "__main__.py"];

fn applies(path: &str) -> bool {
    let name = basename(path);
    matches!(name, "package.json" | "pyproject.toml" | "requirements.txt")
        || name.ends_with(".json")
            && (name.contains("mcp")
                || name == "claude_desktop_config.json"
                || path.contains(".claude/"))
}

fn extract(input: &Input<'_>, rows: &mut Rows) {
    let text = input.text();
    let start = text.trim_start();
    if start.starts_with('{') {
        return json(text, rows);
    }
    if start.starts_with('[') && start.contains("[project]")
        || text.contains("\n[project]")
        || text.contains("[tool.poetry")
    {
        return python(text, rows);
    }
    requirements(text, rows);
}

fn json(text: &str, rows: &mut Rows) {
    let (documents, refusal) = parse(text, Format::Json);
    if let Some((line, reason)) = refusal {
        if text.contains("\"mcpServers\"") || text.contains("modelcontextprotocol") {
            rows.unsure("mcp_servers", None, line, reason);
        }
        return;
    }
    let Some(root) = documents.first() else { return };
    let is_server = |node: &Node| node.get("command").is_some() || node.get("url").is_some();
    let servers = ["mcpServers", "servers"].iter().find_map(|key| root.get(key));
    match servers.filter(|servers| servers.members().iter().any(|(_, node)| is_server(node))) {
        Some(servers) => {
            servers.members().iter().for_each(|(name, node)| declared(name, node, rows))
        }
        None => package(root, rows),
    }
}

fn declared(name: &str, node: &Node, rows: &mut Rows) {
    let said = node.text_of("type").or_else(|| node.text_of("transport"));
    let by_url = if node.get("url").is_some() { "http" } else { "stdio" };
    let transport = match said.as_deref() {
        Some("streamable-http" | "streamableHttp" | "http") => "http",
        Some("sse") => "sse",
        Some("stdio") => "stdio",
        _ => by_url,
    };
    let arguments = node.get("args").map(Node::texts).unwrap_or_default();
    let command = node.text_of("command");
    let words: Vec<&str> =
        command.iter().map(String::as_str).chain(arguments.iter().map(String::as_str)).collect();
    let entries: Vec<String> =
        words.iter().filter(|word| is_own_file(word)).flat_map(|word| sources(word)).collect();
    let entries = (!entries.is_empty()).then(|| Json::from(entries).to_string());
    let line = (!words.is_empty()).then(|| words.join(" ")).or_else(|| node.text_of("url"));
    rows.add(
        0,
        [
            node.line.into(),
            name.into(),
            "declared".into(),
            transport.into(),
            line.into(),
            crate::base::Value::Null,
            entries.into(),
        ],
    );
}

/// Whether an argument names a script that would be in the tree.
fn is_own_file(word: &str) -> bool {
    let is_script =
        [".py", ".js", ".mjs", ".cjs", ".ts", ".sh"].iter().any(|end| word.ends_with(end));
    is_script
        && word.len() <= MAX_NAME
        && !word.starts_with(['/', '-', '~', '$', '@'])
        && !word.contains("://")
        && !word.contains("${")
}

fn package(root: &Node, rows: &mut Rows) {
    // A root that only gathers packages is none itself.
    if root.get("workspaces").is_some()
        || root.get("name").is_none() && root.get("dependencies").is_none()
    {
        return;
    }
    let dependencies = root.get("dependencies").map(Node::members).unwrap_or_default();
    let library =
        NODE_LIBRARIES.iter().find_map(|name| dependencies.iter().find(|(own, _)| own == name));
    let speaks_of_it = ["name", "description", "keywords", "bin"].iter().any(|key| {
        let text =
            root.get(key).map(|node| node.json().to_string().to_lowercase()).unwrap_or_default();
        text.contains("mcp") || text.contains("server") || text.contains("model context protocol")
    });
    let library = library.filter(|_| speaks_of_it);
    let start = root.get("scripts").and_then(|scripts| scripts.text_of("start"));
    let bin = root.get("bin").map(|bin| match bin.members() {
        [] => bin.texts(),
        members => members.iter().filter_map(|(_, node)| node.text()).collect(),
    });
    let named = root.name_of("main").into_iter().chain(bin.unwrap_or_default());
    let started =
        start.iter().flat_map(|start| start.split_whitespace()).filter(|word| is_own_file(word));
    let mut entries: Vec<String> = Vec::new();
    for entry in named.chain(started.map(str::to_owned)) {
        entries.extend(sources(&entry));
    }
    entries.dedup();
    let entries = (!entries.is_empty()).then(|| Json::from(entries).to_string());
    rows.add(
        0,
        [
            library.map_or(1, |(_, node)| node.line).into(),
            root.text_of("name").unwrap_or_default().into(),
            "package".into(),
            crate::base::Value::Null,
            start.into(),
            library.map(|(name, _)| name.clone()).into(),
            entries.into(),
        ],
    );
}

/// An entry, and the sources a compiler makes it of.
fn sources(entry: &str) -> Vec<String> {
    let entry = entry.trim_start_matches("./");
    let mut found = vec![entry.to_owned()];
    let built = ["dist/", "build/", "lib/", "out/"].iter().find_map(|folder| {
        let at = entry.rfind(folder).filter(|at| *at == 0 || entry[..*at].ends_with('/'))?;
        Some((&entry[..at], &entry[at + folder.len()..]))
    });
    let Some((before, rest)) = built else { return found };
    let stem = rest.rsplit_once('.').map_or(rest, |(stem, _)| stem).trim_start_matches("src/");
    for folder in ["src/", ""] {
        found.extend(["ts", "mts", "tsx", "js"].map(|end| format!("{before}{folder}{stem}.{end}")));
    }
    found
}

fn python(text: &str, rows: &mut Rows) {
    let (documents, refusal) = parse(text, Format::Toml);
    if let Some((line, reason)) = refusal {
        if text.contains("mcp") {
            rows.unsure("mcp_servers", None, line, reason);
        }
        return;
    }
    let Some(root) = documents.first() else { return };
    let project = root.get("project");
    let listed = project.and_then(|project| project.get("dependencies"));
    let poetry = root.get("tool").and_then(|tool| tool.get("poetry"));
    let tables = poetry.and_then(|poetry| poetry.get("dependencies")).map(Node::members);
    let required = listed.map(Node::elements).unwrap_or_default().iter();
    let required = required.filter_map(|node| Some((requirement(node.as_str()?)?, node.line)));
    let required = required.chain(
        tables
            .unwrap_or_default()
            .iter()
            .filter_map(|(name, node)| Some((requirement(name)?, node.line))),
    );
    let library = required.into_iter().next();
    let own = project.or(poetry);
    let name = own.and_then(|own| own.text_of("name")).unwrap_or_default();
    let scripts = own.and_then(|own| own.get("scripts")).map(Node::members).unwrap_or_default();
    let mut entries: Vec<String> = Vec::new();
    for target in scripts.iter().filter_map(|(_, node)| node.text()) {
        let module = target.split(':').next().unwrap_or_default().replace('.', "/");
        for folder in ["", "src/"] {
            entries
                .extend([format!("{folder}{module}.py"), format!("{folder}{module}/__init__.py")]);
        }
    }
    if entries.is_empty() {
        entries.extend(PYTHON_ENTRIES.map(str::to_owned));
    }
    put_python(&name, library, scripts.first().map(|(name, _)| name.clone()), entries, rows);
}

fn requirements(text: &str, rows: &mut Rows) {
    let mut lines = (1_u32..).zip(text.lines());
    let library = lines.find_map(|(line, text)| Some((requirement(text)?, line)));
    put_python("", library, None, PYTHON_ENTRIES.map(str::to_owned).to_vec(), rows);
}

fn put_python(
    name: &str,
    library: Option<(&'static str, u32)>,
    command: Option<String>,
    entries: Vec<String>,
    rows: &mut Rows,
) {
    rows.add(
        0,
        [
            library.map_or(1, |(_, line)| line).into(),
            name.into(),
            "package".into(),
            crate::base::Value::Null,
            command.into(),
            library.map(|(name, _)| name).into(),
            Json::from(entries).to_string().into(),
        ],
    );
}

/// The MCP library a requirement names: `mcp[cli]>=1.2`.
fn requirement(text: &str) -> Option<&'static str> {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter));
    let name = text[..end.unwrap_or(text.len())].trim().to_ascii_lowercase();
    PYTHON_LIBRARIES.into_iter().find(|library| *library == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;

    fn servers(text: &str) -> Vec<Vec<Value>> {
        let mut rows = Rows::default();
        extract(&Input::new(text.as_bytes()), &mut rows);
        rows.facts.into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn a_package_that_depends_on_the_library_is_a_server() {
        let found = servers(
            "{\"name\": \"crm-mcp\", \"main\": \"dist/index.js\",\n\"dependencies\": {\"@modelcontextprotocol/sdk\": \"1\"}}",
        );
        assert_eq!(found[0][0], Value::Int(2));
        assert_eq!(found[0][5], "@modelcontextprotocol/sdk".into());
        assert!(found[0][6].as_text().is_some_and(|entries| entries.contains("\"src/index.ts\"")));
    }

    #[test]
    fn a_root_that_gathers_packages_is_none() {
        assert!(servers("{\"name\": \"mcp\", \"workspaces\": [\"servers/*\"]}").is_empty());
    }

    #[test]
    fn python_says_it_in_two_files() {
        let found = servers(
            "[project]\nname = \"x\"\ndependencies = [\"mcp[cli]>=1\"]\n[project.scripts]\nx = \"x.app:main\"\n",
        );
        assert_eq!((&found[0][0], &found[0][5]), (&Value::Int(3), &"mcp".into()));
        assert!(found[0][6].as_text().is_some_and(|entries| entries.contains("\"src/x/app.py\"")));
        assert_eq!(servers("fastapi==1\nfastmcp\n")[0][5], "fastmcp".into());
        assert_eq!(servers("fastapi==1\n")[0][5], Value::Null);
    }

    #[test]
    fn clients_are_told_of_servers() {
        let found = servers(
            "{\"mcpServers\": {\"crm\": {\"command\": \"node\", \"args\": [\"mcp/crm/index.js\"]},\n\"docs\": {\"url\": \"https://x\"}}}",
        );
        assert_eq!(found[0][3..5], ["stdio".into(), "node mcp/crm/index.js".into()]);
        assert_eq!(found[0][6], "[\"mcp/crm/index.js\"]".into());
        assert_eq!(
            (&found[1][0], &found[1][3], &found[1][6]),
            (&Value::Int(2), &"http".into(), &Value::Null)
        );
    }
}

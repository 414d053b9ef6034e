//! The inventory of licences, and bills of materials read by the tools that their makers keep.
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its folder fails")]
#![allow(
    clippy::disallowed_methods,
    reason = "a test is told by its environment where real trees are"
)]

mod common;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Case, run};
use serde_json::Value;
use tempfile::TempDir;

/// What validates, in its versions of today.
const VALIDATORS: [&str; 4] = [
    "cyclonedx-python-lib[json-validation]==11.12.0",
    "spdx-tools==0.8.5",
    "spdx3-validate==0.0.7",
    "spdx-python-model==0.0.6",
];

/// Faults of a document of SPDX 2.3, by the project's own parser and validator.
const SPDX2: &str = "
import json, sys
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
document = parse_file(sys.argv[1])
print(json.dumps([fault.validation_message for fault in validate_full_spdx_document(document)]))
";

/// Faults of a document of SPDX 3.0, by the model that is generated from the specification.
const SPDX3: &str = "
import json, sys
from spdx_python_model import v3_0_1 as spdx
objects = spdx.SHACLObjectSet()
faults = []
try:
    with open(sys.argv[1], 'rb') as file:
        spdx.JSONLDDeserializer().read(file, objects)
    missing = objects.link()
    faults += [f'{name} is not in the document' for name in missing or []]
    made = [one for one in objects.foreach_type(spdx.SpdxDocument)]
    faults += [] if len(made) == 1 else ['there is not one document']
    out = open(sys.argv[1] + '.again', 'wb')
    spdx.JSONLDSerializer().write(objects, out)
except Exception as fault:
    faults.append(repr(fault))
print(json.dumps(faults))
";

/// Faults of a document of CycloneDX 1.6, by the strict validator of the project.
const CYCLONEDX: &str = "
import json, sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
print(json.dumps([] if fault is None else [str(fault)[:2000]]))
";

fn faults(python: &Path, script: &str, document: &Path) -> Vec<String> {
    let said = tools::python_json(python, script, &[document]);
    said.as_array().unwrap().iter().map(|fault| fault.as_str().unwrap().to_owned()).collect()
}

fn tree() -> Case {
    Case::git(&[
        (
            "stock/__manifest__.py",
            "# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).\n{'name': 'Stock', 'license': 'AGPL-3'}\n",
        ),
        ("stock/models/a.py", "# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).\n"),
        (
            "stock/models/b.py",
            "# Copyright 2020 Acme <\"a\">\n# SPDX-License-Identifier: AGPL-3.0-or-later\n",
        ),
        ("web/package.json", "{\"name\": \"web\", \"license\": \"(MIT OR Apache-2.0)\"}\n"),
        (
            "web/a.js",
            "// SPDX-License-Identifier: MIT OR Apache-2.0\n// SPDX-License-Identifier: ISC\n",
        ),
        ("web/b c.js", "// SPDX-License-Identifier: LicenseRef-Acme\n"),
        ("web/d.js", "// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0\n"),
        ("web/e.js", "// SPDX-License-Identifier: LicenseRef-Gone AND MIT\n"),
        ("web/old.js", "// SPDX-License-Identifier: GPL-2.0+\n"),
        ("tool/Cargo.toml", "[package]\nname = \"tool\"\nlicense = \"as you like\"\n"),
        ("LICENSES/LicenseRef-Acme.txt", "Ask us.\n"),
        ("data.bin", "\0\u{1}"),
        ("empty", ""),
    ])
}

fn written(case: &Case, format: &str) -> String {
    case.run(&["licenses", "--format", format]).ends(0)
}

#[test]
fn the_inventory_names_the_odd_one_out() {
    let said: Value = serde_json::from_str(&written(&tree(), "json")).unwrap();
    let part =
        said["parts"].as_array().unwrap().iter().find(|part| part["dir"] == "stock").unwrap();
    assert_eq!(part["declared"], "AGPL-3");
    assert_eq!(part["odd"][0][0], "stock/models/a.py");
    assert_eq!(part["odd"].as_array().unwrap().len(), 1);
    let table = written(&tree(), "terminal");
    assert!(
        table.contains("odd       stock/models/a.py: LGPL-3.0-or-later, where AGPL-3 is declared"),
        "{table}"
    );
}

#[test]
fn the_report_tells_of_licences() {
    let case = tree();
    for format in ["markdown", "html"] {
        let report = case.run(&["report", "--format", format]).ends(0);
        assert!(report.contains("10 Licences") && report.contains("LGPL-3.0-or-later"), "{report}");
    }
}

#[test]
fn bills_of_materials_are_accepted_by_the_tools_of_their_makers() {
    let case = tree();
    accepted(&["--repo", case.root.to_str().unwrap()]);
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is not run says so")]
fn bills_of_materials_of_real_trees_are_accepted_too() {
    let corpora = std::env::var_os("PARITY_CORPORA").filter(|folder| !folder.is_empty());
    let Some(corpora) = corpora.map(PathBuf::from) else {
        return eprintln!("SKIPPED: PARITY_CORPORA is not set");
    };
    for tree in ["server-tools-tree", "liam-tree"] {
        accepted(&["--repo", corpora.join(tree).to_str().unwrap()]);
    }
}

/// Writes each format twice, alike, and has it validated.
fn accepted(args: &[&str]) {
    let Some(bin) = tools::python(&VALIDATORS) else { return };
    let temp = TempDir::new().unwrap();
    for (format, script) in [("spdx", SPDX2), ("spdx3", SPDX3), ("cyclonedx", CYCLONEDX)] {
        let name = if format == "spdx" { "bom.spdx.json" } else { "bom.json" };
        let document = temp.path().join(name);
        let all: Vec<&str> = ["licenses", "--format", format].iter().chain(args).copied().collect();
        let said = run(&temp.path().join("cache"), &all);
        assert_eq!(said.code, 0, "{}", said.err);
        assert_eq!(said.out, run(&temp.path().join("cache"), &all).out, "the same document again");
        fs::write(&document, said.out).unwrap();
        assert_eq!(faults(&bin.join("python"), script, &document), [] as [String; 0], "{format}");
        if format == "spdx3" {
            shapes(&bin, &document);
        }
    }
}

/// The validator of SPDX 3.0 fetches schema and shapes; where it cannot, the model above has judged alone.
#[allow(clippy::print_stderr, reason = "a test that is not run says so")]
fn shapes(bin: &Path, document: &Path) {
    let output =
        Command::new(bin.join("spdx3-validate")).arg("--json").arg(document).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    if ["URLError", "ConnectionError", "HTTPError", "Name or service", "resolve"]
        .iter()
        .any(|sign| said.contains(sign))
    {
        return eprintln!(
            "SKIPPED: spdx3-validate cannot fetch the shapes of SPDX 3.0; its model has accepted the document"
        );
    }
    assert!(output.status.success(), "{said}");
}

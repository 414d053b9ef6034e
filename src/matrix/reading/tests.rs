//! A dozen shapes in which organisations keep their matrices, each taken by a declared reading.

use std::collections::BTreeMap;

use super::*;
use crate::matrix::{Catalogue, Mapping, evaluate, prepare};
use crate::pages::Library;
use crate::snapshot::{Options, Snapshot, Stages};
use crate::source;

/// A file, how it is read, and what comes of it: what is said of 1.1 and 1.2.
struct Shape {
    file: &'static str,
    text: &'static str,
    reading: &'static str,
    said: [&'static str; 2],
}

const SHAPES: &[Shape] = &[
    Shape {
        file: "a.yaml",
        text: "features:\n  - {id: '1.1', status: done}\n  - {id: '1.2', status: planned}\n",
        reading: "rows: /features/*, id: /id, status: /status",
        said: ["covered", "none"],
    },
    Shape {
        file: "a.yaml",
        text: "features:\n  '1.1': {state: {now: complete}}\n  '1.2': {state: {now: in_progress}}\n",
        reading: "rows: /features/*, id: key, status: /state/now",
        said: ["covered", "partial"],
    },
    Shape {
        file: "a.yml",
        text: "'1.1': ✅\n'1.2': ❌\n",
        reading: "rows: /*, id: key, status: value",
        said: ["covered", "none"],
    },
    Shape {
        file: "a.yaml",
        text: "areas:\n  - name: A\n    features:\n      - {title: One, coverage: 100}\n      - {title: Two, coverage: 40}\n",
        reading: "rows: '/areas/*/features/*', id: /title, status: /coverage",
        said: ["covered", "partial"],
    },
    Shape {
        file: "a.yaml",
        text: "done: ['1.1']\ntodo: ['1.2']\n",
        reading: "rows: '/{done,todo}/*', id: value, status: parent",
        said: ["covered", "none"],
    },
    Shape {
        file: "a.json",
        text: "{\"items\": [{\"ref\": \"shop/1.1\", \"implemented\": true}, {\"ref\": \"shop/1.2\", \"implemented\": false}]}",
        reading: "rows: /items/*, id: /ref, status: /implemented",
        said: ["covered", "none"],
    },
    Shape {
        file: "a.json",
        text: "[{\"n\": \"GIT-01\", \"s\": \"green\"}, {\"n\": \"GIT-02\", \"s\": \"amber\"}]",
        reading: "rows: /*, id: /n, status: /s, statuses: {green: covered, amber: partial}, ids: {GIT-01: '1.1', GIT-02: '1.2'}",
        said: ["covered", "partial"],
    },
    Shape {
        file: "a.toml",
        text: "[feature.\"1.1\"]\nstatus = \"live\"\n[feature.\"1.2\"]\nstatus = \"gap\"\n",
        reading: "rows: /feature/*, id: key, status: /status",
        said: ["covered", "none"],
    },
    Shape {
        file: "a.csv",
        text: "Feature,Status\n1.1,Done\n1.2,\"Partially, by hand\"\n",
        reading: "id: Feature, status: Status, statuses: {'Partially, by hand': partial}",
        said: ["covered", "partial"],
    },
    Shape {
        file: "a.csv",
        text: "Funktion;Stand\nOne;100 %\nTwo;0 %\n",
        reading: "id: Funktion, status: Stand",
        said: ["covered", "none"],
    },
    Shape {
        file: "a.tsv",
        text: "id\tdone\n1.1\tx\n1.2\tno\n",
        reading: "id: id, status: done",
        said: ["covered", "none"],
    },
    Shape {
        file: "a.md",
        text: "# Ours\n\n| # | Feature | Here |\n| --- | --- | --- |\n| 1.1 | One | ✅ Live |\n| 1.2 | Two | 🟡 |\n",
        reading: "id: '#', status: Here",
        said: ["covered", "partial"],
    },
    Shape {
        file: "a.md",
        text: "| Feature | Coverage |\n|---|---|\n| One | **100%** |\n| Two | 50% |\n",
        reading: "id: feature, status: coverage",
        said: ["covered", "partial"],
    },
];

const CATALOGUE: &str = "{catalogue: shop, version: 1, title: Shop, source: s, areas: {a: All},
    features: {'1.1': {title: One, area: a, source: s}, '1.2': {title: Two, area: a, source: s}}}";

fn judged(file: &str, text: &str, reading: &str) -> crate::matrix::MatrixResult {
    let library = Library::built_in().expect("sound pages");
    let catalogue = Catalogue::parse("shop.yaml", CATALOGUE).expect("a sound catalogue");
    let mapping = format!(
        "{{extends: shop@1, readings: [{{files: '{file}', {reading}}}], features: {{'1.1': {{evidence: module a}}, '1.2': {{evidence: module b}}}}}}"
    );
    let mapping = Mapping::parse("shop.yaml", &mapping).expect("a sound mapping");
    let matrix = Matrix::new(&catalogue, Some(("shop.yaml", &mapping)), &library).expect("sound");
    let files = [(file, text), ("addons/b/__manifest__.py", "{'name': 'B'}")];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let source = source::memory(BTreeMap::from(files));
    let mut snapshot = Snapshot::new(source, Options::default(), Stages::default()).expect("one");
    let asked = prepare(&matrix, &library, &mut snapshot).expect("sound pages");
    snapshot.make_ready(asked.needs()).expect("readable files");
    evaluate(&matrix, &asked, &snapshot).expect("pages run")
}

#[test]
fn a_declared_reading_takes_a_dozen_shapes() {
    for Shape { file, text, reading, said } in SHAPES {
        let result = judged(file, text, reading);
        let claims = result.features.iter().map(|judged| {
            let claim = judged.claim.as_ref();
            claim.map_or("nothing", |claim| claim.claimed.word())
        });
        assert_eq!(claims.collect::<Vec<_>>(), said, "{text} by {reading}: {:?}", result.notes);
    }
}

#[test]
fn what_is_said_is_held_against_what_is_there() {
    let result = judged("a.yaml", "'1.1': done\n'1.2': todo\n", "rows: /*, id: key, status: value");
    let words = result.features.iter().map(|judged| judged.agreement.map(|agreed| agreed.word()));
    assert_eq!(words.collect::<Vec<_>>(), [Some("overstated"), Some("understated")]);
    assert_eq!(result.features[1].claim.as_ref().map(|claim| claim.line), Some(Some(2)));
}

#[test]
fn what_cannot_be_read_is_said_and_claims_nothing() {
    let result =
        judged("a.yaml", "'1.1': splendid\n'7.7': done\n", "rows: /*, id: key, status: value");
    assert!(result.features.iter().all(|judged| judged.claim.is_none()));
    assert_eq!(
        result.notes,
        [
            "shop: a.yaml names no feature by `7.7`",
            "shop: a.yaml has no known meaning for `splendid`"
        ]
    );
}

#[test]
fn a_reading_that_could_take_nothing_is_refused() {
    for (reading, message) in [
        ("files: a, rows: features, id: key, status: value", "`rows` begins with /"),
        ("files: a, rows: /*, id: name, status: value", "`id: name` is none of"),
    ] {
        let reading: Reading = serde_yaml::from_str(&format!("{{{reading}}}")).expect("a shape");
        assert!(reading.check().is_err_and(|error| error.contains(message)), "{message}");
    }
}
